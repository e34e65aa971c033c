// What a person would read: the message of the Error that f throws, "no error" when it throws none.
#pragma once

#include <functional>
#include <string>

#include "hebb/base/error.h"

namespace hebb {

inline std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace hebb
