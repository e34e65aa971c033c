#include "hebb/nn/flatten.h"

#include "hebb/base/check.h"

namespace hebb::nn {

std::string Flatten::describe() const {
  return fmt::format("Flatten(start_dim={}, end_dim={})", start_dim, end_dim);
}

}  // namespace hebb::nn
