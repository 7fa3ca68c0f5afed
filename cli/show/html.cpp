#include "show/html.h"

#include <fmt/format.h>

#include "show/terminal.h"

namespace recura::cli {

std::string escaped(std::string_view text) {
  std::string html;
  // Its lines stay, and what turns the direction of writing does as far as the element goes.
  for (const char c : printable(text, "\n\t\xE2")) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string html_head(std::string_view title, std::string_view style) {
  const std::string name = escaped(title);
  return fmt::format(
      "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      name, style, name);
}

}  // namespace recura::cli
