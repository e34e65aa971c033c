// hebb predict: pictures in, labels and confidences out.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <numeric>
#include <optional>
#include <span>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/base/printable.h"
#include "hebb/base/shell_word.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/named_file.h"
#include "hebb/data/loader.h"
#include "hebb/data/picture_stats.h"
#include "hebb/data/tensors.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/run/model_setup.h"
#include "hebb/tasks/class_name.h"
#include "hebb/tasks/outputs.h"

namespace hebb::cli {
namespace {

struct PredictOptions {
  std::string model;
  std::vector<std::string> inputs;
  std::optional<int> top;
};

// A folder stands for the pictures in it, by name.
std::vector<fs::path> pictures_of(const std::vector<std::string>& inputs) {
  std::vector<fs::path> out;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      check_input_file(input, "picture");
      out.emplace_back(input);
      continue;
    }
    const size_t before = out.size();
    fs::path other;
    for (const fs::path& path : entries_of(input))
      if (is_picture_name(path) && fs::is_regular_file(path, error))
        out.push_back(path);
      else if (other.empty() && fs::is_regular_file(path, error))
        other = path;
    check_in(
        out.size() > before, ErrorKind::usage, input,
        "there are no .png or .jpg pictures in this folder, which are the ones that are read{}",
        other.empty() ? ""
                      : fmt::format("; {}: {}", other.filename().string(), looks_like_file(other)));
  }
  return out;
}

constexpr size_t batch = 64;
constexpr int usual_top = 5;

struct Pictures {
  std::vector<fs::path> files;
  std::vector<std::vector<std::string>> warnings;  // of each file
  Tensor pixels;                                   // u8 [files, C, H, W]
};

// What came out: of --json, the object's lists.
struct Found {
  Json predictions = Json::array(), errors = Json::array();
};

// Those that can be read; the others are named on standard error and among the errors.
Pictures read_pictures(const ModelInfo& info, const data::Recipe& recipe,
                       std::span<const fs::path> files, bool single, Json& errors,
                       const Global& global) {
  const data::PictureShape shape = info.picture();
  const int64_t size = int64_t(shape.channels) * shape.height * shape.width;
  Pictures out;
  std::vector<uint8_t> pixels;
  for (const fs::path& file : files) {
    try {
      const std::string bytes = read_file(file, max_image_bytes);
      data::Record record;
      record.where = file.string();
      record.add(data::input_field).refer(u8, {int64_t(bytes.size())}, bytes.data());
      recipe.apply(record, 0, recipe.picture_steps(), nullptr);
      const data::ImageBuffer picture(shape, record.at(data::input_field).data<uint8_t>());
      pixels.insert(pixels.end(), picture.pixels.begin(), picture.pixels.end());
      out.files.push_back(file);
      out.warnings.emplace_back();
      if (!info.statistics || (global.quiet && !global.json))
        continue;
      const auto strange = data::unlike_training(data::picture_stats(picture), *info.statistics);
      if (!strange)
        continue;
      out.warnings.back().push_back(*strange);
      if (!global.quiet)
        warn(fmt::format("{}: {}", file.string(), *strange));
    } catch (const Error& error) {
      if (single || (error.kind() != ErrorKind::data && error.kind() != ErrorKind::io))
        throw;
      errors.push_back({{"file", file.string()},
                        {"message", error.where() == file ? error.message() : error.what()}});
      say_error(error.what());
    }
  }
  if (!out.files.empty())
    out.pixels = Tensor::from(
        pixels, {int64_t(pixels.size()) / size, shape.channels, shape.height, shape.width});
  return out;
}

// Through the loader, as in training: the model sees the very same numbers. -> [files, ...]
Tensor outputs_of(TrainedModel& model, const Pictures& pictures) {
  const int64_t n = int64_t(pictures.files.size());
  const data::Dataset data =
      data::from_tensors(pictures.pixels, Tensor::from(std::vector<int64_t>(size_t(n), 0), {n}))
          .with_recipe(model.recipe);
  NoGrad off;
  for (const auto& [x, y] : data::Loader(data, {.batch_size = n, .workers = 0, .augment = false}))
    return model.net(x);
  bug("predict: a batch has no samples");
}

double rounded(double confidence) {
  return std::round(confidence * 1e4) / 1e4;
}

// A label that was drawn from NaN would look like any other.
void check_finite(const std::string& model, const Pictures& pictures,
                  const std::vector<double>& outputs) {
  const size_t each = outputs.size() / pictures.files.size();
  for (size_t i = 0; i < outputs.size(); ++i)
    check_in(std::isfinite(outputs[i]), ErrorKind::data, model,
             "what it makes of {} is not finite: its weights are too large",
             pictures.files[i / each].string());
}

// Numbers of a regression.
void predict_values(const std::string& model, const Pictures& pictures, const Tensor& outputs,
                    Json& predictions, const Global& global) {
  const std::vector<double> values = outputs.to_vector<double>();
  check_finite(model, pictures, values);
  const size_t each = values.size() / pictures.files.size();
  for (size_t i = 0; i < pictures.files.size(); ++i) {
    const std::vector<double> mine(values.begin() + int64_t(i * each),
                                   values.begin() + int64_t((i + 1) * each));
    predictions.push_back({{"input", pictures.files[i].string()},
                           {"prediction", fields::to_json(mine)},
                           {"warnings", pictures.warnings[i]}});
    if (!global.json)
      print_line(
          fmt::format("{}  {}", printable(pictures.files[i].string()), fmt::join(mine, ", ")));
  }
}

// The likeliest classes; people are shown the others behind the first where they asked for them, or
// where there is a single picture.
void predict_classes(const TrainedModel& model, const Pictures& pictures, const Tensor& outputs,
                     std::optional<int> top_classes, bool single, Json& predictions,
                     const Global& global) {
  const std::vector<double> probabilities = class_probabilities(outputs, model.loss.outputs());
  check_finite(model.run.path.string(), pictures, probabilities);
  const int64_t classes = int64_t(probabilities.size() / pictures.files.size());
  const int64_t shown = std::min<int64_t>(top_classes.value_or(usual_top), classes);
  for (size_t i = 0; i < pictures.files.size(); ++i) {
    const std::string file = pictures.files[i].string();
    const double* p = probabilities.data() + int64_t(i) * classes;
    std::vector<int64_t> order(static_cast<size_t>(classes));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return p[a] > p[b]; });
    Json top = Json::array();
    for (int64_t k = 0; k < shown; ++k)
      top.push_back({{"label", class_name(model.info.labels, order[size_t(k)])},
                     {"index", order[size_t(k)]},
                     {"confidence", rounded(p[order[size_t(k)]])}});
    predictions.push_back({{"input", file},
                           {"prediction_index", order[0]},
                           {"label", class_name(model.info.labels, order[0])},
                           {"confidence", rounded(p[order[0]])},
                           {"top", top},
                           {"warnings", pictures.warnings[i]}});
    if (global.json)
      continue;
    print_line(fmt::format("{}: {} ({:.2f} %)", printable(file),
                           class_name(model.info.labels, order[0]), 100 * p[order[0]]));
    if (!top_classes && (global.quiet || !single))
      continue;
    for (int64_t k = 1; k < shown; ++k)
      print_line(fmt::format("  {:<20} {:6.2f} %", class_name(model.info.labels, order[size_t(k)]),
                             100 * p[order[size_t(k)]]));
  }
}

void predict(const PredictOptions& options, const Global& global) {
  TrainedModel model = load_trained(options.model);
  check_in(model.info.input.kind == "picture", ErrorKind::usage, options.model,
           "this model takes {} values a sample, and predict takes pictures; `{} eval {} --data "
           "FILE.csv` takes tables",
           to_string(model.info.input.shape), global.program, shell_word(options.model));
  check_in(!options.top || model.info.task != "regression", ErrorKind::usage, "--top",
           "this model gives numbers, which have no classes to show; leave it out");
  const std::vector<fs::path> files = pictures_of(options.inputs);
  Found found;
  size_t done = 0;
  for (size_t begin = 0; begin < files.size(); begin += batch) {
    const Pictures pictures =
        read_pictures(model.info, model.recipe,
                      std::span(files).subspan(begin, std::min(batch, files.size() - begin)),
                      files.size() == 1, found.errors, global);
    if (pictures.files.empty())
      continue;
    done += pictures.files.size();
    const Tensor outputs = outputs_of(model, pictures);
    if (model.info.task == "regression")
      predict_values(options.model, pictures, outputs, found.predictions, global);
    else
      predict_classes(model, pictures, outputs, options.top, files.size() == 1, found.predictions,
                      global);
  }
  // What there is, also where some could not be read: those that could are worth as much.
  if (global.json)
    print_json(Json{{"predictions", found.predictions}, {"errors", found.errors}});
  check_in(done == files.size(), ErrorKind::data, "predict", "{} of {} pictures could not be read",
           files.size() - done, files.size());
}

}  // namespace

void add_predict_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<PredictOptions>();
  Command command = hebb.add("predict", "label pictures with a trained model");
  command.option("model", options->model, "a run folder").required().type_name("MODEL");
  command.option("inputs", options->inputs, "pictures (PNG or JPEG), or folders of them")
      .required()
      .type_name("INPUT");
  command
      .option("--top", options->top,
              "how many classes to show of each (default 5; 1 of several pictures)")
      .positive()
      .type_name("K");
  command.example("hebb predict runs/fashion-1 shoe.png pictures/ --top 3");
  command.run([options, &global] { predict(*options, global); });
}

}  // namespace hebb::cli
