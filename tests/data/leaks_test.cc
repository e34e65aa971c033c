// What makes scores look better than models are: repeated samples, columns that are the answer.

#include "hebb/data/leaks.h"

#include <gtest/gtest.h>

#include "hebb/base/file.h"
#include "hebb/base/philox.h"
#include "hebb/data/image_folder.h"
#include "hebb/data/table.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/image.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

// Columns of noise, and one that f makes of the target.
template <class F>
Dataset table(int64_t rows, bool classes, F&& f) {
  Philox random(11);
  Tensor x = Tensor::empty({rows, 3}), y = Tensor::empty({rows}, classes ? i64 : f32);
  for (int64_t r = 0; r < rows; ++r) {
    const double target = classes ? double(random.below(3)) : double(random.below(100000)) / 1000;
    x.data<float>()[r * 3] = float(random.below(1000));
    x.data<float>()[r * 3 + 1] = f(target, random);
    x.data<float>()[r * 3 + 2] = float(random.below(4));
    if (classes)
      y.data<int64_t>()[r] = int64_t(target);
    else
      y.data<float>()[r] = float(target);
  }
  return from_tensors(x, classes ? y : y.unsqueeze(1),
                      {.name = "t", .feature_names = {"a", "leak", "b"}});
}

std::vector<std::string> found(const Dataset& data) {
  std::vector<std::string> out;
  for (const Giveaway& column : columns_that_give_away(data))
    out.push_back(column.name);
  return out;
}

using Names = std::vector<std::string>;

class TableLeaks : public TempFolder {
 protected:
  Dataset table_of(const char* name, const std::string& text) {
    write_file_atomic(folder_ / name, text);
    return csv_table((folder_ / name).string(), {.target = "y"});
  }
};

// Another file numbers its words in another order, and may lack others.
TEST_F(TableLeaks, RowsOfAnotherFileAreComparedByTheirCells) {
  const Dataset train = table_of("train.csv", "a,town,y\n1,u,0.5\n2,v,1.5\n3,w,2.5\n1,,0.5\n"),
                same = table_of("same.csv", "a,town,y\n2,v,0.5\n9,u,1.5\n1,,1.5\n1,v,0.5\n"),
                other = table_of("other.csv", "a,town,y\n1,v,0.5\n2,u,1.5\n3,v,2.5\n");
  EXPECT_EQ(repeated_samples(same, train).samples, 2);
  EXPECT_EQ(repeated_samples(other, train).samples, 0);
}

// Of the passengers of the Titanic those have a boat who were saved.
TEST_F(TableLeaks, WhatIsMissingMayBeTheAnswer) {
  std::string text = "a,boat,y\n";
  for (int i = 0; i < 200; ++i)
    text += fmt::format("{},{},{}\n", i * 37 % 101, i % 3 == 0 ? fmt::format("{}", i % 7) : "",
                        i % 3 == 0 ? "saved" : "lost");
  EXPECT_EQ(found(table_of("t.csv", text)), Names{"boat"});
}

TEST(Leaks, AColumnThatIsTheAnswerIsFound) {
  const auto noise = [](Philox& random) { return float(random.below(1000)); };
  // Codes in another order, a number that grows with the class, a quantity in another unit.
  EXPECT_EQ(found(table(400, true, [](double t, Philox&) { return float(int(t * 7) % 5); })),
            Names{"leak"});
  EXPECT_EQ(
      found(table(400, true, [&](double t, Philox& r) { return 5000 * float(t) + noise(r); })),
      Names{"leak"});
  EXPECT_EQ(found(table(400, false, [](double t, Philox&) { return float(1000 - 3 * t); })),
            Names{"leak"});
  // Of few samples the nearest is far, and a line is a line.
  EXPECT_EQ(found(table(60, false, [](double t, Philox&) { return float(1000 - 3 * t); })),
            Names{"leak"});
  const auto giveaway =
      columns_that_give_away(table(400, true, [](double t, Philox&) { return float(t); }));
  ASSERT_EQ(giveaway.size(), 1u);
  EXPECT_EQ(giveaway[0].right, 1);
}

TEST(Leaks, AColumnThatOnlyHelpsIsNot) {
  const auto helps = [](double t, Philox& random) {
    return random.below(10) == 0 ? float(random.below(3)) : float(t);  // right 93 times of 100
  };
  EXPECT_EQ(found(table(400, true, helps)), Names{});
  EXPECT_EQ(
      found(table(400, false,
                  [](double t, Philox& random) { return float(t + double(random.below(20))); })),
      Names{});
  EXPECT_EQ(found(table(40, true, [](double t, Philox&) { return float(t); })),
            Names{});  // too few
}

TEST(Leaks, RepeatedRowsAreCounted) {
  std::vector<float> values;
  for (int i = 0; i < 20; ++i)
    for (int c = 0; c < 2; ++c)
      values.push_back(float(i % 18 * 2 + c));  // 18 and 19 repeat 0 and 1
  const Dataset all = from_tensors(Tensor::from(values, {20, 2}),
                                   Tensor::from(std::vector<int64_t>(20, 0), {20}), {.name = "t"});
  const Dataset train = all.subset({0, 2, 3, 4, 5, 6}), test = all.subset({1, 7, 18, 19});
  const Repeats repeats = repeated_samples(test, train);
  EXPECT_EQ(repeats.samples, 1);
  EXPECT_EQ(repeats.example, "sample 18");
  EXPECT_EQ(repeated_samples(all.subset({7, 8}), train).samples, 0);
  EXPECT_EQ(repeated_samples({}, train).samples, 0);
  // Rows of few different values are no individuals.
  EXPECT_EQ(repeated_samples(all.subset({0}), all.subset({0, 0, 0, 1, 1})).samples, 0);
}

using LeaksInFiles = TempFolder;

TEST_F(LeaksInFiles, RepeatedFilesAreFound) {
  int value = 0;
  for (const char* name : {"cat/1", "cat/2", "cat/3", "dog/1", "dog/2", "dog/3"}) {
    const fs::path file = folder_ / (std::string(name) + ".png");
    make_folders(file.parent_path());
    const bool copy = std::string(name) == "dog/3";
    write_png(file, Image{4, 4, 1, std::vector<uint8_t>(16, copy ? uint8_t(0) : uint8_t(value))});
    value += 40;
  }
  const Dataset all = image_folder(folder_);
  const Repeats repeats = repeated_samples(all.subset({4, 5}), all.subset({0, 1, 2, 3}));
  EXPECT_EQ(repeats.samples, 1);
  EXPECT_NE(repeats.example.find("dog/3.png"), std::string::npos) << repeats.example;
}

}  // namespace
}  // namespace hebb::data
