// The peer of bench/call.cc, in libtorch. peers/call.sh builds it.

#include <torch/torch.h>

#include "../support/measure_calls.h"

namespace {

void measure_all(const char* prefix, bool tape) {
  const auto leaf = [&](at::IntArrayRef shape) { return torch::rand(shape).requires_grad_(tape); };
  const torch::Tensor a = leaf({4, 4}), b = leaf({4, 4});
  const torch::Tensor rows = leaf({4, 16}), weight = leaf({16, 16}), bias = leaf({16});
  const torch::Tensor picture = leaf({1, 3, 4, 4}), filters = leaf({8, 3, 3, 3});
  const auto name = [&](const char* what) {
    static char text[64];
    std::snprintf(text, sizeof text, "%s %s", prefix, what);
    return text;
  };
  namespace F = torch::nn::functional;
  measure_call(name("relu"), [&] { torch::relu(a); });
  measure_call(name("add"), [&] { a + b; });
  measure_call(name("times a number"), [&] { a * 2.5; });
  measure_call(name("reshape"), [&] { a.reshape({2, 8}); });
  measure_call(name("linear 16"), [&] { torch::linear(rows, weight, bias); });
  measure_call(name("conv2d 1x3x4x4"),
               [&] { F::conv2d(picture, filters, F::Conv2dFuncOptions().padding(1)); });
}

}  // namespace

int main() {
  torch::set_num_threads(1);
  torch::manual_seed(1);
  measure_all("tape:", true);
  {
    torch::NoGradGuard off;
    measure_all("no tape:", false);
  }
  torch::nn::Sequential net(torch::nn::Linear(8, 16), torch::nn::ReLU(), torch::nn::Linear(16, 4));
  torch::optim::SGD sgd(net->parameters(), 0.1);
  const torch::Tensor x = torch::rand({16, 8}), y = torch::rand({16, 4});
  measure_call("step of an MLP 8-16-4", [&] {
    const torch::Tensor loss = torch::mse_loss(net->forward(x), y);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  });
}
