// Operators forwards and with their gradients, and steps of optimisers: what peers/operators.py
// does in PyTorch, under the same names and with the same values. Two threads.
//   build/release/bin/bench_operators [PART-OF-A-NAME]     prints a line for each
//   build/release/bin/bench_operators --list               prints the names
//   build/release/bin/bench_operators --turns SECONDS      reads names, one a line, and answers
//   each
// The answer of a line is a number that depends on every value of the result and on its place.
// peers/operators.sh compares it with PyTorch's.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/parallel.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/parse.h"
#include "support/time_calls.h"

using namespace hebb;

namespace {

using Inputs = std::vector<Tensor>;

// A hash whose bits are as good as random. Source: Chris Wellon's lowbias32.
uint32_t mixed(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

uint32_t noise(int64_t i, uint32_t seed) {
  return mixed(uint32_t(i) + seed * 0x9e3779b9u);
}

// In [-2, 2), of 24 bits.
Tensor values(const Dims& shape, uint32_t seed = 1) {
  Tensor x = empty(shape);
  auto* to = x.data<float>();
  for (int64_t i = 0; i < x.numel(); ++i)
    to[i] = float(noise(i, seed) >> 8) * 0x1p-22f - 2;
  return x;
}
// The same, but of 20 bits and all different, for at most 2^20 values: sorting has no ties, whose
// order PyTorch leaves open.
Tensor distinct_values(const Dims& shape) {
  constexpr uint32_t mask = (1 << 20) - 1;
  Tensor x = empty(shape);
  auto* to = x.data<float>();
  for (int64_t i = 0; i < x.numel(); ++i) {
    uint32_t bits = uint32_t(i);
    for (int round = 0; round < 2; ++round)
      bits = ((bits ^ (bits >> 10)) * 0x6ca6bu) & mask;
    to[i] = float(bits ^ (bits >> 10)) * 0x1p-18f - 2;
  }
  return x;
}
Tensor complex_values(Dims shape) {
  shape.push_back(2);
  return view_as_complex(values(shape));
}

// In [0, below).
Tensor indices(const Dims& shape, uint32_t below) {
  Tensor x = empty(shape, DType::i64);
  auto* to = x.data<int64_t>();
  for (int64_t i = 0; i < x.numel(); ++i)
    to[i] = noise(i, 2) % below;
  return x;
}

// The part of x in the direction of other values: below about 2 for values that know nothing of
// those.
double answer_of(const Tensor& given) {
  const Tensor x = is_complex(given.dtype()) ? view_as_real(given) : given;
  const auto got = x.to_vector<double>();
  double along = 0, squares = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    along += got[i] * (double(noise(int64_t(i), 3) >> 8) * 0x1p-22 - 2);
    squares += got[i] * got[i];
  }
  return along / std::sqrt(squares);
}

struct Operator {
  std::string name;
  Inputs (*inputs)();
  Tensor (*run)(const Inputs& x);
  size_t differentiated = 1;  // so many of the inputs, from the first on; 0: no backward pass
};

// Pictures of 256 x 256 in another size.
template <int64_t size, bool antialias = false>
Tensor resized(const Tensor& x, const char* mode) {
  return interpolate(x, {.size = {size, size}, .mode = mode, .antialias = antialias});
}
Inputs pictures() {
  return {values({8, 3, 256, 256})};
}

const Operator operators[] = {
    {"softmax 64 x 1000",
     [] {
       return Inputs{values({64, 1000})};
     },
     [](const Inputs& x) { return softmax(x[0], -1); }},
    {"softmax 32 x 8 x 128 x 128",
     [] {
       return Inputs{values({32, 8, 128, 128})};
     },
     [](const Inputs& x) { return softmax(x[0], -1); }},
    {"softmax 16 x 21 x 64 x 64 across channels",
     [] {
       return Inputs{values({16, 21, 64, 64})};
     },
     [](const Inputs& x) { return softmax(x[0], 1); }},
    {"log_softmax 64 x 1000",
     [] {
       return Inputs{values({64, 1000})};
     },
     [](const Inputs& x) { return log_softmax(x[0], -1); }},
    {"layer_norm 4096 x 768",
     [] {
       return Inputs{values({4096, 768}), values({768}, 4), values({768}, 5)};
     },
     [](const Inputs& x) { return layer_norm(x[0], {768}, x[1], x[2]); }, 3},
    {"layer_norm 32 x 128",
     [] {
       return Inputs{values({32, 128}), values({128}, 4), values({128}, 5)};
     },
     [](const Inputs& x) { return layer_norm(x[0], {128}, x[1], x[2]); }, 3},
    {"embedding 8192 of 50000 x 256",
     [] {
       return Inputs{values({50000, 256}), indices({64, 128}, 50000)};
     },
     [](const Inputs& x) { return embedding(x[1], x[0]); }},
    {"gather 1000 x 1000 along rows",
     [] {
       return Inputs{values({1000, 1000}), indices({1000, 1000}, 1000)};
     },
     [](const Inputs& x) { return gather(x[0], 1, x[1]); }},
    {"gather 1000 x 1000 along columns",
     [] {
       return Inputs{values({1000, 1000}), indices({1000, 1000}, 1000)};
     },
     [](const Inputs& x) { return gather(x[0], 0, x[1]); }},
    {"gather 1000000",
     [] {
       return Inputs{values({1000000}), indices({1000000}, 1000000)};
     },
     [](const Inputs& x) { return gather(x[0], 0, x[1]); }},
    {"index_select 8192 of 50000 x 256",
     [] {
       return Inputs{values({50000, 256}), indices({8192}, 50000)};
     },
     [](const Inputs& x) { return index_select(x[0], 0, x[1]); }},
    {"scatter_add 1000 x 1000 along rows",
     [] {
       return Inputs{values({1000, 1000}), values({1000, 1000}, 4), indices({1000, 1000}, 1000)};
     },
     [](const Inputs& x) { return scatter_add(x[0], 1, x[2], x[1]); }, 2},
    {"scatter_add 1000 x 1000 along columns",
     [] {
       return Inputs{values({1000, 1000}), values({1000, 1000}, 4), indices({1000, 1000}, 1000)};
     },
     [](const Inputs& x) { return scatter_add(x[0], 0, x[2], x[1]); }, 2},
    {"scatter_add 1000000",
     [] {
       return Inputs{values({1000000}), values({1000000}, 4), indices({1000000}, 1000000)};
     },
     [](const Inputs& x) { return scatter_add(x[0], 0, x[2], x[1]); }, 2},
    {"scatter_reduce amax 1000 x 1000 along rows",
     [] {
       return Inputs{values({1000, 1000}), values({1000, 1000}, 4), indices({1000, 1000}, 1000)};
     },
     [](const Inputs& x) { return scatter_reduce(x[0], 1, x[2], x[1], "amax"); }, 2},
    {"interpolate nearest to 224", pictures,
     [](const Inputs& x) { return resized<224>(x[0], "nearest"); }},
    {"interpolate nearest to 512", pictures,
     [](const Inputs& x) { return resized<512>(x[0], "nearest"); }},
    {"interpolate bilinear to 224", pictures,
     [](const Inputs& x) { return resized<224>(x[0], "bilinear"); }},
    {"interpolate bilinear to 512", pictures,
     [](const Inputs& x) { return resized<512>(x[0], "bilinear"); }},
    {"interpolate bilinear antialias to 224", pictures,
     [](const Inputs& x) { return resized<224, true>(x[0], "bilinear"); }},
    {"interpolate bicubic to 224", pictures,
     [](const Inputs& x) { return resized<224>(x[0], "bicubic"); }},
    {"interpolate bicubic to 512", pictures,
     [](const Inputs& x) { return resized<512>(x[0], "bicubic"); }},
    {"interpolate bicubic antialias to 224", pictures,
     [](const Inputs& x) { return resized<224, true>(x[0], "bicubic"); }},
    {"sort 1000 x 1000",
     [] {
       return Inputs{distinct_values({1000, 1000})};
     },
     [](const Inputs& x) { return sort(x[0], -1).first; }},
    {"sort 1000 x 1000 by columns",
     [] {
       return Inputs{distinct_values({1000, 1000})};
     },
     [](const Inputs& x) { return sort(x[0], 0).first; }},
    {"sort 1000000", [] { return Inputs{distinct_values({1000000})}; },
     [](const Inputs& x) { return sort(x[0], -1).first; }},
    {"sort 1000000 whole numbers", [] { return Inputs{indices({1000000}, 1000000)}; },
     [](const Inputs& x) { return sort(x[0], -1).first; }, 0},
    {"topk 10 of 1000 x 1000",
     [] {
       return Inputs{distinct_values({1000, 1000})};
     },
     [](const Inputs& x) { return topk(x[0], 10).first; }},
    {"topk 100 of 1000000", [] { return Inputs{distinct_values({1000000})}; },
     [](const Inputs& x) { return topk(x[0], 100).first; }},
    {"cumsum 1000 x 1000 along rows",
     [] {
       return Inputs{values({1000, 1000})};
     },
     [](const Inputs& x) { return cumsum(x[0], 1); }},
    {"cumsum 1000 x 1000 along columns",
     [] {
       return Inputs{values({1000, 1000})};
     },
     [](const Inputs& x) { return cumsum(x[0], 0); }},
    {"cumsum 1000000", [] { return Inputs{values({1000000})}; },
     [](const Inputs& x) { return cumsum(x[0], 0); }},
    {"einsum bij,bjk->bik 32 x 128 x 128",
     [] {
       return Inputs{values({32, 128, 128}), values({32, 128, 128}, 4)};
     },
     [](const Inputs& x) { return einsum("bij,bjk->bik", x); }, 2},
    {"einsum bhid,bhjd->bhij 8 x 8 x 128 x 64",
     [] {
       return Inputs{values({8, 8, 128, 64}), values({8, 8, 128, 64}, 4)};
     },
     [](const Inputs& x) { return einsum("bhid,bhjd->bhij", x); }, 2},
    {"einsum ij,kj->ik 512 x 512",
     [] {
       return Inputs{values({512, 512}), values({512, 512}, 4)};
     },
     [](const Inputs& x) { return einsum("ij,kj->ik", x); }, 2},
    {"einsum bi,ij,bj->b 64 x 256",
     [] {
       return Inputs{values({64, 256}), values({256, 256}, 4), values({64, 256}, 5)};
     },
     [](const Inputs& x) { return einsum("bi,ij,bj->b", x); }, 3},
    {"fft 1048576", [] { return Inputs{complex_values({1 << 20})}; },
     [](const Inputs& x) { return fft_fft(x[0]); }},
    {"fft 1000000", [] { return Inputs{complex_values({1000000})}; },
     [](const Inputs& x) { return fft_fft(x[0]); }},
    {"fft 64 x 4096",
     [] {
       return Inputs{complex_values({64, 4096})};
     },
     [](const Inputs& x) { return fft_fft(x[0]); }},
    {"rfft 64 x 4096",
     [] {
       return Inputs{values({64, 4096})};
     },
     [](const Inputs& x) { return fft_rfft(x[0]); }},
    {"irfft 64 x 4096",
     [] {
       return Inputs{complex_values({64, 2049})};
     },
     [](const Inputs& x) { return fft_irfft(x[0]); }},
    {"rfft 1048576", [] { return Inputs{values({1 << 20})}; },
     [](const Inputs& x) { return fft_rfft(x[0]); }},
    {"rfft2 16 x 512 x 512",
     [] {
       return Inputs{values({16, 512, 512})};
     },
     [](const Inputs& x) { return fft_rfft2(x[0]); }},
    {"fft2 16 x 256 x 256",
     [] {
       return Inputs{complex_values({16, 256, 256})};
     },
     [](const Inputs& x) { return fft_fft2(x[0]); }},
};

// Steps over ten matrices of a million parameters.
struct Optimiser {
  std::string name;
  std::string line;  // as configurations have it
};
const Optimiser optimisers[] = {
    {"SGD with momentum", "sgd lr=0.01 momentum=0.9"},
    {"Adam", "adam"},
    {"AdamW", "adamw"},
    {"RMSprop", "rmsprop"},
    {"Adagrad", "adagrad"},
    {"Adadelta", "adadelta"},
    {"Adamax", "adamax"},
    {"NAdam", "nadam"},
    {"RAdam", "radam"},
    {"ASGD", "asgd"},
    {"Rprop", "rprop"},
};
constexpr std::string_view backward_suffix = " + backward", step_prefix = "step of ";

// What is measured, and its answer.
struct Task {
  std::function<void()> once;
  double answer;
};

Task forward_of(const Operator& o) {
  const Inputs inputs = o.inputs();
  const auto once = [inputs, run = o.run] {
    const NoGrad none;
    return run(inputs);
  };
  return {[once] { once(); }, answer_of(once())};
}

// The answer is the sum of those of all gradients.
Task backward_of(const Operator& o) {
  Inputs inputs = o.inputs();
  for (size_t i = 0; i < o.differentiated; ++i)
    inputs[i] = inputs[i].detach().requires_grad_();
  const Dims shape = o.run(inputs).shape();
  const Tensor grad = is_complex(o.run(inputs).dtype()) ? complex_values(shape) : values(shape, 6);
  const auto once = [inputs, grad, o]() mutable {
    for (size_t i = 0; i < o.differentiated; ++i)
      inputs[i].set_grad({});
    o.run(inputs).backward(grad);
  };
  auto first = once;
  first();
  double answer = 0;
  for (size_t i = 0; i < o.differentiated; ++i)
    answer += answer_of(inputs[i].grad());
  return {once, answer};
}

// The answer is that of the first matrix after two steps.
Task step_of(const Optimiser& o) {
  std::vector<Tensor> parameters;
  for (uint32_t i = 0; i < 10; ++i) {
    parameters.push_back(values({1000, 1000}, 10 + i).requires_grad_());
    parameters.back().set_grad(values({1000, 1000}, 20 + i));
  }
  const std::shared_ptr<optim::Optimizer> optimiser =
      optim::parse_optimizer(o.line)({{.params = parameters}});
  const auto once = [optimiser] { optimiser->step(); };
  once();
  once();
  return {once, answer_of(parameters[0].detach())};
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const Operator& o : operators) {
    names.push_back(o.name);
    if (o.differentiated)
      names.push_back(o.name + std::string(backward_suffix));
  }
  for (const Optimiser& o : optimisers)
    names.push_back(std::string(step_prefix) + o.name);
  return names;
}

Task task_of(const std::string& name) {
  for (const Operator& o : operators) {
    if (name == o.name)
      return forward_of(o);
    if (o.differentiated && name == o.name + std::string(backward_suffix))
      return backward_of(o);
  }
  for (const Optimiser& o : optimisers)
    if (name == std::string(step_prefix) + o.name)
      return step_of(o);
  throw std::runtime_error("no case is called '" + name + "'");
}

void measure(const std::string& name, const Task& task, double seconds) {
  const CallTimes times = time_calls(task.once, 0, seconds);
  std::printf("%-52s median %9.4f ms, least %9.4f, %5zu calls; answer %.9g\n", name.c_str(),
              times.median, times.min, times.calls, task.answer);
  std::fflush(stdout);
}

// One task is kept: its next turn begins at once.
void take_turns(double seconds) {
  std::string name, last;
  Task task;
  while (std::getline(std::cin, name)) {
    if (name != last) {
      task = {};
      task = task_of(name);
      last = name;
    }
    measure(name, task, seconds);
  }
}

}  // namespace

int main(int argc, char** argv) {
  set_num_threads(2);
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--turns" && argc == 3) {
    take_turns(std::atof(argv[2]));
    return 0;
  }
  for (const std::string& name : all_names()) {
    if (first == "--list")
      std::printf("%s\n", name.c_str());
    else if (name.find(first) != std::string::npos)
      measure(name, task_of(name), 0.3);
  }
}
