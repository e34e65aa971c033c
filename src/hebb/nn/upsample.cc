#include "hebb/nn/upsample.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"

namespace hebb::nn {
namespace {

// What a line says: one factor, or a size of the result.
struct UpsampleOptions {
  std::optional<double> scale_factor = {};
  Dims size = {};
  std::string mode = "nearest";
  bool align_corners = false;
  HEBB_FIELDS(scale_factor, size, mode, align_corners)
  static constexpr Note notes[] = {
      {.field = "scale_factor",
       .aliases = {"factor", "scale"},
       .place = 1,
       .above = 0,
       .at_most = 65536,
       .what = "how many times larger it becomes"},
      {.field = "size",
       .at_least = 1,
       .at_most = 65536,
       .what = "the size of the result, instead: 32 or 24x32"},
      {.field = "mode",
       .place = 2,
       .one_of = {"nearest", "linear", "bilinear", "bicubic", "trilinear"},
       .what = "nearest elements, or between them: linear for sequences, bilinear and bicubic for "
               "pictures, trilinear for volumes"},
      {.field = "align_corners", .what = "whether the corners' middles stay where they are"}};
};

InterpolateOptions for_operator(const UpsampleOptions& o) {
  InterpolateOptions options{.size = o.size, .mode = o.mode};
  if (o.scale_factor)
    options.scale_factor = {*o.scale_factor};
  if (o.mode != "nearest")
    options.align_corners = o.align_corners;
  return options;
}

void infer_upsample(void* options, const Dims& shape) {
  const auto& o = as<UpsampleOptions>(options);
  check(o.scale_factor.has_value() == o.size.empty(),
        "give the factor or a size of the result: upsample 2, upsample size=32x32");
  channels(shape);
  check(shape.size() >= 2 && shape.size() <= 4,
        "takes sequences, pictures or volumes, but what comes in is {}", shape);
  check(o.size.size() <= 1 || o.size.size() == shape.size() - 1,
        "size {} should have 1 or {} values", o.size, shape.size() - 1);
}

double upsample_outputs(const void* options, const Dims& shape) {
  const auto& o = as<UpsampleOptions>(options);
  double count = double(shape[0]);
  for (size_t i = 1; i < shape.size(); ++i)
    count *= o.scale_factor ? double(shape[i]) * *o.scale_factor
                            : double(o.size[o.size.size() == 1 ? 0 : i - 1]);
  return count;
}

}  // namespace

std::string Upsample::describe() const {
  const auto list = [](const auto& values) {
    return values.size() == 1 ? fmt::format("{}", values[0])
                              : fmt::format("({})", fmt::join(values.begin(), values.end(), ", "));
  };
  std::string text = options.size.empty() ? "scale_factor=" + list(options.scale_factor)
                                          : "size=" + list(options.size);
  text += fmt::format(", mode='{}'", options.mode);
  return fmt::format("Upsample({})", text);
}

constinit const LayerEntry layer::upsample = {
    .name = "upsample",
    .what = "SCALE_FACTOR times as large: the nearest elements, or between them",
    .options = &options_type<UpsampleOptions>,
    .make = [](const void* o) -> AnyModule {
      return Upsample(for_operator(as<UpsampleOptions>(o)));
    },
    .infer = infer_upsample,
    .outputs = upsample_outputs,
};

}  // namespace hebb::nn
