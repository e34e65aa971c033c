// Ten steps of every optimiser against torch.optim (tests/reference/optimizer.json, written by
// optimizer.py), in f64 and f32; in-place memory; clipping; sums of pieces.

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/optimizer.h"
#include "hebb/ops/reduce.h"
#include "ops/samples.h"
#include "support/places.h"

namespace hebb::test {
namespace {

using Tensors = std::vector<Tensor>;

struct Reference {
  nlohmann::json all;
  std::vector<Dims> shapes;
  Reference() {
    all = nlohmann::json::parse(read_file(reference_folder() / "optimizer.json"));
    for (const auto& shape : all["shapes"])
      shapes.emplace_back(shape.get<std::vector<int64_t>>());
  }
  Tensors tensors(const nlohmann::json& lists, DType dtype) const {
    Tensors out;
    for (size_t i = 0; i < shapes.size(); ++i)
      out.push_back(Tensor::from(lists[i].get<std::vector<double>>(), shapes[i]).to(dtype));
    return out;
  }
};

Tensors zeros_for(const Tensors& params) {
  Tensors out;
  for (const Tensor& p : params) {
    out.push_back(Tensor::empty(p.shape(), p.dtype()));
    out.back().zero_();
  }
  return out;
}

void step(const std::string& op, const Attrs& attrs, const Tensors& params, const Tensors& grads,
          std::vector<Tensors>& states, double lr, int number) {
  const Tensor rate = full({}, lr, f64), count = full({}, number, i64);
  if (op == "sgd_step")
    sgd_step(params, grads, states[0], rate, count, attrs.as<SgdAttrs>());
  else if (op == "rmsprop_step")
    rmsprop_step(params, grads, states[0], states[1], states[2], rate, count,
                 attrs.as<RmspropAttrs>());
  else if (op == "nadam_step")
    nadam_step(params, grads, states[0], states[1], rate, count, attrs.as<NadamAttrs>());
  else
    adam_step(params, grads, states[0], states[1], states[2], rate, count, attrs.as<AdamAttrs>());
}

// The states that the operator takes: zeros, or none.
std::vector<Tensors> states_of(const std::string& op, const Attrs& attrs, const Tensors& params) {
  std::vector<Tensors> states(3);
  const auto need = [&](size_t slot, bool needed) {
    if (needed)
      states[slot] = zeros_for(params);
  };
  if (op == "sgd_step") {
    need(0, attrs.as<SgdAttrs>().momentum != 0);
    return states;
  }
  need(0, true);
  if (op == "rmsprop_step") {
    need(1, attrs.as<RmspropAttrs>().centered);
    need(2, attrs.as<RmspropAttrs>().momentum != 0);
    return states;
  }
  need(1, true);
  need(2, op == "adam_step" && attrs.as<AdamAttrs>().amsgrad);
  return states;
}

TEST(OptimizerSteps, FollowPyTorch) {
  const Reference reference;
  for (DType dtype : {f64, f32})
    for (const auto& c : reference.all["cases"]) {
      const std::string op = c["op"];
      const Attrs attrs = attrs_from_json(*find_op(op), c["attrs"].dump());
      const Tensors params = reference.tensors(reference.all["start"], dtype);
      std::vector<Tensors> states = states_of(op, attrs, params);
      const void* memory = params[0].raw_data();
      for (int i = 1; i <= 10; ++i) {
        step(op, attrs, params, reference.tensors(reference.all["grads"][size_t(i - 1)], dtype),
             states, c["lr"], i);
        if (i != 1 && i != 10)
          continue;
        const double rtol = dtype == f64 ? 1e-12 : 1e-5;
        EXPECT_EQ(difference(params, reference.tensors(c[i == 1 ? "after 1" : "after 10"], dtype),
                             rtol, rtol),
                  "")
            << op << " " << c["attrs"] << " after step " << i;
      }
      EXPECT_EQ(params[0].raw_data(), memory);
    }
}

TEST(OptimizerSteps, WriteIntoTheMemoryThatIsThere) {
  const Tensors params{randn({3})}, grads{ones({3})}, none;
  const void* memory = params[0].raw_data();
  const uint64_t version = params[0].version();
  const Tensor before = params[0].clone();
  sgd_step(params, grads, none, full({}, 0.5), full({}, 1), {});
  EXPECT_EQ(params[0].raw_data(), memory);
  EXPECT_GT(params[0].version(), version);
  EXPECT_EQ(difference(params[0], before - full({3}, 0.5), 1e-6, 0), "");
}

TEST(ClipByNorm, ScalesToTheNormAsked) {
  const Tensors grads{full({30000}, 1), full({40000}, 2)};  // several pieces
  const double norm = std::sqrt(30000.0 + 4 * 40000.0);
  EXPECT_NEAR(grad_norm(grads).item(), norm, 1e-4);
  clip_by_norm(grads, grad_norm(grads), 1000);
  EXPECT_EQ(grads[0].to_vector<double>()[0], 1);
  clip_by_norm(grads, grad_norm(grads), 2);
  EXPECT_NEAR(grad_norm(grads).item(), 2, 1e-5);
}

// Sums cut into pieces, in every layout the fast kernels know, against the plain kernel.
TEST(Sum, PiecesAddUp) {
  struct Form {
    std::initializer_list<int64_t> shape;
    Dims dim;
  };
  for (const Form& form :
       {Form{{70000}, {}}, Form{{3, 40000}, {1}}, Form{{30000, 3}, {0}}, Form{{30000, 5}, {0}},
        Form{{3000, 70}, {0}}, Form{{20, 7, 900}, {0, 2}}, Form{{2, 3000, 33}, {1}}}) {
    const Tensor x = randn(form.shape);
    EXPECT_EQ(difference(sum(x, form.dim), sum(x.to(f64), form.dim).to(f32), 1e-5, 1e-5), "")
        << to_string(x.shape()) << " over " << to_string(form.dim);
    EXPECT_EQ(difference(mean(x, form.dim), mean(x.to(f64), form.dim).to(f32), 1e-5, 1e-6), "")
        << to_string(x.shape()) << " over " << to_string(form.dim);
  }
}

}  // namespace
}  // namespace hebb::test
