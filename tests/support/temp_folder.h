// A folder of its own for each test, gone afterwards.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "hebb/base/file.h"

namespace hebb {

class TempFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "hebb_test_XXXXXX")
                              .string();  // mkdtemp puts letters in the place of the X
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty())
      fs::remove_all(folder_);
  }
  fs::path folder_;
};

}  // namespace hebb
