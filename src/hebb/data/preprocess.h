// The one place that turns a picture file into what a model takes. Folders of pictures, prediction
// and serving all come through here, so none of them can see a picture differently.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/image_buffer.h"
#include "hebb/formats/image.h"

namespace hebb::data {

// Decodes (orientation applied, alpha dropped), turns into grey (1 channel) or RGB (3), resizes to
// height x width (bilinear, antialiased; the sides' ratio is not kept), and puts channels first.
// Errors name the file.
ImageBuffer load_picture(const std::filesystem::path& path, PictureShape shape);
ImageBuffer load_picture_bytes(std::string_view bytes, std::string_view where, PictureShape shape);
ImageBuffer to_input(const Image& image, PictureShape shape);

// The steps above in words, as a run folder's model.json lists them: {"decode", "grey", "resize
// 28x28 bilinear antialias", "channels first"}.
std::vector<std::string> picture_steps(PictureShape shape);

// Back to a picture that write_png takes; 1 or 3 channels.
Image to_image(const ImageBuffer& buffer);

}  // namespace hebb::data
