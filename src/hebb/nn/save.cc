#include "hebb/nn/save.h"

#include "hebb/base/error.h"
#include "hebb/formats/safetensors.h"
#include "hebb/nn/finite.h"

namespace hebb {

void save(nn::Module& model, const std::string& path) {
  const nn::StateDict state = model.state_dict();
  write_safetensors(path, NamedTensors(state.begin(), state.end()));
}

nn::LoadReport load(nn::Module& model, const std::string& path, const LoadOptions& options) {
  const NamedTensors tensors = read_safetensors(path);
  const nn::StateDict weights(tensors.begin(), tensors.end());
  nn::check_finite(model, weights, path);
  try {
    return model.load_state_dict(weights, options.strict);
  } catch (const Error& error) {
    throw error.with_where(path);
  }
}

}  // namespace hebb
