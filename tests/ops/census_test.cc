// The registry and the samples fit together: no operator without samples, no samples without an
// operator.

#include <gtest/gtest.h>

#include <set>

#include "hebb/kernels/devices.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

TEST(Census, EveryOperatorHasSamples) {
  for (const Tried& tried : all_tried())
    EXPECT_FALSE(tried.samples.empty()) << tried.op->name << " has no samples in tests/ops";
}

TEST(Census, EverySampleHasAnOperator) {
  for (const std::string& name : unknown_operators())
    ADD_FAILURE() << "samples for '" << name << "', which is no operator";
}

TEST(Census, LabelsAreUnique) {
  for (const Tried& tried : all_tried()) {
    std::set<std::string> labels;
    for (const Sample& sample : tried.samples)
      EXPECT_TRUE(labels.insert(sample.label).second) << tried.op->name << "/" << sample.label;
  }
}

TEST(Census, EntriesAreComplete) {
  std::set<std::string_view> names;
  for (const Op* op : all_ops()) {
    EXPECT_TRUE(names.insert(op->name).second) << op->name << " is listed twice";
    EXPECT_EQ(find_op(op->name), op);
    const bool computes = op->compose || op->view || (op->infer && (op->kernel || op->moves));
    EXPECT_TRUE(computes) << op->name << " has no way to compute";
    EXPECT_FALSE(op->compose && op->vjp)
        << op->name << ": a composite's gradient is that of its parts";
    for (const Keep& keep : op->keep)
      EXPECT_LT(keep.index, keep.is_output ? op->outputs.size() : op->inputs.size())
          << op->name << " keeps what it does not have";
  }
}

TEST(Census, WhatCountsSaysThatItHasNoGradient) {
  for (const char* name : {"argsort", "any", "all", "count_nonzero", "one_hot", "randn", "eq"})
    EXPECT_FALSE(find_op(name)->differentiable()) << name;
  for (const char* name : {"add", "conv2d", "var", "norm", "stack"})
    EXPECT_TRUE(find_op(name)->differentiable()) << name;
}

TEST(Census, EveryKernelThatAnEntryNamesIsThere) {
  for (const Op* op : all_ops())
    EXPECT_TRUE(!op->kernel || kernels_of(Device::Kind::cpu, op->kernel).size() > 0) << op->name;
}

}  // namespace
}  // namespace hebb::test
