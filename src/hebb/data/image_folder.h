// A folder with a folder for each class, in which its pictures lie (PNG or JPEG, also in folders of
// their own):
//   photos/cat/1.png  photos/cat/old/7.jpg  photos/dog/9.jpg
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/dataset.h"
#include "hebb/data/recipe.h"

namespace hebb::data {

struct ImageFolderOptions {
  PictureShape shape = {};  // what all are resized to; zeros: size of the first picture, grey where
                            // all of the first ones are
  std::vector<std::string> class_names =
      {};  // numbers the classes (those of the training set); empty: the folders, sorted by name
  int64_t keep_bytes =
      int64_t(1) << 29;  // decoded pictures are kept in memory when all of them fit into this
  std::optional<Recipe> recipe =
      {};  // of a model that is there: reads the files instead of `shape`
};

// Pictures are decoded when they are asked for. Files that are neither PNG nor JPEG are left out,
// and notes() says how many. Errors: no such folder, no class folders, a class without pictures, a
// file named .png or .jpg that is not a picture.
Dataset image_folder(const std::string& folder, const ImageFolderOptions& options = {});

}  // namespace hebb::data
