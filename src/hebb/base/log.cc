#include "hebb/base/log.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "hebb/base/printable.h"

namespace hebb {
namespace {

struct Log {
  std::mutex mutex;
  std::function<void(std::string_view)> handler;
  std::set<std::string, std::less<>> said;
};
Log& log() {
  static Log* one = new Log;  // never destroyed: warnings may come from threads that outlive main
  return *one;
}

}  // namespace

void warn(std::string_view line) {
  std::function<void(std::string_view)> handler;
  {
    std::lock_guard lock(log().mutex);
    handler = log().handler;
  }
  if (handler)
    handler(line);  // without the lock: the handler may warn, set another handler, or wait for a
                    // thread that warns
  else
    std::fprintf(stderr, "warning: %s\n", printable(line).c_str());
}

void warn_once(std::string_view line) {
  {
    std::lock_guard lock(log().mutex);
    if (!log().said.emplace(line).second)
      return;
  }
  warn(line);
}

std::function<void(std::string_view)> set_warning_handler(
    std::function<void(std::string_view)> handler) {
  std::lock_guard lock(log().mutex);
  return std::exchange(log().handler, std::move(handler));
}

}  // namespace hebb
