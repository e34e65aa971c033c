#include "hebb/nn/save.h"

#include "hebb/base/error.h"
#include "hebb/formats/safetensors.h"

namespace hebb {

void save(nn::Module& model, const std::string& path) {
  const nn::StateDict state = model.state_dict();
  write_safetensors(path, NamedTensors(state.begin(), state.end()));
}

nn::LoadReport load(nn::Module& model, const std::string& path, const LoadOptions& options) {
  const NamedTensors tensors = read_safetensors(path);
  try {
    return model.load_state_dict(nn::StateDict(tensors.begin(), tensors.end()), options.strict);
  } catch (const Error& error) {
    throw error.with_where(path);
  }
}

}  // namespace hebb
