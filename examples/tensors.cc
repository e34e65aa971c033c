// Tensors in a screen: made, indexed, computed with, differentiated. docs/guide/tensors.md
// explains.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

int main() {
  const Tensor labels = tensor({0, 1, 1});                // i64
  const Tensor table = tensor({{1.5, 2.0}, {3.0, 4.5}});  // f32
  const Tensor noise = randn({2, 2}), counted = arange(6).reshape({2, 3}), zero = zeros({2, 3});
  std::cout << labels << '\n' << table << '\n' << counted << '\n';

  Tensor x = counted.clone();
  const Tensor row = x[0], last = x[-1], corner = x[{0, 2}], columns = x[{Ellipsis(), Slice(0, 2)}];
  const Tensor picked = x[tensor({1, 0, 1})];  // rows by position: a copy
  x[0] += 10;                                  // a view: x changes
  std::cout << x << '\n' << columns << '\n' << picked.shape() << '\n';

  const Tensor scores = table.matmul(table.t()).softmax(1);
  const Tensor best = scores.argmax(1);
  const Tensor hit_rate = (best == tensor({1, 1})).to(f32).mean();
  const auto [largest, where] = table.max(0);
  std::cout << best << ' ' << hit_rate.item() << ' ' << largest << ' ' << where << '\n';

  Tensor w = tensor({2.0, 3.0}).requires_grad_();
  Tensor total = 0;
  for (int i = 1; i <= 3; ++i)
    total += (w * i).square().sum();
  total.backward();
  std::cout << w.grad() << '\n';  // 2 w (1 + 4 + 9)
  {
    NoGrad off;
    w -= 0.01 * w.grad();  // in w's memory
  }
  std::cout << w << '\n';

  const bool right = x[0].sum().item<int64_t>() == 33 && corner.item<int64_t>() == 12 &&
                     w.grad().to_vector<float>() == std::vector<float>{56, 84};
  return right ? 0 : 1;
}
