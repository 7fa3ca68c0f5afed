#include "task/summarise/compress/model.h"

#include "base/error.h"
#include "task/stored_names.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

constexpr const char* kTask = "summarise";
constexpr const char* kKind = "compress";

template <typename Types>
std::string problem_of(const Types& types, bool outside, std::size_t labels) {
  if (types.size() != 1 || types[0] != kKept || !outside)
    return fmt::format("its spans must be of the one type \"{}\", with words outside of them", kKept);
  return labels == 0 ? "" : fmt::format("it has {} labels of whole texts, expected none", labels);
}

CompressModel model_of(const ModelFile& file) {
  if (stored_word(file, "kind") != kKind)
    throw DataError("its kind is {:?}, expected \"{}\"", stored_word(file, "kind"), kKind);
  const std::string problem =
      problem_of(file.strings("types"), stored_word(file, "outside") != "false", file.strings("labels").size());
  if (!problem.empty()) throw DataError("{}", problem);
  return {tagger_of(file, kTask, {"kind"})};
}

}  // namespace

void check(const CompressModel& model) {
  check(static_cast<const TaggerModel&>(model));
  const std::string problem = problem_of(model.tags.types(), model.tags.has_outside(), model.labels.size());
  if (!problem.empty()) throw ArgumentError("compressor: {}", problem);
}

void save(const CompressModel& model, const std::string& path) {
  ModelWriter writer;
  writer.add_text("kind", kKind);
  add_tagger(model, kTask, writer);
  writer.save(path);
}

CompressModel read_compressor(const ModelFile& file) { return read_model(file, model_of); }

}  // namespace recura
