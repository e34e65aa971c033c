// A function with a gradient of its own. A network with weights of -1 and +1 alone is trained
// through sign(), whose derivative is zero everywhere: the straight-through estimator (Bengio et
// al. 2013) lets the gradient pass where the weight is small. The plain sign learns nothing.

#include <hebb/hebb.h>

#include <iostream>
using namespace hebb;

struct BinarySign : autograd::Function<BinarySign> {
  static Tensor forward(autograd::FunctionContext& ctx, const Tensor& x, double width) {
    ctx.save_for_backward({x});
    ctx.saved_data["width"] = width;
    return sign(x);
  }
  static std::vector<Tensor> backward(autograd::FunctionContext& ctx,
                                      const std::vector<Tensor>& grad_outputs) {
    const Tensor x = ctx.saved_tensors()[0];
    const auto width = std::any_cast<double>(ctx.saved_data.at("width"));
    const Tensor passes = (x.abs() <= width).to(x.dtype());
    return {grad_outputs[0] * passes, {}};  // a gradient for each argument: the number has none
  }
};

template <class Sign>
double train(const Sign& binary) {  // the share of right answers
  manual_seed(2);
  const Tensor x = randn({256, 16}), truth = sign(randn({16, 1}));
  const Tensor y = (x.matmul(truth) > 0).to(f32);
  Tensor weight = (rand({16, 1}) - 0.5).requires_grad_();
  optim::SGD sgd({weight}, {.lr = 0.1});
  for (int step = 0; step < 200; ++step) {
    const Tensor loss = binary_cross_entropy_with_logits(x.matmul(binary(weight)), y);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  const Tensor right = (x.matmul(sign(weight)) > 0).to(f32) == y;
  return right.to(f32).mean().item();
}

int main() {
  const double through = train([](const Tensor&w) { return BinarySign::apply(w, 1.0); }),
               plain = train([](const Tensor&w) { return sign(w); });
  std::cout << "binary weights, trained straight through: " << 100 * through
            << " % right; through the plain sign: " << 100 * plain << " %\n";
  return through > 0.95 && plain < 0.8 ? 0 : 1;
}
