// The list of file formats: each by its ending, opened whole, and cut at every byte.

#include "hebb/data/file_format.h"

#include <gtest/gtest.h>

#include <map>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/data/open.h"
#include "hebb/formats/npz.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

// A small file of each format: two samples or more, with a target y.
std::map<std::string, std::string, std::less<>> small_files() {
  return {{"csv", "a,b,y\n1,2.5,yes\n-3,\"4\",no\n"},
          {"npz", encode_npz({{"x", Tensor::from(std::vector<float>{1, 2, 3, 4}, {2, 2})},
                              {"y", Tensor::from(std::vector<int64_t>{0, 1}, {2})}})}};
}

class FileFormats : public TempFolder {};

TEST_F(FileFormats, AreFoundByTheirEnding) {
  const auto files = small_files();
  for (const FileFormat* format : file_formats()) {
    ASSERT_TRUE(files.contains(format->name)) << format->name << " has no small file here";
    EXPECT_FALSE(format->what.empty());
    EXPECT_EQ(format_of("folder/t" + std::string(format->ending)), format);
    EXPECT_EQ(format_of(format->ending), nullptr);  // a name that is only an ending
    const fs::path path = folder_ / ("T" + std::string(format->ending));
    write_file_atomic(path, files.find(format->name)->second);
    const Dataset data = open(path.string());
    EXPECT_EQ(data.size(), 2);
    EXPECT_EQ(data.classes(), 2);
  }
  EXPECT_EQ(format_of("T.CSV"), &format_word::csv);
  EXPECT_EQ(format_of("csv"), nullptr);
  EXPECT_EQ(format_of(""), nullptr);
}

TEST_F(FileFormats, CutAnywhereTheyAreRefusedInOneLineOrOpened) {
  for (const FileFormat* format : file_formats()) {
    const std::string whole = small_files().find(format->name)->second,
                      path = (folder_ / "cut").string();
    size_t refused = 0;
    for (size_t size = 0; size < whole.size(); ++size) {
      write_file_atomic(path, whole.substr(0, size));
      try {
        EXPECT_GE(format->open(path, {}).size(), 1);
      } catch (const Error& error) {
        ++refused;
        EXPECT_TRUE(error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage)
            << error.what();
        EXPECT_NE(std::string(error.what()).find("cut"), std::string::npos) << error.what();
        EXPECT_EQ(error.message().find('\n'), std::string::npos) << error.what();
      }
    }
    EXPECT_GT(refused, whole.size() / 3) << format->name;
  }
}

}  // namespace
}  // namespace hebb::data
