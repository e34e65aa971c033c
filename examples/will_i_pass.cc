// "Will I pass this class?" Two features, the number of lectures attended and the hours spent on
// the project; three students whose outcome is known. The untrained network is wrong about
// somebody; after training it is right about all three.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

int main() {
  const Tensor students = tensor({{4.0, 5.0}, {2.0, 1.0}, {5.0, 8.0}}),
               passed = tensor({1.0, 0.0, 1.0}, {3, 1});

  manual_seed(6);
  nn::Sequential net(nn::Linear(2, 3), nn::ReLU(), nn::Linear(3, 1), nn::Sigmoid());
  std::cout << "before training:\n" << net(students).detach() << '\n';

  optim::SGD sgd(net.parameters(), {.lr = 0.1});
  double loss = 0;
  for (int step = 0; step < 2000; ++step) {
    Tensor batch_loss = binary_cross_entropy(net(students), passed);
    sgd.zero_grad();
    batch_loss.backward();
    sgd.step();
    loss = batch_loss.item();
  }
  const Tensor after = net(students).detach();
  std::cout << "after training (loss " << loss << "):\n" << after << '\n';
  const std::vector<float> p = after.to_vector<float>();
  return p[0] > 0.5f && p[1] < 0.5f && p[2] > 0.5f ? 0 : 1;
}
