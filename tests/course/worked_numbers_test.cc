// Each worked number of the course, under its id.
#include <gtest/gtest.h>

#include <set>

#include "hebb/course/worked_number.h"
#include "hebb/ops/random_key.h"
#include "support/message_of.h"

namespace hebb::course {

void PrintTo(const WorkedNumber* number, std::ostream* out) {
  *out << number->id;
}

namespace {

class Course : public testing::TestWithParam<const WorkedNumber*> {};

TEST_P(Course, Holds) {
  const Checks checks = computed(*GetParam());
  EXPECT_FALSE(checks.all().empty());
  for (const Check& check : checks.all())
    EXPECT_TRUE(check.ok) << check.what << " is " << to_string(check.computed) << ", should be "
                          << to_string(check.expected);
}

INSTANTIATE_TEST_SUITE_P(WorkedNumbers, Course,
                         testing::ValuesIn(worked_numbers().begin(), worked_numbers().end()),
                         [](const auto& info) { return std::string(info.param->id); });

TEST(WorkedNumbers, AreAllThere) {
  std::set<std::string> ids;
  for (const WorkedNumber* number : worked_numbers()) {
    EXPECT_TRUE(ids.insert(std::string(number->id)).second) << number->id;
    EXPECT_FALSE(number->what.empty()) << number->id;
  }
  // Of detection (A44): not yet.
  for (int i = 1; i <= 49; ++i) {
    const std::string id = (i < 10 ? "A0" : "A") + std::to_string(i);
    EXPECT_EQ(ids.contains(id), i != 44) << id;
  }
}

TEST(WorkedNumbers, AreFoundByTheirId) {
  EXPECT_EQ(worked_number("a07").id, "A07");
  EXPECT_NE(message_of([] { worked_number("A99"); }).find("unknown worked number 'A99'"),
            std::string::npos);
}

TEST(WorkedNumbers, LeaveRandomNumbersAlone) {
  manual_seed(5);
  const RandomState before = random_state();
  computed(worked_number("A48"));
  EXPECT_EQ(random_state(), before);
}

TEST(Checks, SayWhatIsWrong) {
  const auto ok = [](const std::function<void(Checks&)>& f) {
    Checks checks;
    f(checks);
    return checks.ok();
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(ok([](Checks&) {}));
  EXPECT_TRUE(ok([](Checks& c) { c.equal("n", 3, 3); }));
  EXPECT_FALSE(ok([](Checks& c) { c.equal("n", 3, 4); }));
  EXPECT_FALSE(ok([](Checks& c) { c.equal("t", "a", "b"); }));
  EXPECT_TRUE(ok([](Checks& c) { c.near("x", 1, 1.5, 0.5); }));
  EXPECT_FALSE(ok([](Checks& c) { c.near("x", 1, 1.6, 0.5); }));
  EXPECT_FALSE(ok([&](Checks& c) { c.near("x", nan, nan, 1); }));
  EXPECT_FALSE(ok([&](Checks& c) { c.between("x", 0, 1, nan); }));
  EXPECT_FALSE(ok([](Checks& c) { c.between("x", 0, 1, 1.01); }));
  EXPECT_FALSE(ok([](Checks& c) { c.holds("p", true), c.holds("q", false); }));
}

}  // namespace
}  // namespace hebb::course
