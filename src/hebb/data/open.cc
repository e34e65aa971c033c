#include "hebb/data/open.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/base/philox.h"
#include "hebb/data/file_format.h"
#include "hebb/data/glyphs.h"
#include "hebb/data/in_parallel.h"
#include "hebb/data/known_sets.h"
#include "hebb/formats/idx.h"

namespace hebb::data {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> splits = {"train", "test"};

Dataset load_known(const KnownSet& set, std::string_view split, const OpenOptions& options) {
  const bool train = split == "train";
  const KnownFile &pictures_file = train ? set.train_images : set.test_images,
                  &labels_file = train ? set.train_labels : set.test_labels;
  const fs::path pictures_path =
      get_known_file(set, pictures_file, options.data_dir, options.progress);
  const fs::path labels_path = get_known_file(set, labels_file, options.data_dir, options.progress);
  constexpr uint64_t more =
      1 << 20;  // bytes too many are counted by the reader, which knows where the data end
  const IdxArray labels = read_idx(labels_path, labels_file.bytes + more, 1);
  check_in(labels.type == IdxType::u8 && labels.dims.size() == 1, ErrorKind::data,
           labels_path.string(), "holds {} {}, should hold labels: u8 [N]",
           idx_type_name(labels.type), labels.dims);
  const int64_t classes = int64_t(set.classes.size());
  for (int64_t i = 0; i < labels.count(); ++i)
    check_in(labels.integer(i) < classes, ErrorKind::data, labels_path.string(),
             "label {} of sample {} is out of range, should be 0..{}", labels.integer(i), i,
             classes - 1);
  const IdxArray pictures = read_idx(pictures_path, pictures_file.bytes + more, 3);
  check_in(pictures.type == IdxType::u8 && pictures.dims.size() == 3 && pictures.dims[1] == 28 &&
               pictures.dims[2] == 28,
           ErrorKind::data, pictures_path.string(),
           "holds {} {}, should hold pictures: u8 [N, 28, 28]", idx_type_name(pictures.type),
           pictures.dims);
  check_in(pictures.dims[0] == labels.dims[0], ErrorKind::data, pictures_path.string(),
           "holds {} pictures, but {} holds {} labels", pictures.dims[0], labels_path.string(),
           labels.dims[0]);
  check_in(pictures.dims[0] > 0, ErrorKind::data, pictures_path.string(), "holds no pictures");
  const int64_t n = pictures.dims[0];
  const Tensor x = Tensor::empty({n, 1, 28, 28}, u8), y = Tensor::empty({n}, i64);
  std::copy(pictures.bytes.begin(), pictures.bytes.end(), static_cast<char*>(x.raw_data()));
  for (int64_t i = 0; i < n; ++i)
    y.data<int64_t>()[i] = labels.integer(i);
  return from_tensors(x, y,
                      {.name = fmt::format("{}:{}", set.name, split),
                       .class_names = {set.classes.begin(), set.classes.end()}});
}

Dataset render_glyphs(int64_t n, uint64_t seed, std::string_view split) {
  check_in(n >= 1, ErrorKind::usage, glyphs_name, "{} pictures for {}, should be at least 1", n,
           split);
  const uint64_t key = split == "train" ? seed : philox_key(seed, 0x74657374u);  // "test"
  const Tensor x = Tensor::empty({n, 1, glyph_side, glyph_side}, u8), y = Tensor::empty({n}, i64);
  in_parallel(n, 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      uint8_t label = 0;
      render_glyph(key, i, x.data<uint8_t>() + i * glyph_side * glyph_side, &label);
      y.data<int64_t>()[i] = label;
    }
  });
  std::vector<std::string> names;
  for (int c = 0; c < glyph_classes; ++c)
    names.push_back(std::to_string(c));
  return from_tensors(x, y,
                      {.name = fmt::format("{}:{}", glyphs_name, split), .class_names = names});
}

Dataset load_named(std::string_view name, std::string_view split, const OpenOptions& options) {
  const KnownSet* set = find_known_set(name);
  if (set)
    return load_known(*set, split, options);
  const GlyphsOptions all;
  const int64_t n = split == "train" ? all.train : all.test;
  return render_glyphs(options.limit > 0 ? std::min(n, options.limit) : n, all.seed, split);
}

Dataset load_path(const fs::path& path, const OpenOptions& options) {
  std::error_code error;  // what cannot be looked at is said by who reads it
  if (fs::is_directory(path, error))
    return image_folder(
        path,
        {.shape = options.shape, .class_names = options.class_names, .recipe = options.recipe});
  const TableOptions table{.target = options.target,
                           .guess_target = options.guess_target,
                           .feature_names = options.feature_names,
                           .kept = options.kept,
                           .id = options.id,
                           .weight = options.weight,
                           .class_names = options.class_names,
                           .task = options.task,
                           .whole_numbers = options.whole_numbers,
                           .token_ids = options.token_ids,
                           .sample_shape = options.sample_shape,
                           .reading = options.reading,
                           .recipe = options.recipe};
  if (const FileFormat* format = format_of(path.string()))
    return format->open(path, table);
  std::string endings;
  for (const FileFormat* format : file_formats())
    endings += fmt::format(", {}", format->endings[0]);
  fail(ErrorKind::usage, path.string(),
       "is no data: should be a folder with class folders, or a file that ends in {}",
       endings.substr(2));
}

// The classes of pictures are their folders or in the set's own file; a column that would be
// ignored is a mistake.
void check_no_target(std::string_view spec, const OpenOptions& options) {
  check_in(options.target.empty(), ErrorKind::usage, spec,
           "target '{}' names a column of a table, which this is not", options.target);
  std::vector<std::string> named = options.kept;
  named.insert(named.end(), {options.id, options.weight});
  for (const std::string& column : named)
    check_in(column.empty(), ErrorKind::usage, spec,
             "'{}' names a column of a table, which this is not", column);
}

// A relative path that is not here may lie where data sets do.
std::string placed(std::string_view spec, const std::string& data_dir) {
  const fs::path path(spec);
  std::error_code error;
  if (path.is_absolute() || spec.find('/') == spec.npos || fs::exists(path, error) || error)
    return std::string(spec);
  for (const fs::path& folder : data_folders(data_dir))
    if (fs::exists(folder / path, error) && !error)
      return (folder / path).string();
  return std::string(spec);
}

struct Name {
  std::string_view name, split;  // split is empty where none was given
};

// The known data set that a SPEC names, or nothing when it is a path.
std::optional<Name> parse_name(std::string_view spec) {
  const size_t colon = spec.rfind(':');
  const std::string_view name = spec.substr(0, colon),
                         split = colon == spec.npos ? std::string_view() : spec.substr(colon + 1);
  const std::vector<std::string> names = known_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    check_in(colon == spec.npos || std::find(splits.begin(), splits.end(), split) != splits.end(),
             ErrorKind::usage, spec, "there is no part '{}', should be {}:train or {}:test", split,
             name, name);
    return Name{name, split};
  }
  std::error_code error;
  if (fs::exists(fs::path(spec), error) || error)
    return std::nullopt;
  const bool path = spec.find('/') != spec.npos || format_of(spec) != nullptr;
  check_in(!path, ErrorKind::usage, spec, "there is no such file or folder{}",
           fs::path(spec).is_absolute() ? "" : fmt::format(" in {}", fs::current_path().string()));
  check_in(!spec.empty(), ErrorKind::usage, "data", "no data set is named");
  fail(ErrorKind::usage, "data", "{}", unknown_word("data set or path", name, names));
}

Dataset finish(Dataset all, const OpenOptions& options) {
  if (options.limit != 0)
    all = all.limit(options.limit);
  return all;
}

void check_classes(const Dataset& data, const OpenOptions& options) {
  check_in(options.class_names.empty() || data.class_names() == options.class_names,
           ErrorKind::data, data.name(), "its classes ({}) are not those of the model ({})",
           fmt::join(data.class_names(), ", "), fmt::join(options.class_names, ", "));
}

Parts both(std::string_view name, const OpenOptions& options) {
  return {finish(load_named(name, "train", options), options),
          finish(load_named(name, "test", options), options)};
}

}  // namespace

Parts fashion_mnist(const std::string& folder) {
  return both("fashion-mnist", {.data_dir = folder});
}
Parts mnist(const std::string& folder) {
  return both("mnist", {.data_dir = folder});
}
Parts glyphs(const GlyphsOptions& options) {
  return {render_glyphs(options.train, options.seed, "train"),
          render_glyphs(options.test, options.seed, "test")};
}

std::vector<std::string> known_names() {
  std::vector<std::string> out;
  for (const KnownSet& set : known_sets())
    out.emplace_back(set.name);
  out.emplace_back(glyphs_name);
  return out;
}

Dataset open(std::string_view given, const OpenOptions& options) {
  const std::string spec = placed(given, options.data_dir);
  const std::optional<Name> named = parse_name(spec);
  std::error_code error;
  if (named || fs::is_directory(fs::path(spec), error))
    check_no_target(spec, options);
  if (!named)
    return finish(load_path(spec, options), options);
  const Dataset out = load_named(
      named->name, named->split.empty() ? std::string_view(options.split) : named->split, options);
  check_classes(out, options);
  return finish(out, options);
}

Parts open_parts(std::string_view given, const OpenOptions& options) {
  const std::string spec = placed(given, options.data_dir);
  const std::optional<Name> named = parse_name(spec);
  if (!named || !named->split.empty())
    return {open(spec, options), {}};
  check_no_target(spec, options);
  Parts out = both(named->name, options);
  check_classes(out.train, options);
  return out;
}

}  // namespace hebb::data
