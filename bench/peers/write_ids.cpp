// The ids that examples/keras_program trains on, for a peer that is to train on the same ones:
//   recura_write_ids TRAIN DEV TEST MAX_LENGTH FOLDER     writes train.ids, dev.ids, test.ids: "label id id …" a line
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <recura/error.h>
#include <recura/text.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace recura;

namespace {

void write(const std::filesystem::path& path, const Ids& ids, const std::vector<std::int32_t>& labels) {
  std::ofstream out(path);
  for (std::size_t row = 0; row < ids.size(); ++row) fmt::print(out, "{} {}\n", labels[row], fmt::join(ids[row], " "));
  if (!out.flush()) throw SystemError("cannot write " + path.string());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 6) throw ArgumentError("usage: recura_write_ids TRAIN DEV TEST MAX_LENGTH FOLDER");
  char* end = nullptr;
  const std::int64_t max_length = std::strtoll(argv[4], &end, 10);
  if (*end != '\0' || max_length < 1) throw ArgumentError("MAX_LENGTH must be a number from 1 on");
  const Dataset train = Dataset::read(argv[1]);
  const auto labels = train.label_names();
  TextVectorization vectorize({.max_tokens = 20'000, .max_length = max_length, .keep = TextVectorization::Keep::tail});
  vectorize.adapt(train.texts);
  std::filesystem::create_directories(argv[5]);
  constexpr const char* kNames[] = {"train.ids", "dev.ids", "test.ids"};
  for (int part = 0; part < 3; ++part) {
    const Dataset data = Dataset::read(argv[1 + part]);
    write(std::filesystem::path(argv[5]) / kNames[part], vectorize(data.texts), data.label_numbers(labels));
  }
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
