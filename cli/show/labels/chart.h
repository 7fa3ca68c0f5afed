#pragma once

#include <string>
#include <vector>

namespace recura::cli {

/// A line of a chart: its name, and a y for each x; NaN leaves a gap.
struct Curve {
  std::string name;
  std::vector<double> x, y;
  bool dots = false;  // no line between the points
};

struct Chart {
  std::string x_title, y_title;
  std::vector<Curve> curves;
  /// Both axes go from 0 to 1, and a thin line shows where they are equal; else they go as far as the curves.
  bool unit_square = false;
};

/// An SVG image as it stands in a page of HTML. Coordinates that are not finite are left out.
std::string svg(const Chart& chart);

}  // namespace recura::cli
