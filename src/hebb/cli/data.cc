// hebb data: which data sets there are (list), getting one or some of its pictures (get), what it
// looks like (stats); how it would be split (split) is in data_split.cc.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/interrupt.h"
#include "hebb/base/log.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/data_place.h"
#include "hebb/cli/data_split.h"
#include "hebb/cli/data_table.h"
#include "hebb/cli/download_line.h"
#include "hebb/cli/table_options.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/glyphs.h"
#include "hebb/data/known_sets.h"
#include "hebb/data/open.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"

namespace hebb::cli {
namespace {

struct DataOptions {
  std::string spec, data_dir, target, out;
  TableWishes table;
  int64_t samples = 0, limit = 0;
  std::vector<std::string> columns;
};

data::OpenOptions open_options(const DataOptions& options, const Global& global,
                               std::string split) {
  data::OpenOptions out;
  out.data_dir = options.data_dir;
  out.split = std::move(split);
  out.target = options.target;
  out.feature_names = options.columns;
  out.reading = reading_of(options.table);
  out.limit = options.limit;
  out.progress = download_line(global.quiet);
  return out;
}

void say_notes(const data::Dataset& data, const Global& global) {
  if (global.quiet)
    return;
  for (const std::string& note : data.notes())
    warn(note);
}

int64_t pictures_in(const data::KnownFile& file) {
  return int64_t(file.bytes - 16) / (28 * 28);
}  // after IDX's header

void list(const DataOptions& options, const Global& global) {
  const std::vector<fs::path> folders = data::data_folders(options.data_dir);
  Json all = Json::array();
  for (const data::KnownSet& set : data::known_sets()) {
    const std::optional<fs::path> folder = data::folder_of_set(set, folders);
    all.push_back({{"name", set.name},
                   {"what", set.what},
                   {"train", pictures_in(set.train_images)},
                   {"test", pictures_in(set.test_images)},
                   {"classes", set.classes.size()},
                   {"folder", folder ? Json(folder->string()) : Json()},
                   {"licence", set.licence},
                   {"home", set.home}});
  }
  const data::GlyphsOptions glyphs;
  all.push_back({{"name", data::glyphs_name},
                 {"what", "digits that the program draws, grey, 28x28"},
                 {"train", glyphs.train},
                 {"test", glyphs.test},
                 {"classes", 10},
                 {"folder", ""},
                 {"licence", "Apache-2.0"},
                 {"home", "drawn when asked for"}});
  if (global.json)
    return print_json(Json{{"data_sets", all}});
  for (const Json& set : all) {
    const std::string name = set["name"],
                      folder = set["folder"].is_null()
                                   ? fmt::format("not here; `hebb data get {}` downloads it", name)
                               : set["folder"] == "" ? "always here"
                                                     : set["folder"].get<std::string>();
    print_line(fmt::format("{:14} {:44} {:>6} + {:>6}  {}", name, set["what"].get<std::string>(),
                           set["train"].get<int64_t>(), set["test"].get<int64_t>(), folder));
    print_line(fmt::format("{:14} {}; {}", "", set["licence"].get<std::string>(),
                           set["home"].get<std::string>()));
  }
}

// "T-shirt/top" -> "t-shirt-top"
std::string slug(std::string_view label) {
  std::string out;
  for (char c : label) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain)
      out += lower_case(c);
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out.empty() ? "class" : out;
}

void get_samples(const DataOptions& options, const Global& global) {
  check_in(!options.out.empty(), ErrorKind::usage, "",
           "--samples needs -o FOLDER to write the pictures to");
  const data::Dataset data = data::open(options.spec, open_options(options, global, "test"));
  say_notes(data, global);
  check_in(data.pictures(), ErrorKind::usage, data.name(), "its samples are not pictures");
  check_in(options.samples >= 1 && options.samples <= data.size(), ErrorKind::usage, "",
           "--samples is {}, should be from 1 to {}", options.samples, data.size());
  make_folders(options.out);
  Json files = Json::array();
  for (int64_t i = 0; i < options.samples; ++i) {
    const std::string label = data.task() == data::Task::classification
                                  ? data.class_names()[size_t(data.label(i))]
                                  : "picture";
    const fs::path path = fs::path(options.out) / fmt::format("{}-{}.png", i, slug(label));
    const std::string png = encode_png(data::to_image(data.picture(i)));
    if (path_exists(path))
      check_in(read_file(path) == png, ErrorKind::usage, path.string(),
               "is there already, with another content; choose another folder");
    else
      write_file_atomic(path, png);
    files.push_back({{"file", path.string()}, {"index", i}, {"label", label}});
    if (!global.json)
      print_line(path.string());
  }
  if (global.json)
    print_json(Json{{"folder", options.out}, {"files", files}});
}

void get_set(const DataOptions& options, const Global& global) {
  check_in(options.out.empty() && options.limit == 0, ErrorKind::usage, "",
           "{} is for the pictures of --samples; --data-dir says where data sets lie",
           options.out.empty() ? "--limit" : "--out");
  const InterruptScope interrupt;
  if (options.spec == data::glyphs_name) {
    if (global.json)
      return print_json(Json{{"name", data::glyphs_name}, {"folder", ""}});
    return print_line(
        "glyphs are drawn by the program whenever they are asked for; there is nothing to get");
  }
  const data::KnownSet* set = data::find_known_set(options.spec);
  if (!set)
    throw Error(ErrorKind::usage, "", unknown_word("data set", options.spec, data::known_names()));
  const auto line = download_line(global.quiet);
  fs::path folder;
  for (const data::KnownFile* file :
       {&set->test_labels, &set->test_images, &set->train_labels, &set->train_images}) {
    const fs::path path = data::get_known_file(*set, *file, options.data_dir, line);
    data::verify_known_file(*file, path);
    folder = path.parent_path();
  }
  if (global.json)
    return print_json(Json{{"name", set->name}, {"folder", folder.string()}});
  print_line(folder.string());
}

std::string dims_text(const Dims& shape) {
  return to_string(shape);
}

Json stats_json(const data::Dataset& data, const data::DatasetStats& stats) {
  const Dims shape = data.sample_shape();
  Json out = {
      {"name", data.name()},
      {"samples", stats.samples},
      {"shape", std::vector<int64_t>(shape.begin(), shape.end())},
      {"task", data.task() == data::Task::classification ? "classification" : "regression"}};
  if (data.task() == data::Task::classification) {
    Json classes = Json::array();
    for (size_t c = 0; c < stats.class_counts.size(); ++c)
      classes.push_back({{"name", data.class_names()[c]}, {"samples", stats.class_counts[c]}});
    out["classes"] = classes;
  } else {
    out["target_mean"] = stats.target_mean;
    out["target_std"] = stats.target_std;
  }
  if (!data.feature_names().empty())
    out["features"] = data.feature_names();
  if (stats.sizes) {
    out["heights"] = {stats.sizes->least_height, stats.sizes->most_height};
    out["widths"] = {stats.sizes->least_width, stats.sizes->most_width};
  }
  for (const auto& [name, numbers] : {std::pair("mean", &stats.mean), std::pair("std", &stats.std),
                                      std::pair("min", &stats.min), std::pair("max", &stats.max)}) {
    out[name] = Json::array();
    for (const double number : *numbers)
      out[name].push_back(finite_or_null(number));
  }
  if (const data::TableSource* table = data::table_of(data))
    add_table(*table, out);
  out["hash"] = data.hash();
  return out;
}

void print_targets(const data::Dataset& data, const data::DatasetStats& stats) {
  for (size_t i = 0; i < stats.target_mean.size(); ++i)
    print_line(fmt::format("  {:20} {:12.6g} {:12.6g}", "target", stats.target_mean[i],
                           stats.target_std[i]));
  for (size_t c = 0; c < stats.class_counts.size(); ++c)
    print_line(fmt::format("  {:20} {:12}", data.class_names()[c], stats.class_counts[c]));
}

void print_stats(const data::Dataset& data, const data::DatasetStats& stats) {
  print_line(fmt::format("{}: {} samples {}, {}", data.name(), stats.samples,
                         dims_text(data.sample_shape()), data.hash()));
  if (stats.sizes && stats.sizes->differ())
    print_line(fmt::format(
        "  pictures from {} to {} high and from {} to {} wide, seen here as {}x{} (height x "
        "width), "
        "the first one's size; model.input sets another",
        stats.sizes->least_height, stats.sizes->most_height, stats.sizes->least_width,
        stats.sizes->most_width, data.picture_shape().height, data.picture_shape().width));
  if (const data::TableSource* table = data::table_of(data)) {
    print_table(data, *table, stats);
    return print_targets(data, stats);
  }
  const std::string_view what = data.pictures()                ? "channel"
                                : stats.axis == -1             ? "feature"
                                : data.feature_names().empty() ? "row"
                                                               : "column";
  print_line(fmt::format("  {:20} {:>12} {:>12} {:>12} {:>12}", what, "mean", "std", "min", "max"));
  for (size_t i = 0; i < stats.mean.size(); ++i) {
    const std::string name =
        i < data.feature_names().size() ? data.feature_names()[i] : std::to_string(i);
    print_line(fmt::format("  {:20} {:12.6g} {:12.6g} {:12.6g} {:12.6g}", name, stats.mean[i],
                           stats.std[i], stats.min[i], stats.max[i]));
  }
  print_targets(data, stats);
}

void show_stats(const DataOptions& options, const Global& global) {
  const data::Parts parts = data::open_parts(options.spec, open_options(options, global, "train"));
  Json all = Json::array();
  for (const data::Dataset* data : {&parts.train, &parts.test}) {
    if (data->empty())
      continue;
    say_notes(*data, global);
    const data::DatasetStats stats = data::statistics(*data, data::features_axis(*data));
    if (global.json)
      all.push_back(stats_json(*data, stats));
    else
      print_stats(*data, stats);
  }
  if (global.json)
    print_json(Json{{"parts", all}});
}

}  // namespace

void add_data_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<DataOptions>();
  Command data = hebb.add("data", "data sets: list, get, stats, split");
  data.require_command();
  add_data_dir(data, options->data_dir);  // before the name of the sub-command, and after it
  const char* spec =
      "NAME[:train|test], a folder of class folders, a table (.csv, .tsv, .jsonl, also .gz, .xz) "
      "or "
      "an .npz file";

  Command known = data.add("list", "the data sets that are known by name, and where they lie");
  known.run([options, &global] { list(*options, global); });

  Command get =
      data.add("get", "find a data set or download it; with --samples, write some pictures of it");
  get.option("spec", options->spec,
             "NAME; with --samples also NAME:train, NAME:test, a folder of class folders, or an "
             ".npz file of pictures")
      .required();
  get.option(
      "--samples", options->samples,
      "how many pictures to write, as INDEX-LABEL.png (a name without :train is its test part)");
  get.option("-o,--out", options->out, "folder for them");
  get.example("hebb data get fashion-mnist:test --samples 10 -o samples");
  get.run([get, options, &global] {
    if (get.was_given("--samples"))
      get_samples(*options, global);
    else
      get_set(*options, global);
  });

  Command stats =
      data.add("stats",
               "samples of each class, shape, mean, deviation, least and most; of a table what its "
               "columns hold, and why");
  stats.option("spec", options->spec, spec).required();
  stats.example("hebb data stats houses.csv --target price");
  stats.run([options, &global] { show_stats(*options, global); });

  add_data_split_command(data, spec, options->data_dir, global);

  for (Command command : {known, get, stats})
    add_data_dir(command, options->data_dir);
  for (Command command : {get, stats})
    command.option("--limit", options->limit, "samples of each part, classes in proportion");
  stats.option("--target", options->target, "column of a table");
  stats
      .option("--columns", options->columns,
              "of a table, to learn from: rooms,age (default: all but the target)")
      .comma_separated();
  add_table_options(stats, options->table);
}

}  // namespace hebb::cli
