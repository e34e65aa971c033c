#include "hebb/base/log.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <string>

namespace hebb {
namespace {

struct Log {
  std::recursive_mutex mutex;
  std::function<void(std::string_view)> handler;
  std::set<std::string, std::less<>> said;
};
Log& log() {
  static Log* one = new Log;  // never destroyed: warnings may come from threads that outlive main
  return *one;
}

void say(Log& l, std::string_view line) {
  if (const auto handler = l.handler) handler(line);  // a copy: it may warn itself, or set another one
  else std::fprintf(stderr, "warning: %.*s\n", int(line.size()), line.data());
}

}  // namespace

void warn(std::string_view line) {
  std::lock_guard lock(log().mutex);
  say(log(), line);
}

void warn_once(std::string_view line) {
  std::lock_guard lock(log().mutex);
  if (log().said.emplace(line).second) say(log(), line);
}

void set_warning_handler(std::function<void(std::string_view)> handler) {
  std::lock_guard lock(log().mutex);
  log().handler = std::move(handler);
}

}  // namespace hebb
