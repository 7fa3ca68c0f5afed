#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/model_file.h"
#include "store/raw_file.h"

// Files whose sizes and checksums are right and whose headers are not.
namespace recura {

inline const std::string kTexts = R"("__metadata__":{"format":"recura 1"})";

inline std::string object(const std::string& entries) { return fmt::format("{{{}}}", entries); }

inline std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                         const std::string& offsets) {
  return fmt::format(R"(,"{}":{{"dtype":"{}","shape":{},"data_offsets":{}}})", name, dtype, shape, offsets);
}

/// With these entries, the last of which ends at `size`, and a right checksum.
inline std::string with_entries(const std::string& entries, std::size_t size) {
  return object(kTexts + entries + entry("__checksum__", "U8", "[16]", fmt::format("[{},{}]", size, size + 16)));
}

inline std::string with_texts(const std::string& texts) {
  return object(texts + entry("__checksum__", "U8", "[16]", "[0,16]"));
}

/// One F32 tensor of 8 bytes, described by these fields.
inline std::string with_fields(const std::string& fields) {
  return with_entries(fmt::format(R"(,"w":{{{}}})", fields), 8);
}

inline std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

inline std::string message_of(const std::string& bytes) {
  try {
    ModelFile::from_bytes(bytes, "model");
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

struct Hostile {
  const char* what;
  std::string header;
  std::string message;
  std::size_t data = 8;  // bytes before the checksum
};

inline void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.what; }

inline std::string name_of(const testing::TestParamInfo<Hostile>& info) {
  std::string name;
  for (const char* c = info.param.what; *c != '\0'; ++c) {
    if (std::isalnum(static_cast<unsigned char>(*c)) != 0) name += *c;
  }
  return name;
}

inline const std::string kW = entry("w", "F32", "[2]", "[0,8]");

/// The file is refused, and for its own reason.
inline void expect_refused(const Hostile& hostile) {
  const auto& [what, header, message, data] = hostile;
  const std::string found = message_of(raw_file(header, std::string(data, '\0')));
  EXPECT_THAT(found, testing::StartsWith("model: ")) << what;
  EXPECT_THAT(found, testing::HasSubstr(message)) << what;
  EXPECT_LT(found.size(), 300u) << what;
}

}  // namespace recura
