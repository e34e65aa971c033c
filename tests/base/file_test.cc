// Writing whole files: what is replaced, what is refused, what stays.

#include "hebb/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "hebb/base/error.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

class WriteFileAtomic : public TempFolder {
 protected:
  size_t files() const {
    return size_t(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
};

TEST_F(WriteFileAtomic, ReplacesAndLeavesNothingBeside) {
  write_file_atomic(folder_ / "f", "old");
  write_file_atomic(folder_ / "f", "new");
  EXPECT_EQ(read_file(folder_ / "f"), "new");
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFileAtomic, EntriesAreSortedAndAFolderThatIsNotThereHasNone) {
  for (const char* name : {"b", "a", "c"})
    write_file_atomic(folder_ / name, "");
  EXPECT_EQ(entries_of(folder_),
            (std::vector<fs::path>{folder_ / "a", folder_ / "b", folder_ / "c"}));
  EXPECT_TRUE(entries_of(folder_ / "d").empty());
  EXPECT_NE(message_of([&] {
              entries_of(folder_ / "a");
            }).find("the folder cannot be read: Not a directory"),
            std::string::npos);
}

TEST_F(WriteFileAtomic, ThreadsThatWriteOneFileDoNotMixTheirBytes) {
  std::vector<std::string> contents;
  for (char c = 'a'; c <= 'd'; ++c)
    contents.emplace_back(1 << 18, c);
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (const std::string& content : contents)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        try {
          write_file_atomic(folder_ / "f", content);
        } catch (const Error&) {
          ++failures;
        }
    });
  for (std::thread& t : threads)
    t.join();
  EXPECT_EQ(failures, 0);
  const std::string got = read_file(folder_ / "f");
  EXPECT_NE(std::find(contents.begin(), contents.end(), got), contents.end());
  EXPECT_EQ(files(), 1u);
}

TEST_F(WriteFileAtomic, DoesNotWriteThroughALinkThatLiesInWait) {
  write_file_atomic(folder_ / "victim", "untouched");
  for (int i = -1; i < 200; ++i)  // names that a temporary might have
    fs::create_symlink("victim", folder_ / ("f.tmp" + std::to_string(::getpid()) +
                                            (i < 0 ? "" : "-" + std::to_string(i))));
  write_file_atomic(folder_ / "f", "mine");
  EXPECT_EQ(read_file(folder_ / "victim"), "untouched");
  EXPECT_EQ(read_file(folder_ / "f"), "mine");
}

TEST_F(WriteFileAtomic, ReplacesWhatALinkPointsTo) {
  fs::create_directory(folder_ / "store");
  write_file_atomic(folder_ / "store/real", "old");
  fs::create_symlink("store/real", folder_ / "link");
  fs::create_symlink("store/later", folder_ / "dangling");
  write_file_atomic(folder_ / "link", "new");
  write_file_atomic(folder_ / "dangling", "made");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read_file(folder_ / "store/real"), "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "dangling"));
  EXPECT_EQ(read_file(folder_ / "store/later"), "made");
  fs::create_symlink("circle", folder_ / "circle");
  EXPECT_NE(message_of([&] { write_file_atomic(folder_ / "circle", ""); }), "no error");
}

TEST_F(WriteFileAtomic, RefusesWhatIsNoFile) {
  fs::create_directory(folder_ / "d");
  EXPECT_NE(message_of([&] { write_file_atomic(folder_ / "d", "x"); }).find("is a folder"),
            std::string::npos);
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_NE(
      message_of([&] { write_file_atomic(folder_ / "pipe", "x"); }).find("not a regular file"),
      std::string::npos);
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe"));
  fs::create_symlink("/dev/null", folder_ / "null");
  EXPECT_NE(
      message_of([&] { write_file_atomic(folder_ / "null", "x"); }).find("not a regular file"),
      std::string::npos);
  EXPECT_EQ(files(), 3u);
}

TEST_F(WriteFileAtomic, KeepsThePermissions) {
  write_file_atomic(folder_ / "f", "old");
  fs::permissions(folder_ / "f", fs::perms::owner_read | fs::perms::owner_write);
  write_file_atomic(folder_ / "f", "new");
  EXPECT_EQ(fs::status(folder_ / "f").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace hebb
