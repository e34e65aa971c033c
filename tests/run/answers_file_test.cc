// Files of answers: .csv and .jsonl, whole or not there.
#include "hebb/run/answers_file.h"

#include <gtest/gtest.h>

#include <limits>

#include "hebb/base/file.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

class AnswersFileTest : public TempFolder {
 protected:
  std::string written(const std::string& name, const AnswerNames& names, const Answer& answer) {
    AnswersFile file(folder_ / name, names);
    file.add("a,b.png", answer);
    EXPECT_FALSE(fs::exists(folder_ / name)) << "it is not finished";
    file.finish();
    return read_file(folder_ / name);
  }
};

TEST_F(AnswersFileTest, Classes) {
  const AnswerNames names{.targets = {}, .scores = {"cat", "a \"dog\""}};
  const Answer answer{
      .target = {{.text = "cat"}}, .prediction = {{.text = "a \"dog\""}}, .scores = {0.25, 0.75}};
  EXPECT_EQ(written("a.csv", names, answer),
            "sample,target,prediction,score_cat,\"score_a \"\"dog\"\"\"\n"
            "\"a,b.png\",cat,\"a \"\"dog\"\"\",0.25,0.75\n");
  EXPECT_EQ(written("a.jsonl", names, answer),
            "{\"sample\":\"a,b.png\",\"target\":\"cat\",\"prediction\":\"a \\\"dog\\\"\","
            "\"scores\":{\"cat\":0.25,\"a \\\"dog\\\"\":0.75}}\n");
}

TEST_F(AnswersFileTest, Quantities) {
  const auto number = [](double value) {
    return AnswerCell{.text = {}, .number = value, .is_number = true};
  };
  const Answer answer{.target = {number(1), number(2.5)},
                      .prediction = {number(1.5), number(std::numeric_limits<double>::infinity())},
                      .scores = {}};
  const AnswerNames names{.targets = {"0", "1"}, .scores = {}};
  EXPECT_EQ(written("a.csv", names, answer),
            "sample,target_0,target_1,prediction_0,prediction_1\n\"a,b.png\",1,2.5,1.5,inf\n");
  EXPECT_EQ(written("a.jsonl", names, answer),
            "{\"sample\":\"a,b.png\",\"target\":{\"0\":1.0,\"1\":2.5},"
            "\"prediction\":{\"0\":1.5,\"1\":null}}\n");
}

TEST_F(AnswersFileTest, OneThatIsNotFinishedLeavesWhatWasThere) {
  write_file_atomic(folder_ / "a.csv", "old");
  {
    AnswersFile file(folder_ / "a.csv", {});
    file.add("1", {.target = {{.text = "x"}}, .prediction = {{.text = "y"}}, .scores = {}});
  }
  EXPECT_EQ(read_file(folder_ / "a.csv"), "old");
  EXPECT_EQ(entries_of(folder_).size(), 1u);
  EXPECT_NE(message_of([&] {
              check_answers_file("a.txt");
            }).find("a.txt: should end with .csv or .jsonl"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
