// Attention: what its weights add up to, and what it knows of the order of its inputs.
#include "hebb/ops/attention.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/course/worked_number.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/positions.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"
#include "hebb/ops/reduce.h"

namespace hebb::course {
namespace {

constexpr int64_t tokens = 7, width = 8;

// Of values that are the unit vectors, attention gives its weights.
void attention_weights(Checks& checks) {
  const Tensor query = randn({tokens, width}, f64), key = randn({tokens, width}, f64);
  const Tensor map = scaled_dot_product_attention(query, key, eye(tokens, f64));
  checks.near("largest row sum", 1, map.sum({1}).max().item(), 1e-12);
  checks.near("smallest row sum", 1, map.sum({1}).min().item(), 1e-12);
  checks.near("sum of the map of 7 tokens", 7, map.sum().item(), 1e-12);
  checks.holds("no weight is negative", map.min().item() >= 0);
}

struct SelfAttention : nn::Module {
  nn::Linear query{width, width}, key{width, width}, value{width, width};
  HEBB_FIELDS(query, key, value)
  Tensor forward(const Tensor& x) {
    return scaled_dot_product_attention(query(x), key(x), value(x));
  }
};

void order_of_inputs(Checks& checks) {
  const NoGrad off;
  SelfAttention attend;
  nn::SinusoidalPositions places;
  const Tensor x = randn({1, tokens, width}), order = tensor({3, 0, 6, 1, 5, 2, 4});
  const auto permuted = [&](const Tensor& t) { return t.index_select(1, order); };
  const auto distance = [](const Tensor& a, const Tensor& b) { return (a - b).abs().max().item(); };
  checks.near("permuted inputs: distance from the permuted outputs", 0,
              distance(attend(permuted(x)), permuted(attend(x))), 1e-5);
  checks.between("with the places added to the inputs", 1e-2, 10,
                 distance(attend(places(permuted(x))), permuted(attend(places(x)))));
}

}  // namespace

constinit const WorkedNumber worked::A41 = {
    .id = "A41", .what = "attention's weights add up to 1", .compute = attention_weights};
constinit const WorkedNumber worked::A42 = {
    .id = "A42", .what = "self-attention without places", .compute = order_of_inputs};

}  // namespace hebb::course
