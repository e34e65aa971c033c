// What a run says before it begins.

#include "hebb/run/session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/tiny_run.h"

namespace hebb {
namespace {

bool warns_of_warmup(const std::string& more) {
  const SessionCheck check = check_run(parse_config(tiny_mlp(more), "test.toml"), {});
  return std::any_of(
      check.notes.begin(), check.notes.end(),
      [](const std::string& note) {  // with accumulate = 2: 24
        return note.find("warm-up of 46 steps is longer than the training of 45") != note.npos ||
               note.find("warm-up of 46 steps is longer than the training of 24") != note.npos;
      });
}

TEST(Session, AWarmUpLongerThanTheTrainingIsNoted) {
  EXPECT_FALSE(warns_of_warmup("schedule = \"cosine warmup=45\"\n"));
  EXPECT_TRUE(warns_of_warmup("schedule = \"cosine warmup=46\"\n"));
  EXPECT_TRUE(warns_of_warmup("schedule = \"constant warmup=46\"\naccumulate = 2\n"));
}

}  // namespace
}  // namespace hebb
