#include "hebb/run/predictor.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <unordered_map>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"
#include "hebb/base/shell_word.h"
#include "hebb/data/cell.h"
#include "hebb/data/file_format.h"
#include "hebb/data/npz_column.h"
#include "hebb/data/npz_table.h"
#include "hebb/data/table_recipe.h"
#include "hebb/data/table_row.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/csv_rows.h"
#include "hebb/formats/image.h"
#include "hebb/formats/jsonl.h"
#include "hebb/formats/npz.h"
#include "hebb/formats/unpacked_stream.h"
#include "hebb/graph/compile.h"
#include "hebb/ops/copy.h"
#include "hebb/run/data_setup.h"
#include "hebb/run/run_task.h"

namespace hebb {
namespace {

constexpr std::string_view standard_input = "-";

std::string ending_of(const fs::path& path) {
  return lower_case(path.extension().string());
}

bool takes_pictures(const data::Recipe& recipe) {
  return recipe.input().size() == 1 && recipe.input()[0].kind == data::FieldKind::picture;
}

bool is_json_lines(const std::string& name) {
  return unpacked_name(name).ends_with(".jsonl");
}

// The shape of a row of an array that the recipe takes.
Dims row_shape(const data::Recipe& recipe, const Dims& made) {
  return data::is_table(recipe.input()) ? Dims{int64_t(recipe.input().size())} : made;
}

void check_is_there(const fs::path& file, std::string_view what) {
  std::error_code error;
  check_in(fs::exists(file, error) || error, ErrorKind::usage, file.string(), "there is no such {}",
           what);
}

// A folder stands for the pictures in it, by name.
void add_pictures(const std::string& name, std::vector<fs::path>& out) {
  std::error_code error;
  if (!fs::is_directory(name, error)) {
    check_is_there(name, "picture");
    out.emplace_back(name);
    return;
  }
  const size_t before = out.size();
  fs::path other;
  for (const fs::path& path : entries_of(name))
    if (is_picture_name(path) && fs::is_regular_file(path, error))
      out.push_back(path);
    else if (other.empty() && fs::is_regular_file(path, error))
      other = path;
  check_in(out.size() > before, ErrorKind::usage, name,
           "there are no .png or .jpg pictures in this folder, which are the ones that are read{}",
           other.empty()
               ? ""
               : fmt::format("; {}: {}", other.filename().string(), looks_like_file(other)));
}

// What of a row's cells the model takes: the columns of its recipe's input, in that order.
std::vector<size_t> needed_columns(const std::vector<std::string>& columns, bool header,
                                   const data::Schema& input, std::string_view where) {
  std::unordered_map<std::string_view, size_t> places;
  for (size_t c = 0; c < columns.size(); ++c)
    places.emplace(columns[c], c);
  std::vector<size_t> out;
  for (const data::Field& field : input) {
    const auto found = places.find(field.name);
    if (found == places.end())
      fail(ErrorKind::usage, where, "has no column '{}', which the model was trained on; {} {}",
           field.name, header ? "there are" : "its first line names none, so they are",
           known_words(field.name, columns));
    out.push_back(found->second);
  }
  return out;
}

// The columns that stand beside answers. The first named ones may be missing: -1.
std::vector<int64_t> side_places(const std::vector<std::string>& columns,
                                 const std::vector<std::string>& sides, size_t may_miss,
                                 std::string_view where) {
  std::vector<int64_t> out;
  for (size_t i = 0; i < sides.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), sides[i]);
    check_in(found != columns.end() || i < may_miss, ErrorKind::usage, where, "{}",
             unknown_word("column", sides[i], columns));
    out.push_back(found == columns.end() ? -1 : found - columns.begin());
  }
  return out;
}

CsvRows::Read reader_of(const fs::path& file) {
  if (file == standard_input)
    return [](char* to, size_t most) {
      while (true) {
        const ssize_t n = ::read(STDIN_FILENO, to, most);
        check_in(n >= 0 || errno == EINTR, ErrorKind::io, "standard input", "cannot be read: {}",
                 std::generic_category().message(errno));
        if (n >= 0)
          return size_t(n);
      }
    };
  return read_unpacked_stream(file);
}

// The samples of an .npz file, with labels that nobody looks at.
data::Dataset samples_of(const fs::path& file, const NpzArrays& arrays, DType wanted) {
  const auto found =
      arrays.numbers.contains("x") ? arrays.numbers.find("x") : arrays.numbers.find("input");
  check_in(found != arrays.numbers.end(), ErrorKind::data, file.string(),
           "holds no array of numbers 'x' (or 'input'), the rows to predict");
  const Tensor x = wanted == i64 ? data::token_ids(found->second) : data::quantities(found->second);
  check_in(x.dim() >= 1 && x.numel() > 0, ErrorKind::data, file.string(), "holds no rows: {} {}",
           found->first, describe(x));
  const Tensor lengths = data::lengths_in(arrays, x, file.string());
  TensorDict inputs = {{std::string(data::input_field), data::without_padding(x, lengths)}};
  if (lengths.defined())
    inputs.set(data::lengths_field, lengths);
  const Tensor none = Tensor::from(std::vector<int64_t>(size_t(x.size(0)), 0), {x.size(0)});
  return data::from_tensors(inputs, {{std::string(data::target_field), none}},
                            {.name = file.string()});
}

// Of the arrays that stand beside answers, a value for each sample; as side_places has it.
std::vector<data::KeptColumn> side_arrays(const NpzArrays& arrays,
                                          const std::vector<std::string>& sides, size_t may_miss,
                                          int64_t samples, const std::string& where) {
  std::vector<data::KeptColumn> out;
  for (size_t i = 0; i < sides.size(); ++i) {
    const bool there = arrays.numbers.contains(sides[i]) || arrays.texts.contains(sides[i]);
    out.push_back(!there && i < may_miss ? data::KeptColumn{.name = sides[i], .cells = {}}
                                         : data::kept_array(arrays, sides[i], where));
    check_in(out[i].cells.empty() || int64_t(out[i].cells.size()) == samples, ErrorKind::data,
             where, "{} holds {} values, but there are {} samples", sides[i], out[i].cells.size(),
             samples);
  }
  return out;
}

// Why a row of numbers cannot be used: the first of them that is none.
std::optional<std::string> not_numbers(const data::Value& x) {
  const auto look = [&](const auto* numbers) -> std::optional<std::string> {
    for (int64_t i = 0, n = x.count(); i < n; ++i)
      if (!data::f32_holds(double(numbers[i])))
        return fmt::format("its value {} is {}, {}", i, double(numbers[i]),
                           std::isfinite(numbers[i]) ? fmt::format("which {}", data::not_in_f32)
                                                     : std::string("should be a number"));
    return std::nullopt;
  };
  if (x.dtype() == f64)
    return look(x.data<double>());
  if (x.dtype() == f32)
    return look(x.data<float>());
  return std::nullopt;
}

}  // namespace

std::string Prediction::reason() const {
  if (!error)
    return {};
  return error->where().empty() || error->where() == input
             ? error->message()
             : error->where() + ": " + error->message();
}

// Gathers prepared records, and answers them a batch at a time.
struct Predictor::State {
  TrainedModel model;
  PredictorOptions options;
  Compiled run;
  data::Field made;  // what the recipe makes
  data::MissingWords missing;
  size_t picture_steps;
  std::vector<std::string> sides;
  size_t named = 0;                          // of these, the first that inputs may lack
  std::optional<std::vector<double>> reach;  // of intervals, one a number
  Problem problem = {};
  const Task* task = nullptr;
  AnswerNames names = {};

  std::vector<Prediction> waiting;
  std::vector<std::byte> prepared;  // of those that have no error
  std::vector<int64_t> lengths;     // of those of them that are sequences with lengths

  State(const fs::path& path, const PredictorOptions& given)
      : model(load_trained(path)), options(given),
        run(compile([this](const std::vector<Tensor>& in) -> std::vector<Tensor> {
          return {model.net(nn::Sequence{in[0], in.size() > 1 ? in[1] : Tensor()}).values};
        })),
        made(*data::find_field(model.recipe.output(), data::input_field)),
        missing(model.recipe.missing()), picture_steps(model.recipe.picture_steps()) {
    check_in(!model.parts, ErrorKind::usage, path.string(),
             "this run's models make samples of noise, and answer to no inputs: `hebb predict {} "
             "--samples 64 -o sheet.png`",
             shell_word(path.string()));
    check_in(options.batch_size >= 1, ErrorKind::usage, "batch_size", "is {}, should be at least 1",
             options.batch_size);
    find_reach(path);
    check_in(options.keep.empty() || !takes_pictures(model.recipe), ErrorKind::usage, "keep",
             "'{}' names a column, and this model takes pictures", fmt::join(options.keep, ", "));
    if (const std::string id = model.config.data.id.value_or(""); !id.empty())
      sides.push_back(id);
    named = sides.size();
    for (const std::string& column : options.keep)
      if (std::find(sides.begin(), sides.end(), column) == sides.end())
        sides.push_back(column);
    problem = problem_of_run(model.config, model.info);
    task = &task_of_run(model.config, model.info);
    names = task->names(problem);
  }

  void find_reach(const fs::path& path) {
    const std::optional<Intervals>& intervals = model.info.intervals;
    const double level = options.level.value_or(usual_level);
    check_in(level > 0 && level < 1, ErrorKind::usage, "level",
             "is {}, should be above 0 and below 1: a share of the rows that lie inside", level);
    check_in(!options.level || intervals, ErrorKind::usage, path.string(),
             "this run has no intervals: they are for quantities, and come from the errors on a "
             "validation part");
    if (intervals)
      reach = intervals->reach(level);
    check_in(!options.level || reach, ErrorKind::usage, "level",
             "is {}, for which there should be {} validation samples; this run has {}", level,
             intervals ? intervals->least_samples(level) : 0, intervals ? intervals->samples : 0);
  }

  // A record with its first `entry` steps done.
  void add(Prediction prediction, data::Record& record, size_t entry) {
    const data::Recipe& recipe = model.recipe;
    try {
      size_t done = entry;
      if (picture_steps == 0)
        prediction.warnings = recipe.unlike_training(record, entry);
      if (picture_steps > 0 && entry <= picture_steps) {
        recipe.apply(record, entry, picture_steps, nullptr);
        note_what_is_unusual(record.at(data::input_field), prediction);
        done = picture_steps;
      }
      recipe.apply(record, done, recipe.size(), nullptr);
      const data::Value& x = record.at(data::input_field);
      promise(x.shape() == made.shape && x.dtype() == made.dtype,
              "a recipe made something else than it said");
      if (x.dtype() == i64)
        check_token_ids(model.config.model, {x.data<int64_t>(), size_t(x.count())}, record.where);
      const auto* bytes = static_cast<const std::byte*>(x.bytes());
      prepared.insert(prepared.end(), bytes, bytes + x.count() * item_size(x.dtype()));
      if (const data::Value* times = record.find(data::lengths_field))
        lengths.push_back(times->data<int64_t>()[0]);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data && error.kind() != ErrorKind::io)
        throw;
      prediction.error = error;
    }
    waiting.push_back(std::move(prediction));
  }

  void add_refused(const std::string& input, const Error& why,
                   std::vector<std::string> beside = {}) {
    beside.resize(sides.size());
    waiting.push_back({.input = input, .error = why, .sides = std::move(beside)});
  }

  void note_what_is_unusual(const data::Value& levels, Prediction& prediction) const {
    if (!model.info.statistics)
      return;
    const Dims& shape = levels.shape();
    const data::PictureStats stats =
        data::picture_stats({int(shape[0]), int(shape[1]), int(shape[2])}, levels.data<uint8_t>());
    if (const auto strange = data::unlike_training(stats, *model.info.statistics))
      prediction.warnings.push_back(*strange);
  }

  bool full() const { return int64_t(waiting.size()) >= options.batch_size; }

  std::vector<Prediction> answer() {
    std::vector<Prediction> out = std::exchange(waiting, {});
    const auto good = std::count_if(out.begin(), out.end(),
                                    [](const Prediction& p) { return !p.error.has_value(); });
    if (good == 0)
      return out;
    Dims shape = made.shape;
    shape.insert(0, good);
    const Tensor x = Tensor::empty(shape, made.dtype);
    std::copy(prepared.begin(), prepared.end(), static_cast<std::byte*>(x.raw_data()));
    prepared.clear();
    std::vector<Tensor> inputs = {x};
    if (!lengths.empty())
      inputs.push_back(Tensor::from(std::exchange(lengths, {}), {good}));
    const Tensor outputs = [&] {
      NoGrad off;
      return model.recipe.undo_target(run(inputs)[0]);
    }();
    const Tensor nobody_knows;  // what would be right
    std::vector<Answer> answers = task->answers(problem, {outputs, nobody_knows, 0});
    promise(int64_t(answers.size()) == good, "a task gives an answer to every sample");
    auto next = answers.begin();
    for (Prediction& prediction : out)
      if (!prediction.error)
        take(std::move(*next++), prediction);
    return out;
  }

  void take(Answer&& answer, Prediction& prediction) const {
    prediction.index = answer.index;
    prediction.values = std::move(answer.scores);
    if (prediction.values.empty())
      for (const AnswerCell& cell : answer.prediction)
        prediction.values.push_back(cell.number);
    std::vector<double>& values = prediction.values;
    const bool finite =
        std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
    // A label that was drawn from NaN would look like any other. A picture's values are 0..1: it
    // cannot be the reason.
    check_in(finite || !takes_pictures(model.recipe), ErrorKind::data, model.run.path.string(),
             "what it makes of {} is not finite: its weights are too large", prediction.input);
    if (!finite) {
      values.clear();
      prediction.index = -1;
      prediction.error = Error(ErrorKind::data, prediction.input,
                               "what the model makes of it is not finite: its numbers are too "
                               "large, or the model's weights are");
    } else if (names.scores.empty() && reach) {
      for (size_t i = 0; i < values.size(); ++i) {
        prediction.lower.push_back(values[i] - (*reach)[i % reach->size()]);
        prediction.upper.push_back(values[i] + (*reach)[i % reach->size()]);
      }
    }
  }
};

Predictor::Predictor(const fs::path& model, const PredictorOptions& options)
    : state_(std::make_unique<State>(model, options)) {}
Predictor::~Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;

const TrainedModel& Predictor::model() const {
  return state_->model;
}

std::optional<double> Predictor::level() const {
  return state_->reach ? std::optional(state_->options.level.value_or(usual_level)) : std::nullopt;
}

const std::vector<std::string>& Predictor::sides() const {
  return state_->sides;
}

int64_t Predictor::outputs() const {
  return product(model().info.output);
}

const std::vector<std::string>& Predictor::labels() const {
  return state_->names.scores;
}

PredictionInputs Predictor::inputs(const std::vector<std::string>& names) const {
  const data::Recipe& recipe = model().recipe;
  const bool pictures = takes_pictures(recipe), columns = data::is_table(recipe.input());
  const auto is_array = [](const std::string& name) { return ending_of(name) == ".npz"; };
  PredictionInputs out;
  out.pictures = pictures && std::none_of(names.begin(), names.end(), is_array);
  for (const std::string& name : names) {
    const bool array = is_array(name);
    const bool table = name == standard_input || data::is_text_table(name);
    if (pictures && !array) {
      check_in(!table, ErrorKind::usage, name,
               "is a table, and the model takes pictures: PNG or JPEG files, folders of them, or "
               "an .npz file of u8 pictures");
      check_in(out.pictures, ErrorKind::usage, name,
               "is to be a picture beside an .npz file; predict them one after the other");
      add_pictures(name, out.files);
      continue;
    }
    check_in(array || (table && columns), ErrorKind::usage, name, "is not what the model takes: {}",
             columns
                 ? fmt::format("rows of a .csv file (or .tsv, .jsonl, also as .gz or .xz), - (a "
                               ".csv on standard input), or an .npz file with x [N, {}]",
                               recipe.input().size())
                 : fmt::format("an .npz file with x [N, ...] of samples {}",
                               to_string(model().info.input.shape)));
    if (name != standard_input)
      check_is_there(name, "file");
    out.files.emplace_back(name);
  }
  check_in(std::count(out.files.begin(), out.files.end(), fs::path(standard_input)) <= 1,
           ErrorKind::usage, "-", "is given twice; standard input can be read once");
  return out;
}

void Predictor::predict(const PredictionInputs& inputs, FunctionRef<void(const Prediction&)> see) {
  State& state = *state_;
  state.waiting.clear();  // what an Error left behind
  state.prepared.clear();
  state.lengths.clear();
  const data::Recipe& recipe = state.model.recipe;
  const auto give = [&] {
    for (const Prediction& prediction : state.answer())
      see(prediction);
  };

  const auto picture = [&](const fs::path& file) {
    data::Record record;
    record.where = file.string();
    std::string bytes;
    try {
      bytes = read_file(file, max_image_bytes);
    } catch (const Error& error) {
      return state.add_refused(file.string(), error);
    }
    record.add(data::input_field).refer(u8, {int64_t(bytes.size())}, bytes.data());
    state.add({.input = file.string()}, record, 0);
  };

  // A row that cannot be used has no prediction and a reason.
  const auto row = [&](std::span<const RowCell> cells, size_t columns,
                       const std::vector<size_t>& places, const std::vector<int64_t>& side_of,
                       const std::string& name) {
    data::Record record;
    record.where = name;
    std::vector<std::string> beside;
    for (const int64_t place : side_of)
      beside.emplace_back(place >= 0 && size_t(place) < cells.size() ? cells[size_t(place)].text
                                                                     : std::string_view());
    try {
      check_in(cells.size() == columns, ErrorKind::data, name, "has {} cells, should have {}",
               cells.size(), columns);
      data::read_row(cells, places, recipe.input(), state.missing, recipe.fills_missing(), record);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data)
        throw;
      return state.add_refused(name, error, std::move(beside));
    }
    state.add({.input = name, .sides = std::move(beside)}, record, 0);
  };

  const auto table = [&](const fs::path& file) {
    const std::string where = file == standard_input ? "standard input" : file.string();
    CsvRows rows(reader_of(file), where, written_as(state.model.config.data));
    const std::vector<size_t> places =
        needed_columns(rows.columns(), rows.header(), recipe.input(), where);
    const std::vector<int64_t> beside =
        side_places(rows.columns(), state.sides, state.named, where);
    const auto next = [&] {  // true also for a row that cannot be read
      try {
        if (!rows.next())
          return false;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::data || rows.lost())
          throw;
        state.add_refused(fmt::format("{}:{}", where, rows.line()), error);
        return true;
      }
      row(rows.cells(), rows.columns().size(), places, beside,
          fmt::format("{}:{}", where, rows.line()));
      return true;
    };
    bool any = false;
    while (next()) {
      any = true;
      if (state.full())
        give();
    }
    check_in(any, ErrorKind::data, where, "holds no rows");
  };

  const auto json_lines = [&](const fs::path& file) {
    std::vector<BadLine> bad;
    const CsvTable rows = read_jsonl(file, &bad);
    auto next_bad = bad.begin();
    const auto refuse_until = [&](int64_t line) {
      for (; next_bad != bad.end() && next_bad->line < line; ++next_bad) {
        const std::string name = fmt::format("{}:{}", file.string(), next_bad->line);
        state.add_refused(name, Error(ErrorKind::data, name, next_bad->why));
        if (state.full())
          give();
      }
    };
    const std::vector<size_t> places =
        needed_columns(rows.columns, true, recipe.input(), file.string());
    const std::vector<int64_t> beside =
        side_places(rows.columns, state.sides, state.named, file.string());
    std::vector<RowCell> cells(rows.columns.size());
    for (int64_t r = 0; r < rows.rows(); ++r) {
      refuse_until(rows.line(r));
      const CsvChunk& chunk = rows.chunk_of(r);
      for (size_t c = 0; c < cells.size(); ++c)
        cells[c] = chunk.row_cell(size_t(r - chunk.first_row) * cells.size() + c);
      row(cells, cells.size(), places, beside, fmt::format("{}:{}", file.string(), rows.line(r)));
      if (state.full())
        give();
    }
    refuse_until(std::numeric_limits<int64_t>::max());
  };

  const auto array = [&](const fs::path& file) {
    const NpzArrays arrays = read_npz_arrays(file);
    const data::Dataset samples = samples_of(file, arrays, state.made.dtype);
    const std::vector<data::KeptColumn> beside =
        side_arrays(arrays, state.sides, state.named, samples.size(), file.string());
    const Dims wanted = row_shape(recipe, state.model.info.input.shape);
    check_in(samples.sample_shape() == wanted && samples.pictures() == takes_pictures(recipe),
             ErrorKind::usage, file.string(), "its samples are {}{}, the model takes {}{}",
             name(samples.dtype()), to_string(samples.sample_shape()),
             takes_pictures(recipe) ? "pictures u8" : "", to_string(wanted));
    const data::Dataset rows = samples.with_recipe(recipe.without_target());
    const data::Source& source = rows.source();
    for (int64_t i = 0; i < rows.size(); ++i) {
      data::Record record;
      record.where = fmt::format("{}:{}", file.string(), i);
      data::Value row;
      data::read_sample(source, i, row);
      source.read_record(i, record);
      std::vector<std::string> cells;
      for (const data::KeptColumn& column : beside)
        cells.push_back(column.cells.empty() ? "" : column.cells[size_t(i)]);
      if (const auto why = not_numbers(row))
        state.add_refused(record.where, Error(ErrorKind::data, record.where, *why),
                          std::move(cells));
      else
        state.add({.input = record.where, .sides = std::move(cells)}, record, rows.recipe_entry());
      if (state.full())
        give();
    }
  };

  for (const fs::path& file : inputs.files) {
    if (inputs.pictures)
      picture(file);
    else if (ending_of(file) == ".npz")
      array(file);
    else if (is_json_lines(file.string()))
      json_lines(file);
    else
      table(file);
    if (state.full())
      give();
  }
  give();
}

std::vector<Prediction> Predictor::predict(std::vector<data::Record> records) {
  for (data::Record& record : records)
    state_->add({.input = record.where, .sides = std::vector<std::string>(state_->sides.size())},
                record, 0);
  return state_->answer();
}

}  // namespace hebb
