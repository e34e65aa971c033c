#include "hebb/base/error.h"

#include <stdexcept>
#include <utility>

#include "hebb/base/printable.h"

namespace hebb {

Error::Error(ErrorKind kind, std::string where, std::string message, std::string details)
    : kind_(kind), where_(std::move(where)), message_(std::move(message)),
      details_(std::move(details)) {
  text_ = printable(where_.empty() ? message_ : where_ + ": " + message_);
  size_t begin = 0;
  while (begin < details_.size()) {
    size_t end = details_.find('\n', begin);
    if (end == std::string::npos)
      end = details_.size();
    text_ += "\n  " + printable(std::string_view(details_).substr(begin, end - begin));
    begin = end + 1;
  }
}

int Error::exit_status() const {
  switch (kind_) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::gate:
      return 3;
    case ErrorKind::interrupted:
      return 130;
    case ErrorKind::invalid:
    case ErrorKind::data:
    case ErrorKind::io:
      return 1;
  }
  return 1;
}

Error Error::with_where(std::string_view where) const {
  return Error(kind_, where_.empty() ? std::string(where) : where_, message_, details_);
}

Error Error::with_details(std::string_view lines) const {
  return Error(kind_, where_, message_,
               details_.empty() ? std::string(lines) : std::string(lines) + "\n" + details_);
}

void bug(std::string_view what) {
  throw std::logic_error("bug: " + std::string(what));
}

}  // namespace hebb
