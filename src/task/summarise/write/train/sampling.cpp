#include "task/summarise/write/train/sampling.h"

#include <algorithm>

#include "task/summarise/parts.h"
#include "task/summarise/write/search/next_word.h"

namespace recura {
namespace {

/// A word of a summary, behind which another one or the end stands.
struct DrawnWord {
  Index text = 0, step = 0;
};

std::vector<DrawnWord> draw_words(const Packing& written, double share, Rng rng) {
  std::vector<DrawnWord> drawn;
  for (Index text = 0; text < written.texts(); ++text) {
    for (Index step = 0; step + 1 < written.length(text); ++step) {
      if (rng.uniform() < share) drawn.push_back({text, step});
    }
  }
  return drawn;
}

/// None if it knows no word but the end.
std::int32_t likeliest_word(const NextWord& next, const WriteSource& source) {
  const std::vector<real> p = mixture(next, source);
  return p.size() < 2 ? 0 : static_cast<std::int32_t>(std::max_element(p.begin() + 1, p.end()) - p.begin());
}

}  // namespace

std::vector<std::int32_t> sampled_before(Tape& tape, const WriteNetwork& network, const WriteBatch& batch,
                                         double share) {
  std::vector<std::int32_t> before = batch.before;
  const Packing& written = *batch.written;
  const std::vector<DrawnWord> drawn = draw_words(written, share, tape.next_rng());
  if (drawn.empty()) return before;
  Tape own(Mode::infer, Rng(0), &tape.executor());
  const Reading reading = network.read(own, batch.ids, batch.read);
  const Writing writing = network.write(own, reading, {batch.pairs, batch.before, batch.written, reading.first});
  for_each_row(drawn.size(), tape.executor(), [&](std::size_t i) {
    const auto [text, step] = drawn[i];
    const WriteSource& source = *batch.sources[static_cast<std::size_t>(text)];
    const NextWord next = next_word_of(writing, written.row(text, step), batch.pairs->at(text, step), source);
    if (const std::int32_t word = likeliest_word(next, source); word > 0)
      before[static_cast<std::size_t>(written.row(text, step + 1))] = id_of(source, network.spec().outputs, word);
  });
  return before;
}

}  // namespace recura
