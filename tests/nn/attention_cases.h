// PyTorch's values of layers of attention (tests/reference/attention_layers.npz), and how a module
// is compared with a case of them.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "hebb/formats/npz.h"
#include "hebb/nn/module.h"
#include "hebb/ops/ops.h"
#include "support/places.h"

namespace hebb::attention_cases {

inline NamedTensors part(const std::string& prefix) {
  static const NamedTensors all = read_npz(reference_folder() / "attention_layers.npz");
  NamedTensors found;
  for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at)
    found.emplace(at->first.substr(prefix.size()), at->second);
  return found;
}

inline void expect_near(const std::string& what, const Tensor& got, const Tensor& expected,
                        double within = 5e-5) {
  ASSERT_TRUE(got.defined()) << what << " is missing";
  ASSERT_EQ(got.shape(), expected.shape()) << what;
  const std::vector<double> a = got.to_vector<double>(), b = expected.to_vector<double>();
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], within + within * std::abs(b[i])) << what << "[" << i << "]";
}

using Results = std::vector<Tensor>;
using Given = const NamedTensors&;

template <class M>
void agrees(const std::string& label, M module, const std::function<Results(M&, Given)>& call) {
  SCOPED_TRACE(label);
  module.load_state_dict([&] {
    nn::StateDict state;
    for (const auto& [name, tensor] : part(label + "/state/"))
      state.emplace_back(name, tensor);
    return state;
  }());
  module.eval();
  NamedTensors given = part(label + "/in/");
  const NamedTensors grads = part(label + "/grad/"), expected = part(label + "/out/");
  for (auto& [name, tensor] : given)
    if (grads.contains(name))
      tensor.requires_grad_();
  const Results out = call(module, given);
  ASSERT_EQ(out.size(), expected.size());
  for (size_t i = 0; i < out.size(); ++i)
    expect_near("output " + std::to_string(i), out[i], expected.at(std::to_string(i)));
  out[0].backward(part(label + "/gout/").at("0"));
  size_t compared = 0;
  for (const auto& [name, tensor] : given)
    if (const auto at = grads.find(name); at != grads.end()) {
      expect_near("gradient of " + name, tensor.grad(), at->second);
      ++compared;
    }
  for (const auto& [name, parameter] : module.named_parameters()) {
    ASSERT_TRUE(grads.contains(name)) << name;
    expect_near("gradient of " + name, parameter.grad(), grads.at(name));
    ++compared;
  }
  EXPECT_EQ(compared, grads.size());
}

}  // namespace hebb::attention_cases
