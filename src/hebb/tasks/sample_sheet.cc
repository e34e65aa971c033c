#include "hebb/tasks/sample_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "hebb/data/to_image.h"
#include "hebb/page/html.h"
#include "hebb/tensor/to_host.h"

namespace hebb {
namespace {

constexpr int gap = 2;  // pixels between pictures

}  // namespace

std::optional<Image> picture_of_row(const Tensor& x, int64_t i, const data::Recipe& recipe) {
  const size_t levels = recipe.picture_steps();  // behind these a picture is u8 [C, H, W]
  if (recipe.input().size() != 1 || recipe.input()[0].kind != data::FieldKind::picture)
    return std::nullopt;
  for (size_t s = levels; s < recipe.size(); ++s)
    if (!recipe.steps()[s]->keyed() && !recipe.steps()[s]->can_undo())
      return std::nullopt;
  const data::Schema made = recipe.output();
  const Dims shape = data::find_field(made, data::input_field)->shape;
  if (shape.size() != 3 || (shape[0] != 1 && shape[0] != 3))
    return std::nullopt;
  const Tensor row = to_host(x).detach().contiguous().to(f32);
  const int64_t numbers = product(shape);
  if (row.size(0) * numbers != row.numel())
    return std::nullopt;
  data::Record record;
  record.add(data::input_field).refer(f32, shape, row.data<float>() + i * numbers);
  recipe.undo(record, levels);
  const data::Value& back = record.at(data::input_field);
  if (back.dtype() != u8)
    return std::nullopt;
  return data::to_image({{int(shape[0]), int(shape[1]), int(shape[2])}, back.data<uint8_t>()});
}

std::optional<Image> sample_sheet(const Tensor& x, const data::Recipe& recipe, int64_t across) {
  const int64_t n = x.size(0);
  if (n == 0)
    return std::nullopt;
  if (across <= 0)
    across = int64_t(std::ceil(std::sqrt(double(n))));
  Image sheet;
  for (int64_t i = 0; i < n; ++i) {
    const std::optional<Image> one = picture_of_row(x, i, recipe);
    if (!one)
      return std::nullopt;
    if (i == 0) {
      sheet.channels = one->channels;
      sheet.width = int(std::min(n, across)) * (one->width + gap) + gap;
      sheet.height = int((n + across - 1) / across) * (one->height + gap) + gap;
      sheet.pixels.assign(size_t(sheet.width) * size_t(sheet.height) * size_t(sheet.channels), 128);
    }
    const int left = gap + int(i % across) * (one->width + gap),
              top = gap + int(i / across) * (one->height + gap);
    for (int row = 0; row < one->height; ++row)
      std::memcpy(sheet.at(left, top + row), one->at(0, row),
                  size_t(one->width) * size_t(one->channels));
  }
  return sheet;
}

std::string picture_element(const Image& image, const std::string& alt) {
  return fmt::format("<img alt=\"{}\" title=\"{}\" src=\"data:image/png;base64,{}\">",
                     page::escape(alt), page::escape(alt), page::base64(encode_png(image)));
}

}  // namespace hebb
