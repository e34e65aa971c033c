// A terminal with nobody in front of it, and what was written to it.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace hebb {

class PseudoTerminal {
 public:
  PseudoTerminal() : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (keyboard_ < 0 || ::grantpt(keyboard_) != 0 || ::unlockpt(keyboard_) != 0) return;
    if (const char* name = ::ptsname(keyboard_)) screen_ = std::fopen(name, "r+");
  }
  ~PseudoTerminal() {
    if (screen_) std::fclose(screen_);
    hang_up();
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  std::FILE* screen() const { return screen_; }  // null: the machine gives none

  std::string shown() const {  // since the last time; what fits the terminal's buffer
    std::fflush(screen_);
    char buffer[4096];
    ::fcntl(keyboard_, F_SETFL, O_NONBLOCK);
    const ssize_t n = ::read(keyboard_, buffer, sizeof buffer);
    return {buffer, size_t(n > 0 ? n : 0)};
  }

  void hang_up() {  // as when a window is closed: what is written from now on fails
    if (keyboard_ >= 0) ::close(keyboard_);
    keyboard_ = -1;
  }

 private:
  int keyboard_;
  std::FILE* screen_ = nullptr;
};

}  // namespace hebb
