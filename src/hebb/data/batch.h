// Samples that were stacked: named tensors, inputs and targets apart.
//
//   for (auto [x, y] : loader)                 where there is one input and one target
//   for (const Batch& batch : loader)          anywhere: batch["input_ids"], batch["labels"]
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor_dict.h"

namespace hebb::data {

// The first axis of every tensor is that of the samples. Usually one input x and one target y: x
// f32 [B, C, H, W] of pictures, [B, ...] of the samples' dtype else; y i64 [B] of classes, f32 [B,
// ...] of quantities.
class Batch {
 public:
  TensorDict inputs, targets;
  std::vector<int64_t> indices;  // of the samples in the data set

  int64_t size() const { return int64_t(indices.size()); }
  // An input or a target. Error (invalid): there is none; the message names those that there are.
  const Tensor& operator[](std::string_view name) const;

  // auto [x, y] = batch. Error (invalid): there are several inputs or targets; it names them.
  template <size_t I>
  const Tensor& get() const& {
    return I == 0 ? only_input() : only_target();
  }
  template <size_t I>
  Tensor& get() & {
    return const_cast<Tensor&>(std::as_const(*this).get<I>());
  }
  template <size_t I>
  Tensor&& get() && {
    return std::move(get<I>());
  }

 private:
  const Tensor& only_input() const;
  const Tensor& only_target() const;
};

}  // namespace hebb::data

template <>
struct std::tuple_size<hebb::data::Batch> : std::integral_constant<size_t, 2> {};
template <size_t I>
struct std::tuple_element<I, hebb::data::Batch> {
  using type = hebb::Tensor;
};
