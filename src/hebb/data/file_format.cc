#include "hebb/data/file_format.h"

#include "hebb/base/lower_case.h"

namespace hebb::data {

constinit const FileFormat format_word::csv = {
    .name = "csv",
    .endings = {".csv", ".data", ".test"},  // older collections have the latter two
    .what = "a table; data.target names the column to predict",
    .open = csv_table,
    .rows = true,
};
constinit const FileFormat format_word::tsv = {
    .name = "tsv",
    .endings = {".tsv", ".tab"},
    .what = "a table with tabs between its cells",
    .open = csv_table,
    .rows = true,
};
constinit const FileFormat format_word::jsonl = {
    .name = "jsonl",
    .endings = {".jsonl"},
    .what = "a table with a JSON object a line",
    .open = jsonl_table,
    .rows = true,
};
constinit const FileFormat format_word::gz = {
    .name = "gz",
    .endings = {".csv.gz", ".tsv.gz", ".jsonl.gz", ".data.gz", ".test.gz", ".tab.gz"},
    .what = "a table that gzip packed; .tsv.gz and .jsonl.gz too",
    .open = csv_table,
    .rows = true,
};
constinit const FileFormat format_word::xz = {
    .name = "xz",
    .endings = {".csv.xz", ".tsv.xz", ".jsonl.xz", ".data.xz", ".test.xz", ".tab.xz"},
    .what = "a table that xz packed; .tsv.xz and .jsonl.xz too",
    .open = csv_table,
    .rows = true,
};
constinit const FileFormat format_word::npz = {
    .name = "npz",
    .endings = {".npz"},
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

namespace {

bool ends_in(std::string_view path, std::string_view ending) {
  return path.size() > ending.size() &&
         lower_case(path.substr(path.size() - ending.size())) == ending;
}

}  // namespace

const FileFormat* format_of(std::string_view path) {
  for (const FileFormat* format : file_formats())
    for (const std::string_view ending : format->endings)
      if (!ending.empty() && ends_in(path, ending))
        return format;
  return nullptr;
}

bool is_text_table(std::string_view path) {
  const FileFormat* format = format_of(path);
  return format && format->rows;
}

}  // namespace hebb::data
