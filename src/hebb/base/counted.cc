#include "hebb/base/counted.h"

namespace hebb {

std::string counted(int64_t n) {
  std::string digits = std::to_string(n);
  const int64_t first = n < 0 ? 1 : 0;  // a comma never follows the sign
  for (int64_t i = int64_t(digits.size()) - 3; i > first; i -= 3)
    digits.insert(size_t(i), ",");
  return digits;
}

}  // namespace hebb
