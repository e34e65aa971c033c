// What ends a training whose loss or weights are no numbers any more. From its last checkpoint it
// would go the same way again.
#pragma once

#include <string>
#include <utility>

#include "hebb/base/error.h"

namespace hebb {

class Diverged : public Error {
 public:
  explicit Diverged(std::string message) : Error(ErrorKind::invalid, "", std::move(message)) {}
};

}  // namespace hebb
