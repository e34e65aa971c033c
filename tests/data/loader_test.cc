// The loader: the same batches for any number of workers, resuming, sharing, errors, and ending
// early.
#include "hebb/data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <numeric>
#include <set>
#include <thread>
#include <type_traits>

#include "hebb/base/error.h"
#include "hebb/base/parallel.h"
#include "hebb/data/open.h"
#include "hebb/data/splits.h"
#include "hebb/data/tensors.h"

namespace hebb::data {
namespace {

Dataset pictures(int64_t n, int64_t side = 8) {
  Tensor x = Tensor::empty({n, 1, side, side}, u8), y = Tensor::empty({n}, i64);
  for (int64_t i = 0; i < x.numel(); ++i)
    x.data<uint8_t>()[i] = uint8_t(i * 37 + i / 64);
  for (int64_t i = 0; i < n; ++i)
    y.data<int64_t>()[i] = i % 10;
  return from_tensors(x, y, {.class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}});
}

// All that the batches hold, as bytes.
struct Drawn {
  std::vector<int64_t> sizes, indices, labels;
  std::string values;
  bool operator==(const Drawn&) const = default;
};

Drawn record(Loader& loader) {
  Drawn out;
  for (const Batch& batch : loader) {
    const Tensor x = batch["x"], y = batch["y"];
    out.sizes.push_back(x.size(0));
    out.indices.insert(out.indices.end(), batch.indices.begin(), batch.indices.end());
    out.values.append(static_cast<const char*>(x.raw_data()), size_t(x.nbytes()));
    for (int64_t i = 0; i < batch.size(); ++i)
      out.labels.push_back(y.data<int64_t>()[i]);
  }
  return out;
}

Drawn record(const Dataset& data, const LoaderOptions& options) {
  Loader loader(data, options);
  return record(loader);
}

std::vector<int64_t> sorted(std::vector<int64_t> values) {
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<int64_t> first_numbers(int64_t n) {
  std::vector<int64_t> out(static_cast<size_t>(n));
  std::iota(out.begin(), out.end(), int64_t(0));
  return out;
}

TEST(Loader, StructuredBindingsGiveInputAndTarget) {
  int64_t samples = 0;
  for (auto [x, y] : Loader(pictures(10), {.batch_size = 4})) {
    static_assert(std::is_same_v<decltype(x), Tensor>);
    EXPECT_EQ(x.dtype(), f32);
    EXPECT_EQ(y.dtype(), i64);
    EXPECT_EQ(x.shape(), (Dims{y.size(0), 1, 8, 8}));
    samples += y.size(0);
  }
  EXPECT_EQ(samples, 10);
}

TEST(Loader, PicturesAreLevelsOver255) {
  Tensor x = Tensor::empty({1, 1, 16, 16}, u8), y = Tensor::empty({1}, i64);
  for (int i = 0; i < 256; ++i)
    x.data<uint8_t>()[i] = uint8_t(i);
  y.data<int64_t>()[0] = 0;
  const Dataset plain = from_tensors(x, y);
  for (auto [bx, by] : Loader(plain, {.workers = 0}))
    for (int i = 0; i < 256; ++i)
      EXPECT_EQ(bx.data<float>()[i], float(i) / 255.0f);
  for (auto [bx, by] : Loader(plain.with_normalize({0.25}, {0.5}), {.workers = 0}))
    for (int i = 0; i < 256; ++i)
      EXPECT_EQ(bx.data<float>()[i], (float(i) / 255.0f - 0.25f) / 0.5f);
}

TEST(Loader, NormalisesByChannelAndByColumn) {
  Tensor x = Tensor::empty({1, 3, 1, 2}, u8), y = Tensor::from(std::vector<int64_t>{0}, {1});
  std::fill_n(x.data<uint8_t>(), 6, uint8_t(255));
  for (auto [bx, by] : Loader(from_tensors(x, y).with_normalize({0, 0.5, 1}, {1, 0.5, 2})))
    EXPECT_EQ(std::vector<float>(bx.data<float>(), bx.data<float>() + 6),
              (std::vector<float>{1, 1, 1, 1, 0, 0}));
  const Dataset table = from_tensors(Tensor::from(std::vector<float>{1, 10, 3, 30}, {2, 2}),
                                     Tensor::from(std::vector<float>{0, 1}, {2}));
  for (auto [bx, by] : Loader(table.with_normalize({2, 20}, {1, 5}))) {
    EXPECT_EQ(std::vector<float>(bx.data<float>(), bx.data<float>() + 4),
              (std::vector<float>{-1, -2, 1, 2}));
    EXPECT_EQ(by.dtype(), f32);
    EXPECT_EQ(by.shape(), (Dims{2}));
  }
  EXPECT_THROW(table.with_normalize({1, 2, 3}, {1, 1, 1}), Error);
  EXPECT_THROW(table.with_normalize({1}, {0}), Error);
}

// Sets of known sizes, as courses count their batches.
TEST(Loader, LengthsAreCeilings) {
  struct Case {
    int64_t n, batch, batches, last;
  };
  for (const Case& c : {Case{10000, 32, 313, 16},
                        {55000, 32, 1719, 24},
                        {60000, 64, 938, 32},
                        {50000, 64, 782, 16}}) {
    Tensor x = Tensor::empty({c.n, 1}, f32), y = Tensor::empty({c.n}, i64);
    std::fill_n(x.data<float>(), c.n, 0.0f);
    std::fill_n(y.data<int64_t>(), c.n, int64_t(0));
    Loader loader(from_tensors(x, y), {.batch_size = c.batch});
    EXPECT_EQ(loader.size(), c.batches);
    std::vector<int64_t> sizes;
    for (auto [bx, by] : loader)
      sizes.push_back(bx.size(0));
    EXPECT_EQ(int64_t(sizes.size()), c.batches);
    EXPECT_EQ(sizes.back(), c.last);
    Loader dropping(from_tensors(x, y), {.batch_size = c.batch, .drop_last = true});
    EXPECT_EQ(dropping.size(), c.batches - 1);
    EXPECT_EQ(dropping.samples(), c.n - c.last);
  }
}

class LoaderWorkers : public testing::TestWithParam<int> {};

TEST_P(LoaderWorkers, GiveTheSameBits) {
  const Dataset plain = pictures(333);
  const Dataset augmented = plain.with_augment(
      {"random_crop 6 padding=1", "horizontal_flip", "rotation 20", "noise 0.1"});
  for (const Dataset& data :
       {plain, augmented, augmented.subset({5, 3, 3, 200, 7, 9}).with_normalize({0.3}, {0.2})}) {
    LoaderOptions options{.batch_size = 16, .shuffle = true, .seed = 11, .workers = 0, .epoch = 2};
    const Drawn expected = record(data, options);
    EXPECT_EQ(int64_t(expected.indices.size()), data.size());
    options.workers = GetParam();
    for (int64_t prefetch : {1, 2, 5}) {
      options.prefetch = prefetch;
      EXPECT_EQ(record(data, options), expected);
    }
  }
}

TEST_P(LoaderWorkers, ResumeInTheMiddleOfAnEpoch) {
  const Dataset data = pictures(100).with_augment({"horizontal_flip", "noise 0.05"});
  LoaderOptions options{.batch_size = 7, .shuffle = true, .seed = 3, .workers = GetParam()};
  Loader whole(data, options);
  const Drawn first = record(whole), second = record(whole);
  EXPECT_NE(first.indices, second.indices);
  for (int64_t start = 0; start <= whole.size(); ++start) {
    options.epoch = 1;
    options.start_batch = start;
    Loader resumed(data, options);
    const Drawn rest = record(resumed);
    const size_t skipped = size_t(std::min<int64_t>(100, start * 7));
    EXPECT_EQ(rest.indices, std::vector<int64_t>(second.indices.begin() + int64_t(skipped),
                                                 second.indices.end()));
    EXPECT_EQ(rest.values, second.values.substr(skipped * 64 * sizeof(float)));
    resumed.set_epoch(0);
    EXPECT_EQ(record(resumed), first);  // the start belongs to the one epoch
  }
  options.start_batch = whole.size() + 1;
  EXPECT_THROW(record(data, options), Error);
}

// A source whose sample 41 cannot be read.
class Broken : public Source {
 public:
  explicit Broken(int64_t n) {
    info_.name = "broken";
    info_.size = n;
    info_.sample_shape = {1};
    info_.dtype = f32;
    info_.class_names = {"only"};
  }
  void read(int64_t index, void* to) const override {
    if (!is_serial_here() && workers)
      ++wrong_threads;
    if (index == 41)
      throw Error(ErrorKind::data, "sample 41", "is broken");
    if (slow)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    *static_cast<float*>(to) = float(index);
  }
  int64_t label(int64_t) const override { return 0; }
  uint64_t hash() const override { return 1; }
  bool slow = false, workers = false;
  mutable std::atomic<int> wrong_threads{0};
};

TEST_P(LoaderWorkers, AnErrorComesAtItsBatch) {
  auto source = std::make_shared<Broken>(100);
  source->workers = GetParam() > 0;
  std::vector<int64_t> seen;
  try {
    for (const Batch& batch : Loader(Dataset(source), {.batch_size = 10, .workers = GetParam()}))
      seen.push_back(batch.indices.front());
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "sample 41: is broken");
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{0, 10, 20, 30}));
  EXPECT_EQ(source->wrong_threads, 0);  // workers never enter a parallel region
}

TEST_P(LoaderWorkers, StopEarly) {
  auto source = std::make_shared<Broken>(41);
  source->slow = true;
  const Dataset data = Dataset(source).subset(std::vector<int64_t>(2000, 7));
  const auto begin = std::chrono::steady_clock::now();
  for (const Batch& batch : Loader(data, {.batch_size = 500, .workers = GetParam()})) {
    EXPECT_EQ(batch.size(), 500);
    break;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_LT(seconds, 3);  // a batch takes one, and nobody finishes those that have been begun
}

TEST_P(LoaderWorkers, SeveralEpochsAtOnce) {
  Loader loader(pictures(50), {.batch_size = 8, .shuffle = true, .workers = GetParam()});
  auto a = loader.begin();
  loader.set_epoch(0);
  auto b = loader.begin();
  for (; a != loader.end(); ++a, ++b)
    EXPECT_EQ(a->indices, b->indices);
  EXPECT_TRUE(b == loader.end());
}

INSTANTIATE_TEST_SUITE_P(Counts, LoaderWorkers, testing::Values(0, 1, 4));

TEST(Loader, EpochsDifferAndSeedsDiffer) {
  const Dataset data = pictures(64);
  Loader loader(data, {.shuffle = true, .seed = 1});
  const Drawn first = record(loader), second = record(loader);
  EXPECT_NE(first.indices, second.indices);
  EXPECT_EQ(sorted(first.indices), first_numbers(64));
  EXPECT_EQ(sorted(second.indices), first_numbers(64));
  EXPECT_NE(record(data, {.shuffle = true, .seed = 2}).indices, first.indices);
  EXPECT_EQ(record(data, {.shuffle = true, .seed = 1}), first);
  EXPECT_EQ(record(data, {}).indices, first_numbers(64));
}

TEST(Loader, AugmentationIsKeyedByTheSampleNotByItsPlace) {
  const Dataset data = pictures(20).with_augment({"noise 0.3"});
  const Drawn all = record(data, {.seed = 5}), part = record(data.subset({17, 4}), {.seed = 5});
  const size_t bytes = 64 * sizeof(float);
  EXPECT_EQ(part.values,
            all.values.substr(17 * bytes, bytes) + all.values.substr(4 * bytes, bytes));
  EXPECT_NE(record(data, {.seed = 5, .epoch = 1}).values, all.values);
  EXPECT_EQ(record(data, {.seed = 5, .augment = false}).values, record(pictures(20), {}).values);
  EXPECT_EQ(data.with_augment({}).sample_shape(), (Dims{1, 8, 8}));
}

TEST(Loader, RanksShareAnEpoch) {
  for (int64_t n : {1, 7, 12, 100})
    for (int64_t world : {1, 2, 3, 5}) {
      std::multiset<int64_t> all, kept;
      for (int64_t rank = 0; rank < world; ++rank) {
        const LoaderOptions options{.batch_size = 3, .shuffle = true, .rank = rank, .world = world};
        Loader loader(pictures(n), options);
        const Drawn share = record(loader);
        EXPECT_EQ(int64_t(share.indices.size()), (n + world - 1) / world);
        EXPECT_EQ(loader.samples(), int64_t(share.indices.size()));
        all.insert(share.indices.begin(), share.indices.end());
        const std::vector<int64_t> cut = rank_share(first_numbers(n), rank, world, true);
        EXPECT_EQ(int64_t(cut.size()), n / world);
        kept.insert(cut.begin(), cut.end());
      }
      EXPECT_EQ(std::set<int64_t>(all.begin(), all.end()).size(), size_t(n));
      EXPECT_EQ(std::set<int64_t>(kept.begin(), kept.end()).size(), size_t(n / world * world));
    }
}

TEST(Loader, WeightedSamplersDrawInProportion) {
  const auto sampler = weighted_sampler({1, 0, 3}, 40000, 9);
  std::vector<int64_t> count(3);
  for (int64_t i : sampler->order(0))
    ++count[size_t(i)];
  EXPECT_EQ(count[1], 0);
  EXPECT_NEAR(double(count[2]) / 40000, 0.75, 0.01);
  EXPECT_NE(sampler->order(0), sampler->order(1));
  EXPECT_EQ(sampler->order(3), sampler->order(3));
  EXPECT_THROW(weighted_sampler({0, 0}, 1, 0), Error);
  EXPECT_THROW(weighted_sampler({1, -1}, 1, 0), Error);

  std::vector<int64_t> labels(1000, 0);
  std::fill_n(labels.begin(), 10, 1);
  const Dataset skewed = from_tensors(Tensor::from(std::vector<float>(1000, 0.0f), {1000, 1}),
                                      Tensor::from(labels, {1000}));
  int64_t rare = 0;
  for (int64_t i : balanced_sampler(skewed, 1)->order(0))
    rare += skewed.label(i);
  EXPECT_NEAR(double(rare), 500, 80);
}

TEST(Loader, ASampleDrawnTwiceIsAugmentedTwice) {
  const Dataset data = pictures(1).with_augment({"noise 0.3"});
  const Drawn drawn = record(data, {.sampler = weighted_sampler({1}, 2, 0)});
  const size_t bytes = 64 * sizeof(float);
  EXPECT_NE(drawn.values.substr(0, bytes), drawn.values.substr(bytes));
}

TEST(Loader, RanksThatDrawTheSameSampleChangeItDifferently) {
  const Dataset data = pictures(1).with_augment({"noise 0.3"});
  const auto sampler = weighted_sampler({1}, 2, 0);
  const std::string whole = record(data, {.sampler = sampler}).values;
  std::string shares;
  for (int64_t rank : {0, 1})
    shares += record(data, {.rank = rank, .world = 2, .sampler = sampler}).values;
  EXPECT_EQ(shares, whole);
}

TEST(Loader, RefusesWhatMakesNoSense) {
  const Dataset data = pictures(5);
  for (const LoaderOptions& wrong : {LoaderOptions{.batch_size = 0},
                                     {.workers = -1},
                                     {.workers = 1000},
                                     {.prefetch = 0},
                                     {.rank = 2, .world = 2},
                                     {.world = 0}}) {
    try {
      Loader loader(data, wrong);
      ADD_FAILURE() << "accepted";
    } catch (const Error& e) {
      EXPECT_EQ(e.exit_status(), 2) << e.what();
    }
  }
  EXPECT_EQ(Loader(data.subset({}), {}).size(), 0);
  for (auto [x, y] : Loader(data.subset({}), {}))
    ADD_FAILURE() << "a batch of nothing";
  EXPECT_THROW(Loader(Dataset(), {}), Error);
}

TEST(Loader, KeepsNoMoreMemoryThanItNeeds) {
  Loader loader(pictures(2000), {.batch_size = 50, .workers = 0});
  record(loader);
  const uint64_t misses = cpu_allocator().stats().misses;
  record(loader);
  EXPECT_EQ(cpu_allocator().stats().misses, misses);  // one batch's memory is the next one's
}

}  // namespace
}  // namespace hebb::data
