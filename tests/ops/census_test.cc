// The registry and the samples fit together: no operator without samples, no samples without an
// operator. Entries are complete, and explain themselves.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "hebb/base/file.h"
#include "hebb/kernels/devices.h"
#include "ops/samples.h"
#include "support/places.h"

namespace hebb::test {
namespace {

TEST(Census, EveryOperatorHasSamples) {
  for (const Tried* tried : all_tried())
    EXPECT_FALSE(tried->samples.empty()) << tried->op->name << " has no samples in tests/ops";
}

TEST(Census, FamiliesHaveSamplesOfTheirOwnOperators) {
  for (const std::string& name : strange_operators())
    ADD_FAILURE() << "samples for '" << name << "', which is no operator of that family";
}

TEST(Census, LabelsAreUnique) {
  for (const Tried* tried : all_tried()) {
    std::set<std::string> labels;
    for (const Sample& sample : tried->samples)
      EXPECT_TRUE(labels.insert(sample.label).second) << tried->op->name << "/" << sample.label;
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

// How much the suites of this folder compare; `./test` shows the line.
TEST(Census, Counts) {
  int64_t entries = 0, samples = 0, gradients = 0, second = 0, stored = 0;
  for (const Tried* tried : all_tried()) {
    ++entries;
    samples += int64_t(tried->samples.size());
    if (!tried->op->differentiable() || exempted(tried->exempt, Check::gradient))
      continue;
    for (const Sample& sample : tried->samples) {
      const bool first = !exempted(sample.exempt, Check::gradient);
      gradients += first;
      second += first && !tried->op->internal && !exempted(tried->exempt, Check::second_gradient) &&
                !exempted(sample.exempt, Check::second_gradient);
    }
  }
  for (const auto& entry : fs::directory_iterator(reference_folder())) {
    const fs::path path = entry.path();
    const std::string name = path.filename().string();
    if (path.extension() == ".json" && (name.starts_with("ops_") || name == "f64.json"))
      stored += int64_t(nlohmann::json::parse(read_file(path)).size());
  }
  for (int64_t count : {entries, samples, gradients, second, stored})
    EXPECT_GT(count, 0);
  fmt::print(
      "census: {} operators on {} samples; {} samples of gradients and {} of second "
      "derivatives beside differences; {} stored cases of PyTorch\n",
      entries, samples, gradients, second, stored);
}

// What an entry should say of itself, each rule with what is wrong where it does not hold.
struct Rule {
  std::string wrong;
  bool (*holds)(const Op& op);
};

bool every_form(const Op& op, bool (*holds)(const OnnxForm& form)) {
  return std::all_of(op.onnx.begin(), op.onnx.end(), holds);
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"what is missing", [](const Op& op) { return !op.what.empty(); }},
      {"what should end with a full stop", [](const Op& op) { return op.what.ends_with('.'); }},
      {"what is longer than two lines", [](const Op& op) { return op.what.size() <= 160; }},
      {"what should be one paragraph",
       [](const Op& op) { return op.what.find('\n') == std::string_view::npos; }},
      {"source is missing", [](const Op& op) { return !op.source.empty(); }},
      {"no_gradient_because is missing",
       [](const Op& op) { return op.differentiable() || !op.no_gradient_because.empty(); }},
      {"no_gradient_because is given, but there is a gradient",
       [](const Op& op) { return !op.differentiable() || op.no_gradient_because.empty(); }},
      {"no_onnx_because is missing",
       [](const Op& op) { return !op.onnx.empty() || !op.no_onnx_because.empty(); }},
      {"no_onnx_because is given, but there is an ONNX form",
       [](const Op& op) { return op.onnx.empty() || op.no_onnx_because.empty(); }},
      {"an ONNX form has no first opset",
       [](const Op& op) { return every_form(op, [](const OnnxForm& f) { return f.since > 0; }); }},
      {"an ONNX form has neither a type nor a function",
       [](const Op& op) {
         return every_form(op, [](const OnnxForm& f) { return !f.type.empty() || f.to; });
       }},
      {"a reason says that something is not done yet",
       [](const Op& op) { return op.no_onnx_because.find("yet") == std::string_view::npos; }},
  };
  return all;
}

TEST(Census, EntriesExplainThemselves) {
  std::map<std::string_view, std::string_view> entry_of_text;
  for (const Op* op : all_ops()) {
    for (const Rule& rule : rules())
      EXPECT_TRUE(rule.holds(*op)) << op->name << ": " << rule.wrong;
    const auto [other, is_new] = entry_of_text.emplace(op->what, op->name);
    EXPECT_TRUE(is_new) << op->name << ": what repeats that of " << other->second;
  }
}

// Each of these entries breaks one rule, so no rule is one that cannot fail.
TEST(Census, EveryRuleIsBrokenByAnEntryThatIsWrong) {
  Op right;
  right.name = "right";
  right.what = "A sentence.";
  right.source = "torch.right";
  right.no_gradient_because = "whole numbers come out";
  right.no_onnx_because = "ONNX has no such operator";
  for (const Rule& rule : rules())
    EXPECT_TRUE(rule.holds(right)) << rule.wrong;

  const std::string long_text = std::string(160, 'x') + ".";
  const std::map<std::string, std::function<void(Op&)>> mistakes = {
      {"what is missing", [](Op& op) { op.what = ""; }},
      {"what should end with a full stop", [](Op& op) { op.what = "A sentence"; }},
      {"what is longer than two lines", [&](Op& op) { op.what = long_text; }},
      {"what should be one paragraph", [](Op& op) { op.what = "Two\nlines."; }},
      {"source is missing", [](Op& op) { op.source = ""; }},
      {"no_gradient_because is missing", [](Op& op) { op.no_gradient_because = ""; }},
      {"no_gradient_because is given, but there is a gradient",
       [](Op& op) { op.vjp = [](const Call&, const Grads& dy) { return dy; }; }},
      {"no_onnx_because is missing", [](Op& op) { op.no_onnx_because = ""; }},
      {"no_onnx_because is given, but there is an ONNX form",
       [](Op& op) { op.onnx = {{.type = "Right", .since = 13}}; }},
      {"an ONNX form has no first opset", [](Op& op) { op.onnx = {{.type = "Right"}}; }},
      {"an ONNX form has neither a type nor a function", [](Op& op) { op.onnx = {{.since = 13}}; }},
      {"a reason says that something is not done yet",
       [](Op& op) { op.no_onnx_because = "not mapped yet"; }},
  };
  for (const Rule& rule : rules()) {
    ASSERT_TRUE(mistakes.contains(rule.wrong)) << rule.wrong;
    Op wrong = right;
    mistakes.at(rule.wrong)(wrong);
    EXPECT_FALSE(rule.holds(wrong)) << rule.wrong;
  }
}

TEST(Census, FamiliesHoldEveryOperatorOnce) {
  std::vector<const Op*> ops;
  for (const OpFamily& family : op_families()) {
    EXPECT_FALSE(family.ops.empty()) << family.name;
    EXPECT_FALSE(family.what.empty()) << family.name;
    ops.insert(ops.end(), family.ops.begin(), family.ops.end());
  }
  EXPECT_TRUE(std::ranges::equal(ops, all_ops()));
  EXPECT_EQ(op_families().front().name, "create");
  EXPECT_EQ(op_families().front().ops.front()->name, "full");
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
