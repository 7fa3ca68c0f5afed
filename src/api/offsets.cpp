#include "text/offsets.h"

#include <recura/offsets.h>

namespace recura {

std::vector<std::size_t> convert_offsets(std::string_view text, const std::vector<std::size_t>& bytes, Offsets unit) {
  constexpr OffsetUnit kUnits[] = {OffsetUnit::code_points, OffsetUnit::bytes, OffsetUnit::utf16};
  return convert_offsets(text, bytes, OffsetUnit::bytes, kUnits[static_cast<std::size_t>(unit)]);
}

}  // namespace recura
