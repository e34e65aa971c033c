// For tests of the program from outside: a folder of its own for each test, and runs of the program
// in it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hebb/base/file.h"
#include "support/places.h"
#include "support/temp_folder.h"

namespace hebb {

class ProgramTest : public TempFolder {
 protected:
  fs::path at(const std::string& name) const { return folder_ / name; }
  std::string in(const std::string& name) const { return at(name).string(); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(at(name).parent_path());
    write_file_atomic(at(name), text);
  }
  std::string read(const std::string& name) const { return read_file(at(name)); }

  // Runs `hebb ARGUMENTS` in the folder, by way of a shell; what it wrote is in out and err.
  // before: shell commands.
  int run(const std::string& arguments, const std::string& before = "") {
    const std::string command = "cd '" + folder_.string() + "'; " + before + " '" + program_ +
                                "' " + arguments + " >.stdout 2>.stderr </dev/null";
    const int status = std::system(command.c_str());
    out = read(".stdout");
    err = read(".stderr");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // The object on the last line of standard output.
  nlohmann::json json() const {
    const size_t end = out.find_last_not_of('\n');
    const size_t begin = end == std::string::npos ? std::string::npos : out.rfind('\n', end);
    return nlohmann::json::parse(out.substr(begin == std::string::npos ? 0 : begin + 1));
  }

  // In the background; wait() gives the exit status, or minus the signal that ended it. err_to: for
  // its standard error.
  pid_t start(const std::vector<std::string>& arguments, int err_to = -1) const {
    std::vector<char*> argv{const_cast<char*>(program_.c_str())};
    for (const std::string& a : arguments)
      argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0)
      return pid;
    const int null = ::open("/dev/null", O_RDWR),
              log = ::open((folder_ / ".stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(null, 0);
    ::dup2(null, 1);
    ::dup2(err_to >= 0 ? err_to : log, 2);
    if (::chdir(folder_.c_str()) != 0)
      ::_exit(127);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  static int wait(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Exit status and words of the one line that says why; nothing on standard output.
  void expect_refusal(int status, const std::string& arguments, const std::string& words,
                      const std::string& before = "") {
    EXPECT_EQ(run(arguments, before), status) << arguments << "\n" << err;
    EXPECT_NE(err.find(words), std::string::npos) << arguments << "\n" << err;
    EXPECT_NE(err.find("hebb: "), std::string::npos) << arguments << "\n" << err;
    EXPECT_EQ(out, "") << arguments;
    EXPECT_EQ(err.find("bug"), std::string::npos) << err;
  }

  std::string out, err;

 private:
  const std::string program_ = program().string();
};

}  // namespace hebb
