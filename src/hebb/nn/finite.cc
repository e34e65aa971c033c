#include "hebb/nn/finite.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/reduce.h"

namespace hebb::nn {
namespace {

// The place of the first value that is none, or nothing.
std::optional<size_t> bad_value(const std::vector<double>& values, bool infinite_too) {
  for (size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i]) || (infinite_too && std::isinf(values[i])))
      return i;
  return std::nullopt;
}

// Those that may be infinite.
std::set<std::string> names_of_buffers(Module& model) {
  std::set<std::string> out;
  for (const auto& [name, tensor] : model.state_dict())
    out.insert(name);
  for (const auto& [name, tensor] : model.named_parameters())
    out.erase(name);
  return out;
}

}  // namespace

bool all_finite(const Tensor& tensor) {
  if (!is_floating(tensor.dtype()))
    return true;
  const Tensor total =
      sum((tensor - tensor).detach());  // 0 unless there is an inf or a NaN: both give NaN
  return std::isfinite(total.item());
}

double largest_magnitude(const Tensor& tensor) {
  double largest = 0;
  for (double value : tensor.to_vector<double>())
    largest = std::max(largest, std::fabs(value));
  return largest;
}

std::string first_not_finite(Module& model, const StateDict& weights) {
  const std::set<std::string> buffers = names_of_buffers(model);
  for (const auto& [name, tensor] : weights)
    if (!all_finite(tensor) && bad_value(tensor.to_vector<double>(), !buffers.contains(name)))
      return name;
  return {};
}

void check_finite(Module& model, const StateDict& weights, const std::string& where) {
  const std::set<std::string> buffers = names_of_buffers(model);
  for (const auto& [name, tensor] : weights) {
    if (all_finite(tensor))
      continue;
    const std::vector<double> values = tensor.to_vector<double>();
    if (const std::optional<size_t> bad = bad_value(values, !buffers.contains(name)))
      fail(ErrorKind::data, where,
           "the weights of '{}' are not finite: value {} is {}; a training that diverged leaves "
           "such, an earlier checkpoint may be sound",
           name, *bad, values[*bad]);
  }
}

}  // namespace hebb::nn
