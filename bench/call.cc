// What a call of an operator costs besides its arithmetic: tiny operands, with and without a tape,
// and a training step of a tiny network. Its peer, the same program in libtorch:
// peers/call_libtorch.cc (peers/call.sh builds it and runs both in turns).

#include <hebb/hebb.h>

#include "support/measure_calls.h"

using namespace hebb;

namespace {

void measure_all(const char* prefix, bool tape) {
  const auto leaf = [&](const Dims& shape) {
    Tensor x = rand(shape);
    x.requires_grad_(tape);
    return x;
  };
  const Tensor a = leaf({4, 4}), b = leaf({4, 4});
  const Tensor rows = leaf({4, 16}), weight = leaf({16, 16}), bias = leaf({16});
  const Tensor picture = leaf({1, 3, 4, 4}), filters = leaf({8, 3, 3, 3});
  const auto name = [&](const char* what) {
    static char text[64];
    std::snprintf(text, sizeof text, "%s %s", prefix, what);
    return text;
  };
  measure_call(name("relu"), [&] { relu(a); });
  measure_call(name("add"), [&] { a + b; });
  measure_call(name("times a number"), [&] { a * 2.5; });
  measure_call(name("reshape"), [&] { a.reshape({2, 8}); });
  measure_call(name("linear 16"), [&] { linear(rows, weight, bias); });
  measure_call(name("conv2d 1x3x4x4"), [&] { conv2d(picture, filters, {}, {.padding = {1, 1}}); });
}

}  // namespace

int main() {
  set_num_threads(1);
  manual_seed(1);
  measure_all("tape:", true);
  {
    NoGrad off;
    measure_all("no tape:", false);
  }
  nn::Sequential net(nn::Linear(8, 16), nn::ReLU(), nn::Linear(16, 4));
  optim::SGD sgd(net.parameters(), {.lr = 0.1});
  const Tensor x = rand({16, 8}), y = rand({16, 4});
  double first = 0, last = 0;
  const auto step = [&] {
    const Tensor loss = mse_loss(net(x), y);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
    return loss;
  };
  first = step().item();
  measure_call("step of an MLP 8-16-4", step);
  last = step().item();
  if (!(last < first)) {
    std::printf("wrong: the loss went from %.4f to %.4f\n", first, last);
    return 1;
  }
}
