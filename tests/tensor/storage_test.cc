// Memory: alignment, reuse, the counters of the allocator, a replacement, memory of somebody else.

#include "hebb/tensor/storage.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {
namespace {

TEST(Storage, IsAligned) {
  for (size_t bytes : {size_t(0), size_t(1), size_t(63), size_t(65), size_t(1000), size_t(1025),
                       size_t(100000), size_t(5) << 20}) {
    Storage storage(bytes, cpu_allocator());
    ASSERT_NE(storage.data(), nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(storage.data()) % 64, 0u) << bytes;
    if (bytes)
      static_cast<char*>(storage.data())[bytes - 1] = 1;
    EXPECT_EQ(storage.bytes(), bytes);
  }
}

TEST(Storage, IsReused) {
  Allocator& allocator = cpu_allocator();
  allocator.trim();
  void* first = nullptr;
  { first = Storage(12345, allocator).data(); }
  const MemoryStats before = allocator.stats();
  EXPECT_GE(before.cached, 12345u);
  Storage again(12300, allocator);  // of the same size class
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(allocator.stats().misses, before.misses);
  EXPECT_EQ(allocator.stats().requests, before.requests + 1);
}

TEST(Storage, CountsBytes) {
  Allocator& allocator = cpu_allocator();
  const uint64_t before = allocator.stats().in_use;
  allocator.reset_peak();
  {
    Storage a(1 << 20, allocator), b(1 << 20, allocator);
    EXPECT_GE(allocator.stats().in_use, before + (2u << 20));
  }
  EXPECT_EQ(allocator.stats().in_use, before);
  EXPECT_GE(allocator.stats().peak, before + (2u << 20));
  allocator.trim();
  EXPECT_EQ(allocator.stats().cached, 0u);
}

TEST(Storage, ServesSeveralThreads) {
  const uint64_t before = cpu_allocator().stats().in_use;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 500; ++i) {
        Storage storage(size_t(64 * (i % 7 + 1)), cpu_allocator());
        auto* words = static_cast<int*>(storage.data());
        words[0] = t;
        EXPECT_EQ(words[0], t);
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(cpu_allocator().stats().in_use, before);
}

class Counting : public Allocator {
 public:
  void* allocate(size_t bytes) override {
    ++live;
    return std::aligned_alloc(64, (bytes + 64) / 64 * 64);
  }
  void release(void* data, size_t) noexcept override {
    --live;
    std::free(data);
  }
  MemoryStats stats() const override { return {}; }
  void reset_peak() override {}
  void trim() override {}
  int live = 0;
};

TEST(Storage, AllocatorCanBeReplaced) {
  Counting mine;
  set_cpu_allocator(&mine);
  Tensor kept = Tensor::empty({3});
  EXPECT_EQ(mine.live, 1);
  set_cpu_allocator(nullptr);
  const Tensor other = Tensor::empty({3});
  EXPECT_EQ(mine.live, 1);
  kept = Tensor();  // goes back to where it came from
  EXPECT_EQ(mine.live, 0);
}

TEST(Storage, WrapsMemoryOfSomebodyElse) {
  auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3});
  const std::weak_ptr<std::vector<float>> watch = owner;
  Tensor tensor = Tensor::wrap(owner->data(), {3}, f32, owner);
  owner.reset();
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(tensor.data<float>()[2], 3);
  tensor = Tensor();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace hebb
