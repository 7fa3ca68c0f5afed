#include "task/summarise/rouge/stem.h"

#include <algorithm>
#include <span>
#include <utility>

namespace recura {
namespace {

/// What a rule asks of the stem before its suffix.
enum class If { measure_1, measure_2, measure_2_after_s_t, measure_1_with_l };

struct Rule {
  std::string_view suffix, replacement;
  If condition = If::measure_1;
};

constexpr Rule kStep2[] = {{"ational", "ate"}, {"tional", "tion"},
                           {"enci", "ence"},   {"anci", "ance"},
                           {"izer", "ize"},    {"bli", "ble"},
                           {"alli", "al"},     {"entli", "ent"},
                           {"eli", "e"},       {"ousli", "ous"},
                           {"ization", "ize"}, {"ation", "ate"},
                           {"ator", "ate"},    {"alism", "al"},
                           {"iveness", "ive"}, {"fulness", "ful"},
                           {"ousness", "ous"}, {"aliti", "al"},
                           {"iviti", "ive"},   {"biliti", "ble"},
                           {"fulli", "ful"},   {"logi", "log", If::measure_1_with_l}};
constexpr Rule kStep3[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
                           {"ical", "ic"},  {"ful", ""},   {"ness", ""}};
constexpr std::string_view kStep4[] = {"al",  "ance", "ence", "er",  "ic",  "able", "ible", "ant", "ement", "ment",
                                       "ent", "ion",  "ou",   "ism", "ate", "iti",  "ous",  "ive", "ize"};
constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {
    {"sky", "sky"},        {"skies", "sky"},       {"dying", "die"},        {"lying", "lie"},
    {"tying", "tie"},      {"news", "news"},       {"innings", "inning"},   {"inning", "inning"},
    {"outings", "outing"}, {"outing", "outing"},   {"cannings", "canning"}, {"canning", "canning"},
    {"howe", "howe"},      {"proceed", "proceed"}, {"exceed", "exceed"},    {"succeed", "succeed"}};

bool is_vowel_letter(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

/// What a word is made of: whether its last letters are consonants, and how often a vowel is followed by one ("m").
struct Shape {
  bool has_vowel = false, last = false, before_last = false, third_last = false;  // consonants
  int measure = 0;
};

/// A `y` is a consonant unless it follows one.
Shape shape_of(std::string_view word) {
  Shape shape;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool consonant = word[i] == 'y' ? i == 0 || !shape.last : !is_vowel_letter(word[i]);
    if (consonant && i > 0 && !shape.last) ++shape.measure;
    shape.has_vowel = shape.has_vowel || !consonant;
    shape.third_last = shape.before_last;
    shape.before_last = shape.last;
    shape.last = consonant;
  }
  return shape;
}

/// Consonant, vowel, consonant other than w, x, y; or vowel and consonant alone.
bool ends_short(std::string_view word, const Shape& shape) {
  if (word.size() == 2) return !shape.before_last && shape.last;
  return word.size() > 2 && shape.third_last && !shape.before_last && shape.last && word.back() != 'w' &&
         word.back() != 'x' && word.back() != 'y';
}

bool holds(If condition, std::string_view stem) {
  const int measure = shape_of(stem).measure;
  if (condition == If::measure_2_after_s_t) return measure > 1 && (stem.back() == 's' || stem.back() == 't');
  return measure > (condition == If::measure_2 ? 1 : 0);
}

/// Applies the first rule whose suffix the word has, if its condition holds.
void apply_first(std::span<const Rule> rules, std::string& word) {
  const auto rule = std::ranges::find_if(rules, [&](const Rule& r) { return word.ends_with(r.suffix); });
  if (rule == rules.end()) return;
  const std::size_t length = word.size() - rule->suffix.size();
  const bool with_l = rule->condition == If::measure_1_with_l;  // of "logi" the l counts with the stem
  if (holds(rule->condition, std::string_view(word).substr(0, length + (with_l ? 1 : 0))))
    word.replace(length, std::string::npos, rule->replacement);
}

void drop_plural(std::string& word) {
  const bool short_ies = word.size() == 4 && word.ends_with("ies");
  const bool drops_two = word.ends_with("sses") || (word.ends_with("ies") && !short_ies);
  if (drops_two) {
    word.resize(word.size() - 2);
  } else if (word.ends_with('s') && !word.ends_with("ss")) {
    word.pop_back();
  }
}

/// Mends the end of what "ed" or "ing" was cut from.
void mend(std::string& word) {
  const Shape shape = shape_of(word);
  const char last = word.back();
  const bool lost_e = word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz");
  if (!lost_e && word.size() > 1 && last == word[word.size() - 2] && shape.last) {
    if (last != 'l' && last != 's' && last != 'z') word.pop_back();
  } else if (lost_e || (shape.measure == 1 && ends_short(word, shape))) {
    word += 'e';
  }
}

void drop_past_and_participle(std::string& word) {
  if (word.ends_with("ied")) return word.resize(word.size() - (word.size() == 4 ? 1 : 2));
  if (word.ends_with("eed")) {
    if (holds(If::measure_1, std::string_view(word).substr(0, word.size() - 3))) word.pop_back();
    return;
  }
  for (const std::string_view suffix : {"ed", "ing"}) {
    const std::size_t length = word.size() - std::min(suffix.size(), word.size());
    if (!word.ends_with(suffix) || !shape_of(std::string_view(word).substr(0, length)).has_vowel) continue;
    word.resize(length);
    return mend(word);
  }
}

void replace_y(std::string& word) {
  if (word.size() > 2 && word.ends_with('y') && shape_of(word).before_last) word.back() = 'i';
}

void drop_suffix(std::string& word) {
  for (const std::string_view suffix : kStep4) {
    if (!word.ends_with(suffix)) continue;
    const Rule rule{suffix, "", suffix == "ion" ? If::measure_2_after_s_t : If::measure_2};
    return apply_first({&rule, 1}, word);
  }
}

void tidy(std::string& word) {
  if (word.ends_with('e')) {
    const std::string_view stem = std::string_view(word).substr(0, word.size() - 1);
    const Shape shape = shape_of(stem);
    if (shape.measure > 1 || (shape.measure == 1 && !ends_short(stem, shape))) word.pop_back();
  }
  if (word.ends_with("ll") && shape_of(std::string_view(word).substr(0, word.size() - 1)).measure > 1) word.pop_back();
}

}  // namespace

std::string porter_stem(std::string_view given) {
  const auto irregular = std::ranges::find(kIrregular, given, &std::pair<std::string_view, std::string_view>::first);
  if (irregular != std::end(kIrregular)) return std::string(irregular->second);
  std::string word(given);
  if (word.size() < 3) return word;
  drop_plural(word);
  drop_past_and_participle(word);
  replace_y(word);
  constexpr Rule kAlli[] = {{"alli", "al"}};
  apply_first(kAlli, word);
  apply_first(kStep2, word);
  apply_first(kStep3, word);
  drop_suffix(word);
  tidy(word);
  return word;
}

}  // namespace recura
