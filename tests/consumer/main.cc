// A small program against the installed library: one step of learning, on the CPU kernels that the
// library opens by itself.
#include <hebb/hebb.h>

#include <iostream>

using namespace hebb;

int main() {
  nn::Sequential net(nn::Flatten(), nn::Linear(16, 3));
  optim::SGD sgd(net.parameters(), {.lr = 0.1});
  const Tensor x = ones({2, 1, 4, 4}), y = zeros({2}, DType::i64);

  Tensor before = cross_entropy(net(x), y);
  sgd.zero_grad();
  before.backward();
  sgd.step();
  const Tensor after = cross_entropy(net(x), y);

  const Compiled run =
      compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {net(in[0])}; });
  if (run({x})[0].shape() != Dims{2, 3})
    return 1;

  std::cout << "loss " << before << ", after one step " << after << '\n';
  return after.item<double>() < before.item<double>() ? 0 : 1;
}
