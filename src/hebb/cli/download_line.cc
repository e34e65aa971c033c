#include "hebb/cli/download_line.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "hebb/base/interrupt.h"
#include "hebb/base/terminal.h"

namespace hebb::cli {
namespace {

// How far a download is: on a terminal one line that is written over, elsewhere a line when a file
// is complete.
class DownloadLine {
 public:
  explicit DownloadLine(bool quiet) : quiet_(quiet), redraws_(terminal_of(stderr).redraws) {}
  ~DownloadLine() { end(); }  // what is said next, such as an error, has its own line

  bool operator()(std::string_view file, uint64_t done, uint64_t total) {
    if (!quiet_)
      show(file, done, total);
    return interrupt_requested() == 0;
  }

 private:
  void show(std::string_view file, uint64_t done, uint64_t total) {
    const bool complete = total > 0 && done == total;
    if (complete ? file == complete_ : !redraws_)
      return;
    constexpr double megabyte = 1e6;
    const std::string of = total > 0 ? fmt::format(" of {:.1f}", double(total) / megabyte) : "";
    const std::string line = fmt::format("{}: {:.1f}{} MB", file, double(done) / megabyte, of);
    if (file != shown_)
      end();
    std::fprintf(stderr, "%s%s", redraws_ ? "\r" : "", line.c_str());
    shown_ = file;
    if (!complete)
      return;
    end();
    complete_ = file;
  }

  void end() {
    if (!shown_.empty())
      std::fputc('\n', stderr);
    shown_.clear();
  }

  bool quiet_, redraws_;
  std::string shown_;     // the file that stands in a line which is not ended
  std::string complete_;  // the file that was completed last
};

}  // namespace

std::function<bool(std::string_view, uint64_t, uint64_t)> download_line(bool quiet) {
  return [line = std::make_shared<DownloadLine>(quiet)](std::string_view file, uint64_t done,
                                                        uint64_t total) {
    return (*line)(file, done, total);
  };
}

}  // namespace hebb::cli
