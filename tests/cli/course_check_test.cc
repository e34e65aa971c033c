// hebb course-check from outside.
#include "support/program.h"

namespace hebb {
namespace {

using CourseCheck = ProgramTest;

TEST_F(CourseCheck, OneNumber) {
  ASSERT_EQ(run("course-check A07"), 0) << err;
  EXPECT_EQ(out,
            "A07  a perceptron with a sigmoid\n"
            "  ok     z           -6          -6\n"
            "  ok     sigmoid(z)  0.00247262  0.002472623\n"
            "1 of 1 worked numbers hold\n");
  ASSERT_EQ(run("course-check a04 A13 --json"), 0) << err;
  const nlohmann::json all = json();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0]["id"], "A04");
  EXPECT_EQ(all[0]["ok"], true);
  EXPECT_EQ(all[0]["checks"][0],
            nlohmann::json::parse("{\"what\": \"iterations\", \"expected\": 313, "
                                  "\"computed\": 313, \"ok\": true}"));
  EXPECT_EQ(all[1]["id"], "A13");
  expect_refusal(2, "course-check A70", "unknown worked number 'A70'");
}

TEST_F(CourseCheck, AllOfThem) {
  ASSERT_EQ(run("course-check"), 0) << err << out;
  EXPECT_NE(out.find("\nA49  "), std::string::npos);
  EXPECT_NE(out.find("\n48 of 48 worked numbers hold\n"), std::string::npos) << out;
}

}  // namespace
}  // namespace hebb
