// What the loader takes for pictures in memory: levels, levels / 255, and those normalised by
// channel, which is one look-up. One thread; microseconds a picture.
//   build/release/bin/bench_loader

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "hebb/data/loader.h"
#include "hebb/data/tensors.h"
#include "support/time_calls.h"

using namespace hebb;

namespace {

constexpr int64_t pictures = 4096, batch_size = 64;

data::Dataset levels(int64_t channels, int64_t side) {
  const Tensor x = Tensor::empty({pictures, channels, side, side}, u8);
  auto* to = x.data<uint8_t>();
  for (int64_t i = 0; i < x.numel(); ++i)
    to[i] = uint8_t((i * 2654435761u) >> 13);
  return data::from_tensors(x, Tensor::from(std::vector<int64_t>(pictures, 0), {pictures}),
                            {.class_names = {"a", "b"}});
}

// The first batch holds what the formula says.
bool is_right(const data::Dataset& set, const std::vector<double>& mean,
              const std::vector<double>& std) {
  for (const auto& [x, y] : data::Loader(set, {.batch_size = batch_size, .workers = 0})) {
    const int64_t channels = x.size(1), plane = x.size(2) * x.size(3);
    for (int64_t i = 0; i < x.numel(); ++i) {
      const auto channel = size_t(i / plane % channels);
      const float unit =
          float(set.sample(i / (plane * channels)).x.data<uint8_t>()[i % (plane * channels)]) /
          255.0f;
      const float wanted =
          mean.empty() ? unit : (unit - float(mean[channel])) / float(std[channel]);
      if (x.data<float>()[i] != wanted)
        return false;
    }
    break;
  }
  return true;
}

bool measure(const std::string& what, const data::Dataset& set, const std::vector<double>& mean,
             const std::vector<double>& std) {
  if (!is_right(set, mean, std)) {
    std::printf("wrong: %s is not what the formula says\n", what.c_str());
    return false;
  }
  data::Loader loader(set, {.batch_size = batch_size, .workers = 0});
  double sum = 0;
  const CallTimes times = time_calls(
      [&] {
        for (const auto& [x, y] : loader)
          sum += double(*x.data<float>());
      },
      0);
  std::printf("%s: median %.4f us a picture, min %.4f, p90 %.4f of %zu epochs%s\n", what.c_str(),
              times.median * 1e3 / pictures, times.min * 1e3 / pictures, times.p90 * 1e3 / pictures,
              times.calls, std::isfinite(sum) ? "" : ", not finite");
  return true;
}

}  // namespace

int main() {
  bool right = true;
  for (const auto& [channels, side] : {std::pair<int64_t, int64_t>{1, 28}, {3, 32}}) {
    const data::Dataset set = levels(channels, side);
    const std::string name =
        std::to_string(channels) + "x" + std::to_string(side) + "x" + std::to_string(side);
    const std::vector<double> mean = {0.4914, 0.4822, 0.4465}, std = {0.247, 0.2435, 0.2616};
    const auto first = [n = size_t(channels)](const std::vector<double>& all) {
      return std::vector<double>(all.begin(), all.begin() + int64_t(n));
    };
    right = measure(name + " of 0..1", set, {}, {}) &&
            measure(name + " normalised", set.with_normalize(first(mean), first(std)), first(mean),
                    first(std)) &&
            right;
  }
  return right ? 0 : 1;
}
