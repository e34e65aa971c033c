// How much memory an evaluation takes: SAMPLES of CLASSES classes through test_model, from a source
// that makes each sample when it is asked. Prints the process' peak and seconds; run it with 100000
// and 1000000 samples, and the peak should hardly differ.
//   bench_evaluation_memory [--samples 100000] [--classes 1000] [--quantities]

#include <fmt/format.h>
#include <hebb/hebb.h>
#include <sys/resource.h>

#include <cmath>
#include <exception>
#include <stdexcept>

#include "hebb/base/clock.h"
#include "hebb/base/philox.h"
#include "hebb/nn/losses.h"
#include "hebb/train/evaluation.h"
#include "support/arguments.h"

using namespace hebb;

namespace {

constexpr int64_t features = 16;

class MadeSamples : public data::Source {
 public:
  MadeSamples(int64_t samples, int64_t classes) {
    info_.name = "made";
    info_.size = samples;
    info_.sample_shape = {features};
    info_.dtype = DType::f32;
    info_.target_shape = {};
    info_.task = classes > 0 ? data::Task::classification : data::Task::regression;
    for (int64_t label = 0; label < classes; ++label)
      info_.class_names.push_back(std::to_string(label));
  }
  void read(int64_t index, void* to) const override {
    auto* values = static_cast<float*>(to);
    for (uint64_t i = 0; i < uint64_t(features); ++i)
      values[i] = unit_float(philox(1, uint64_t(index), i)[0]);
  }
  int64_t label(int64_t index) const override {
    return int64_t(philox(2, uint64_t(index))[0] % uint32_t(info_.class_names.size()));
  }
  void target(int64_t index, float* to) const override {
    to[0] = unit_float(philox(2, uint64_t(index))[0]);
  }
  uint64_t hash() const override { return 0; }
};

double peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

void measure(const Arguments& arguments) {
  const int64_t samples = arguments.number("--samples", 100'000, 1),
                classes = arguments.number("--classes", 1000, 2);
  const bool quantities = arguments.has("--quantities");
  manual_seed(1);
  nn::Sequential model(nn::Linear(features, quantities ? 1 : classes));
  const data::Dataset data(std::make_shared<MadeSamples>(samples, quantities ? 0 : classes));
  const double before = peak_mib(), begun = steady_seconds();
  const TestResult result =
      test_model(model, parse_loss(quantities ? "mse" : "cross_entropy"), data);
  const double seconds = steady_seconds() - begun;
  const std::string measured = quantities ? "median_absolute_error" : "top5_accuracy";
  const double value = find_value(result.metrics, measured).value();
  if (result.samples != samples || !std::isfinite(value) || value < 0 || value > 1)
    throw std::runtime_error(
        fmt::format("{} is {} of {} samples", measured, value, result.samples));
  fmt::print("{} samples, {}: peak {:.0f} MiB ({:.0f} before), {:.1f} s\n", samples,
             quantities ? "1 quantity" : fmt::format("{} classes", classes), peak_mib(), before,
             seconds);
  for (const std::string& warning : result.warnings)
    fmt::print("  {}\n", warning);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(Arguments(
        argc, argv,
        {.positional = {}, .options = {"--samples", "--classes"}, .flags = {"--quantities"}}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_evaluation_memory: {}\n", error.what());
    return 1;
  }
  return 0;
}
