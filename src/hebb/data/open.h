// Data sets by name or path.
//   auto [train, test] = data::fashion_mnist("data");
//   Dataset cats = data::open("photos/train");
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/dataset.h"
#include "hebb/data/image_folder.h"
#include "hebb/data/table.h"
#include "hebb/data/tensors.h"

namespace hebb::data {

struct Parts {
  Dataset train, test;
};

// Found in FOLDER/fashion-mnist (or FashionMNIST/raw, as torchvision has it); without a FOLDER in
// that of $HEBB_DATA, ./data or the user's cache; else downloaded. Pictures [1, 28, 28], 60,000 and
// 10,000, 10 classes.
Parts fashion_mnist(const std::string& folder = {});
Parts mnist(const std::string& folder = {});

// Digits that are drawn here, [1, 28, 28], 10 classes: what there is without data and without a
// network. The same for the same seed.
struct GlyphsOptions {
  int64_t train = 60000, test = 10000;  // pictures
  uint64_t seed = 0;
  HEBB_FIELDS(train, test, seed)
};
Parts glyphs(const GlyphsOptions& options = {});

struct OpenOptions {
  std::string data_dir =
      {};  // where known data sets lie, and nowhere else; empty: as data_folders() says
  std::string split = "train";  // of a known data set whose name stands without :SPLIT
  PictureShape shape = {};      // of a folder's pictures; zeros: as ImageFolderOptions says
  std::optional<Recipe> recipe =
      std::nullopt;  // of a model that is there: reads a folder's pictures, a table's columns
  std::string target = {};    // a table's column
  bool guess_target = false;  // as TableOptions has it
  std::vector<std::string> class_names =
      {};  // numbers the classes (those of the training set); empty: as found
  std::vector<std::string> feature_names =
      {};  // a table's columns, in this order; empty: all to learn from but the target
  std::vector<std::string> kept = {};       // a table's columns to split by, as in TableOptions
  std::string id = {}, weight = {};         // and those that name rows, and weigh them
  std::optional<Task> task = std::nullopt;  // empty: as the target looks
  std::optional<Task> whole_numbers =
      std::nullopt;  // where task is empty: what a target of whole numbers is; empty: as it looks
  bool token_ids = false;     // whole numbers of an .npz file's x stay what they are, i64
  TableReading reading = {};  // of a table of text
  Dims sample_shape = {};  // of samples that are no pictures, as the model takes them; empty: any
  int64_t limit = 0;       // samples of each part, classes in proportion; 0: all
  std::function<bool(std::string_view file, uint64_t done, uint64_t total)> progress =
      {};  // of a download, bytes; false stops it
};

// A relative path that is not here is looked for in the folders of known data sets, too.
// SPEC: NAME[:SPLIT] of a known data set (fashion-mnist, mnist, glyphs; train or test), a folder of
// class folders with pictures, or a .csv, .tsv, .jsonl (also .gz or .xz) or .npz file. Errors:
// unknown names (with the nearest known one), missing or damaged files.
Dataset open(std::string_view spec, const OpenOptions& options = {});
// Both parts of a known data set whose name stands without :SPLIT; anything else is `train`, and
// `test` is empty.
Parts open_parts(std::string_view spec, const OpenOptions& options = {});

std::vector<std::string> known_names();

}  // namespace hebb::data
