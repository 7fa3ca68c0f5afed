#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "store/format.h"
#include "tensor/shape.h"

namespace recura {

/// A tensor as the header describes it: its bytes are [begin, end) of the data section.
struct TensorEntry {
  Dtype dtype = Dtype::kU8;
  Shape shape;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The header of a model file: its texts, and its tensors, the checksum not among them.
struct Header {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, TensorEntry, std::less<>> tensors;
  std::size_t data_size = 0;  // with the checksum
};

/// @throws ArgumentError  if `text` is not UTF-8, as all of a header must be.
void check_utf8(std::string_view text);

/// The header as JSON, tensors in the order of `order` and the checksum last, padded with blanks so that the data
/// section starts at a multiple of 64.
std::string header_json(const Header& header, const std::vector<std::string>& order);

/// The parser has a text or number in three buffers that double, while it reads it.
/// @throws DataError  if one is longer than `kMaxTokenSize`.
void check_token_sizes(std::string_view json, const std::string& path);

/// Reads a header and checks all that can be checked without the data: its form, the format's version, names, types,
/// shapes, and that the tensors follow each other without a gap up to the checksum.
///
/// `path` is for messages. Memory: at most 16 MB more than twice the size of `json`.
/// @throws DataError  if something is not as docs/model-file.md says.
Header parse_header(std::string_view json, const std::string& path);

}  // namespace recura
