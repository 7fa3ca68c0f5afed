#include "show/spans/span_view.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "show/html.h"
#include "show/terminal.h"

namespace recura::cli {
namespace {

/// What stands before, between and behind spans, and each span, in their order.
template <typename Plain, typename Marked>
std::string assembled(const ShownText& text, const Plain& plain, const Marked& marked) {
  const std::string_view all = text.text;
  std::string result;
  std::size_t at = 0;
  for (const ShownSpan& span : text.spans) {
    result += plain(all.substr(at, span.begin - at));
    result += marked(span, all.substr(span.begin, span.end - span.begin));
    at = span.end;
  }
  return result + plain(all.substr(at));
}

constexpr std::array<int, 12> kTerminalColours{36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91};
constexpr std::array<int, 12> kHues{200, 45, 120, 300, 25, 260, 0, 80, 160, 225, 330, 180};

constexpr std::string_view kSpanStyle =
    R"(body { display: flex; flex-direction: column; max-width: 60em; margin: 2em auto;
  padding: 0 1em; font: 1em/1.7 system-ui, sans-serif; background: #fff; color: #1a1a1a }
h1 { order: -2; font-size: 1.3em }
ul { order: -1; list-style: none; padding: 0 }
li { display: inline-block; margin-right: 1.5em }
p { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate }
p.error { color: #b00020 }
mark, li b { background: hsl(var(--hue) 85% 85%); color: #111; padding: .1em .3em; border-radius: .3em }
mark { unicode-bidi: isolate }
mark[data-type]::after { content: attr(data-type); font-size: .7em; font-weight: bold; margin-left: .5em }
@media (prefers-color-scheme: dark) {
  :root { color-scheme: dark }
  body { background: #16181a; color: #e4e4e4 }
  p.error { color: #ff8a80 }
  mark, li b { background: hsl(var(--hue) 45% 27%); color: #fff }
}
)";

int hue(std::size_t number) { return kHues[number % kHues.size()]; }

}  // namespace

TypeNumbers::TypeNumbers(const std::vector<std::string>& types) {
  for (const std::string& type : types) of(type);
}

std::size_t TypeNumbers::of(const std::string& type) {
  const auto [at, is_new] = numbers_.emplace(type, types_.size());
  if (is_new) {
    types_.push_back(type);
    counts_.push_back(0);
  }
  return at->second;
}

std::size_t TypeNumbers::count_one(const std::string& type) {
  const std::size_t number = of(type);
  ++counts_[number];
  return number;
}

bool colours_wanted() {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

std::string SpanLines::span(const ShownSpan& span, std::string_view text) {
  const std::string name = printable(text), type = printable(span.type);
  if (!colours_) return fmt::format("[{}]{}", name, type.empty() ? "" : "(" + type + ")");
  const int colour = kTerminalColours[types_.of(span.type) % kTerminalColours.size()];
  const std::string sign = type.empty() ? "" : fmt::format("\x1B[0;{}m [{}]", colour, type);
  return fmt::format("\x1B[1;{}m{}{}\x1B[0m", colour, name, sign);
}

std::string SpanLines::line(const ShownText& text) {
  if (!text.error.empty()) return "error: " + printable(text.error) + "\n";
  const std::string label = text.label.empty() ? "" : printable(text.label) + ": ";
  const auto plain = [](std::string_view piece) { return printable(piece); };
  const auto marked = [&](const ShownSpan& s, std::string_view piece) { return span(s, piece); };
  return label + assembled(text, plain, marked) + "\n";
}

std::string SpanPage::begin(std::string_view title) const { return html_head(title, kSpanStyle) + "<main>\n"; }

std::string SpanPage::text(const ShownText& text) {
  if (!text.error.empty()) return "<p class=\"error\">" + escaped(text.error) + "</p>\n";
  const std::string label = text.label.empty() ? "" : "<b>" + escaped(text.label) + "</b> ";
  const auto mark = [&](const ShownSpan& span, std::string_view piece) {
    const std::string type = escaped(span.type);
    const std::string shown = type.empty() ? "" : fmt::format(" data-type=\"{}\"", type);
    return fmt::format("<mark style=\"--hue: {}\"{} title=\"{}{}{:.2f}\">{}</mark>", hue(types_.count_one(span.type)),
                       shown, type, type.empty() ? "" : " ", span.score, escaped(piece));
  };
  return "<p dir=\"auto\">" + label + assembled(text, escaped, mark) + "</p>\n";
}

std::string SpanPage::end() const {
  std::string legend;
  for (std::size_t number = 0; number < types_.types().size(); ++number) {
    if (types_.count(number) == 0 || types_.types()[number].empty()) continue;
    legend += fmt::format("<li style=\"--hue: {}\"><b>{}</b> {}</li>\n", hue(number), escaped(types_.types()[number]),
                          types_.count(number));
  }
  return "</main>\n" + (legend.empty() ? "" : "<ul>\n" + legend + "</ul>\n") + "</body>\n</html>\n";
}

}  // namespace recura::cli
