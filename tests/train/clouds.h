// What the tests of the trainer train on, and what they look at.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/tensors.h"
#include "hebb/hebb.h"

namespace hebb {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Two clouds, which a line separates, but for some samples.
inline data::Dataset clouds(int64_t n) {
  std::vector<float> x;
  std::vector<int64_t> y;
  for (int64_t i = 0; i < n; ++i) {
    const double t = double(i * 37 % 101) / 101, s = double(i * 53 % 97) / 97;
    x.insert(x.end(), {float(t - (i % 2 ? 0.2 : 0.8)), float(s - 0.5)});
    y.push_back(i % 2);
  }
  return data::from_tensors(Tensor::from(x, {n, 2}), Tensor::from(y, {n}));
}

inline nn::Sequential net(int64_t outputs = 2) {
  manual_seed(3);
  return nn::Sequential(nn::Linear(2, 8), nn::ReLU(), nn::Linear(8, outputs));
}

inline std::vector<double> weights(nn::Module& model) {
  std::vector<double> all;
  for (const auto& [name, tensor] : model.state_dict())
    for (double v : tensor.to_vector<double>())
      all.push_back(v);
  return all;
}

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

inline FitOptions quiet(FitOptions options) {
  options.verbosity = Verbosity::silent;
  return options;
}

struct NoteStop : Callback {
  void train_end(TrainState& state) override { reason = state.stop_reason; }
  std::string reason;
};

}  // namespace hebb
