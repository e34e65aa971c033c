// Tests that run the program from outside: what it prints, its exit status, in a folder of their own.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "hebb/base/file.h"

namespace hebb {

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("HEBB_PROGRAM")) GTEST_SKIP() << "HEBB_PROGRAM is not set";
    folder_ = fs::temp_directory_path() / ("hebb_program_test_" + std::to_string(::getpid()));
    make_folders(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  std::string in(std::string_view name) const { return (folder_ / name).string(); }

  // The exit status; what was printed is in out and err.
  int run(const std::string& arguments) {
    const std::string command = std::string(std::getenv("HEBB_PROGRAM")) + " " + arguments + " >" + in("stdout") + " 2>" + in("stderr");
    const int status = std::system(command.c_str());
    out = read_file(in("stdout"));
    err = read_file(in("stderr"));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string out, err;

 private:
  fs::path folder_;
};

}  // namespace hebb
