#include "hebb/nn/flatten.h"

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

}  // namespace hebb::nn
