// Every operator on a device whose memory the host cannot read: results, gradients and gradients of
// gradients in the CPU's bits, and on that device. What a rule makes anew in the wrong place is
// refused, and what reads memory past the device ends the program.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hebb/ops/create.h"
#include "hebb/ops/slot_names.h"
#include "ops/samples.h"
#include "support/other_device.h"
#include "support/same_bits.h"

namespace hebb::test {
namespace {

// Tells an operator where to make its outputs.
class DeviceWriter : public FieldVisitor {
 public:
  explicit DeviceWriter(Device device) : device_(device) {}
  void field(std::string_view, bool&) override {}
  void field(std::string_view, int64_t&) override {}
  void field(std::string_view, double&) override {}
  void field(std::string_view, std::string&) override {}
  void field(std::string_view, DType&) override {}
  void field(std::string_view, Device& value) override { value = device_; }
  void field(std::string_view, Dims&) override {}
  void field(std::string_view, std::vector<double>&) override {}
  bool optional(std::string_view, bool has) override { return has; }

 private:
  Device device_;
};

Attrs told(const Attrs& attrs, Device device) {
  if (!attrs.device())
    return attrs;
  const Attrs copy(attrs.type(), attrs.type()->copy(attrs.get()));
  DeviceWriter writer(device);
  copy.visit(writer);
  return copy;
}

struct Results {
  Device device = Device::cpu;  // where outputs should be: of a call without tensors the CPU
  std::vector<Tensor> outputs, gradients;
};

// Some gradients end with the first one, and say so.
void differentiate_again(const Tensor& grad) {
  try {
    grad.backward(ones_like(grad), true);
  } catch (const Error& error) {
    if (error.message().find("has no gradient") == std::string::npos)
      throw;
  }
}

Results results_on(Device device, const Op& op, const Sample& sample) {
  Slots slots = slots_of(sample.operands);
  const Attrs attrs = told(sample.attrs.of(op), device);
  Results found;
  found.device = attrs.device().value_or(Device::cpu);
  std::vector<Tensor> leaves;
  for (size_t slot = 0; slot < slots.size(); ++slot)
    for (Tensor& t : slots[slot]) {
      const std::string_view name = op.inputs[int(slot)];
      if (!t.defined() || t.is_number() || (slot + 1 == slots.size() && is_random_key(name)))
        continue;
      t = t.to(device);
      found.device = device;
      if (!is_differentiable(t.dtype()) || name.starts_with("running_"))
        continue;
      t = t.detach().requires_grad_();
      leaves.push_back(t);
    }
  const Call call = run_call(op, slots, attrs);
  for (const Tensor& out : call.outputs()) {
    found.outputs.push_back(out.defined() ? out.detach() : out);
    if (out.defined() && out.requires_grad() && !exempted(sample.exempt, Check::gradient))
      out.backward(ones_like(out), true, true);
  }
  std::vector<Tensor> first;
  for (const Tensor& leaf : leaves)
    first.push_back(leaf.grad());
  for (const Tensor& grad : first)
    if (grad.defined() && grad.requires_grad())
      differentiate_again(grad);
  for (Tensor& leaf : leaves) {  // the second derivatives were added to the first ones
    found.gradients.push_back(leaf.grad().defined() ? leaf.grad().detach() : Tensor());
    leaf.set_grad({});  // which own the graph
  }
  return found;
}

std::string compare(const char* what, const std::vector<Tensor>& here,
                    const std::vector<Tensor>& there, Device device) {
  if (here.size() != there.size())
    return fmt::format("{} {}s, not {}", there.size(), what, here.size());
  for (size_t i = 0; i < here.size(); ++i) {
    if (here[i].defined() != there[i].defined())
      return fmt::format("{} {} is there on one device only", what, i);
    if (!here[i].defined() || here[i].is_number())
      continue;
    if (there[i].device() != device)
      return fmt::format("{} {} is on {}", what, i, to_string(there[i].device()));
    if (!same_bits(there[i].to(Device::cpu), here[i]))
      return fmt::format("{} {} differs", what, i);
  }
  return "";
}

struct OnADevice : testing::TestWithParam<std::string> {};
TEST_P(OnADevice, HasTheBitsOfTheCpu) {
  const Tried& op = tried(GetParam());
  const uint64_t before = allocator_of(whole()).stats().in_use;
  for (const Sample& sample : op.samples) {
    const Results here = results_on(Device::cpu, *op.op, sample),
                  there = results_on(whole(), *op.op, sample);
    EXPECT_EQ(compare("output", here.outputs, there.outputs, there.device), "") << sample.label;
    EXPECT_EQ(compare("gradient", here.gradients, there.gradients, there.device), "")
        << sample.label;
  }
  EXPECT_EQ(allocator_of(whole()).stats().in_use, before) << "memory that did not go back";
}
INSTANTIATE_TEST_SUITE_P(Ops, OnADevice, testing::ValuesIn(operators_where(any_operator)),
                         [](const auto& p) { return parameter_name(p.param); });

}  // namespace
}  // namespace hebb::test
