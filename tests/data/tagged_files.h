#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "data/tagged/tag_scheme.h"
#include "data/tagged/tagged_data.h"

namespace recura {

/// Files of marked texts to read, and how the texts look.
class TaggedFilesTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    put(folder_ / name, content);
    return folder_ / name;
  }

  std::string write_gzip(const std::string& name, const std::string& content) const {
    const gzFile file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return folder_ / name;
  }

  TaggedData read(const std::string& name, const std::string& content, const TaggedReadOptions& options = {}) const {
    return read_tagged(write(name, content), options);
  }

  /// What is said when a file of this content is refused.
  std::string refusal(const std::string& name, const std::string& content, TaggedReadOptions options = {}) const {
    try {
      read(name, content, options);
    } catch (const DataError& error) {
      return error.what();
    }
    return "not refused";
  }

  /// "type:words of the span", for each.
  static std::vector<std::string> names(const TaggedText& text) {
    std::vector<std::string> all;
    for (const NamedSpan& span : text.spans) {
      const std::size_t begin = text.tokens.at(static_cast<std::size_t>(span.begin)).begin;
      const std::size_t end = text.tokens.at(static_cast<std::size_t>(span.end) - 1).end;
      all.push_back(span.type + ":" + text.text.substr(begin, end - begin));
    }
    return all;
  }

  static std::vector<std::string> tokens(const TaggedText& text) {
    std::vector<std::string> all;
    for (Index token = 0; token < std::ssize(text.tokens); ++token) all.emplace_back(text.token(token));
    return all;
  }

  static std::int64_t count(const TaggedData& data, SpanFault fault) {
    return data.bad_spans[static_cast<std::size_t>(fault)];
  }

  TemporaryFolder folder_;
};

}  // namespace recura
