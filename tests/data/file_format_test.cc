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

// "a,b,y\n1,2.5,yes\n-3,\"4\",no\n" by `gzip -9n` and by `xz`.
constexpr std::string_view gzipped(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xd4\x49\xd2\xa9\xe4\x32\xd4\x31\xd2\x33\xd5"
    "\xa9\x4c\x2d\xe6\xd2\x35\xd6\x51\x32\x51\xd2\xc9\xcb\xe7\x02\x00\x81\x77\x76\xd6\x1a\x00"
    "\x00\x00",
    46);
constexpr std::string_view xzipped(
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f"
    "\xe5\xa3\x01\x00\x19\x61\x2c\x62\x2c\x79\x0a\x31\x2c\x32\x2e\x35\x2c\x79\x65\x73\x0a\x2d"
    "\x33\x2c\x22\x34\x22\x2c\x6e\x6f\x0a\x00\x00\x00\xcb\xfc\x96\x1b\x6d\x17\x12\x5b\x00\x01"
    "\x32\x1a\x20\x18\x94\x30\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a",
    84);

// A small file of each format: two samples, with a target y of two classes.
std::map<std::string, std::string, std::less<>> small_files() {
  return {{"csv", "a,b,y\n1,2.5,yes\n-3,\"4\",no\n"},
          {"tsv", "a\tb\ty\n1\t2.5\tyes\n-3\t\"4\"\tno\n"},
          {"jsonl", "{\"a\":1,\"b\":2.5,\"y\":\"yes\"}\n{\"a\":-3,\"b\":4,\"y\":\"no\"}\n"},
          {"gz", std::string(gzipped)},
          {"xz", std::string(xzipped)},
          {"npz", encode_npz({{"x", Tensor::from(std::vector<float>{1, 2, 3, 4}, {2, 2})},
                              {"y", Tensor::from(std::vector<int64_t>{0, 1}, {2})}})}};
}

class FileFormats : public TempFolder {};

TEST_F(FileFormats, AreFoundByTheirEnding) {
  const auto files = small_files();
  for (const FileFormat* format : file_formats()) {
    ASSERT_TRUE(files.contains(format->name)) << format->name << " has no small file here";
    EXPECT_FALSE(format->what.empty());
    for (const std::string_view ending : format->endings) {
      if (ending.empty())
        continue;
      EXPECT_EQ(format_of("folder/t" + std::string(ending)), format) << ending;
      EXPECT_EQ(format_of(ending), nullptr) << ending;  // a name that is only an ending
    }
    const fs::path path = folder_ / ("T" + std::string(format->endings[0]));
    write_file_atomic(path, files.find(format->name)->second);
    const Dataset data = open(path.string());
    EXPECT_EQ(data.size(), 2) << format->name;
    EXPECT_EQ(data.classes(), 2) << format->name;
    EXPECT_EQ(data.sample_shape(), Dims{2}) << format->name;
    EXPECT_EQ(is_text_table(path.string()), format->name != "npz");
  }
  EXPECT_EQ(format_of("T.CSV"), &format_word::csv);
  EXPECT_EQ(format_of("T.Jsonl.GZ"), &format_word::gz);
  EXPECT_EQ(format_of("T.gz"), nullptr);  // of what?
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
