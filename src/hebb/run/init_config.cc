#include "hebb/run/init_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/base/file.h"
#include "hebb/base/printable.h"
#include "hebb/base/shell_word.h"
#include "hebb/base/toml_text.h"
#include "hebb/base/utf8.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/date_form.h"
#include "hebb/data/file_format.h"
#include "hebb/data/open.h"
#include "hebb/data/table_source.h"
#include "hebb/run/at_key.h"

namespace hebb {
namespace {

constexpr size_t most_columns_told = 60, most_classes_told = 20;

// The beginning of a name, which ends with a whole character.
std::string beginning(const std::string& name) {
  constexpr size_t most = 40;
  return name.substr(0, valid_utf8(std::string_view(name).substr(0, most)));
}

// Lines of a configuration.
class Text {
 public:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }
  // What comes from the data may hold anything.
  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    const std::string text = printable(fmt::format(format, std::forward<Args>(args)...));
    out_ += (text.empty() ? "#" : "# " + text) + "\n";
  }
  void strings(std::string_view key, const std::vector<std::string>& lines) {
    std::string list;
    for (const std::string& text : lines)
      list += (list.empty() ? "" : ", ") + toml_quoted(text);
    line("{} = [{}]", key, list);
  }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

// How large a network, how many epochs: by how much there is to learn from.
struct Size {
  int64_t samples;  // up to so many
  int64_t batch, epochs, patience;
  std::vector<int64_t> hidden;
  const char* optimizer;
};
const Size& size_for(int64_t samples) {
  static const std::array<Size, 5> sizes = {{
      {500, 16, 200, 30, {16}, "adamw lr=0.01 weight_decay=0.01"},
      {3000, 32, 150, 20, {32}, "adamw lr=2e-3 weight_decay=0.01"},
      {15000, 64, 80, 10, {64, 32}, "adamw lr=1e-3 weight_decay=0.01"},
      {100000, 128, 50, 8, {128, 64}, "adamw lr=1e-3 weight_decay=0.01"},
      {std::numeric_limits<int64_t>::max(),
       256,
       20,
       3,
       {128, 64},
       "adamw lr=1e-3 weight_decay=0.01"},
  }};
  return *std::find_if(sizes.begin(), sizes.end(),
                       [&](const Size& size) { return samples <= size.samples; });
}

// The numbers of the last layer.
int64_t outputs_of(const data::Dataset& all) {
  return all.task() == data::Task::classification ? all.classes() : product(all.target_shape());
}

void check_learnable(const data::Dataset& all, const data::DatasetStats& stats) {
  if (all.task() != data::Task::classification)
    return;
  check_in(all.classes() >= 2, ErrorKind::usage, all.name(),
           "all samples are of one class ({}), so there is nothing to tell apart; name another "
           "target",
           all.classes() == 1 ? all.class_names()[0] : "none");
  check_in(2 * all.classes() <= stats.samples, ErrorKind::usage, all.name(),
           "the target '{}' holds {} different words in {} rows: too many to be classes; name "
           "another target",
           all.target_name(), all.classes(), stats.samples);
}

int64_t rarest(const data::DatasetStats& stats) {
  return stats.class_counts.empty()
             ? 0
             : *std::min_element(stats.class_counts.begin(), stats.class_counts.end());
}

void say_targets(const data::Dataset& all, const data::DatasetStats& stats, Text& out) {
  if (all.task() == data::Task::regression) {
    for (size_t i = 0; i < std::min<size_t>(stats.target_mean.size(), 5); ++i)
      out.note("  mean {:.6g}, deviation {:.6g}", stats.target_mean[i], stats.target_std[i]);
    return;
  }
  std::string list;
  for (size_t c = 0; c < std::min(stats.class_counts.size(), most_classes_told); ++c)
    list += fmt::format("{}{} {}", c ? ", " : "", beginning(all.class_names()[c]),
                        counted(stats.class_counts[c]));
  out.note("  {} classes: {}{}", all.classes(), list,
           stats.class_counts.size() > most_classes_told ? ", ..." : "");
}

// Whether some column reaches so far from its mean that a network would see little of the rest.
std::optional<std::string> wide_column(const data::Dataset& all, const data::DatasetStats& stats) {
  constexpr double far = 8;  // deviations
  for (size_t c = 0; c < stats.mean.size(); ++c)
    if (stats.std[c] > 0 &&
        std::max(stats.max[c] - stats.mean[c], stats.mean[c] - stats.min[c]) > far * stats.std[c])
      return c < all.feature_names().size() ? all.feature_names()[c] : std::to_string(c);
  return std::nullopt;
}

void write_split(const data::Dataset& all, const data::DatasetStats& stats, Text& out) {
  constexpr int64_t enough = 7;  // of a class, for all three parts
  out.note(
      "What the run is measured on is never learned from. Rows that belong together (group), that");
  out.note("follow one another (time), folds: hebb help config; docs/guide/splits.md.");
  out.line("split = {{ train = 0.7, validation = 0.15, test = 0.15 }}");
  if (all.task() == data::Task::classification && rarest(stats) >= enough)
    out.line("stratify = true        # every part has the classes in the same proportions");
}

void write_layers(const std::vector<std::string>& lines, Text& out) {
  out.note(
      "One line a layer, PyTorch's names (hebb help layers); sizes of inputs follow by "
      "themselves.");
  out.line("layers = [");
  for (const std::string& line : lines)
    out.line("  {},", toml_quoted(line));
  out.line("]");
}

void write_train(const std::string& file, const data::Dataset& all, const data::DatasetStats& stats,
                 const Size& size, Text& out) {
  out.line("\n[train]");
  out.line("epochs = {}", size.epochs);
  out.line("batch_size = {}", size.batch);
  out.line("optimizer = \"{}\"", size.optimizer);
  out.note(
      "Stops when the validation part has not got better for so many epochs, and keeps the best.");
  out.line("early_stopping = {{ patience = {} }}", size.patience);
  const int64_t rare = rarest(stats);
  if (all.task() == data::Task::classification && 10 * rare < stats.samples) {
    out.note("The rarest class is {} of {} samples. Without weights a network may never name it:",
             counted(rare), counted(stats.samples));
    out.line("# class_weights = \"balanced\"");
    if (all.classes() == 2)
      out.line("# threshold = \"best f1\"");
  }
  out.note(
      "The same seed on the same machine gives the same weights, to the last bit. Stopped, the "
      "run");
  out.note("goes on with: hebb train {} --resume", shell_word(file));
  out.line("seed = 1");
}

double largest(const data::DatasetStats& stats) {
  return *std::max_element(stats.max.begin(), stats.max.end());
}

// Layers of a network on rows of numbers.
std::vector<std::string> dense_layers(const Size& size, const data::Dataset& all) {
  const bool classes = all.task() == data::Task::classification;
  std::vector<std::string> out;
  for (int64_t width : size.hidden) {
    out.push_back(fmt::format("linear {}", width));
    out.emplace_back("relu");
    if (classes && size.samples > 500)  // a quantity would be drawn to its mean
      out.emplace_back("dropout 0.2");
  }
  out.push_back(fmt::format("linear {}", outputs_of(all)));
  return out;
}

// Whether they may be token ids: whole numbers from 0, of which the first layer has a row each.
bool may_be_ids(const data::Dataset& all, const data::DatasetStats& stats) {
  constexpr double most = 1e6;
  const auto whole = [](double number) { return number == std::floor(number); };
  for (int64_t i = 0; i < all.size(); ++i) {
    const double* x = all.source().in_f64(all.source_index(i));
    if (!x || !std::all_of(x, x + product(all.sample_shape()), whole))
      return false;
  }
  return *std::min_element(stats.min.begin(), stats.min.end()) >= 0 && largest(stats) < most;
}

// A recurrent network on sequences with lengths: [times, features], or [times] of token ids.
std::vector<std::string> sequence_layers(const data::Dataset& all, const data::DatasetStats& stats,
                                         bool ids) {
  std::vector<std::string> out;
  if (ids)
    out.push_back(fmt::format("embedding {} 32", int64_t(largest(stats)) + 1));
  out.insert(out.end(), {"lstm 32 bidirectional=true", "last"});
  out.push_back(fmt::format("linear {}", outputs_of(all)));
  return out;
}

// Convolutions until a picture is small.
std::vector<std::string> picture_layers(const Dims& shape, int64_t outputs) {
  std::vector<std::string> out;
  int64_t side = std::min(shape[1], shape[2]), channels = 32;
  while (side >= 8 && channels <= 128) {
    out.push_back(fmt::format("conv2d {} kernel=3 padding=1", channels));
    out.insert(out.end(), {"relu", "max_pool2d 2"});
    side /= 2;
    channels *= 2;
  }
  out.insert(out.end(), {"flatten", "linear 64", "relu", "dropout 0.25"});
  out.push_back(fmt::format("linear {}", outputs));
  return out;
}

void write_head(const std::string& file, const std::string& what, Text& out) {
  out.note("{}", what);
  out.note("");
  out.note("  hebb train {}", shell_word(file));
  out.note("");
  out.note("All keys and their defaults: hebb help config.");
  out.line("");
}

void write_column(const data::ColumnInfo& column, bool learnt, size_t width, Text& out) {
  out.note("  {:<{}}  {:<10}  {}{}{}", beginning(printable(column.name)), width,
           data::words_of(column.kind)[size_t(column.kind)],
           column.missing > 0 ? fmt::format("{} missing; ", counted(column.missing)) : "",
           column.reason, learnt ? "" : " (left out)");
}

// What the columns hold, as a table in comments.
void say_columns(const data::Dataset& all, const data::TableSource& table, Text& out) {
  const std::vector<data::ColumnInfo>& columns = table.told().columns;
  size_t width = 6;
  for (const data::ColumnInfo& column : columns)
    width = std::max(width, std::min<size_t>(column.name.size(), 40));
  out.note(
      "The columns, by all of their cells. A word overrules: kinds = {{ zip = \"category\" }}; "
      "left out");
  out.note("are those that say nothing (hebb data stats shows more).");
  size_t told = 0;
  for (const data::ColumnInfo& column : columns) {
    if (column.name == all.target_name())
      continue;
    if (++told > most_columns_told) {
      out.note("  ... and {} more", columns.size() - 1 - most_columns_told);
      break;
    }
    write_column(column, data::is_learnt_from(column.kind), width, out);
  }
}

// Keys of how the table is written, where a person has said so.
void write_reading(const data::TableReading& reading, Text& out) {
  const CsvWishes& w = reading.written;
  for (const auto& [key, value] :
       {std::pair("separator", &w.separator), {"decimal", &w.decimal}, {"encoding", &w.encoding}})
    if (!value->empty())
      out.line("{} = {}", key, toml_quoted(*value));
  if (w.header)
    out.line("header = {}", *w.header);
  if (!reading.categorical.empty())
    out.strings("categorical", reading.categorical);
  if (!reading.missing.empty())
    out.strings("missing", reading.missing);
  std::string kinds;
  for (const auto& [name, kind] : reading.kinds)
    kinds +=
        fmt::format("{}{} = {}", kinds.empty() ? "" : ", ", toml_quoted(name), toml_quoted(kind));
  if (!kinds.empty())
    out.line("kinds = {{ {} }}", kinds);
}

// Words that may stand for nothing, with the first column in which each was seen.
void say_perhaps_missing(const data::TableSource& table, Text& out) {
  constexpr size_t most = 5;
  std::vector<std::string> words;
  std::string seen;
  for (const data::ColumnInfo& column : table.told().columns)
    for (const std::string& word : column.perhaps_missing)
      if (words.size() < most && std::find(words.begin(), words.end(), word) == words.end()) {
        seen +=
            fmt::format("{}'{}' in '{}'", words.empty() ? "" : ", ", word, beginning(column.name));
        words.push_back(word);
      }
  if (words.empty())
    return;
  out.note("Among numbers: {}. If that stands for what is missing:", seen);
  out.strings("# missing", words);
}

// The first column that numbers the rows by its name: it stands beside predictions.
const data::ColumnInfo* naming_column(const data::TableSource& table, const std::string& target) {
  for (const data::ColumnInfo& column : table.told().columns)
    if (column.kind == data::ColumnKind::identifier && column.all_numbers && column.missing == 0 &&
        column.name != target)
      return &column;
  return nullptr;
}

void write_table(const std::string& file, const InitOptions& options, const data::Dataset& all,
                 const data::TableSource& table, Text& out) {
  const data::DatasetStats stats = data::statistics(all);
  check_learnable(all, stats);
  const bool classes = all.task() == data::Task::classification;
  write_head(file,
             fmt::format("A table of {} rows and {} columns: {}.", counted(stats.samples),
                         table.told().columns.size(), describe(table.told().dialect)),
             out);
  out.line("[data]");
  out.line("dataset = {}", toml_quoted(options.data));
  write_reading(options.reading, out);
  out.note("What is predicted: {}, because {}{}.", classes ? "classes" : "a quantity",
           table.told().task_reason,
           options.target.empty() ? "; taken, as none was named, by its name or as the last column"
                                  : "");
  say_targets(all, stats, out);
  if (const std::string& otherwise = table.told().otherwise; !otherwise.empty())
    out.note("  If that is wrong: {}.", otherwise);
  out.line("target = {}", toml_quoted(all.target_name()));
  say_columns(all, table, out);
  say_perhaps_missing(table, out);
  if (const data::ColumnInfo* id = naming_column(table, all.target_name())) {
    out.note("It names the rows: never learned from, it stands beside predictions.");
    out.line("id = {}", toml_quoted(id->name));
  }
  const auto dates = std::find_if(
      table.told().columns.begin(), table.told().columns.end(), [](const data::ColumnInfo& column) {
        return column.kind == data::ColumnKind::date && data::has_date(column.date_form) &&
               !column.date_in_doubt && column.missing == 0;
      });
  if (dates != table.told().columns.end()) {
    out.note("For a model that will see the future: the earliest rows are for training.");
    out.line("# time = {}", printable(toml_quoted(dates->name)));
  }
  if (std::any_of(table.told().columns.begin(), table.told().columns.end(),
                  [](const data::ColumnInfo& column) { return column.missing > 0; })) {
    out.note(
        "A missing number becomes the median and a missing word the usual one, and a column says");
    out.note("so; \"drop\" leaves such rows out, \"error\" refuses them.");
    out.line("impute = \"auto\"");
  }
  if (const auto wide = wide_column(all, stats)) {
    out.note(
        "By rank, because some numbers lie far from the others, such as those of '{}'; \"auto\" is "
        "by",
        *wide);
    out.note("mean and deviation.");
    out.line("normalize = \"quantile\"");
  } else {
    out.note(
        "By mean and deviation; \"quantile\" and \"piecewise_linear 32\" are for skewed columns "
        "and steps.");
    out.line("normalize = \"auto\"");
  }
  write_split(all, stats, out);
  const Size& size = size_for(stats.samples);
  out.line("\n[model]");
  out.note("Ends in {}.", classes
                              ? fmt::format("a number for each of the {} classes", all.classes())
                              : "the quantity");
  write_layers(dense_layers(size, all), out);
  write_train(file, all, stats, size, out);
}

void write_arrays(const std::string& file, const InitOptions& options, const data::Dataset& all,
                  Text& out) {
  const data::DatasetStats stats = data::statistics(all, data::features_axis(all));
  check_learnable(all, stats);
  const Dims shape = all.sample_shape();
  const bool sequences = data::has_lengths(all) && shape.size() <= 2,
             whole = may_be_ids(all, stats), ids = sequences && shape.size() == 1;
  check_in(!ids || whole, ErrorKind::usage, options.data,
           "x is {} with lengths, should be [samples, times, features] of numbers, or token ids, "
           "whole numbers from 0",
           to_string(shape));
  const bool pictures = all.pictures() && shape.size() == 3 && std::min(shape[1], shape[2]) >= 8;
  write_head(file,
             fmt::format("Arrays: {} samples x {} {}.", counted(stats.samples), name(all.dtype()),
                         to_string(shape)),
             out);
  for (const std::string& note : all.notes())
    out.note("{}", note);
  out.line("[data]");
  out.line("dataset = {}", toml_quoted(options.data));
  out.note(
      "What is predicted, the array y: {}.",
      all.task() == data::Task::classification
          ? "classes, because it holds words or whole numbers"
          : "quantities, because it holds numbers that are not whole, or are stored as floats");
  say_targets(all, stats, out);
  const bool numbers = all.dtype() == f32 && !ids;
  if (pictures)
    out.note(
        "Pixels enter as 0..1; \"auto\" subtracts the mean and divides by the deviation, per "
        "channel.");
  else if (numbers)
    out.note("By mean and deviation, per {}.", sequences ? "feature" : "entry of the first axis");
  out.line("normalize = \"{}\"", pictures || numbers ? "auto" : "none");
  write_split(all, stats, out);
  const Size& size = size_for(stats.samples);
  out.line("\n[model]");
  std::vector<std::string> layers;
  if (pictures) {
    layers = picture_layers(shape, outputs_of(all));
  } else if (sequences) {
    out.note("Sequences that end at their `lengths`; what stands behind is looked at by no layer.");
    layers = sequence_layers(all, stats, ids);
  } else {
    if (whole && shape.size() == 1)
      out.note(
          "Whole numbers, taken for quantities. Of token ids: \"embedding {} 32\" first, then "
          "\"lstm 32\" and \"last\", and normalize = \"none\"; docs/guide/sequences.md.",
          int64_t(largest(stats)) + 1);
    layers = dense_layers(size, all);
    if (shape.size() != 1)
      layers.insert(layers.begin(), "flatten");
  }
  write_layers(layers, out);
  write_train(file, all, stats, size, out);
}

// A power of two near the pictures' own size, from 16 to 64: enough to begin with.
int64_t side_for(const data::PictureShape& shape) {
  const int least = std::min(shape.height, shape.width);
  return least >= 48 ? 64 : least >= 24 ? 32 : std::max(least, 8);
}

// Folders of parts, where a folder holds nothing else: train, and perhaps validation and test.
struct PartFolders {
  std::string train, validation, test;
};
std::optional<PartFolders> part_folders(const fs::path& folder) {
  PartFolders out;
  std::error_code error;
  for (const fs::path& path : entries_of(folder)) {
    const std::string name = path.filename().string();
    if (name.starts_with('.') || !fs::is_directory(path, error))
      continue;
    if (name == "train")
      out.train = path.string();
    else if (name == "test")
      out.test = path.string();
    else if (name == "val" || name == "valid" || name == "validation")
      out.validation = path.string();
    else
      return std::nullopt;
  }
  return out.train.empty() ? std::nullopt : std::optional(out);
}

void write_pictures(const std::string& file, const InitOptions& options,
                    const std::optional<PartFolders>& parts, const data::Dataset& all, Text& out) {
  const data::DatasetStats stats = data::statistics(all);
  check_learnable(all, stats);
  const data::PictureShape shape = all.picture_shape();
  const int64_t side = side_for(shape);
  const auto sizes = stats.sizes;
  write_head(file,
             fmt::format(
                 "{} pictures of {} classes, {}, {}.", counted(stats.samples), all.classes(),
                 shape.channels == 1 ? "grey" : "in colour",
                 sizes && sizes->differ()
                     ? fmt::format("from {} to {} high and from {} to {} wide", sizes->least_height,
                                   sizes->most_height, sizes->least_width, sizes->most_width)
                     : fmt::format("{} high and {} wide", shape.height, shape.width)),
             out);
  for (const std::string& note : all.notes())
    out.note("{}", note);
  out.line("[data]");
  out.note("A folder for each class, by name:");
  say_targets(all, stats, out);
  if (!parts) {
    out.line("dataset = {}", toml_quoted(options.data));
    write_split(all, stats, out);
  } else {
    for (const auto& [key, path] : {std::pair("train", &parts->train),
                                    {"validation", &parts->validation},
                                    {"test", &parts->test}})
      if (!path->empty())
        out.line("{} = {}", key, toml_quoted(*path));
    if (parts->validation.empty()) {
      out.note("There is no validation part: a tenth of the training pictures is one.");
      out.line("split = {{ train = 0.9, validation = 0.1 }}");
    }
  }
  out.note(
      "Pixels enter as 0..1; \"auto\" subtracts the mean and divides by the deviation, per "
      "channel.");
  out.line("normalize = \"auto\"");
  out.note(
      "Random changes of training pictures. Where left and right do not matter, add "
      "\"horizontal_flip\".");
  out.strings("augment",
              {fmt::format("random_crop {} padding={}", side, std::max<int64_t>(side / 16, 1))});
  out.line("\n[model]");
  out.note(
      "All pictures become this size (channels, height, width): larger ones say more and cost "
      "more.");
  const Dims input = {shape.channels, side, side};
  out.line("input = {}", to_string(input));
  write_layers(picture_layers(input, all.classes()), out);
  Size size = size_for(stats.samples);
  size.epochs = std::min<int64_t>(size.epochs, 40);
  size.patience = std::min<int64_t>(size.patience, 8);
  size.optimizer = "adamw lr=1e-3 weight_decay=0.01";
  write_train(file, all, stats, size, out);
}

}  // namespace

std::string config_for(const std::string& file, const InitOptions& options) {
  Text out;
  std::error_code error;
  const bool folder = fs::is_directory(options.data, error);
  const auto parts = folder ? part_folders(options.data) : std::nullopt;
  const data::Dataset all =
      data::open(parts ? parts->train : options.data, {.data_dir = options.place.folder,
                                                       .target = options.target,
                                                       .guess_target = true,
                                                       .reading = options.reading,
                                                       .progress = options.place.progress});
  if (const data::TableSource* table = data::table_of(all))
    write_table(file, options, all, *table, out);
  else if (folder)
    write_pictures(file, options, parts, all, out);
  else
    write_arrays(file, options, all, out);
  return out.text();
}

}  // namespace hebb
