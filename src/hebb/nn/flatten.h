// Dimensions merged into one, and one split into several: a batch of pictures becomes a batch of
// rows, and back. x [N, C, H, W] -> [N, C H W]
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/ops/views.h"

namespace hebb::nn {

struct Flatten : Module {
  int64_t start_dim, end_dim;
  explicit Flatten(int64_t start_dim = 1, int64_t end_dim = -1)
      : start_dim(start_dim), end_dim(end_dim) {}
  Tensor forward(const Tensor& x) const { return flatten(x, start_dim, end_dim); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// One dimension as several, whose sizes multiply to its own; one of them may be -1.
struct UnflattenOptions {
  int64_t dim = 1;
  Dims size;
  HEBB_FIELDS(dim, size)
  static constexpr Note notes[] = {
      {.field = "dim", .place = 1, .needed = true, .what = "the dimension; 0 is the batch"},
      {.field = "size",
       .key = "unflattened_size",
       .place = 2,
       .needed = true,
       .at_least = -1,
       .what = "what it becomes: 3x8x8; one of them may be -1"}};
};
struct Unflatten : Module {
  int64_t dim;
  Dims size;
  Unflatten(int64_t dim, const Dims& size) : dim(dim), size(size) {}
  explicit Unflatten(const UnflattenOptions& options) : Unflatten(options.dim, options.size) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
