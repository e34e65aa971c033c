// hebb predict: pictures in, labels and confidences out.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/cli/commands.h"
#include "hebb/data/loader.h"
#include "hebb/data/picture_stats.h"
#include "hebb/data/preprocess.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/image.h"
#include "hebb/train/evaluation.h"
#include "hebb/train/fields_json.h"
#include "hebb/train/model_setup.h"

namespace hebb::cli {
namespace {

struct PredictOptions {
  std::string model;
  std::vector<std::string> inputs;
  int top = 5;
};

// A folder stands for the pictures in it, by name.
std::vector<fs::path> pictures_of(const std::vector<std::string>& inputs) {
  std::vector<fs::path> out;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      out.emplace_back(input);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::directory_iterator(input))
      if (entry.is_regular_file() && is_picture_name(entry.path())) inside.push_back(entry.path());
    check_in(!inside.empty(), ErrorKind::usage, input, "there are no .png or .jpg pictures in this folder");
    std::sort(inside.begin(), inside.end());
    out.insert(out.end(), inside.begin(), inside.end());
  }
  return out;
}

// Through the loader, as in training: the model sees the very same numbers.
Tensor outputs_of(TrainedModel& model, const std::vector<fs::path>& files, const Global& global) {
  const data::PictureShape shape = model.info.picture();
  const int64_t size = int64_t(shape.channels) * shape.height * shape.width;
  const Tensor pixels = Tensor::empty({int64_t(files.size()), shape.channels, shape.height, shape.width}, DType::u8);
  for (size_t i = 0; i < files.size(); ++i) {
    const data::ImageBuffer picture = data::load_picture(files[i], shape);
    std::copy(picture.pixels.begin(), picture.pixels.end(), pixels.data<uint8_t>() + int64_t(i) * size);
    if (!model.info.statistics || global.quiet) continue;
    if (const auto strange = data::unlike_training(data::picture_stats(picture), *model.info.statistics))
      warn(fmt::format("{}: {}", files[i].string(), *strange));
  }
  const Tensor no_labels = Tensor::from(std::vector<int64_t>(files.size(), 0), {int64_t(files.size())});
  const data::Dataset pictures = data::from_tensors(pixels, no_labels).with_normalize(model.info.normalize.mean, model.info.normalize.std);
  NoGrad off;
  std::vector<double> all;
  for (const auto& [x, y] : data::Loader(pictures, {.batch_size = 64, .workers = 0})) {
    const std::vector<double> values = model.net(x).to_vector<double>();
    all.insert(all.end(), values.begin(), values.end());
  }
  const int64_t rows = int64_t(files.size());
  return Tensor::from(all, {rows, int64_t(all.size()) / rows});
}

std::string label_of(const ModelInfo& info, int64_t index) {
  return index < int64_t(info.labels.size()) ? info.labels[size_t(index)] : std::to_string(index);
}

double rounded(double confidence) { return std::round(confidence * 1e4) / 1e4; }

void predict(const PredictOptions& options, const Global& global) {
  TrainedModel model = load_trained(options.model);
  check_in(model.info.input.kind == "picture", ErrorKind::usage, options.model,
           "this model takes {} values a sample, and predict takes pictures; `hebb eval {} --data FILE.csv` takes tables",
           to_string(model.info.input.shape), options.model);
  const std::vector<fs::path> files = pictures_of(options.inputs);
  const Tensor outputs = outputs_of(model, files, global);
  Json predictions = Json::array();
  if (model.info.task == "regression") {
    const std::vector<double> values = outputs.to_vector<double>();
    const size_t each = values.size() / files.size();
    for (size_t i = 0; i < files.size(); ++i) {
      const std::vector<double> mine(values.begin() + int64_t(i * each), values.begin() + int64_t((i + 1) * each));
      predictions.push_back({{"input", files[i].string()}, {"prediction", fields::to_json(mine)}});
      if (!global.json) print_line(fmt::format("{}  {}", files[i].string(), fmt::join(mine, ", ")));
    }
    if (global.json) print_json(Json{{"predictions", predictions}});
    return;
  }
  const std::vector<double> probabilities = class_probabilities(outputs);
  const int64_t classes = int64_t(probabilities.size() / files.size());
  const int64_t shown = std::min<int64_t>(options.top, classes);
  for (size_t i = 0; i < files.size(); ++i) {
    const double* p = probabilities.data() + int64_t(i) * classes;
    std::vector<int64_t> order(static_cast<size_t>(classes));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return p[a] > p[b]; });
    Json top = Json::array();
    for (int64_t k = 0; k < shown; ++k)
      top.push_back(
          {{"label", label_of(model.info, order[size_t(k)])}, {"index", order[size_t(k)]}, {"confidence", rounded(p[order[size_t(k)]])}});
    predictions.push_back({{"input", files[i].string()},
                           {"prediction_index", order[0]},
                           {"label", label_of(model.info, order[0])},
                           {"confidence", rounded(p[order[0]])},
                           {"top", top}});
    if (global.json) continue;
    print_line(fmt::format("{}: {} ({:.2f} %)", files[i].string(), label_of(model.info, order[0]), 100 * p[order[0]]));
    if (global.quiet || files.size() > 1) continue;
    for (int64_t k = 1; k < shown; ++k)
      print_line(fmt::format("  {:<20} {:6.2f} %", label_of(model.info, order[size_t(k)]), 100 * p[order[size_t(k)]]));
  }
  if (global.json) print_json(Json{{"predictions", predictions}});
}

}  // namespace

void add_predict_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<PredictOptions>();
  Command command = hebb.add("predict", "label pictures with a trained model");
  command.option("model", options->model, "a run folder").required().type_name("MODEL");
  command.option("inputs", options->inputs, "pictures (PNG or JPEG), or folders of them").required().type_name("INPUT");
  command.option("--top", options->top, "how many classes to show (default 5)").positive().type_name("K");
  command.run([options, &global] { predict(*options, global); });
}

}  // namespace hebb::cli
