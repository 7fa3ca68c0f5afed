#include "task/narrow.h"

#include <nlohmann/json.hpp>

namespace recura {

std::string to_json(const Narrowing& change, const std::string& score) {
  nlohmann::ordered_json json{{"from", name(change.from)}, {"to", name(change.to)}, {"dev_rows", change.rows}};
  if (change.rows > 0) {
    json.update({{"dev_" + score + "_before", change.before.score},
                 {"dev_" + score, change.after.score},
                 {"dev_loss_before", change.before.loss},
                 {"dev_loss", change.after.loss}});
  }
  return json.dump();
}

}  // namespace recura
