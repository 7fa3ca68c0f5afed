#include "task/summarise/compress/model.h"

#include "base/error.h"
#include "task/stored_names.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

constexpr const char* kTask = "summarise";
constexpr const char* kKind = "compress";

std::string problem_of(const CompressModel& model) {
  if (model.tags.types() != std::vector<std::string>{kKept} || !model.tags.has_outside())
    return fmt::format("its spans must be of the one type \"{}\", with words outside of them", kKept);
  return model.labels.empty() ? "" : fmt::format("it has {} labels of whole texts, expected none", model.labels.size());
}

CompressModel model_of(const ModelFile& file) {
  if (stored_word(file, "kind") != kKind)
    throw DataError("its kind is {:?}, expected \"{}\"", stored_word(file, "kind"), kKind);
  CompressModel model{tagger_of(file, kTask, {"kind"})};
  if (const std::string problem = problem_of(model); !problem.empty()) throw DataError("{}", problem);
  return model;
}

}  // namespace

void check(const CompressModel& model) {
  check(static_cast<const TaggerModel&>(model));
  if (const std::string problem = problem_of(model); !problem.empty()) throw ArgumentError("compressor: {}", problem);
}

void save(const CompressModel& model, const std::string& path) {
  ModelWriter writer;
  writer.add_text("kind", kKind);
  add_tagger(model, kTask, writer);
  writer.save(path);
}

CompressModel read_compressor(const ModelFile& file) { return read_model(file, model_of); }

}  // namespace recura
