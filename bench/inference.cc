// Inference of whole models by compile(), as users call it:
//   bench_inference MODEL BATCH [--threads N] [--rounds N] [--eager]
//                   [--weights OUT.safetensors] [--input OUT.f32] [--output OUT.f32]
// MODEL: cnn or resnet18, with seeded weights. --eager: operator by operator, without a plan. The
// files are for peers/onnxruntime.cc, which runs the same model on the same input in ONNX Runtime
// (peers/inference.sh runs both in turns). The compiled answer is held against the eager one first.

#include <functional>

#include "hebb/base/error.h"
#include "hebb/base/parallel.h"
#include "hebb/graph/compile.h"
#include "hebb/nn/save.h"
#include "models/subjects.h"
#include "support/answers.h"
#include "support/arguments.h"
#include "support/time_calls.h"

using namespace hebb;

namespace {

std::span<const float> values_of(const Tensor& tensor) {
  return {tensor.data<float>(), size_t(tensor.numel())};
}

int run(const Arguments& arguments) {
  const std::string name = arguments.text("MODEL");
  const int64_t batch = arguments.number("BATCH", 1, 1, 4096);
  const int64_t threads = arguments.number("--threads", num_threads(), 1, most_threads);
  const int64_t rounds = arguments.number("--rounds", 0, 1);
  const bool eager = arguments.has("--eager");
  set_num_threads(int(threads));

  NoGrad off;
  const bench::Subject net = bench::subject_named(name);
  Dims shape = {batch};
  for (const int64_t size : net.picture)
    shape.push_back(size);
  const Tensor x = randn(shape);
  const Tensor expected = net.forward(x).contiguous();
  if (arguments.has("--weights"))
    save(*net.model, arguments.text("--weights"));
  if (arguments.has("--input"))
    write_floats(arguments.text("--input"), values_of(x));
  if (arguments.has("--output"))
    write_floats(arguments.text("--output"), values_of(expected));

  const Compiled compiled = compile(
      [&](const std::vector<Tensor>& in) { return std::vector<Tensor>{net.forward(in[0])}; });
  const std::function<Tensor()> call = [&] { return eager ? net.forward(x) : compiled({x})[0]; };
  if (!answers_agree(values_of(call().contiguous()), values_of(expected), "the eager answer"))
    return 1;
  if (!compiled.why_eager().empty())
    throw std::runtime_error("no plan: " + compiled.why_eager());
  const CallTimes times = time_calls(call, rounds);
  print_call_times("hebb " + name + " batch " + std::to_string(batch) + (eager ? " eager" : ""),
                   times, mean_magnitude(values_of(expected)));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(Arguments(argc, argv,
                         {.positional = {"MODEL", "BATCH"},
                          .options = {"--threads", "--rounds", "--weights", "--input", "--output"},
                          .flags = {"--eager"}}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_inference: %s\n", error.what());
    return 2;
  }
}
