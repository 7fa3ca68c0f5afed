#pragma once

#include <string>
#include <string_view>

namespace recura {

/// What to say behind a message about bytes that are no UTF-8, where they may be Chinese in GB18030 or GBK: how they
/// are converted. Else nothing. Linear time.
std::string gb18030_hint(std::string_view text);

}  // namespace recura
