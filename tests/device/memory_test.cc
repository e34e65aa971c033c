// Where tensors of a second device lie, how values go there and come back, and who may look.

#include <gtest/gtest.h>

#include <cstring>

#include "hebb/hebb.h"
#include "hebb/kernels/devices.h"
#include "hebb/tensor/to_host.h"
#include "support/message_of.h"
#include "support/other_device.h"
#include "support/same_bits.h"

namespace hebb::test {
namespace {

TEST(DeviceNames, AreFoundAndRefused) {
  EXPECT_EQ(to_string(Device::cpu), "cpu");
  EXPECT_EQ(to_string(meta), "meta");
  EXPECT_EQ(to_string(other(1)), "other:1");
  EXPECT_EQ(device_named("other"), other());
  EXPECT_EQ(device_named("other:1"), other(1));
  EXPECT_EQ(device_named("cpu"), Device::cpu);
  EXPECT_EQ(device_named("meta"), meta);
  EXPECT_TRUE(message_of([] {
                device_named("cuda");
              }).starts_with("there is no device 'cuda'; there are cpu, "));
  EXPECT_NE(message_of([] { device_named("cuda"); }).find(", other:0, other:1, "),
            std::string::npos);
  const std::string third = message_of([] { zeros({2}, f32, other(2)); });
  EXPECT_NE(third.find("there is no device 'other:2'"), third.npos) << third;
  EXPECT_NE(message_of([] { zeros({2}).to(Device{.index = 1}); }).find("no device 'cpu:1'"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              add_device_memory({.name = "other",
                                 .allocator = [](int) -> Allocator& { return cpu_allocator(); },
                                 .from_host = [](Device, void*, const void*, size_t) {},
                                 .to_host = [](Device, void*, const void*, size_t) {},
                                 .between = [](Device, void*, Device, const void*, size_t) {}});
            }).find("there is a device 'other' already"),
            std::string::npos);
}

TEST(DeviceMemory, ComesFromItsAllocatorAndGoesBack) {
  OtherMemory& memory = other_memory();
  const MemoryStats before = memory.stats();
  memory.reset_peak();
  const uint64_t on_cpu = cpu_allocator().stats().in_use;
  {
    const Tensor x = zeros({1000}, f32, other());
    EXPECT_EQ(x.device(), other());
    EXPECT_EQ(memory.stats().in_use, before.in_use + 4032);
    EXPECT_EQ(cpu_allocator().stats().in_use, on_cpu);
    const Tensor y = x + x;
    EXPECT_EQ(y.device(), other());
    EXPECT_EQ(memory.stats().requests, before.requests + 2);
  }
  EXPECT_EQ(memory.stats().in_use, before.in_use);
  EXPECT_EQ(memory.stats().peak, before.in_use + 2 * 4032);
}

TEST(DeviceMemory, AllocatorCanBeReplaced) {
  OtherMemory& own = other_memory(0);
  const uint64_t before = own.stats().in_use, of_second = other_memory(1).stats().in_use;
  ASSERT_EQ(&allocator_of(other()), &own);
  // The second one's memory is readable to the kernels as well.
  set_allocator(other(), &other_memory(1));
  Tensor kept = zeros({16}, f32, other());
  set_allocator(other(), nullptr);
  EXPECT_EQ(own.stats().in_use, before);
  EXPECT_EQ(other_memory(1).stats().in_use, of_second + 64);
  kept = Tensor();
  EXPECT_EQ(other_memory(1).stats().in_use, of_second);
}

using DeviceMemoryDeathTest = testing::Test;
TEST(DeviceMemoryDeathTest, IsNotTheHosts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const Tensor x = zeros({4}, f32, other());
        const volatile float first = *static_cast<const float*>(x.raw_data());
        static_cast<void>(first);
      },
      "");
}

TEST(DeviceMemory, IsRefusedToTheHost) {
  const Tensor x = zeros({2, 3}, f32, other());
  EXPECT_EQ(message_of([&] { x.data<float>(); }),
            "the tensor f32[2, 3] on other:0 is in memory that the host cannot read; "
            ".to(Device::cpu) copies it to where it can");
}

TEST(Moves, KeepValuesOfEveryDtypeAndLayout) {
  const Tensor wide = arange(24).reshape({2, 3, 4});
  for (DType dtype :
       {boolean, u8, i8, i16, i32, i64, u16, u32, u64, f16, bf16, f32, f64, c64, c128}) {
    const Tensor x = wide.to(dtype);
    for (const Tensor& view :
         {x, x.transpose(0, 2), x[{1}], x[{Slice(), 1}], x[{Slice(), Slice(), 3}], x[{0, 0, 0}],
          x[{Slice(0, 0)}], x[{0, 0, Slice(0, 1)}].expand({5})}) {
      const Tensor there = view.to(other());
      EXPECT_EQ(there.device(), other());
      EXPECT_TRUE(same_bits(there.to(Device::cpu), view)) << describe(view);
      EXPECT_TRUE(same_bits(to_host(there), view)) << describe(view);
      EXPECT_TRUE(same_bits(there.to(other(1)).to(Device::cpu), view)) << describe(view);
    }
    // Views of what is there already: holes come along, values are right.
    const Tensor there = x.to(other());
    EXPECT_TRUE(same_bits(there.transpose(0, 2).to(Device::cpu), x.transpose(0, 2)));
    EXPECT_TRUE(same_bits(to_host(there[{Slice(), 1}]), x[{Slice(), 1}]));
    EXPECT_TRUE(same_bits(there[{Slice(), Slice(), 3}].to(other(1)).to(Device::cpu),
                          x[{Slice(), Slice(), 3}]));
  }
}

TEST(Moves, CostNothingWhereNothingMoves) {
  const Tensor x = zeros({3}), y = x.to(other()), number = 2.5;
  EXPECT_TRUE(x.to(Device::cpu).same(x));
  EXPECT_TRUE(y.to(other()).same(y));
  EXPECT_TRUE(number.to(other()).same(number));
  EXPECT_TRUE(to_host(x).same(x));
  EXPECT_EQ(y.to(meta).device(), meta);
  EXPECT_NE(message_of([&] { x.to(meta).to(other()); }).find("on meta: it has no values"),
            std::string::npos);
}

TEST(Moves, AreDifferentiable) {
  const Tensor x = tensor({1., 2., 3.}).requires_grad_();
  const Tensor y = x.to(other()) * 3;
  EXPECT_EQ(y.device(), other());
  (y.to(Device::cpu) * tensor({1., 10., 100.})).sum().backward();
  EXPECT_EQ(x.grad().device(), Device::cpu);
  EXPECT_EQ(x.grad().to_vector<float>(), (std::vector<float>{3, 30, 300}));
}

TEST(Writes, CrossDevicesAndDtypes) {
  const Tensor values = tensor({{1., 2., 3.}, {4., 5., 6.}});
  Tensor there = zeros({2, 3}, f64, other()), here = zeros({3, 2}, i32);
  there.copy_(values);
  EXPECT_EQ(there.to_vector<double>(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  here.copy_(there.t());
  EXPECT_EQ(here.to_vector<int32_t>(), (std::vector<int32_t>{1, 4, 2, 5, 3, 6}));
  there.t().copy_(tensor({7., 8.}));  // broadcast into a view with other strides
  EXPECT_EQ(there.to_vector<double>(), (std::vector<double>{7, 7, 7, 8, 8, 8}));
  there[{Slice(), Slice(0, 2)}].fill_(1.5);
  EXPECT_EQ(there.to_vector<double>(), (std::vector<double>{1.5, 1.5, 7, 1.5, 1.5, 8}));
  there[{1}].copy_(there[{0}]);
  EXPECT_EQ(there.to_vector<double>(), (std::vector<double>{1.5, 1.5, 7, 1.5, 1.5, 7}));
  there.zero_();
  EXPECT_EQ(there.sum().item(), 0);
}

TEST(Reads, CopyToTheHost) {
  const Tensor x = tensor({{1.5, -2}, {3, 1e9}}), y = x.to(other());
  EXPECT_EQ(to_string(y), to_string(x));
  EXPECT_EQ(to_string(y.t()), to_string(x.t()));
  EXPECT_EQ((y[{1, 1}].item()), 1e9);
  EXPECT_EQ((y[{1, 0}].item<int64_t>()), 3);
  EXPECT_EQ(y.t().to_vector<float>(), x.t().to_vector<float>());
  EXPECT_EQ(describe(y), "f32[2, 2] on other:0");
  EXPECT_NE(message_of([&] { y.item(); }).find("4 elements"), std::string::npos);
}

TEST(Factories, CreateWhereTheyAreTold) {
  for (const Tensor& x : {zeros({2}, f32, other(1)), ones({2}, f32, other(1)),
                          full({2}, 3, {}, other(1)), empty({2}, f32, other(1)),
                          rand({2}, f32, {}, other(1)), zeros_like(ones({2}, f32, other(1)))})
    EXPECT_EQ(x.device(), other(1));
  EXPECT_EQ(ones_like(full({2}, 3, f64, other())).to_vector<double>(), (std::vector<double>{1, 1}));
  EXPECT_EQ(full({2}, full({}, 3, f32, other())).device(), other());  // that of the value
  EXPECT_EQ(zeros({2}).device(), Device::cpu);
  const Tensor key = draw_key();  // stays on the host
  EXPECT_TRUE(same_bits(rand({5}, f32, key, other()).to(Device::cpu), rand({5}, f32, key)));
  EXPECT_EQ(zeros({2}, f32, meta).device(), meta);
  EXPECT_NE(message_of([] {
              full({2}, ones({}, f32, other()), f32, Device::cpu);
            }).find("the result is on cpu and fill_value on other:0"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::test
