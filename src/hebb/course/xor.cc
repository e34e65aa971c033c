// XOR, which a net with a hidden layer learns and no linear one can.
#include <algorithm>
#include <cmath>
#include <string>

#include "hebb/course/worked_number.h"
#include "hebb/nn/activation.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/sequential.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/random.h"
#include "hebb/optim/adam.h"

namespace hebb::course {
namespace {

Tensor corners() {
  return tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}});
}
Tensor answers() {
  return tensor({0.0, 1.0, 1.0, 0.0}, {4, 1});
}

int64_t right(const Tensor& logits) {
  return int64_t(eq((logits > 0).to(f32), answers()).sum().item());
}

int64_t right_after_training(nn::Sequential& net) {
  optim::Adam adam(net.parameters(), {.lr = 0.05});
  for (int i = 0; i < 400; ++i) {
    adam.zero_grad();
    binary_cross_entropy_with_logits(net(corners()), answers()).backward();
    adam.step();
  }
  return right(net(corners()));
}

void exclusive_or(Checks& checks) {
  nn::Sequential net(nn::Linear(2, 4), nn::ReLU(), nn::Linear(4, 1));
  checks.equal("parameters of 2-4-1", 17, net.parameter_count());
  // Four ReLUs may all be dead from the start: another start then.
  int64_t best = 0;
  for (int start = 0; start < 10 && best < 4; ++start) {
    nn::Sequential fresh(nn::Linear(2, 4), nn::ReLU(), nn::Linear(4, 1));
    best = std::max(best, right_after_training(fresh));
  }
  checks.equal("right with a hidden layer of ReLU", 4, best);

  // Of a linear function f(0,0) + f(1,1) = f(0,1) + f(1,0). XOR wants the left sum to be below 0
  // and the right one above: four right answers are impossible, at any depth.
  int64_t most = 0;
  double unequal = 0;
  for (int draw = 0; draw < 300; ++draw) {
    nn::Sequential linear(nn::Linear(2, 4));
    for (int depth = 0; depth < draw % 3; ++depth)
      linear.push_back(nn::Linear(4, 4));
    linear.push_back(nn::Linear(4, 1));
    const Tensor f = linear(corners()).detach();
    unequal = std::max(unequal, std::fabs((f[0] + f[3] - f[1] - f[2]).item()));
    most = std::max(most, right(f));
  }
  checks.near("linear nets: f(0,0) + f(1,1) - f(0,1) - f(1,0)", 0, unequal, 1e-5);
  checks.equal("linear nets: most right answers of 300", 3, most);
}

}  // namespace

constinit const WorkedNumber worked::A17 = {
    .id = "A17", .what = "XOR, with a hidden layer and without", .compute = exclusive_or};

}  // namespace hebb::course
