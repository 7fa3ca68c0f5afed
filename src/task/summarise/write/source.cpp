#include "task/summarise/write/source.h"

#include <algorithm>
#include <unordered_map>

#include "text/bytes.h"

namespace recura {
namespace {

bool is_output(std::int32_t id, Index outputs) { return id != Vocabulary::kUnknown && id < outputs; }

/// Fills in the numbers of the words, the forms beyond the outputs, and the marks.
void number_words(const TextEncoder& encoder, Index outputs, std::string_view text, WriteSource& source) {
  std::unordered_map<std::string, std::int32_t> others;
  for (std::size_t i = 0; i < source.ids.size(); ++i) {
    std::int32_t number = source.ids[i];
    if (!is_output(number, outputs)) {
      const auto next = static_cast<std::int32_t>(outputs + std::ssize(source.others));
      const auto [found, is_new] = others.try_emplace(encoder.tokenizer().form(bytes_of(text, source.tokens[i])), next);
      if (is_new) source.others.push_back(found->first);
      number = found->second;
    }
    source.numbers.push_back(number);
  }
  if (encoder.subwords() == nullptr) return;
  if (const std::int32_t mark = encoder.vocabulary().id(Subwords::kBegin); is_output(mark, outputs))
    source.marks.push_back(mark);
  if (const auto none = others.find(""); none != others.end()) source.marks.push_back(none->second);
}

}  // namespace

std::int32_t id_of(const WriteSource& source, Index outputs, std::int32_t word) {
  if (word < outputs) return word;
  const auto found = std::ranges::find(source.numbers, word) - source.numbers.begin();
  return source.ids[static_cast<std::size_t>(found)];
}

WriteSource read_source(const TextEncoder& encoder, Index outputs, std::string_view text) {
  return read_source(encoder, outputs, text, encoder.encode(text));
}

WriteSource read_source(const TextEncoder& encoder, Index outputs, std::string_view text, EncodedText encoded) {
  WriteSource source{std::move(encoded.tokens), std::move(encoded.ids), {}, {}, {}, encoded.unknown, encoded.dropped};
  number_words(encoder, outputs, text, source);
  return source;
}

WriteExample make_example(const TextEncoder& encoder, Index outputs, std::string_view text, std::string_view summary) {
  WriteExample example{read_source(encoder, outputs, text), {}, {}};
  std::unordered_map<std::string_view, std::int32_t> others;
  for (const std::string& form : example.source.others)
    others.emplace(form, static_cast<std::int32_t>(outputs + std::ssize(others)));
  EncodedText encoded = encoder.encode_whole(summary);
  example.ids = std::move(encoded.ids);
  for (std::size_t i = 0; i < example.ids.size(); ++i) {
    if (is_output(example.ids[i], outputs)) {
      example.numbers.push_back(example.ids[i]);
    } else {
      const auto found = others.find(encoder.tokenizer().form(bytes_of(summary, encoded.tokens[i])));
      example.numbers.push_back(found == others.end() ? -1 : found->second);
    }
  }
  return example;
}

WriteBatch make_batch(const std::vector<WriteExample>& examples, std::span<const Index> rows, Index outputs,
                      std::int32_t begin) {
  std::vector<Index> read, written;
  WriteBatch batch;
  for (const Index row : rows) {
    const WriteExample& example = examples[static_cast<std::size_t>(row)];
    read.push_back(std::ssize(example.source.ids));
    written.push_back(std::ssize(example.ids) + 1);
    batch.sources.push_back(&example.source);
  }
  batch.read = std::make_shared<const Packing>(read);
  batch.written = std::make_shared<const Packing>(written);
  batch.pairs = std::make_shared<const kernel::AttentionPairs>(batch.written, batch.read);
  batch.ids.resize(static_cast<std::size_t>(batch.read->rows()));
  for (std::size_t text = 0; text < rows.size(); ++text) {
    const auto& ids = examples[static_cast<std::size_t>(rows[text])].source.ids;
    for (std::size_t step = 0; step < ids.size(); ++step)
      batch.ids[static_cast<std::size_t>(batch.read->row(static_cast<Index>(text), static_cast<Index>(step)))] =
          ids[step];
  }
  for (Index step = 0; step < batch.written->steps(); ++step) {
    for (Index rank = 0; rank < batch.written->active(step); ++rank) {
      const Index text = batch.written->order()[static_cast<std::size_t>(rank)];
      const WriteExample& example = examples[static_cast<std::size_t>(rows[static_cast<std::size_t>(text)])];
      const auto t = static_cast<std::size_t>(step);
      batch.before.push_back(step == 0 ? begin : example.ids[t - 1]);
      const std::int32_t number = t < example.numbers.size() ? example.numbers[t] : 0;
      batch.classes.push_back(number < outputs ? number : -1);
      const auto& words = example.source.numbers;
      for (std::size_t i = 0; number > 0 && i < words.size(); ++i) {
        if (words[i] == number) batch.places.push_back(batch.pairs->at(text, step) + static_cast<Index>(i));
      }
      batch.ends.push_back(std::ssize(batch.places));
    }
  }
  return batch;
}

}  // namespace recura
