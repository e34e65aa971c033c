// A terminal with nobody in front of it, and what was written to it.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace hebb {

class PseudoTerminal {
 public:
  PseudoTerminal() : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (keyboard_ < 0 || ::grantpt(keyboard_) != 0 || ::unlockpt(keyboard_) != 0)
      return;
    if (const char* name = ::ptsname(keyboard_))
      screen_ = std::fopen(name, "r+");
  }
  ~PseudoTerminal() {
    if (screen_)
      std::fclose(screen_);
    hang_up();
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  std::FILE* screen() const { return screen_; }  // null: the machine gives none

  std::string shown() const {  // since the last time; what fits the terminal's buffer
    constexpr char end =
        '\1';  // the kernel hands text over when it likes: it is whole when this has come
    std::fputc(end, screen_);
    std::fflush(screen_);
    std::string text;
    pollfd ready{keyboard_, POLLIN, 0};
    char buffer[4096];
    while (text.find(end) == std::string::npos && ::poll(&ready, 1, 10'000) > 0) {
      const ssize_t n = ::read(keyboard_, buffer, sizeof buffer);
      if (n <= 0)
        break;
      text.append(buffer, size_t(n));
    }
    return text.substr(0, text.find(end));
  }

  void hang_up() {  // as when a window is closed: what is written from now on fails
    if (keyboard_ >= 0)
      ::close(keyboard_);
    keyboard_ = -1;
  }

 private:
  int keyboard_;
  std::FILE* screen_ = nullptr;
};

}  // namespace hebb
