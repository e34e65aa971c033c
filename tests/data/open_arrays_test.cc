// Arrays of NumPy as data sets: pictures, rows of numbers, labels in any form; what is wrong with
// them is said in one line.
#include <cmath>

#include "data/open_files.h"
#include "hebb/formats/npz.h"
#include "hebb/formats/zip.h"

namespace hebb::data {
namespace {

class OpenArrays : public OpenFiles {};

TEST_F(OpenArrays, ArraysOfPicturesInAnyOrder) {
  const auto pictures = [&](const Dims& shape) {
    std::vector<uint8_t> values(size_t(product(shape)));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = uint8_t(i);
    write_npz(folder_ / "p.npz", {{"x", Tensor::from(values, shape)},
                                  {"y", Tensor::from(std::vector<int64_t>{0, 1}, {2})}});
    return open((folder_ / "p.npz").string());
  };
  const Dataset grey = pictures({2, 5, 4});
  EXPECT_EQ(grey.sample_shape(), (Dims{1, 5, 4}));
  EXPECT_TRUE(grey.pictures());
  EXPECT_TRUE(grey.notes().empty());
  const Dataset keras = pictures({2, 5, 4, 3});
  EXPECT_EQ(keras.sample_shape(), (Dims{3, 5, 4}));
  EXPECT_EQ(keras.sample(0).x.to_vector<int64_t>()[20],
            1);  // the second channel of the first pixel
  ASSERT_EQ(keras.notes().size(), 1u);
  EXPECT_NE(keras.notes()[0].find("channels come last"), std::string::npos) << keras.notes()[0];
  EXPECT_EQ(pictures({2, 5, 4, 1}).sample_shape(), (Dims{1, 5, 4}));
  EXPECT_EQ(pictures({2, 3, 5, 3}).sample_shape(), (Dims{3, 5, 3}));
  EXPECT_TRUE(pictures({2, 1, 5, 4}).notes().empty());
}

TEST_F(OpenArrays, IntegersOfAnArrayAreNumbers) {  // there is no layer that takes indices
  write_npz(folder_ / "i.npz", {{"x", Tensor::from(std::vector<int64_t>{1, 2, 3, 4}, {2, 2})},
                                {"y", Tensor::from(std::vector<int64_t>{0, 1}, {2})}});
  const Dataset data = open((folder_ / "i.npz").string());
  EXPECT_EQ(data.dtype(), f32);
  EXPECT_EQ(data.sample(1).x.to_vector<float>(), (std::vector<float>{3, 4}));
}

TEST_F(OpenArrays, Arrays) {
  const Tensor x = Tensor::from(std::vector<double>{1, 2, 3, 4, 5, 6}, {3, 2});
  write_npz(folder_ / "a.npz", {{"x", x}, {"y", Tensor::from(std::vector<int32_t>{2, 0, 1}, {3})}});
  const Dataset classes = open((folder_ / "a.npz").string());
  EXPECT_EQ(classes.dtype(), f32);
  EXPECT_EQ(classes.labels(), (std::vector<int64_t>{2, 0, 1}));
  EXPECT_EQ(classes.classes(), 3);
  write_npz(folder_ / "b.npz",
            {{"input", x}, {"target", Tensor::from(std::vector<double>{2, 0, 1}, {3})}});
  const Dataset amounts = open((folder_ / "b.npz").string());
  EXPECT_EQ(amounts.task(), Task::regression);
  EXPECT_EQ(amounts.target_shape(), (Dims{1}));
  EXPECT_EQ(amounts.sample(0).y.to_vector<float>(), (std::vector<float>{2}));
  write_npz(folder_ / "c.npz", {{"input", x}});
  expect_error([&] { open((folder_ / "c.npz").string()); }, 1,
               "c.npz: holds input, should hold arrays 'y' (or 'target')");
  write_npz(folder_ / "d.npz", {{"x", x}, {"y", Tensor::from(std::vector<int64_t>{1, 2}, {2})}});
  expect_error([&] { open((folder_ / "d.npz").string()); }, 1, "d.npz: 3 samples but 2 labels");
  write_npz(folder_ / "e.npz", {{"x", Tensor::from(std::vector<double>{1, 1e39}, {2, 1})},
                                {"y", Tensor::from(std::vector<int64_t>{0, 1}, {2})}});
  expect_error([&] { open((folder_ / "e.npz").string()); }, 1,
               "e.npz: x of sample 1 holds 1e+39 (its value 0), which f32 does not hold");
  write_npz(folder_ / "f.npz",
            {{"x", x}, {"y", Tensor::from(std::vector<int64_t>{1, 0, 0, 0, 0, 1}, {3, 2})}});
  expect_error([&] { open((folder_ / "f.npz").string()); }, 1,
               "one-hot rows become labels by argmax");
}

TEST_F(OpenArrays, LabelsOfArrays) {
  const Tensor x = Tensor::from(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, {4, 2});
  const std::string path = (folder_ / "l.npz").string();
  const auto labels = [&](std::vector<int64_t> values, const OpenOptions& options = {}) {
    write_npz(path, {{"x", x}, {"y", Tensor::from(values, {4, 1})}});
    return open(path, options);
  };
  const Dataset from_one = labels({3, 1, 2, 1});
  EXPECT_EQ(from_one.class_names(), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(from_one.labels(), (std::vector<int64_t>{2, 0, 1, 0}));
  EXPECT_EQ(labels({10, -1, 9, 9}).class_names(), (std::vector<std::string>{"-1", "9", "10"}));
  // Those of a model: by name where names are numbers, else counted from 0.
  EXPECT_EQ(labels({3, 3, 1, 1}, {.class_names = {"1", "2", "3"}}).labels(),
            (std::vector<int64_t>{2, 2, 0, 0}));
  EXPECT_EQ(labels({1, 1, 0, 1}, {.class_names = {"cat", "dog"}}).labels(),
            (std::vector<int64_t>{1, 1, 0, 1}));
  expect_error(
      [&] {
        labels({1, 0, 2, 1}, {.class_names = {"cat", "dog"}});
      },
      1, "l.npz: label '2' of sample 2 is none of the 2 classes 'cat', 'dog'");
  // Samples of another size are the cause, not the labels.
  expect_error(
      [&] {
        labels({1, 0, 2, 1},
               {.class_names = {"0", "1"}, .feature_names = {"a"}, .sample_shape = {1}});
      },
      2, "l.npz: a sample has 2 columns, the model takes 1 column: 'a'");

  std::vector<double> stored(8);
  for (size_t i = 0; i < stored.size(); ++i)
    stored[i] = double(i % 2);
  write_npz(path, {{"x", x.reshape({8, 1})}, {"y", Tensor::from(stored, {8})}});
  const Dataset quantity = open(path);
  EXPECT_EQ(quantity.task(), Task::regression);
  ASSERT_EQ(quantity.notes().size(), 1u);
  EXPECT_NE(quantity.notes()[0].find("y holds 2 different whole numbers stored as f64 and is taken "
                                     "for a quantity; the loss cross_entropy"),
            std::string::npos)
      << quantity.notes()[0];
}

TEST_F(OpenArrays, OneHotRowsAreNoted) {
  const std::string path = (folder_ / "h.npz").string();
  const auto notes = [&](const std::vector<float>& y) {
    write_npz(path, {{"x", Tensor::from(std::vector<float>{1, 2}, {2, 1})},
                     {"y", Tensor::from(y, {2, 2})}});
    return open(path).notes();
  };
  ASSERT_EQ(notes({0, 1, 1, 0}).size(), 1u);
  EXPECT_NE(notes({0, 1, 1, 0})[0].find("argmax(axis=1)"), std::string::npos);
  EXPECT_TRUE(notes({0, 1, 1, 1}).empty());
  EXPECT_TRUE(notes({0, 1, 0.5, 0.5}).empty());
}

TEST_F(OpenArrays, WordsAsLabelsOfArrays) {
  const std::string header = "{'descr': '<U3', 'fortran_order': False, 'shape': (3,), }\n";
  std::string text("\x93NUMPY\1\0", 8);
  text += char(header.size());
  text += '\0';
  text += header;
  for (const char* word : {"dog", "cat", "dog"})
    for (const char* c = word; *c; ++c)
      text += std::string{*c, 0, 0, 0};
  ZipWriter zip;
  zip.add("x.npy", encode_npy(Tensor::from(std::vector<float>{1, 2, 3}, {3, 1})), false);
  zip.add("y.npy", text, false);
  const fs::path path = write("w.npz", std::move(zip).finish());
  const Dataset data = open(path.string());
  EXPECT_EQ(data.class_names(), (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(data.labels(), (std::vector<int64_t>{1, 0, 1}));
  EXPECT_EQ(open(path.string(), {.class_names = {"dog", "cat"}}).labels(),
            (std::vector<int64_t>{0, 1, 0}));
  expect_error(
      [&] {
        open(path.string(), {.class_names = {"cat", "cow"}});
      },
      1, "label 'dog' of sample 0 is none of the 2 classes 'cat', 'cow'");
  expect_error([&] { open(path.string(), {.task = Task::regression}); }, 1,
               "y holds text, should hold numbers for a regression");
}

TEST_F(OpenArrays, LabelsThatAreNoClasses) {
  const Tensor x = Tensor::from(std::vector<float>{1, 2, 3}, {3, 1});
  const auto labels = [&](const Tensor& y) {
    write_npz(folder_ / "l.npz", {{"x", x}, {"y", y}});
    return [=, this] { open((folder_ / "l.npz").string()); };
  };
  expect_error(
      labels(Tensor::from(std::vector<int64_t>{1, 0, -1}, {3}).to(DType::u64)), 1,
      "l.npz: label 18446744073709551616 of sample 2 is out of range, should be below 2^63");
  expect_error(
      labels(Tensor::from(std::vector<int64_t>{1}, {})), 1,
      "l.npz: x is f32[3, 1] and y [], should both have a first axis, that of the samples");
}

}  // namespace
}  // namespace hebb::data
