#include "show/labels/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "show/html.h"

namespace recura::cli {
namespace {

constexpr double kWidth = 420, kHeight = 260, kLeft = 55, kRight = 15, kTop = 15, kBottom = 45;
constexpr std::array<const char*, 4> kColours{"#0b62a8", "#c2410c", "#15803d", "#7e22ce"};

/// From the least to the most of some values; wide enough to divide by.
struct Axis {
  double low = 0, high = 1;

  static Axis of(const std::vector<Curve>& curves, const std::vector<double> Curve::* values) {
    Axis axis{HUGE_VAL, -HUGE_VAL};
    for (const Curve& curve : curves) {
      for (const double value : curve.*values) {
        if (!std::isfinite(value)) continue;
        axis.low = std::min(axis.low, value);
        axis.high = std::max(axis.high, value);
      }
    }
    if (axis.low > axis.high) return {};
    return axis.low < axis.high ? axis : Axis{axis.low - 0.5, axis.high + 0.5};
  }
  double share(double value) const { return (value - low) / (high - low); }
};

class Drawing {
 public:
  explicit Drawing(const Chart& chart)
      : chart_(chart),
        x_(chart.unit_square ? Axis() : Axis::of(chart.curves, &Curve::x)),
        y_(chart.unit_square ? Axis() : Axis::of(chart.curves, &Curve::y)) {}

  std::string draw() const {
    std::string image = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">\n", kWidth, kHeight);
    image +=
        fmt::format("<path class=\"axis\" d=\"M{0} {1}V{2}H{3}\"/>\n", kLeft, kTop, kHeight - kBottom, kWidth - kRight);
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) image += ticks(share);
    if (chart_.unit_square)
      image += fmt::format("<path class=\"axis\" d=\"M{} {}L{} {}\"/>\n", at_x(0), at_y(0), at_x(1), at_y(1));
    image += text(kLeft + (kWidth - kLeft - kRight) / 2, kHeight - 8, "middle", chart_.x_title);
    image += text(kLeft + 5, kTop + 8, "start", chart_.y_title);
    for (std::size_t i = 0; i < chart_.curves.size(); ++i) image += curve(i);
    return image + "</svg>\n";
  }

 private:
  double at_x(double x) const { return kLeft + x_.share(x) * (kWidth - kLeft - kRight); }
  double at_y(double y) const { return kHeight - kBottom - y_.share(y) * (kHeight - kTop - kBottom); }

  static std::string text(double x, double y, const char* anchor, const std::string& words) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, escaped(words));
  }

  std::string ticks(double share) const {
    const double x = x_.low + share * (x_.high - x_.low), y = y_.low + share * (y_.high - y_.low);
    return text(at_x(x), kHeight - kBottom + 14, "middle", fmt::format("{:.3g}", x)) +
           text(kLeft - 5, at_y(y) + 4, "end", fmt::format("{:.3g}", y));
  }

  std::string curve(std::size_t number) const {
    const Curve& curve = chart_.curves[number];
    const char* const colour = kColours[number % kColours.size()];
    std::string path, dots;
    bool drawn = false;
    for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
      const bool is_point = std::isfinite(curve.x[i]) && std::isfinite(curve.y[i]);
      if (is_point) {
        path += fmt::format("{}{:.1f} {:.1f}", drawn ? "L" : "M", at_x(curve.x[i]), at_y(curve.y[i]));
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", at_x(curve.x[i]),
                            at_y(curve.y[i]), colour);
      }
      drawn = is_point;
    }
    if (!curve.dots && !path.empty())
      dots += fmt::format("<path fill=\"none\" stroke=\"{}\" d=\"{}\"/>\n", colour, path);
    const double x = kWidth - kRight, y = kTop + 14 * static_cast<double>(number);
    return dots + fmt::format("<g fill=\"{}\">{}</g>\n", colour, text(x, y, "end", curve.name));
  }

  const Chart& chart_;
  Axis x_, y_;
};

}  // namespace

std::string svg(const Chart& chart) { return Drawing(chart).draw(); }

}  // namespace recura::cli
