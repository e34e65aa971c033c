#include "hebb/nn/save.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/formats/safetensors.h"

namespace hebb {

void save(nn::Module& model, const std::string& path) {
  const nn::StateDict state = model.state_dict();
  write_safetensors(path, NamedTensors(state.begin(), state.end()));
}

void check_finite(const NamedTensors& weights, const std::string& where) {
  for (const auto& [name, tensor] : weights) {
    if (!is_floating(tensor.dtype()))
      continue;
    const std::vector<double> values = tensor.to_vector<double>();
    for (size_t i = 0; i < values.size(); ++i)
      check_in(
          std::isfinite(values[i]), ErrorKind::data, where,
          "the weights of '{}' are not finite: value {} is {}; a training that diverged leaves "
          "such, an earlier checkpoint may be sound",
          name, i, values[i]);
  }
}

nn::LoadReport load(nn::Module& model, const std::string& path, const LoadOptions& options) {
  const NamedTensors tensors = read_safetensors(path);
  check_finite(tensors, path);
  try {
    return model.load_state_dict(nn::StateDict(tensors.begin(), tensors.end()), options.strict);
  } catch (const Error& error) {
    throw error.with_where(path);
  }
}

}  // namespace hebb
