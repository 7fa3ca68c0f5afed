#include "task/count_forms.h"

#include <utility>
#include <vector>

#include "text/bytes.h"

namespace recura {

VocabularyBuilder count_forms(const Tokenizer& tokenizer, std::span<const std::string> texts, Executor& executor) {
  // One table for each thread: sums do not depend on which of them counted what.
  std::vector<VocabularyBuilder> tables(static_cast<std::size_t>(executor.threads()));
  executor.run(executor.threads(), [&](int part) {
    VocabularyBuilder& table = tables[static_cast<std::size_t>(part)];
    for (auto row = static_cast<std::size_t>(part); row < texts.size(); row += tables.size()) {
      const std::string_view text = texts[row];
      for (const Token token : tokenizer.cut(text)) table.add(tokenizer.form(bytes_of(text, token)));
    }
  });
  for (std::size_t i = 1; i < tables.size(); ++i) tables.front().add(std::exchange(tables[i], {}));
  return std::move(tables.front());
}

}  // namespace recura
