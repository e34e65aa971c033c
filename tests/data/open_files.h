// For tests that open files as data sets: a folder of their own, and what an Error says.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/data/open.h"
#include "support/temp_folder.h"

namespace hebb::data {

class OpenFiles : public TempFolder {
 protected:
  fs::path write(const fs::path& name, std::string_view bytes) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    write_file_atomic(path, bytes);
    return path;
  }
  Dataset named(const std::string& spec) { return open(spec, {.data_dir = folder_}); }

  // Status and message of the Error that f throws.
  static std::pair<int, std::string> error_of(const std::function<void()>& f) {
    try {
      f();
    } catch (const Error& e) {
      return {e.exit_status(), e.what()};
    }
    return {0, "no error"};
  }
  void expect_error(const std::function<void()>& f, int status, const std::string& words) {
    const auto [got, message] = error_of(f);
    EXPECT_EQ(got, status) << message;
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
};

}  // namespace hebb::data
