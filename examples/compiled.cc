// Inference by a plan: the model is traced once, and from then on its kernels run one after the
// other in memory that was settled before. Prints the difference from the eager answer, and how
// long both take.

#include <hebb/hebb.h>

#include <chrono>
#include <cstdio>
#include <cstring>
using namespace hebb;

template <class F>
double best_ms(int runs, F&& f) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    f();
    const auto end = std::chrono::steady_clock::now();
    best = std::min(best, std::chrono::duration<double, std::milli>(end - start).count());
  }
  return best;
}

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
  manual_seed(1);
  nn::Sequential net(
      nn::Conv2d({.in = 1, .out = 32, .kernel = 3, .padding = 1}), nn::BatchNorm2d(32), nn::ReLU(),
      nn::MaxPool2d(2), nn::Conv2d({.in = 32, .out = 64, .kernel = 3, .padding = 1}),
      nn::BatchNorm2d(64), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(64 * 7 * 7, 10));
  net.eval();
  NoGrad off;

  const Compiled run =
      compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {net(in[0])}; });
  const Tensor x = randn({1, 1, 28, 28});
  const Tensor logits = run({x})[0];  // the first call traces and plans, the next ones run

  const double difference = amax(abs(logits - net(x))).item();
  const int runs = quick ? 3 : 300;
  const double eager = best_ms(runs, [&] { net(x); }), planned = best_ms(runs, [&] { run({x}); });
  std::printf("largest difference %.1e, eager %.3f ms, by plan %.3f ms\n", difference, eager,
              planned);
  if (!run.why_eager().empty())
    std::printf("not planned: %s\n", run.why_eager().c_str());
  return difference < 1e-4 && run.plans_made() == 1 ? 0 : 1;
}
