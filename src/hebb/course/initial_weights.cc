// Initial weights: their variance, and what becomes of signals on their way through ten layers.
#include <cmath>
#include <functional>

#include "hebb/autograd/no_grad.h"
#include "hebb/course/worked_number.h"
#include "hebb/nn/init.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"

namespace hebb::course {
namespace {

using Start = std::function<void(Tensor& weight, uint64_t key)>;

// Signals of ten layers of `width`, [samples, width], after the last one.
Tensor after_ten_layers(int64_t width, Tensor (*activation)(const Tensor&), const Start& start) {
  Tensor x = randn({64, width});
  for (uint64_t layer = 0; layer < 10; ++layer) {
    Tensor weight = empty({width, width});
    start(weight, layer);
    x = activation(x.matmul(weight.t()));
  }
  return x;
}

double spread(const Tensor& x) {
  return x.std().item();
}

void initial_weights(Checks& checks) {
  const NoGrad off;
  namespace init = nn::init;
  Tensor weight = empty({2000, 500});  // 500 in, 2000 out: 10^6 numbers
  init::xavier_normal_(weight, 1);
  checks.near("Xavier: variance over 2 / (in + out)", 1, weight.var().item() / (2.0 / 2500), 0.01);
  init::kaiming_normal_(weight, 2);
  checks.near("He: variance over 2 / in", 1, weight.var().item() / (2.0 / 500), 0.01);

  const Start xavier = [](Tensor& w, uint64_t key) { init::xavier_normal_(w, key); };
  const Start he = [](Tensor& w, uint64_t key) { init::kaiming_normal_(w, key); };
  const Start small = [](Tensor& w, uint64_t key) { init::normal_(w, key, 0, 0.05); };
  const Start none = [](Tensor& w, uint64_t) { init::zeros_(w); };
  checks.between("deviation after 10 layers, tanh with Xavier", 0.1, 1,
                 spread(after_ten_layers(512, tanh, xavier)));
  checks.between("ReLU with He", 0.3, 3, spread(after_ten_layers(512, relu, he)));
  checks.near("zeros", 0, spread(after_ten_layers(64, tanh, none)), 0);
  checks.between("tanh, deviation 0.05, 64 wide: gone", 0, 1e-3,
                 spread(after_ten_layers(64, tanh, small)));
  const Tensor wide = after_ten_layers(1024, tanh, small);
  checks.between("tanh, deviation 0.05, 1024 wide: share beyond 0.9", 0.1, 1,
                 (wide.abs() > 0.9).to(f32).mean().item());
}

}  // namespace

constinit const WorkedNumber worked::A47 = {
    .id = "A47", .what = "initial weights of Xavier and He", .compute = initial_weights};

}  // namespace hebb::course
