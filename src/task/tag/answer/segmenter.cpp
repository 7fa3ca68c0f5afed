#include "task/tag/answer/segmenter.h"

#include "task/tag/answer/extract.h"

namespace recura {
namespace {

class Segmenter : public WordSplitter {
 public:
  explicit Segmenter(TaggerModel model) : model_(std::move(model)) {}

  std::vector<std::vector<Token>> cut(const std::vector<std::string>& runs) const override {
    Executor alone(1);
    std::vector<std::vector<Token>> words;
    for (const ExtractedText& run : extract(model_, runs, alone)) {
      std::vector<Token>& own = words.emplace_back();
      for (const FoundEntity& word : run.entities) own.push_back({word.begin, word.end});
    }
    return words;
  }
  std::string bytes() const override {
    ModelWriter writer;
    add_tagger(model_, "tag", writer);
    return writer.bytes();
  }
  std::string digest() const override { return model_.facts.digest; }

 private:
  TaggerModel model_;
};

}  // namespace

std::shared_ptr<const WordSplitter> read_segmenter(const ModelFile& file) {
  const std::string *const task = file.find_text("task"), *const outside = file.find_text("outside");
  const bool is_tagger = task != nullptr && *task == "tag";  // what is none is refused when it is read
  if (is_tagger && outside != nullptr && *outside == "true")
    throw DataError("{}: finds names; expected a tagger that was trained on segmented text", file.path());
  if (is_tagger && file.has_tensor(kSegmenter))  // before it is read: there could be a thousand, each in another
    throw DataError("{}: reads words of a segmenter inside it; expected one that cuts by itself", file.path());
  return std::make_shared<const Segmenter>(read_tagger(file));
}

TextRule with_segmenter(TextRule rule, const ModelFile& file) {
  if (!file.has_tensor(kSegmenter)) return rule;
  if (rule.dictionary) throw DataError("text rule: a segmenter cuts words only where the dictionary does not");
  const auto stored = file.tensor<std::uint8_t>(kSegmenter);
  rule.splitter = read_segmenter(ModelFile::inside(std::as_bytes(stored.elements), kSegmenter));
  return rule;
}

void add_segmenter(const TextRule& rule, ModelWriter& writer) {
  if (!rule.splitter) return;
  const std::string bytes = rule.splitter->bytes();
  const auto elements = std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  writer.copy_tensor<std::uint8_t>(kSegmenter, {std::ssize(elements)}, elements);
}

}  // namespace recura
