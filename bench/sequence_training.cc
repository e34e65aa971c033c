// One training step of a classifier of token ids, 32 sequences at a time: forward, backward, Adam.
// peers/sequence_training.py has the same networks in PyTorch. lstm: two layers of 128 units both
// ways over 64 times. transformer: four layers of 128 features with 4 heads over 128 times.
//   build/release/bin/bench_sequence_training lstm
//   build/release/bin/bench_sequence_training transformer

#include <fmt/format.h>

#include <stdexcept>

#include "hebb/nn/nn.h"
#include "hebb/ops/create.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "hebb/optim/adam.h"
#include "support/arguments.h"
#include "support/time_calls.h"

using namespace hebb;

namespace {

constexpr int64_t vocabulary = 10000, batch = 32, classes = 10;

struct Work {
  nn::Sequential net;
  int64_t times;
};

Work work_named(const std::string& name) {
  if (name == "lstm")
    return {nn::Sequential(nn::Embedding(vocabulary, 64),
                           nn::LSTM({.in = 64,
                                     .hidden = 128,
                                     .num_layers = 2,
                                     .batch_first = true,
                                     .bidirectional = true}),
                           nn::MeanOverTime(), nn::Linear(256, classes)),
            64};
  if (name == "transformer")
    return {nn::Sequential(
                nn::Embedding(vocabulary, 128),
                nn::TransformerEncoder(
                    {.d_model = 128, .nhead = 4, .dim_feedforward = 512, .batch_first = true}, 4),
                nn::MeanOverTime(), nn::Linear(128, classes)),
            128};
  throw std::runtime_error("'" + name + "' is neither lstm nor transformer");
}

int measure(const Arguments& arguments) {
  manual_seed(1);
  const std::string name = arguments.text("WORK");
  Work work = work_named(name);
  optim::Adam adam(work.net.parameters(), {.lr = 1e-3});
  const Tensor x = randint(0, vocabulary, {batch, work.times});
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < batch; ++i)
    labels.push_back(i % classes);
  const Tensor y = tensor(labels);
  double first = 0, last = 0;
  const auto step = [&] {
    const Tensor loss = cross_entropy(work.net(x), y);
    adam.zero_grad();
    loss.backward();
    adam.step();
    last = loss.item();
    if (first == 0)
      first = last;
  };
  const CallTimes times = time_calls(step, arguments.number("--rounds", 0, 1));
  for (int more = 0; more < 200 && last > 0.1; ++more)
    step();
  if (!(first > 1.5 && last <= 0.1)) {  // it must learn the batch by heart
    fmt::print("wrong: the loss went from {:.3f} to {:.3f}\n", first, last);
    return 1;
  }
  print_call_times(name + ", one step", times, last);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(
        Arguments(argc, argv, {.positional = {"WORK"}, .options = {"--rounds"}, .flags = {}}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_sequence_training: {}\n", error.what());
    return 1;
  }
}
