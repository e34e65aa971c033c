#include <cstdio>
#include "hebb/ops/create.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/reduce.h"
#include <iostream>
#include "hebb/base/error.h"
#include "hebb/kernels/cpu_library.h"
using namespace hebb;
int main() {
  Tensor x = ones({2,2}); x.requires_grad_();
  Tensor a = x + 2; Tensor b = a*a*3; Tensor c = b.sum()/4;
  c.backward();
  std::cout << a << "\n" << c << "\n" << x.grad() << "\n" << matmul(tensor({{1,2},{3,4}}), tensor({{1.5,2},{3,4}}).t()) << "\n" << cpu::versions() << "\n";
  try { matmul(ones({2,3}), ones({2,3})); } catch (const Error& e) { std::cout << e.what() << "\n"; }
}
