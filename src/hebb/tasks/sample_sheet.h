// Pictures that a model takes or makes, as pictures for people: a sheet of them, or single ones in
// a report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/data/recipe.h"
#include "hebb/formats/image.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Row i of x [N, ...], back from what the recipe makes of a picture. Nothing: the recipe takes no
// pictures, a step cannot be undone, or it is no picture of 1 or 3 channels.
std::optional<Image> picture_of_row(const Tensor& x, int64_t i, const data::Recipe& recipe);

// All rows of x beside each other, `across` in a row of the sheet; 0: about as many as there are
// rows. Nothing: as picture_of_row.
std::optional<Image> sample_sheet(const Tensor& x, const data::Recipe& recipe, int64_t across = 0);

// <img> of a picture in a report; alt: plain text.
std::string picture_element(const Image& image, const std::string& alt);

}  // namespace hebb
