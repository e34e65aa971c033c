#include "ops/onnx_samples.h"

#include <fmt/format.h>

#include <set>

namespace hebb::test {
namespace {

// Bools, which ONNX has other operators for; single samples; pooling to sizes that divide the
// input.
const std::multimap<std::string_view, Sample>& extra() {
  const auto truth = [](double first) { return values({first, 1, 0}, {3}, boolean); };
  const Sample bools = {"bools", {truth(1), truth(0)}};
  const Tensor vector = randn({2, 6}), image = randn({2, 6, 6}), volume = randn({2, 4, 4, 4}),
               batch = randn({2, 3, 6, 6});
  const char *const windows = R"({"kernel_size": 2})",
                    *const with_indices = R"({"kernel_size": 2, "return_indices": true})",
                    *const three = R"({"output_size": 3})", *const two = R"({"output_size": 2})",
                    *const one = R"({"output_size": 1})",
                    *const two_with_indices = R"({"output_size": 2, "return_indices": true})";
  static const std::multimap<std::string_view, Sample> all = {
      {"add", bools},
      {"mul", bools},
      {"maximum", bools},
      {"minimum", bools},
      {"full", {"of a tensor", {randn({})}, R"({"shape": [2, 3]})"}},
      {"cross_entropy", {"one row", {randn({4}), integers(0, 4, {})}, R"({"reduction": "none"})"}},
      {"nll_loss", {"one row", {randn({4}), integers(0, 4, {})}, R"({"reduction": "none"})"}},
      {"conv3d", {"one sample", {volume, randn({3, 2, 2, 2, 2})}}},
      {"conv_transpose2d", {"one sample", {image, randn({2, 3, 2, 2})}}},
      {"conv_transpose3d", {"one sample", {volume, randn({2, 3, 2, 2, 2})}}},
      {"max_pool1d", {"one sample", {vector}, with_indices}},
      {"max_pool3d", {"one sample", {volume}, with_indices}},
      {"avg_pool1d", {"one sample", {vector}, R"({"kernel_size": 2, "divisor_override": 3})"}},
      {"avg_pool2d", {"one sample", {image}, windows}},
      {"avg_pool3d", {"one sample", {volume}, R"({"kernel_size": 2, "divisor_override": 3})"}},
      {"adaptive_avg_pool1d", {"divided", {vector}, three}},
      {"adaptive_avg_pool1d", {"to one", {vector}, one}},
      {"adaptive_avg_pool2d", {"divided", {image}, three}},
      {"adaptive_avg_pool2d", {"to one", {batch}, one}},
      {"adaptive_avg_pool3d", {"divided", {volume}, two}},
      {"adaptive_avg_pool3d", {"to one", {volume}, one}},
      {"adaptive_max_pool1d", {"divided", {vector}, two_with_indices}},
      {"adaptive_max_pool1d", {"to one", {vector}, one}},
      {"adaptive_max_pool2d", {"divided", {batch}, two_with_indices}},
      {"adaptive_max_pool2d", {"to one", {image}, one}},
      {"adaptive_max_pool3d", {"divided", {volume}, two_with_indices}},
      {"adaptive_max_pool3d", {"to one", {volume}, one}},
      {"scaled_dot_product_attention",
       {"groups of heads",
        {randn({2, 4, 3, 2}), randn({2, 2, 5, 2}), randn({2, 2, 5, 3}), none(), none()},
        R"({"enable_gqa": true, "scale": 0.3})"}},
      {"binary_cross_entropy",
       {"summed", {uniform(0.1, 0.9, {3}), uniform(0, 1, {3})}, R"({"reduction": "sum"})"}},
      {"max", {"0-d", {randn({})}, R"({"dim": 0})"}},
      {"min", {"0-d", {randn({})}, R"({"dim": 0, "keepdim": true})"}},
      {"argmax", {"kept", {distinct({2, 3})}, R"({"keepdim": true})"}},
      {"argmin", {"kept", {distinct({2, 3})}, R"({"keepdim": true})"}},
  };
  return all;
}

}  // namespace

std::vector<int> onnx_opsets(const Op& op) {
  std::set<int> opsets = {17, 21, 23, 24};
  for (const OnnxForm& form : op.onnx) {
    opsets.insert(form.since);
    if (form.until != 0)
      opsets.insert(form.until);
  }
  std::erase_if(opsets, [&](int opset) { return !onnx_form_of(op, opset); });
  return {opsets.begin(), opsets.end()};
}

std::vector<Sample> onnx_samples(const Tried& tried) {
  std::vector<Sample> all = tried.samples;
  const auto [first, last] = extra().equal_range(tried.op->name);
  for (auto it = first; it != last; ++it)
    all.push_back(it->second);
  return all;
}

OnnxSample onnx_sample(const Op& op, const Slots& slots, const Attrs& attrs) {
  OnnxSample sample{run_call(op, slots, attrs), {}, {}};
  for (size_t i = 0; i < sample.call.inputs().size(); ++i) {
    const Tensor& operand = sample.call.inputs()[i];
    const bool named = operand.defined() && !operand.is_number();
    sample.names.operands.push_back(named ? fmt::format("in{}", i) : "");
    if (named)
      sample.operands.emplace(sample.names.operands.back(), operand);
  }
  for (int i = 0; i < user_results(sample.call); ++i)
    sample.names.results.push_back(fmt::format("out{}", i));
  return sample;
}

}  // namespace hebb::test
