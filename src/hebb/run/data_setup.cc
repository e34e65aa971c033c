#include "hebb/run/data_setup.h"

#include <algorithm>
#include <array>

#include "hebb/base/check.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/file_format.h"
#include "hebb/data/missing_words.h"
#include "hebb/data/prepared.h"
#include "hebb/data/table_recipe.h"
#include "hebb/data/table_source.h"
#include "hebb/nn/build.h"
#include "hebb/run/at_key.h"
#include "hebb/run/leak_notes.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/run_task.h"
#include "hebb/run/split_setup.h"
#include "hebb/tasks/defaults.h"
#include "hebb/tasks/targets.h"

namespace hebb {
namespace {

// A picture's shape where the configuration says one: folders of pictures are resized to it.
data::PictureShape picture_of(const Dims& input) {
  if (input.size() != 3)
    return {};
  for (int64_t size : input)
    check_in(size <= 1 << 15, ErrorKind::usage, "model.input", "is {}, which no picture has",
             to_string(input));
  return {int(input[0]), int(input[1]), int(input[2])};
}

std::optional<data::Task> task_of(const std::string& loss) {
  return at_key("train.loss", [&] { return task_of_loss(loss); });
}

// Whether the targets of the data are looked at. task: as task_before_data has it; a task that
// follows from them reads them.
bool reads_targets(const Task* task) {
  return !task || task->reads_targets();
}

data::Dataset with_targets_of(const Task* task, const data::Dataset& data) {
  return task && task->input_is_target && !data.empty() ? data.with_input_as_target() : data;
}

data::TableReading reading_of(const DataConfig& d) {
  return {.written = written_as(d),
          .kinds = d.kinds,
          .categorical = d.categorical,
          .missing = d.missing,
          .impute = d.impute};
}

// The axis of a sample whose entries are normalised each by itself.
int64_t axis_of(const Config& config, const data::Dataset& data) {
  if (data.pictures() || data.sample_shape().size() < 2)
    return 0;
  return nn::features_last(config.model.layers) ? -1 : data::features_axis(data);
}

bool takes_ids(const Config& config) {
  return nn::input_dtype(config.model.layers) == i64;
}

// Before a training meets them.
void check_ids(const Config& config, const data::Dataset& data) {
  for (int64_t i = 0; i < data.size(); ++i) {
    const Tensor ids = data.sample(i).x;
    check_token_ids(config.model, {ids.data<int64_t>(), size_t(ids.numel())},
                    data.name() + ": " + data.source().sample_name(data.source_index(i)));
  }
}

data::OpenOptions open_options(const Config& config, const Task* task, const DataPlace& place,
                               const std::optional<KnownRun>& known) {
  const bool files =
      known && (known->recipe.picture_steps() > 0 || data::is_table(known->recipe.input()));
  return {.data_dir = place.folder,
          .shape = picture_of(config.model.input),
          .recipe = files ? std::optional(known->recipe) : std::nullopt,
          .target = config.data.target,
          .feature_names = config.data.columns,
          .kept = split_columns(config.data),
          .id = config.data.id.value_or(""),
          .weight = config.data.weight.value_or(""),
          .whole_numbers = reads_targets(task) ? task_of(config.train.loss) : std::nullopt,
          .token_ids = takes_ids(config),
          .reading = reading_of(config.data),
          .limit = config.data.limit,
          .progress = place.progress};
}

// As the training data are: classes and columns in its order.
data::OpenOptions like(const data::Dataset& train, data::OpenOptions options, const char* split) {
  options.split = split;
  options.class_names = train.class_names();
  options.feature_names = train.feature_names();
  options.kept.clear();  // it is not split
  if (options.target.empty())
    options.target = train.target_name();  // not another column whose name is usual too
  options.task = train.task();
  options.sample_shape = train.sample_shape();
  if (data::table_of(train))
    options.recipe =
        data::table_recipe(train.source().schema(), {.impute = options.reading.impute == "auto"})
            .with_missing(options.reading.missing);
  else if (!train.pictures())
    options.recipe = train.recipe();  // rows of numbers
  if (train.pictures())
    options.shape = train.picture_shape();
  return options;
}

struct RawParts {
  data::Dataset train, validation, test;
  std::vector<std::string> notes;
};

RawParts open_parts(Config& config, const Task* task, const DataPlace& place,
                    const std::optional<KnownRun>& known) {
  DataConfig& d = config.data;
  at_key("data.missing", [&] { data::MissingWords{d.missing}; });
  const data::OpenOptions options = open_options(config, task, place, known);
  RawParts out;
  if (!d.dataset.empty()) {
    data::Parts parts =
        at_spec("data.dataset", [&] { return data::open_parts(d.dataset, options); });
    out.train = parts.train;
    out.test = parts.test;
    if (!d.split && out.test.empty()) {
      d.split = SplitConfig{.train = 0.7, .validation = 0.15, .test = 0.15};
      out.notes.emplace_back(
          "data.split is left open: 0.7 of the samples are for training, 0.15 for validation, 0.15 "
          "for the test");
    }
  } else {
    const auto open = [&](const char* key, const std::string& spec, data::OpenOptions with) {
      if (d.target.empty() && !data::is_text_table(spec))
        with.target.clear();
      return at_spec(key, [&] { return data::open(spec, with); });
    };
    out.train = open("data.train", d.train, options);
    if (!d.validation.empty())
      out.validation = open("data.validation", d.validation, like(out.train, options, "test"));
    if (!d.test.empty())
      out.test = open("data.test", d.test, like(out.train, options, "test"));
  }
  check_in(d.columns.empty() || !out.train.feature_names().empty(), ErrorKind::usage,
           "data.columns", "names columns of a table, which {} is not", out.train.name());
  check_in(d.missing.empty() || data::table_of(out.train), ErrorKind::usage, "data.missing",
           "names words of a table's cells, and {} is no table of text", out.train.name());
  for (const auto& [key, column] : {std::pair("group", &d.group), std::pair("time", &d.time)})
    check_in(d.split || column->empty(), ErrorKind::usage, fmt::format("data.{}", key),
             "says how data.split divides the samples, and there is no split");
  if (!d.split || (d.split->by_shares() && d.split->validation == 0 && d.split->test == 0))
    return out;
  const SplitData parts = split_data(out.train, d);
  out.notes.insert(out.notes.end(), parts.notes.begin(), parts.notes.end());
  out.train = parts.train;
  if (!parts.validation.empty()) {
    check_in(out.validation.empty(), ErrorKind::usage, "data",
             "has both 'validation' and a split with a validation part; it should be one of them");
    out.validation = parts.validation;
  }
  if (!parts.test.empty()) {
    check_in(d.test.empty(), ErrorKind::usage, "data",
             "has both 'test' and a split with a test part; it should be one of them");
    if (!out.test.empty())
      out.notes.push_back(
          fmt::format("data.split sets a test part aside, so the {} samples of {}, the set's own "
                      "test part, are not used; "
                      "without test in the split they are the test",
                      out.test.size(), out.test.name()));
    out.test = parts.test;
  }
  return out;
}

std::string name_or_number(const std::vector<std::string>& names, size_t i) {
  return i < names.size() ? fmt::format("column '{}'", names[i]) : fmt::format("column {}", i);
}

// What is not normalised is cast to f32 as it is.
void note_lost_spread(const data::Dataset& train, int64_t axis, bool normalized,
                      std::vector<std::string>& notes) {
  if (normalized || train.pictures() || !train.source().in_f64(0))
    return;
  const data::DatasetStats stats = data::statistics(train, axis);
  for (size_t c = 0; c < stats.mean.size(); ++c) {
    if (!data::f32_loses_spread(stats.mean[c], stats.std[c]))
      continue;
    notes.push_back(fmt::format(
        "{}: {} has mean {:.10g} and deviation {:.6g}, which f32 hardly tells apart; normalize = "
        "\"auto\" in [data] keeps its digits",
        train.name(), name_or_number(train.feature_names(), c), stats.mean[c], stats.std[c]));
    return;  // one is enough to think of it
  }
}

// A column's name where data have columns.
std::string of_tables(const std::optional<std::string>& column, const std::string& spec) {
  return column && data::format_of(spec) ? *column : std::string();
}

// Data for a model that is there; limit: 0 for all.
data::Dataset open_like(const std::string& spec, const Config& config, const KnownRun& run,
                        const DataPlace& place, int64_t limit) {
  const ModelInfo& info = run.info;
  const Task* task = task_before_data(config);
  const data::Dataset out = data::open(
      spec, {.data_dir = place.folder,
             .split = "test",
             .recipe = run.recipe,
             .target = data::is_text_table(spec) ? config.data.target
                                                 : std::string(),  // the training table's column
             .class_names = info.labels,
             .feature_names = info.input.features,
             .id = of_tables(config.data.id, spec),
             .weight = of_tables(config.data.weight, spec),
             .task = reads_targets(task) ? std::optional(targets_named(info.task)) : std::nullopt,
             .token_ids = takes_ids(config),
             .reading = reading_of(config.data),
             .sample_shape = info.input.shape,
             .limit = limit,
             .progress = place.progress});
  if (data::table_of(out))
    return with_targets_of(task, out);  // by the run's recipe
  check_in(
      out.sample_shape() == info.input.shape && out.pictures() == (info.input.kind == "picture"),
      ErrorKind::usage, spec, "its samples are {}, the model takes {}",
      to_string(out.sample_shape()), to_string(info.input.shape));
  return with_targets_of(task, out.with_recipe(run.recipe));
}

constexpr std::string_view embed_word = "embed_columns";

// The layer that takes words as codes comes first, and is no part of a block.
bool embeds_columns(const ModelConfig& model) {
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const auto* line = std::get_if<std::string>(&model.layers[i]);
    const bool named =
        line && at_key("model.layers", [&] { return SpecLine::parse(*line).name == embed_word; });
    check_in(!named || i == 0, ErrorKind::usage, fmt::format("model.layers[{}]", i),
             "{} takes the rows of the table, so it should be the first layer", embed_word);
    if (named)
      return true;
  }
  return false;
}

// What the table says of the layer that embeds its words.
void write_words_of_codes(const data::Recipe& recipe, ModelConfig& model) {
  if (!embeds_columns(model))
    return;
  const Dims words = data::words_of_codes(recipe);
  std::string line(embed_word);
  for (size_t i = 0; i < words.size(); ++i)
    line += fmt::format("{}{}", i ? "," : " ", words[i]);
  const std::string& given = *nn::first_line(model.layers);
  check_in(given == line || given == embed_word, ErrorKind::usage, "model.layers[0]",
           "is \"{}\", but the table makes it \"{}\"; leave the numbers out, as they follow from "
           "the training part",
           given, line);
  model.layers[0] = line;
}

// Fitted on the training part; the data set's own recipe is fitted on all rows.
data::Recipe table_recipe_of(const Config& config, const data::Dataset& train) {
  const DataConfig& d = config.data;
  using Kind = Normalization::Kind;
  const Kind kind = d.normalize.kind;
  const std::string numbers = kind == Kind::automatic ? "standard" : d.normalize.step;
  const bool embed = embeds_columns(config.model);
  check_in(
      !embed || kind != Kind::given, ErrorKind::usage, "data.normalize",
      "has a mean for each number, and embed_columns takes codes among them; \"auto\" would be "
      "right");
  const data::Recipe out =
      data::table_recipe(train.source().schema(),
                         {.impute = d.impute == "auto", .numbers = numbers, .embed = embed})
          .with_missing(d.missing)
          .fitted(train);
  return kind == Kind::given ? out.with_normalize(d.normalize.mean, d.normalize.std) : out;
}

// What the columns were taken for, so that another table is read in the same way.
void write_kinds(const data::TableSource& table, DataConfig& d) {
  constexpr size_t most = 1000;  // columns that a person may want to read
  const std::vector<data::ColumnInfo>& columns = table.told().columns;
  if (!d.kinds.empty() || columns.size() > most)
    return;
  const auto words = data::words_of(data::ColumnKind{});
  for (const data::ColumnInfo& column : columns)
    if (column.name != table.info().target_name && column.kind != data::ColumnKind::empty)
      d.kinds.emplace_back(column.name, words[size_t(column.kind)]);
  std::sort(d.kinds.begin(), d.kinds.end());  // as they are read again
}

// How a run's inputs are prepared: as the run that is there does it, else as the configuration
// says.
data::Recipe recipe_of(const Config& config, const data::Dataset& train,
                       const std::optional<data::DatasetStats>& measured,
                       const std::optional<KnownRun>& known) {
  if (known)
    return known->recipe;
  const DataConfig& d = config.data;
  data::Recipe out = train.recipe();
  if (data::table_of(train))
    return out;  // it was fitted before all else
  check_in(d.normalize.kind != Normalization::Kind::step, ErrorKind::usage, "data.normalize",
           "is \"{}\", which scales the columns of a table; {} is none", d.normalize.step,
           train.name());
  const int64_t axis = axis_of(config, train);
  if (d.normalize.kind == Normalization::Kind::given)
    out = out.with_normalize(d.normalize.mean, d.normalize.std, axis);
  else if (d.normalize.kind == Normalization::Kind::automatic)
    out = out.with_fitted_normalize(axis).fitted(train, measured ? &*measured : nullptr);
  return at_key("data.augment",
                [&] { return train.with_recipe(out).with_augment(d.augment).recipe(); });
}

}  // namespace

CsvWishes written_as(const DataConfig& d) {
  return {
      .separator = d.separator, .decimal = d.decimal, .encoding = d.encoding, .header = d.header};
}

RunData open_run_data(Config& config, const Task* task, const DataPlace& place,
                      const std::optional<KnownRun>& known) {
  RawParts raw = open_parts(config, task, place, known);
  const DataConfig& d = config.data;
  if (data::table_of(raw.train)) {  // how many numbers a row becomes follows from what is fitted
    const data::Recipe fitted = known ? known->recipe : table_recipe_of(config, raw.train);
    for (data::Dataset* part : {&raw.train, &raw.validation, &raw.test})
      if (!part->empty())
        *part = part->with_recipe(fitted);
    write_kinds(*data::table_of(raw.train), config.data);
    write_words_of_codes(fitted, config.model);
  }
  RunData out;
  out.notes = raw.train.notes();
  out.notes.insert(out.notes.end(), raw.notes.begin(), raw.notes.end());
  Dims& input = config.model.input;
  const Dims given = raw.train.sample_shape();
  const bool first_size = input.empty();
  if (first_size)
    input = given;
  // The column that was found, so that other tables are measured against the same one.
  if (config.data.target.empty())
    config.data.target = raw.train.target_name();
  check_in(input == given, ErrorKind::usage, "model.input", "is {}, but the samples of {} are {}",
           to_string(input), raw.train.name(), to_string(given));
  for (const data::Dataset* part : {&raw.validation, &raw.test})
    if (!part->empty())
      check_in(part->sample_shape() == given, ErrorKind::usage, "data",
               "samples of {} are {}, those of {} are {}", part->name(),
               to_string(part->sample_shape()), raw.train.name(), to_string(given));

  if (takes_ids(config)) {
    check_in(raw.train.dtype() == i64, ErrorKind::usage, "model.layers",
             "begins with \"{}\", which takes token ids, but samples of {} are no whole numbers",
             *nn::first_line(config.model.layers), raw.train.name());
    for (const data::Dataset* part : {&raw.train, &raw.validation, &raw.test})
      check_ids(config, *part);
  }
  const bool targets = reads_targets(task);
  if (targets)
    check_classes(raw.train);
  const bool automatic = d.normalize.kind == Normalization::Kind::automatic,
             pictures = raw.train.pictures();
  check_in(!automatic || pictures || raw.train.dtype() == f32, ErrorKind::usage, "data.normalize",
           "is \"auto\", but samples of {} stay as they are; it should be \"none\"",
           name(raw.train.dtype()));
  std::optional<data::DatasetStats> measured;
  if (known ? pictures && !known->info.statistics
            : pictures || (automatic && !data::table_of(raw.train)))
    measured = data::statistics(raw.train, axis_of(config, raw.train));
  if (!known && pictures)  // a damaged picture is found now, not after hours; tables are read whole
    for (const data::Dataset* part : {&raw.validation, &raw.test})
      data::check_samples(*part);
  if (!known && first_size && measured && measured->sizes && measured->sizes->differ())
    out.notes.push_back(fmt::format(
        "{}: pictures from {} to {} high and from {} to {} wide become {}x{} (height x width), the "
        "first one's size; model.input = [{}, HEIGHT, WIDTH] sets another",
        raw.train.name(), measured->sizes->least_height, measured->sizes->most_height,
        measured->sizes->least_width, measured->sizes->most_width, given[1], given[2], given[0]));
  if (pictures)
    out.statistics = measured ? measured->pictures : known->info.statistics;
  out.recipe = recipe_of(config, raw.train, measured, known);
  const auto prepared = [&](const data::Dataset& part) {
    return part.empty() ? part : with_targets_of(task, part.with_recipe(out.recipe));
  };
  out.train = prepared(raw.train);
  out.validation = prepared(raw.validation);
  out.test = prepared(raw.test);
  const std::array parts = {&out.train, &out.validation, &out.test};
  data::prepare(parts);
  check_in(out.train.sample_shape() == given, ErrorKind::usage, "data.augment",
           "turns pictures {} into {}; validation and test pictures stay as they are, so the "
           "size should too",
           to_string(given), to_string(out.train.sample_shape()));
  if (targets)
    at_key("train.loss", [&] { check_targets(raw.train, config.train.loss); });
  if (!known && out.validation.empty())
    out.notes.push_back(
        fmt::format("there is no validation part, so no epoch is measured on samples that were not "
                    "trained on; a part of the training samples becomes one by {}",
                    key_for_validation(d)));
  if (!known)
    note_lost_spread(raw.train, axis_of(config, raw.train),
                     d.normalize.kind != Normalization::Kind::none, out.notes);
  if (!known)
    note_leaks(raw.train, raw.validation, raw.test, out.notes);
  return out;
}

data::Dataset open_test_data(const Config& config, const KnownRun& run, const DataPlace& place) {
  const DataConfig& d = config.data;
  const Task* task = task_before_data(config);
  if (!d.test.empty())
    return open_like(d.test, config, run, place, d.limit);
  if (d.dataset.empty() && !d.split)  // nothing else could be one
    return {};
  const bool named = d.dataset.find(':') == std::string::npos && !d.dataset.empty() &&
                     (!d.split || (d.split->by_shares() && d.split->test == 0));
  const std::vector<std::string> known = data::known_names();
  if (named && std::find(known.begin(), known.end(), d.dataset) !=
                   known.end()) {  // its own test part: the rest need not be read
    const data::Dataset test =
        data::open(d.dataset + ":test",
                   {.data_dir = place.folder, .limit = d.limit, .progress = place.progress});
    return with_targets_of(task, test.with_recipe(run.recipe));
  }
  Config copy = config;
  return open_run_data(copy, task, place, run).test;
}

data::Dataset open_data_for(const std::string& spec, const Config& config, const KnownRun& run,
                            const DataPlace& place) {
  return open_like(spec, config, run, place, 0);
}

}  // namespace hebb
