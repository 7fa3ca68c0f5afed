#include "task/train_subwords.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <set>
#include <unordered_map>

#include "base/error.h"
#include "base/floating_state.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// Characters that SentencePiece uses for the blank and what is unknown: of texts of the first alone it ends the
/// process.
bool has_marks(std::string_view letters) {
  return letters.find(Subwords::kBegin) != std::string_view::npos || letters.find("\u2585") != std::string_view::npos;
}

/// Gives SentencePiece one text after the other as the forms of its words, with a blank between two.
class Forms : public sentencepiece::SentenceIterator {
 public:
  Forms(const Tokenizer& tokenizer, std::span<const std::string> texts) : tokenizer_(tokenizer), texts_(texts) {
    read();
  }

  bool done() const override { return at_ == texts_.size(); }
  void Next() override {
    ++at_;
    read();
  }
  const std::string& value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  /// A text without words is passed by: an empty line would end the training.
  void read() {
    for (; at_ < texts_.size(); ++at_) {
      line_.clear();
      tokenizer_.each(texts_[at_], [&](const Token& word) {
        const WordForm form(tokenizer_, texts_[at_], word);
        const std::string_view letters = std::string_view(form.bytes()).substr(Subwords::kBegin.size());
        if (letters.empty() || has_marks(letters)) return;
        if (!line_.empty()) line_ += ' ';
        line_ += letters;
      });
      if (!line_.empty()) return;
    }
  }

  const Tokenizer& tokenizer_;
  std::span<const std::string> texts_;
  std::size_t at_ = 0;
  std::string line_;
};

/// Normal forms are made already, and there is no piece but those of texts.
std::unordered_map<std::string, std::string> settings(std::int64_t size) {
  // The kind is "unigram" already; its name is not understood under a Turkish locale.
  return {{"vocab_size", std::to_string(size)},
          {"hard_vocab_limit", "false"},
          {"unk_id", "0"},
          {"bos_id", "-1"},
          {"eos_id", "-1"},
          {"pad_id", "-1"},
          {"normalization_rule_name", "identity"},
          {"max_sentence_length", "1073741824"},
          // Sums are made in as many parts: another number would give other pieces.
          {"num_threads", "8"},
          // It prints to stderr else.
          {"minloglevel", "3"}};
}

std::size_t distinct_characters(const Tokenizer& tokenizer, std::span<const std::string> texts) {
  std::set<std::int32_t> characters;
  for (Forms forms(tokenizer, texts); !forms.done(); forms.Next()) {
    const std::string& line = forms.value();
    for (std::size_t at = 0; at < line.size(); at += utf8_length(std::string_view(line).substr(at, 4)))
      characters.insert(code_point(line, at));
  }
  return characters.size();
}

}  // namespace

SubwordModel train_subwords(const Tokenizer& tokenizer, std::span<const std::string> texts, std::int64_t size) {
  const FloatingState state;  // which its threads begin with
  Forms forms(tokenizer, texts);
  if (forms.done()) throw DataError("subwords: the texts have no words");
  std::string trained;
  if (const auto status = sentencepiece::SentencePieceTrainer::Train(settings(size), &forms, &trained); !status.ok()) {
    const std::size_t characters = distinct_characters(tokenizer, texts);
    if (static_cast<std::size_t>(size) < characters + 2)
      throw DataError("subwords: {} are too few for the {} distinct characters of the texts", size, characters);
    throw DataError("subwords: SentencePiece cannot train them: {}", status.ToString());
  }
  sentencepiece::SentencePieceProcessor processor;
  if (const auto status = processor.LoadFromSerializedProto(trained); !status.ok())
    throw DataError("subwords: SentencePiece cannot read what it trained: {}", status.ToString());
  SubwordModel model;
  for (int id = 0; id < processor.GetPieceSize(); ++id) {
    if (processor.IsUnknown(id)) continue;
    model.pieces.push_back(processor.IdToPiece(id));
    model.scores.push_back(processor.GetScore(id));
  }
  return model;
}

TextEncoder subword_encoder(const TextSettings& settings, std::span<const std::string> texts, std::int64_t size) {
  const auto& [rule, max_length, keep] = settings;
  SubwordModel trained = train_subwords(Tokenizer(rule), texts, size);
  auto subwords = std::make_shared<const Subwords>(trained.pieces, std::move(trained.scores));
  return {rule, Vocabulary(std::move(trained.pieces)), max_length, keep, std::move(subwords)};
}

}  // namespace recura
