#include "text/windows.h"

namespace recura {

std::vector<TokenWindow> cut_windows(std::int64_t tokens, std::int64_t length) {
  if (length == 0 || tokens <= length) return {{0, tokens}};
  const std::int64_t step = length - length / 4;
  std::vector<TokenWindow> windows;
  std::int64_t begin = 0;
  for (; begin + length < tokens; begin += step) windows.push_back({begin, begin + length});
  windows.push_back({begin, tokens});
  return windows;
}

}  // namespace recura
