#include "hebb/nn/flatten.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"

namespace hebb::nn {
namespace {

struct FlattenOptions {
  int64_t start_dim = 1, end_dim = -1;
  HEBB_FIELDS(start_dim, end_dim)
  static constexpr Note notes[] = {{.field = "start_dim",
                                    .place = 1,
                                    .bare = true,
                                    .what = "the first dimension; 0 is the batch"},
                                   {.field = "end_dim",
                                    .place = 2,
                                    .bare = true,
                                    .what = "the last dimension; -1 is the last there is"}};
};

}  // namespace

std::string Flatten::describe() const {
  const FlattenOptions o{.start_dim = start_dim, .end_dim = end_dim};
  return options_repr("Flatten", options_type<FlattenOptions>, &o);
}

constinit const LayerEntry layer::flatten = {
    .name = "flatten",
    .what = "dimensions START_DIM to END_DIM (all but the batch) become one",
    .options = &options_type<FlattenOptions>,
    .make = [](const void* o) -> AnyModule {
      return Flatten(as<FlattenOptions>(o).start_dim, as<FlattenOptions>(o).end_dim);
    },
};

Tensor Unflatten::forward(const Tensor& x) const {
  check(!size.empty(), "Unflatten: the sizes are missing");
  const auto axis = size_t(wrap_dim(dim, x.dim()));
  Dims shape(std::span<const int64_t>(x.shape()).first(axis));
  int64_t known = 1;
  for (int64_t s : size) {
    shape.push_back(s);
    known *= s == -1 ? 1 : s;
  }
  check(known > 0 && x.size(int64_t(axis)) % known == 0 &&
            (std::ranges::count(size, -1) == 1 ||
             (std::ranges::count(size, -1) == 0 && known == x.size(int64_t(axis)))),
        "Unflatten: the size {} of dimension {} of {} should be the product of {}",
        x.size(int64_t(axis)), axis, x.shape(), size);
  for (size_t i = axis + 1; i < x.shape().size(); ++i)
    shape.push_back(x.size(int64_t(i)));
  return reshape(x, shape);
}
std::string Unflatten::describe() const {
  return fmt::format("Unflatten(dim={}, unflattened_size=({}))", dim,
                     fmt::join(size.begin(), size.end(), ", "));
}

constinit const LayerEntry layer::unflatten = {
    .name = "unflatten",
    .what = "dimension DIM as several, of SIZE",
    .options = &options_type<UnflattenOptions>,
    .make = made<Unflatten, UnflattenOptions>,
};

}  // namespace hebb::nn
