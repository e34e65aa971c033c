#include "hebb/data/file_format.h"

#include <algorithm>
#include <cctype>

namespace hebb::data {

constinit const FileFormat format_word::csv = {
    .name = "csv",
    .ending = ".csv",
    .what = "a table; data.target names the column to predict",
    .open = csv_table,
};
constinit const FileFormat format_word::npz = {
    .name = "npz",
    .ending = ".npz",
    .what = "NumPy arrays of samples and targets",
    .open = npz_table,
};

std::span<const FileFormat* const> file_formats() {
  static constexpr const FileFormat* all[] = {
#define FILE_FORMAT(name) &format_word::name,
#include "hebb/data/file_formats.def"
#undef FILE_FORMAT
  };
  return all;
}

const FileFormat* format_of(std::string_view path) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  for (const FileFormat* format : file_formats()) {
    const std::string_view ending = format->ending;
    if (path.size() > ending.size() &&
        std::equal(ending.begin(), ending.end(), path.end() - int64_t(ending.size()),
                   [&](char wanted, char given) { return same(given, wanted); }))
      return format;
  }
  return nullptr;
}

}  // namespace hebb::data
