// XOR, which no linear model can learn: a network with one hidden layer of four neurons gets all
// four cases right, and a purely linear one never more than three.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

template <class Net>
int train(Net net, const Tensor& x, const Tensor& y) {
  optim::Adam adam(net.parameters(), {.lr = 0.05});
  for (int step = 0; step < 500; ++step) {
    Tensor loss = binary_cross_entropy(net(x), y);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  const std::vector<float> p = net(x).detach().template to_vector<float>(),
                           want = y.to_vector<float>();
  int right = 0;
  for (size_t i = 0; i < 4; ++i)
    right += (p[i] > 0.5f) == (want[i] > 0.5f);
  return right;
}

int main() {
  const Tensor x = tensor({{0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}),
               y = tensor({0.0, 1.0, 1.0, 0.0}, {4, 1});

  manual_seed(3);
  nn::Sequential net(nn::Linear(2, 4), nn::ReLU(), nn::Linear(4, 1), nn::Sigmoid());
  nn::Sequential linear(nn::Linear(2, 4), nn::Linear(4, 4), nn::Linear(4, 1), nn::Sigmoid());

  const int64_t parameters = net.parameter_count();
  const int with_relu = train(net, x, y), without = train(linear, x, y);
  std::cout << parameters << " parameters: " << with_relu
            << " of 4 right; without the ReLU: " << without << " of 4\n";
  return parameters == 17 && with_relu == 4 && without <= 3 ? 0 : 1;
}
