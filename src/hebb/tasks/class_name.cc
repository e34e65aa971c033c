#include "hebb/tasks/class_name.h"

namespace hebb {

std::string class_name(const std::vector<std::string>& labels, int64_t index) {
  return index < int64_t(labels.size()) ? labels[size_t(index)] : std::to_string(index);
}

}  // namespace hebb
