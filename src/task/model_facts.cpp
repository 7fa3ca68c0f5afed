#include "task/model_facts.h"

#include "task/stored_names.h"

namespace recura {

void add_facts(const ModelFacts& facts, std::string_view task, ModelWriter& writer) {
  writer.add_text("task", std::string(task));
  writer.add_text("unicode", facts.unicode);
  writer.add_text("options", facts.options);
  writer.add_text("training", facts.training);
  writer.add_text("narrowing", facts.narrowing);
}

void check_facts(const ModelFile& file, std::string_view task, std::set<std::string> texts) {
  if (const std::string& found = stored_word(file, "task"); found != task)
    throw DataError("its task is {:?}, expected \"{}\"", found, task);
  for (const char* const name : {"options", "training", "narrowing", "unicode"}) file.text(name);
  texts.insert({std::string(kFormatKey), "task", "unicode", "options", "training", "narrowing"});
  for (const std::string& name : file.text_names()) {
    if (!texts.contains(name)) throw DataError("text {:?} belongs to no part of the model", name);
  }
}

ModelFacts read_facts(const ModelFile& file) {
  ModelFacts facts{file.text("options"), file.text("training"), file.text("narrowing"),
                   file.text("unicode"), file.digest(),         {}};
  if (const std::string here = Tokenizer::version(); facts.unicode != here) {
    facts.notes.push_back(fmt::format("trained with {}, read with {}: some texts may be cut into other words",
                                      cut_short(facts.unicode), here));
  }
  return facts;
}

}  // namespace recura
