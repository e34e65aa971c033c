#include "hebb/nn/save.h"

#include "hebb/base/error.h"
#include "hebb/formats/safetensors.h"

namespace hebb {

void save(nn::Module& model, const std::string& path) {
  const nn::StateDict state = model.state_dict();
  write_safetensors(path, NamedTensors(state.begin(), state.end()));
}

void load(nn::Module& model, const std::string& path) {
  const NamedTensors tensors = read_safetensors(path);
  try {
    model.load_state_dict(nn::StateDict(tensors.begin(), tensors.end()));
  } catch (const Error& error) {
    throw error.with_where(path);
  }
}

}  // namespace hebb
