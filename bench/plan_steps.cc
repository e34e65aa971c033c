// What the steps of a plan take, each on its own, in microseconds:
//   bench_plan_steps MODEL BATCH [--threads N] [--rounds N]
// MODEL: cnn or resnet18. The steps run in turn, so that caches are as in a run of the plan.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/plan_step.h"
#include "hebb/graph/trace.h"
#include "models/subjects.h"
#include "support/arguments.h"

using namespace hebb;

namespace {

using Clock = std::chrono::steady_clock;

// The kernels of a plan, bound to memory of their own.
class BoundSteps {
 public:
  explicit BoundSteps(const Plan& plan) : plan_(plan) {
    for (const PlanBuffer& buffer : plan.buffers())
      memory_.push_back(buffer.memory ? const_cast<void*>(buffer.memory) : own(buffer.bytes));
    for (const PlanStep& step : plan.steps()) {
      auto& addresses = addresses_.emplace_back();
      for (const PlanPlace& place : step.in)
        addresses.push_back(at(place));
      const size_t inputs = addresses.size();
      for (const PlanPlace& place : step.out)
        addresses.push_back(at(place));
      const Buffers buffers{.in = addresses.data(),
                            .out = addresses.data() + inputs,
                            .scratch = at(step.scratch),
                            .on = {.threads = plan.threads()}};
      kernels_.push_back(step.kernel->bind(buffers, inputs, step.out.size()));
    }
  }

  void print(int64_t rounds) const {
    std::vector<std::vector<double>> times(kernels_.size());
    for (int64_t round = 0; round < rounds; ++round)
      for (size_t i = 0; i < kernels_.size(); ++i) {
        const auto start = Clock::now();
        kernels_[i]->run();
        times[i].push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
      }
    double total = 0;
    for (size_t i = 0; i < kernels_.size(); ++i) {
      std::nth_element(times[i].begin(), times[i].begin() + rounds / 2, times[i].end());
      const double median = times[i][size_t(rounds / 2)];
      total += median;
      const PlanStep& step = plan_.steps()[i];
      std::printf("%10.1f us  %-32s %s\n", median, std::string(step.kernel->name).c_str(),
                  step.what.c_str());
    }
    std::printf("%10.1f us  all\n", total);
  }

 private:
  void* own(size_t bytes) {
    owned_.push_back(std::make_unique<std::vector<float>>(bytes / sizeof(float) + 32, 0.5f));
    const auto address = reinterpret_cast<uintptr_t>(owned_.back()->data());
    return reinterpret_cast<void*>((address + 63) / 64 * 64);
  }
  void* at(const PlanPlace& place) const {
    return place.buffer < 0 ? nullptr
                            : static_cast<char*>(memory_[size_t(place.buffer)]) + place.offset;
  }

  const Plan& plan_;
  std::vector<std::unique_ptr<std::vector<float>>> owned_;
  std::vector<void*> memory_;
  std::vector<std::vector<void*>> addresses_;
  std::vector<std::unique_ptr<const BoundKernel>> kernels_;
};

int run(const Arguments& arguments) {
  const int64_t batch = arguments.number("BATCH", 1, 1, 4096);
  set_num_threads(int(arguments.number("--threads", num_threads(), 1, most_threads)));
  NoGrad off;
  const bench::Subject net = bench::subject_named(arguments.text("MODEL"));
  Dims shape = {batch};
  for (const int64_t size : net.picture)
    shape.push_back(size);
  const Graph graph =
      trace([&](const std::vector<Tensor>& in) { return std::vector<Tensor>{net.forward(in[0])}; },
            {randn(shape)}, {.fixed_sizes = true});
  const Plan plan(graph, {});
  BoundSteps(plan).print(arguments.number("--rounds", 500, 1));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(Arguments(
        argc, argv,
        {.positional = {"MODEL", "BATCH"}, .options = {"--threads", "--rounds"}, .flags = {}}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_plan_steps: %s\n", error.what());
    return 2;
  }
}
