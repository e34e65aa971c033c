#include "hebb/data/together.h"

#include <algorithm>

namespace hebb::data {
namespace {

constexpr int64_t most_samples = 128, most_numbers = int64_t(1) << 15;  // 256 KB of f64

int64_t numbers_of(const Schema& schema) {
  int64_t out = 0;
  for (const Field& field : schema) {
    int64_t numbers = 1;
    for (const int64_t size : field.shape)
      numbers *= std::max<int64_t>(size, 1);
    out += numbers;
  }
  return out;
}

}  // namespace

int64_t samples_together(const Source& source, std::span<const std::shared_ptr<const Step>> steps) {
  const auto takes_many = [](const auto& step) { return step->takes_many(); };
  if (!source.gives_many() || !std::all_of(steps.begin(), steps.end(), takes_many))
    return 1;
  Schema schema = source.schema();
  int64_t numbers = numbers_of(schema);
  for (const auto& step : steps) {
    schema = step->map(schema);
    numbers = std::max(numbers, numbers_of(schema));
  }
  return std::clamp<int64_t>(most_numbers / std::max<int64_t>(numbers, 1), 1, most_samples);
}

}  // namespace hebb::data
