// Warnings: where they go, and that the same one is said once.

#include "hebb/base/log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace hebb {
namespace {

TEST(Log, WarnsWhereItIsToldAndOnce) {
  std::vector<std::string> seen;
  set_warning_handler([&](std::string_view line) { seen.emplace_back(line); });
  warn("a");
  warn("a");
  warn_once("said once in tests_base");
  warn_once("said once in tests_base");
  set_warning_handler({});
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "a", "said once in tests_base"}));
}

TEST(Log, TheHandlerBeforeComesBack) {
  std::vector<std::string> seen;
  set_warning_handler([&](std::string_view line) { seen.emplace_back(line); });
  const auto before = set_warning_handler([](std::string_view) {});
  warn("a");
  set_warning_handler(before);
  warn("b");
  EXPECT_TRUE(set_warning_handler({}));
  EXPECT_FALSE(set_warning_handler({}));
  EXPECT_EQ(seen, std::vector<std::string>{"b"});
}

TEST(Log, AHandlerMayWarnAndSetAnother) {
  std::vector<std::string> seen;
  set_warning_handler([&](std::string_view line) {
    set_warning_handler(
        [&](std::string_view inner) { seen.push_back("inner " + std::string(inner)); });
    warn("on the way");
    seen.emplace_back(line);
  });
  warn("first");
  warn("second");
  set_warning_handler({});
  EXPECT_EQ(seen, (std::vector<std::string>{"inner on the way", "first", "inner second"}));
}

TEST(Log, AHandlerMayWaitForAThreadThatWarns) {
  std::atomic<int> seen{0};
  set_warning_handler([&](std::string_view line) {
    ++seen;
    if (line == "outer")
      std::thread([] { warn("inner"); }).join();
  });
  warn("outer");
  set_warning_handler({});
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace hebb
