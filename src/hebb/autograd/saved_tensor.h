// What a backward pass keeps, as users want it kept: in fewer bits, in a file, or not at all.
//
//   SavedTensorsHooks in_bf16([](const Tensor& x) { return x.to(bf16); },
//                             [](const std::any& kept) { return
//                             std::any_cast<Tensor>(kept).to(f32); });
//   const Tensor loss = cross_entropy(net(x), y);     // keeps its tensors in bf16
#pragma once

#include <any>
#include <functional>
#include <memory>

#include "hebb/tensor/tensor.h"

namespace hebb {

struct Node;

using PackHook = std::function<std::any(const Tensor& tensor)>;
using UnpackHook = std::function<Tensor(const std::any& packed)>;

struct SavedTensorFunctions {
  PackHook pack;
  UnpackHook unpack;
};

// While it lives, every tensor that this thread's calls keep for their gradients goes through
// pack(), also parameters; the backward pass asks unpack() for it, which gives a tensor of the same
// shape, dtype and device. Both run without recording. The innermost scope counts.
class SavedTensorsHooks {
 public:
  SavedTensorsHooks(PackHook pack, UnpackHook unpack);
  ~SavedTensorsHooks();
  SavedTensorsHooks(const SavedTensorsHooks&) = delete;
  SavedTensorsHooks& operator=(const SavedTensorsHooks&) = delete;
};

// The functions of the innermost scope; null outside of any.
std::shared_ptr<const SavedTensorFunctions> saved_tensor_functions();

// A tensor that pack() has taken.
class PackedTensor {
 public:
  PackedTensor(std::shared_ptr<const SavedTensorFunctions> functions, const Tensor& tensor);
  Tensor unpack() const;  // without history

 private:
  std::shared_ptr<const SavedTensorFunctions> functions_;
  std::any packed_;
  Dims shape_;
  DType dtype_;
  Device device_;
};

// A tensor that code keeps until a backward pass: packed where the user wants that, and watched for
// writes in place. `by` names whoever keeps it, in errors.
class SavedTensor {
 public:
  explicit SavedTensor(const Tensor& tensor);  // may be undefined
  // As output `i` of a node, which would own itself if it kept that tensor's history.
  SavedTensor(const Tensor& tensor, int output);
  // The tensor with its history. self: the node that it is an output of. Error: it was written to.
  Tensor get(std::string_view by, const std::shared_ptr<Node>& self = nullptr) const;
  std::shared_ptr<History> take_history() { return std::move(history_); }

 private:
  Tensor tensor_;  // detached; undefined where it is packed
  std::shared_ptr<const PackedTensor> packed_;
  std::shared_ptr<History> history_;
  uint64_t version_ = 0;
  int output_ = -1;
};

}  // namespace hebb
