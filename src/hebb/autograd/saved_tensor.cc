#include "hebb/autograd/saved_tensor.h"

#include "hebb/autograd/history.h"
#include "hebb/base/check.h"
#include "hebb/base/pool.h"
#include "hebb/ops/grad_mode.h"

namespace hebb {
namespace {

std::vector<std::shared_ptr<const SavedTensorFunctions>>& scopes() {
  thread_local std::vector<std::shared_ptr<const SavedTensorFunctions>> stack;
  return stack;
}

}  // namespace

SavedTensorsHooks::SavedTensorsHooks(PackHook pack, UnpackHook unpack) {
  scopes().push_back(std::make_shared<const SavedTensorFunctions>(
      SavedTensorFunctions{std::move(pack), std::move(unpack)}));
  count_special_recording(1);
}
SavedTensorsHooks::~SavedTensorsHooks() {
  scopes().pop_back();
  count_special_recording(-1);
}

std::shared_ptr<const SavedTensorFunctions> saved_tensor_functions() {
  return scopes().empty() ? nullptr : scopes().back();
}

PackedTensor::PackedTensor(std::shared_ptr<const SavedTensorFunctions> functions,
                           const Tensor& tensor)
    : functions_(std::move(functions)), shape_(tensor.shape()), dtype_(tensor.dtype()),
      device_(tensor.device()) {
  NoGrad off;
  packed_ = functions_->pack(tensor.detach());
}

Tensor PackedTensor::unpack() const {
  NoGrad off;
  const Tensor tensor = functions_->unpack(packed_);
  check_in(tensor.defined() && tensor.shape() == shape_ && tensor.dtype() == dtype_ &&
               tensor.device() == device_,
           ErrorKind::invalid, "unpack", "the hook gives {} for a tensor that was {}{} on {}",
           tensor.defined() ? describe(tensor) : "no tensor", name(dtype_), to_string(shape_),
           to_string(device_));
  return tensor.detach();
}

SavedTensor::SavedTensor(const Tensor& tensor) {
  if (!tensor.defined())
    return;
  history_ = tensor.body()->history;
  if (const auto functions = saved_tensor_functions(); functions && !tensor.is_number()) {
    packed_ = std::make_shared<const PackedTensor>(functions, tensor);
    return;
  }
  tensor_ = tensor.detach();
  version_ = tensor.version();
}

SavedTensor::SavedTensor(const Tensor& tensor, int output) : SavedTensor(tensor) {
  history_ = nullptr;
  output_ = output;
}

Tensor SavedTensor::get(std::string_view by, const std::shared_ptr<Node>& self) const {
  Tensor tensor = packed_ ? packed_->unpack() : tensor_;
  if (!tensor.defined())
    return tensor;
  if (!packed_ && tensor.version() != version_)
    fail_overwritten(by, tensor);
  tensor = tensor.detach();
  tensor.body()->history = output_ >= 0 && self ? output_history(self, output_) : history_;
  return tensor;
}

}  // namespace hebb
