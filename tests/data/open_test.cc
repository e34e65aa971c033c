// Data sets by name and path: IDX files, folders of pictures, tables; what is wrong with them is
// said in one line.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "data/open_files.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/known_sets.h"
#include "hebb/data/loader.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"

namespace hebb::data {
namespace {

std::string idx(const std::vector<uint32_t>& dims, const std::string& bytes) {
  std::string out = {0, 0, 8, char(dims.size())};
  for (uint32_t d : dims)
    for (int shift : {24, 16, 8, 0})
      out += char(d >> shift);
  return out + bytes;
}

std::string picture_bytes(uint32_t n) {
  std::string out(size_t(n) * 28 * 28, '\0');
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = char(i % 251);
  return out;
}

std::string row(int a, int b) {
  return std::to_string(a) + "," + std::to_string(b) + "\n";
}

class Open : public OpenFiles {
 protected:
  void write_set(const std::string& folder, uint32_t n, const std::string& labels) {
    for (const char* part : {"train", "t10k"}) {
      write(folder + "/" + part + "-images-idx3-ubyte", idx({n, 28, 28}, picture_bytes(n)));
      write(folder + "/" + part + "-labels-idx1-ubyte", idx({uint32_t(labels.size())}, labels));
    }
  }

  fs::path write_picture(const fs::path& name, int width, int height, int channels, uint8_t level) {
    const Image image{
        width, height, channels,
        std::vector<uint8_t>(size_t(width) * size_t(height) * size_t(channels), level)};
    return write(name, encode_png(image));
  }
};

TEST_F(Open, KnownSetsInEitherLayout) {
  for (const char* layout : {"fashion-mnist", "FashionMNIST/raw"}) {
    write_set(layout, 3, {9, 0, 2});
    const auto [train, test] = fashion_mnist(folder_);
    EXPECT_EQ(train.size(), 3);
    EXPECT_EQ(test.size(), 3);
    EXPECT_EQ(train.sample_shape(), (Dims{1, 28, 28}));
    EXPECT_EQ(train.class_names()[9], "Ankle boot");
    EXPECT_EQ(train.labels(), (std::vector<int64_t>{9, 0, 2}));
    EXPECT_EQ(train.sample(1).x.data<uint8_t>()[5], uint8_t((784 + 5) % 251));
    EXPECT_EQ(named("fashion-mnist:test").hash(), test.hash());
    EXPECT_EQ(named("fashion-mnist").name(), "fashion-mnist:train");
    EXPECT_EQ(open("fashion-mnist", {.data_dir = folder_, .split = "test"}).name(),
              "fashion-mnist:test");
    fs::remove_all(folder_ / layout);
  }
}

TEST_F(Open, KnownSetsWithDotsInTheirNamesAndInNoFolder) {
  write_set("flat", 3, {9, 0, 2});
  for (const char* part : {"train", "t10k"})
    for (const char* kind : {"images-idx3-ubyte", "labels-idx1-ubyte"}) {
      std::string name = std::string(part) + "-" + kind, dotted = name;
      dotted.replace(dotted.find("-idx"), 1, ".");
      fs::rename(folder_ / "flat" / name, folder_ / "flat" / dotted);
    }
  EXPECT_EQ(open("mnist", {.data_dir = folder_ / "flat"}).labels(),
            (std::vector<int64_t>{9, 0, 2}));
  EXPECT_EQ(folder_of_set(*find_known_set("mnist"), {folder_ / "flat"}), folder_ / "flat");
  const std::string labels = "train-labels.idx1-ubyte";
  fs::rename(folder_ / "flat" / labels, folder_ / "flat" / (labels + ".gz"));  // bytes say the rest
  EXPECT_EQ(open("mnist:train", {.data_dir = folder_ / "flat"}).size(), 3);
  fs::rename(folder_ / "flat", folder_ / "mnist");  // our own folder, with such names
  EXPECT_EQ(named("mnist:train").size(), 3);
}

TEST_F(Open, FilesInNoFolderAreNotTakenForAnotherSets) {
  const KnownSet& fashion = *find_known_set("fashion-mnist");
  const auto here = folder_of_set(fashion, data_folders());
  if (!here)
    GTEST_SKIP() << "Fashion-MNIST is not here";
  for (const KnownFile* file :
       {&fashion.train_images, &fashion.train_labels, &fashion.test_images, &fashion.test_labels})
    fs::create_symlink(fs::absolute(*find_known_file(fashion, *file, data_folders())),
                       folder_ / find_known_file(fashion, *file, data_folders())->filename());
  EXPECT_EQ(folder_of_set(fashion, {folder_}), folder_);
  EXPECT_EQ(folder_of_set(*find_known_set("mnist"), {folder_}), std::nullopt);
}

TEST_F(Open, DamagedSetsAreRefusedWithTheirPath) {
  const std::string images = (folder_ / "mnist/train-images-idx3-ubyte").string(),
                    labels = (folder_ / "mnist/train-labels-idx1-ubyte").string();
  write_set("mnist", 3, {1, 2, 10});
  expect_error([&] { named("mnist"); }, 1,
               labels + ": label 10 of sample 2 is out of range, should be 0..9");
  write_set("mnist", 3, {1, 2});
  expect_error([&] { named("mnist"); }, 1,
               images + ": holds 3 pictures, but " + labels + " holds 2 labels");
  write_set("mnist", 3, {1, 2, 3});
  write("mnist/train-images-idx3-ubyte", idx({3, 28, 28}, picture_bytes(3)).substr(0, 1000));
  expect_error([&] { named("mnist"); }, 1, images);
  write("mnist/train-images-idx3-ubyte", "something else");
  expect_error([&] { named("mnist"); }, 1, images);
  write("mnist/train-images-idx3-ubyte", idx({3}, "abc"));
  expect_error([&] { named("mnist"); }, 1,
               images + ": is an IDX file of 1 dimension, as labels are, should have 3");
  write("mnist/train-images-idx3-ubyte", idx({3, 1, 1}, "abc"));
  expect_error([&] { named("mnist"); }, 1,
               images + ": holds u8 [3, 1, 1], should hold pictures: u8 [N, 28, 28]");
  write_set("mnist", 0, {});
  expect_error([&] { named("mnist"); }, 1, images + ": holds no pictures");
}

TEST_F(Open, NamesThatAreNotKnown) {
  expect_error([&] { named("fashion_mnist"); }, 2, "did you mean 'fashion-mnist'?");
  expect_error([&] { named("mnist:validation"); }, 2,
               "there is no part 'validation', should be mnist:train or mnist:test");
  expect_error([&] { named("no/such/folder"); }, 2,
               "no/such/folder: there is no such file or folder");
  expect_error([&] { named("missing.csv"); }, 2, "missing.csv: there is no such file or folder");
  expect_error([&] { named(""); }, 2, "no data set is named");
  write("notes.txt", "x");
  expect_error([&] { named((folder_ / "notes.txt").string()); }, 2, "notes.txt: is no data");
}

TEST_F(Open, GlyphsAreTheSameForTheSameSeed) {
  const auto [train, test] = glyphs({.train = 300, .test = 50});
  EXPECT_EQ(train.size(), 300);
  EXPECT_EQ(train.classes(), 10);
  EXPECT_EQ(train.hash(), glyphs({.train = 300, .test = 50}).train.hash());
  EXPECT_NE(train.hash(), glyphs({.train = 300, .test = 50, .seed = 1}).train.hash());
  EXPECT_EQ(glyphs({.train = 10, .test = 60}).test.subset({49}).sample(0).x.to_vector<int>(),
            test.sample(49).x.to_vector<int>());
  EXPECT_NE(train.sample(0).x.to_vector<int>(), test.sample(0).x.to_vector<int>());
  EXPECT_EQ(open("glyphs:test", {.limit = 20}).size(), 20);
}

TEST_F(Open, FoldersOfPictures) {
  write_picture("photos/dog/2.png", 6, 4, 3, 100);
  write_picture("photos/dog/1.png", 6, 4, 1, 50);
  write_picture("photos/cat/deep/er/9.PNG", 3, 3, 1, 200);
  write("photos/cat/Thumbs.db", "x");
  write("photos/.hidden/1.png", "x");
  write("photos/readme.txt", "x");
  const Dataset data = image_folder(folder_ / "photos", {.shape = {3, 4, 6}});
  EXPECT_EQ(data.class_names(), (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(data.labels(), (std::vector<int64_t>{0, 1, 1}));
  EXPECT_EQ(data.sample_shape(), (Dims{3, 4, 6}));
  EXPECT_EQ(data.sample(0).x.to_vector<int>(), std::vector<int>(72, 200));
  EXPECT_EQ(data.sample(1).x.to_vector<int>(), std::vector<int>(72, 50));
  EXPECT_EQ(data.sample(1).x.to_vector<int>(),
            std::vector<int>(72, 50));  // this time out of memory
  ASSERT_EQ(data.notes().size(), 1u);
  EXPECT_NE(data.notes()[0].find("1 file is neither PNG nor JPEG and left out (the first: "),
            std::string::npos);
  EXPECT_EQ(image_folder(folder_ / "photos").sample_shape(),
            (Dims{3, 3, 3}));  // the first one's size; not all are grey
  EXPECT_EQ(data.hash(),
            image_folder(folder_ / "photos", {.shape = {1, 2, 2}, .keep_bytes = 0}).hash());
  const Dataset kept = open((folder_ / "photos").string(), {.shape = {1, 2, 2}}),
                read = image_folder(folder_ / "photos", {.shape = {1, 2, 2}, .keep_bytes = 0});
  for (int workers : {0, 3})
    for (int round = 0; round < 2; ++round) {
      auto a = Loader(kept, {.batch_size = 2, .workers = workers}),
           b = Loader(read, {.batch_size = 2, .workers = workers});
      auto ib = b.begin();
      for (auto [x, y] : a) {
        EXPECT_EQ(x.to_vector<float>(), (*ib)["x"].to_vector<float>());
        ++ib;
      }
    }
  const std::optional<PictureSizes> sizes = statistics(data).sizes;
  ASSERT_TRUE(sizes);
  EXPECT_EQ(sizes->least_height, 3);
  EXPECT_EQ(sizes->most_height, 4);
  EXPECT_EQ(sizes->least_width, 3);
  EXPECT_EQ(sizes->most_width, 6);
  const Dataset numbered =
      image_folder(folder_ / "photos", {.class_names = {"ant", "cat", "cow", "dog"}});
  EXPECT_EQ(numbered.labels(), (std::vector<int64_t>{1, 3, 3}));
  expect_error([&] { image_folder(folder_ / "photos", {.class_names = {"dog"}}); }, 1,
               "there is no class 'cat'; known are 'dog'");
}

TEST_F(Open, FoldersThatHoldNoData) {
  const std::string root = (folder_ / "root").string();
  expect_error([&] { image_folder(root); }, 2, "root: there is no such folder");
  fs::create_directories(root);
  expect_error([&] { image_folder(root); }, 1, root + ": holds no class folders");
  fs::create_directories(folder_ / "root/cat");
  expect_error([&] { image_folder(root); }, 1,
               root + "/cat: the class folder holds no PNG or JPEG picture");
  write("root/cat/a.bmp", "BM\x36\x10");
  expect_error([&] { image_folder(root); }, 1, "a.bmp: it looks like a BMP picture");
  write("root/cat/a.jpg", std::string("RIFF\0\0\0\0WEBPVP8 ", 16));
  expect_error([&] { image_folder(root); }, 1,
               root +
                   "/cat/a.jpg: is not a PNG or JPEG picture, though its name says so; it looks "
                   "like a WebP picture");
  fs::remove(folder_ / "root/cat/a.bmp");
  fs::remove_all(folder_ / "root/cat");
  write_picture("root/train/cat/1.png", 2, 2, 1, 0);
  expect_error([&] { image_folder(root); }, 2,
               "holds parts, not classes; give " + root + "/train as the data");
  // Damage behind the first bytes shows when the picture is read, in whatever thread.
  write("late/cat/1.png", read_file(folder_ / "root/train/cat/1.png").substr(0, 40));
  write_picture("late/cat/0.png", 2, 2, 1, 0);
  const Dataset late = image_folder(folder_ / "late", {.shape = {1, 2, 2}});
  for (int workers : {0, 2})
    expect_error(
        [&] {
          for (auto [x, y] : Loader(late, {.workers = workers}))
            ADD_FAILURE();
        },
        1, "late/cat/1.png");
}

TEST_F(Open, Tables) {
  const Dataset iris =
      csv_table(write("iris.csv",
                      "5.1,3.5,Iris-setosa\r\n6.0, 2.5 ,\"Iris-virginica\"\n\n4.9,3,Iris-setosa\n"),
                {.target = "3"});
  EXPECT_EQ(iris.class_names(), (std::vector<std::string>{"Iris-setosa", "Iris-virginica"}));
  EXPECT_EQ(iris.labels(), (std::vector<int64_t>{0, 1, 0}));
  EXPECT_EQ(iris.sample(1).x.to_vector<float>(), (std::vector<float>{6.0f, 2.5f}));
  EXPECT_EQ(iris.feature_names(), (std::vector<std::string>{"1", "2"}));

  const fs::path house =
      write("house.csv", "size,town,\"price, total\"\n10,\"A \"\"B\"\"\nC\",1.5\n20,D,2.5\n");
  const Dataset priced = csv_table(house, {.target = "price, total"});
  EXPECT_EQ(priced.task(), Task::regression);
  EXPECT_EQ(priced.sample(1).y.to_vector<float>(), (std::vector<float>{2.5f}));
  EXPECT_EQ(priced.target_shape(), (Dims{1}));
  EXPECT_EQ(priced.notes().size(), 0u);
  EXPECT_EQ(priced.sample_shape(), (Dims{3}));  // the size, and a column for each town
  const Dataset towns =
      csv_table(house, {.target = "town", .feature_names = {"price, total", "size"}});
  EXPECT_EQ(towns.class_names()[0], "A \"B\"\nC");
  EXPECT_EQ(towns.sample(0).x.to_vector<float>(), (std::vector<float>{1.5f, 10.0f}));

  // Integers: few of them are classes, many of them are amounts; the caller has the last word.
  std::string few = "x,label\n", many = "x,label\n";
  for (int i = 0; i < 40; ++i)
    few += row(i, i % 3 + 8), many += row(i, i * i);
  const Dataset classes = csv_table(write("few.csv", few));
  EXPECT_EQ(classes.class_names(), (std::vector<std::string>{"8", "9", "10"}));  // by value
  EXPECT_EQ(csv_table(write("many.csv", many)).task(), Task::regression);
  EXPECT_EQ(csv_table(folder_ / "few.csv", {.task = Task::regression}).task(), Task::regression);
  EXPECT_EQ(csv_table(folder_ / "few.csv", {.class_names = {"10", "9", "8"}}).label(0), 2);
  const DatasetStats stats = statistics(classes);
  EXPECT_EQ(stats.class_counts, (std::vector<int64_t>{14, 13, 13}));
  EXPECT_DOUBLE_EQ(stats.mean[0], 19.5);
  EXPECT_DOUBLE_EQ(stats.max[0], 39);
}

TEST_F(Open, WholeNumbersMayBeClassesOrAQuantity) {
  std::string rooms = "x,y\n";
  for (int i = 0; i < 30; ++i)
    rooms += row(i, i % 5);
  const fs::path path = write("rooms.csv", rooms);
  const Dataset classes = open(path.string());
  EXPECT_EQ(classes.task(), Task::classification);
  ASSERT_EQ(classes.notes().size(), 1u);
  EXPECT_NE(classes.notes()[0].find(
                "target 'y' holds 5 different whole numbers in 30 rows and is taken for classes"),
            std::string::npos)
      << classes.notes()[0];
  const Dataset quantity = open(path.string(), {.task = Task::regression});
  EXPECT_EQ(quantity.task(), Task::regression);
  EXPECT_TRUE(quantity.notes().empty());
}

TEST_F(Open,
       WholeNumbersWithAPointMayBeClasses) {  // as pandas writes a column that lacked a value once
  std::string table = "x,y\n";
  for (int i = 0; i < 20; ++i)
    table += std::to_string(i) + (i % 2 ? ",1.0\n" : ",0.0\n");
  const fs::path path = write("pandas.csv", table);
  const Dataset quantity = open(path.string());
  EXPECT_EQ(quantity.task(), Task::regression);
  ASSERT_EQ(quantity.notes().size(), 1u);
  EXPECT_NE(quantity.notes()[0].find(
                "written like '0.0' and is taken for a quantity; the loss cross_entropy"),
            std::string::npos)
      << quantity.notes()[0];
  const Dataset classes = open(path.string(), {.whole_numbers = Task::classification});
  EXPECT_EQ(classes.class_names(), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(classes.label(1), 1);
  EXPECT_EQ(open(path.string(), {.class_names = {"1", "0"}, .task = Task::classification}).label(1),
            0);

  const Tensor x = Tensor::from(std::vector<float>{1, 2, 3}, {3, 1});
  write_npz(folder_ / "y.npz", {{"x", x}, {"y", Tensor::from(std::vector<double>{2, 0, 1}, {3})}});
  EXPECT_EQ(open((folder_ / "y.npz").string()).task(), Task::regression);
  EXPECT_EQ(open((folder_ / "y.npz").string(), {.whole_numbers = Task::classification}).labels(),
            (std::vector<int64_t>{2, 0, 1}));
}

TEST_F(Open, TheIndexOfPandasIsNoFeature) {
  const Dataset table = open(write("pandas.csv", ",a,y\n7,0.5,u\n3,1.5,v\n5,2.5,u\n").string());
  EXPECT_EQ(table.feature_names(), std::vector<std::string>{"a"});
  ASSERT_EQ(table.notes().size(), 1u);
  EXPECT_NE(table.notes()[0].find("an index"), std::string::npos);
}

TEST_F(Open, NamesAreUtf8) {
  write_picture("latin/caf\xE9/a.png", 2, 2, 1, 0);
  expect_error([&] { open((folder_ / "latin").string()); }, 1, "\"caf\\xE9\"");
}

TEST_F(Open, OnlyTablesHaveATarget) {
  write_set("mnist", 3, std::string("\0\1\2", 3));
  expect_error([&] { open("mnist:test", {.data_dir = folder_, .target = "price"}); }, 2,
               "'price' names a column of a table");
  expect_error([&] { open_parts("mnist", {.data_dir = folder_, .target = "price"}); }, 2,
               "'price' names a column of a table");
  write_picture("pets/cat/a.png", 2, 2, 1, 0);
  expect_error([&] { open((folder_ / "pets").string(), {.target = "price"}); }, 2,
               "'price' names a column of a table");
  write_npz(folder_ / "a.npz", {{"x", Tensor::from(std::vector<float>{1, 2}, {2, 1})},
                                {"y", Tensor::from(std::vector<float>{1, 2}, {2})}});
  expect_error([&] { open((folder_ / "a.npz").string(), {.target = "price"}); }, 2,
               "'price' names a column");
}

TEST_F(Open, TablesThatAreWrong) {
  const auto csv = [&](const std::string& text, const TableOptions& options = {}) {
    const fs::path path = write("t.csv", text);
    return [=] { csv_table(path, options); };
  };
  expect_error(csv("a,y\n1,2\n3\n"), 1, "t.csv: line 3 has 1 cell, should have 2 as line 1");
  const TableReading strict{.impute = "error"};
  expect_error(
      csv("a,y\n1,2\n,3\n", {.reading = strict}), 1,
      "t.csv: line 3: column 'a' is empty, should be a number; write one there or take the "
      "line out, or leave it out of data.columns");
  expect_error(csv("a,y\n1,2\nNA,3\n", {.reading = strict}), 1,
               "t.csv: line 3: column 'a' is 'NA', should be a number");
  expect_error(csv("a,b,y\n1,u,2\n2,,3\n", {.reading = strict}), 1,
               "t.csv: line 3: column 'b' is empty, should be a word");
  expect_error(csv("a,b,y\n1,u,2\n2,v,3\n", {.reading = {.kinds = {{"b", "number"}}}}), 1,
               "t.csv: line 2: column 'b' is 'u', should be a number");
  expect_error(csv("a,b,y\n1,u,2\n2,v,3\n", {.reading = {.kinds = {{"b", "numbr"}}}}), 2,
               "column 'b': unknown kind 'numbr'; did you mean 'number'?");
  expect_error(csv("a,b,y\n1,,2\n2,,3\n", {.feature_names = {"b"}}), 1,
               "t.csv: column 'b' holds nothing in any line");
  for (const std::string cell : {"1e39", "-1e39", "1e400"})
    EXPECT_EQ(error_of(csv("a,y\n1,2\n" + cell + ",3\n")).second,
              (folder_ / "t.csv").string() + ": line 3: column 'a' is '" + cell +
                  "', which f32 does not hold (its numbers end at 3.4e38); write it in another "
                  "unit");
  expect_error(csv("a,y\n1,2.5\n2,1e39\n"), 1, "line 3: column 'y' is '1e39', which f32 does not");
  EXPECT_EQ(csv_table(write("t.csv", "a,y\n1e-400,2\n3,1\n")).sample(0).x.item(), 0);
  expect_error(csv("a,y\n1,\"2\n"), 1, "t.csv: line 2, column 2: a quote does not end");
  expect_error(csv("a,y\n1,\"2\"3\n"), 1, "t.csv: line 2, column 2: text behind a quoted cell");
  expect_error(csv(""), 1, "t.csv: holds no rows");
  expect_error(csv("a,y\n"), 1, "t.csv: holds no rows");
  expect_error(csv(std::string("a,y\n1,\0\n", 8)), 1, "line 2, column 2: holds a zero byte");
  expect_error(csv("a,b\n1,2\n"), 2,
               "t.csv: which column is the target? Name it (data.target in a configuration, "
               "--target with hebb data); there are a, b");
  expect_error(csv("a,price\n1,2\n", {.target = "prise"}), 2, "did you mean 'price'?");
  expect_error(csv("town,y\nA,2\nA,3\n"), 1,
               "t.csv: holds no column to learn from besides the target");
  expect_error(csv("a,y\n1,cow\n", {.class_names = {"cat", "dog"}}), 1,
               "t.csv: line 2: there is no class 'cow'; known are 'cat' and 'dog'");
}

TEST_F(Open, AnotherNumberOfColumns) {
  expect_error(
      [&] {
        open(write("t.csv", "a,b,y\n1,2,u\n3,4,v\n").string(),
             {.target = "y", .class_names = {"0", "1"}, .sample_shape = {3}});
      },
      2, "t.csv: a sample has 2 columns, the model takes 3 columns");
}

// 1600000000 + i, as times are: f32 goes in steps of 128 there. The deviations are NumPy's.
TEST_F(Open, ColumnsFarFromZeroKeepTheirDigits) {
  const int64_t n = 1000;
  const double start = 1600000000, mean = 1600000499.5, deviation = 288.67499025720952;
  std::string table = "t,y\n";
  std::vector<double> times;
  std::vector<int64_t> whole;
  for (int64_t i = 0; i < n; ++i) {
    times.push_back(start + double(i));
    whole.push_back(int64_t(start) + i);
    table += std::to_string(whole.back()) + "," + std::to_string(whole.back()) + ".25\n";
  }
  const Tensor y = Tensor::from(times, {n});
  write_npz(folder_ / "f.npz", {{"x", Tensor::from(times, {n, 1})}, {"y", y}});
  write_npz(folder_ / "i.npz", {{"x", Tensor::from(whole, {n, 1})}, {"y", y}});
  write("t.csv", table);
  for (const char* file : {"t.csv", "f.npz", "i.npz"}) {
    SCOPED_TRACE(file);
    const Dataset data = open((folder_ / file).string());
    EXPECT_EQ(data.dtype(), f32);
    const DatasetStats stats = statistics(data);
    EXPECT_DOUBLE_EQ(stats.mean[0], mean);
    EXPECT_NEAR(stats.std[0], deviation, 1e-9);
    EXPECT_EQ(stats.min[0], start);
    EXPECT_EQ(stats.max[0], start + double(n - 1));
    EXPECT_NEAR(stats.target_std[0], deviation, 1e-9);
    EXPECT_TRUE(f32_loses_spread(stats.mean[0], stats.std[0]));
    int64_t i = 0;
    for (auto [x, targets] : Loader(normalize_like(data.subset({0, 1, 500, 999}), stats)))
      for (const double value : x.to_vector<double>()) {
        const double exact =
            (times[size_t(std::vector<int64_t>{0, 1, 500, 999}[size_t(i++)])] - mean) / deviation;
        EXPECT_EQ(float(value), float(exact));
      }
    EXPECT_EQ(i, 4);
    for (auto [x, targets] : Loader(data.subset({3})))
      EXPECT_EQ(x.item(), double(float(start + 3)));
  }
  EXPECT_FALSE(f32_loses_spread(1.6e9, 9e6));
  EXPECT_FALSE(f32_loses_spread(0, 1e-30));
  EXPECT_FALSE(f32_loses_spread(5, 0));
}

TEST_F(Open, StatisticsOfOnePixelAmongBrightOnes) {
  ImageBuffer picture({1, 1000, 1000});
  std::fill(picture.pixels.begin(), picture.pixels.end(), uint8_t(255));
  picture.pixels[7] = 254;
  const PictureStats stats = picture_stats(picture);
  const double p = 1e-6, exact = std::sqrt(p * (1 - p)) / 255;
  EXPECT_NEAR(stats.channel_std[0], exact, 1e-13 * exact);
  EXPECT_NEAR(stats.spread, exact, 1e-13 * exact);
}

TEST_F(Open, StatisticsOfPictures) {
  write_picture("p/a/1.png", 2, 2, 1, 0);
  write_picture("p/b/2.png", 2, 2, 1, 255);
  const DatasetStats stats = statistics(image_folder(folder_ / "p"));
  EXPECT_EQ(stats.samples, 2);
  EXPECT_EQ(stats.class_counts, (std::vector<int64_t>{1, 1}));
  EXPECT_DOUBLE_EQ(stats.mean[0], 0.5);
  EXPECT_DOUBLE_EQ(stats.std[0], 0.5);
  EXPECT_DOUBLE_EQ(stats.min[0], 0);
  EXPECT_DOUBLE_EQ(stats.max[0], 1);
  EXPECT_EQ(stats.pictures->count, 2);
  for (auto [x, y] : Loader(normalize_like(image_folder(folder_ / "p"), stats)))
    EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{-1, -1, -1, -1, 1, 1, 1, 1}));
}

TEST_F(Open, HashesTellContentsApart) {
  const Tensor x = Tensor::from(std::vector<float>{1, 2}, {2, 1}),
               y = Tensor::from(std::vector<int64_t>{0, 1}, {2});
  const Dataset a = from_tensors(x, y);
  EXPECT_EQ(a.hash().substr(0, 6), "xxh64:");
  EXPECT_EQ(a.hash(), from_tensors(x.clone(), y, {.name = "other"}).hash());
  EXPECT_NE(a.hash(), from_tensors(y.to(f32), y).hash());
  EXPECT_NE(a.hash(), from_tensors(x, Tensor::from(std::vector<int64_t>{1, 0}, {2})).hash());
  EXPECT_NE(a.hash(), a.subset({0}).hash());
  EXPECT_NE(a.subset({0, 1}).hash(), a.subset({1, 0}).hash());
}

}  // namespace
}  // namespace hebb::data
