// Self-attention has no idea of order. Without positions, tokens in another order give the same
// outputs in that order; with sinusoidal positions they do not. Each row of weights adds up to 1,
// and so the whole map of N tokens to N. Prints these numbers.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

int main() {
  manual_seed(3);
  const int64_t tokens = 9;
  nn::MultiheadAttention attention({.embed_dim = 16, .num_heads = 2, .batch_first = true});
  nn::SinusoidalPositions positions;
  const Tensor x = randn({1, tokens, 16}), order = randperm(tokens);

  const auto [y, weights] = attention.with_weights(x, x, x);
  std::cout << "rows of weights add up to\n"
            << weights.sum(-1).detach() << "\nand the map to " << weights.sum().item() << '\n';

  const auto attend = [&](const Tensor& in, bool placed) {
    const Tensor seen = placed ? positions(in) : in;
    return attention(seen, seen, seen);
  };
  // How far outputs of shuffled tokens are from shuffled outputs.
  const auto apart = [&](bool placed) {
    const Tensor shuffled = attend(x.index_select(1, order), placed);
    return (shuffled - attend(x, placed).index_select(1, order)).abs().max().item();
  };
  const double without = apart(false), with = apart(true);
  std::cout << "shuffled tokens, largest difference from shuffled outputs:\n  without positions "
            << without << "\n  with positions    " << with << '\n';
  return without < 1e-5 && with > 1e-2 ? 0 : 1;
}
