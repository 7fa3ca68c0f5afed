#include "show/spans/span_view.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace recura::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const ShownText kText{"Anna sings in Köln.", {{0, 4, "PER", 0.987}, {14, 19, "LOC", 0.5}}, "", ""};

TEST(SpanViewTest, ATerminalShowsNamesInTheColourOfTheirTypeAndTheTypeBehind) {
  SpanLines lines(true, {"PER", "LOC"});
  EXPECT_EQ(lines.line(kText),
            "\x1B[1;36mAnna\x1B[0;36m [PER]\x1B[0m sings in \x1B[1;33mKöln\x1B[0;33m [LOC]\x1B[0m.\n");
  EXPECT_EQ(lines.line({"no names", {}, "", ""}), "no names\n");
  EXPECT_THAT(SpanLines(true, {"LOC"}).line(kText), HasSubstr("\x1B[1;36mKöln"));
}

TEST(SpanViewTest, WithoutColoursBracketsShowWhereANameBegins) {
  SpanLines lines(false);
  EXPECT_EQ(lines.line(kText), "[Anna](PER) sings in [Köln](LOC).\n");
  EXPECT_EQ(lines.line({"一二", {{0, 3, "", 1}, {3, 6, "", 1}}, "", ""}), "[一][二]\n");
  EXPECT_EQ(lines.line({"play it", {}, "PlayMusic", ""}), "PlayMusic: play it\n");
  EXPECT_EQ(lines.line({"", {}, "", "line 3: bad\x1B[2J"}), "error: line 3: bad [2J\n");
}

TEST(SpanViewTest, NothingInATextMovesTheTerminal) {
  SpanLines lines(true);
  const std::string line = lines.line({"a\x1B[31mb\nc\xC2\x9B", {{1, 7, "T\x1B]0;x\x07", 1}}, "l\x1B", ""});
  EXPECT_EQ(line, "l : a\x1B[1;36m [31mb\x1B[0;36m [T ]0;x ]\x1B[0m c \n");
}

TEST(SpanViewTest, ColoursNeedATerminalAndNoWordAgainstThem) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY), shown = ::dup(STDOUT_FILENO);
  if (terminal < 0) GTEST_SKIP() << "no terminal to be had";
  const auto wanted = [](int output) {
    ::dup2(output, STDOUT_FILENO);
    return colours_wanted();
  };
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::unsetenv("NO_COLOR");
  const bool on_terminal = wanted(terminal), elsewhere = wanted(nowhere);
  ::setenv("NO_COLOR", "1", 1);
  const bool refused = wanted(terminal);
  ::setenv("NO_COLOR", "", 1);
  const bool refused_by_nothing = wanted(terminal);
  ::unsetenv("NO_COLOR");
  ::dup2(shown, STDOUT_FILENO);
  for (const int descriptor : {terminal, shown, nowhere}) ::close(descriptor);
  EXPECT_TRUE(on_terminal);
  EXPECT_FALSE(elsewhere);
  EXPECT_FALSE(refused);
  EXPECT_TRUE(refused_by_nothing);
}

TEST(SpanViewTest, ThePageMarksNamesAndCountsTheirTypes) {
  SpanPage page({"PER", "ORG", "LOC"});
  const std::string begin = page.begin("names of a.txt");
  EXPECT_THAT(begin, testing::StartsWith("<!doctype html>\n"));
  EXPECT_THAT(begin, HasSubstr("<title>names of a.txt</title>"));
  EXPECT_THAT(begin, HasSubstr("@media (prefers-color-scheme: dark)"));
  EXPECT_EQ(page.text(kText),
            "<p dir=\"auto\"><mark style=\"--hue: 200\" data-type=\"PER\" title=\"PER 0.99\">Anna</mark> sings in "
            "<mark style=\"--hue: 120\" data-type=\"LOC\" title=\"LOC 0.50\">Köln</mark>.</p>\n");
  page.text(kText);
  const std::string end = page.end();
  EXPECT_THAT(end, HasSubstr("<li style=\"--hue: 200\"><b>PER</b> 2</li>"));
  EXPECT_THAT(end, HasSubstr("<li style=\"--hue: 120\"><b>LOC</b> 2</li>"));
  EXPECT_THAT(end, Not(HasSubstr("ORG")));
  EXPECT_THAT(end, testing::EndsWith("</body>\n</html>\n"));
}

TEST(SpanViewTest, WordsAreMarkedWithoutAType) {
  SpanPage page;
  EXPECT_EQ(page.text({"一二", {{0, 6, "", 1}}, "", ""}),
            "<p dir=\"auto\"><mark style=\"--hue: 200\" title=\"1.00\">一二</mark></p>\n");
  EXPECT_EQ(page.end(), "</main>\n</body>\n</html>\n");
}

TEST(SpanViewTest, ThePageNeedsNoNetworkAndNoTextBreaksOutOfItsPlace) {
  SpanPage page;
  const std::string evil = "</title></mark><script src='//x'>&\"\x1B";
  const std::string html =
      page.begin(evil) + page.text({evil, {{0, 8, evil, 1}}, evil, ""}) + page.text({"", {}, "", evil}) + page.end();
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("\x1B")));
  EXPECT_THAT(html, HasSubstr("&lt;/mark&gt;&lt;script src=&#39;//x&#39;&gt;&amp;&quot; "));
  EXPECT_THAT(html, HasSubstr("<p class=\"error\">&lt;/title&gt;"));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  for (const char* outside : {"http://", "https://", "url(", "@import", " src=\"", " href="})
    EXPECT_THAT(html, Not(HasSubstr(outside)));
}

TEST(SpanViewTest, MoreTypesThanColoursBeginThePaletteAnew) {
  TypeNumbers numbers({"a", "b", "a"});
  EXPECT_EQ(numbers.of("b"), 1U);
  EXPECT_EQ(numbers.of("c"), 2U);
  EXPECT_EQ(numbers.types().size(), 3U);
  SpanLines lines(true);
  std::string first;
  for (int type = 0; type < 13; ++type) {
    const std::string line = lines.line({"x", {{0, 1, std::string(1, static_cast<char>('a' + type)), 1}}, "", ""});
    const std::string colour = line.substr(0, line.find('m'));
    if (type == 0) first = colour;
    EXPECT_EQ(colour == first, type % 12 == 0) << type;
  }
}

}  // namespace
}  // namespace recura::cli
