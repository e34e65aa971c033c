// Counts: batches of an epoch, parameters and shapes of models, bytes of a file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hebb/course/worked_number.h"
#include "hebb/data/loader.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/safetensors.h"
#include "hebb/graph/trace.h"
#include "hebb/nn/build.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/pooling.h"
#include "hebb/nn/summary.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"

namespace hebb::course {
namespace {

data::Loader loader_of(int64_t samples, int64_t batch_size) {
  return data::Loader(data::from_tensors(zeros({samples, 1}), zeros({samples}, i64)),
                      {.batch_size = batch_size, .workers = 0});
}

void batches_of_an_epoch(Checks& checks) {
  data::Loader loader = loader_of(10000, 32);
  checks.equal("iterations", 313, loader.size());
  int64_t seen = 0, last = 0;
  for (const data::Batch& batch : loader) {
    last = batch.inputs.front().second.size(0);
    ++seen;
  }
  checks.equal("batches that came", 313, seen);
  checks.equal("samples of the last one", 16, last);
}

void updates_of_a_training(Checks& checks) {
  const int64_t iterations = loader_of(55000, 32).size();
  checks.equal("iterations an epoch", 1719, iterations);
  checks.equal("updates in 30 epochs", 51570, 30 * iterations);
}

void lengths_of_loaders(Checks& checks) {
  checks.equal("60,000 samples by 64", 938, loader_of(60000, 64).size());
  checks.equal("50,000 samples by 64", 782, loader_of(50000, 64).size());
}

void convolution_of_a_picture(Checks& checks) {
  nn::Conv2d conv({.in = 3, .out = 10, .kernel = 5, .stride = 1, .padding = 2});
  const Tensor out = conv(zeros({1, 3, 32, 32}));
  checks.equal("output", "[1, 10, 32, 32]", to_string(out.shape()));
  const int64_t of_filter = conv.parameter_count() / 10;
  checks.equal("parameters of a filter", 76, of_filter);
  checks.equal("parameters", 760, conv.parameter_count());
  checks.equal("operations: an output each for a filter", 778240, out.numel() * of_filter);
  checks.near("memory of the maps in KB", 40, double(out.nbytes()) / 1024, 0);
}

void dense_layer_on_a_picture(Checks& checks) {
  nn::Sequential net = nn::build({"flatten", "linear 100"}, {3, 32, 32});
  const nn::Linear& layer = *net[1].as<nn::Linear>();
  checks.equal("inputs", 3072, layer.weight.shape()[1]);
  checks.equal("weights", 307200, layer.weight->numel());
  checks.equal("with biases", 307300, net.parameter_count());
}

void filters_on_colours(Checks& checks) {
  nn::Conv2d conv(3, 32, 3);
  checks.equal("weights", 864, conv.weight->numel());
  checks.equal("with biases", 896, conv.parameter_count());
}

nn::Sequential autoencoder() {
  return nn::build({"linear 128", "relu", "linear 64", "relu", "linear 2", "linear 64", "relu",
                    "linear 128", "relu", "linear 784"},
                   {784});
}

std::vector<nn::SummaryRow> rows_with_parameters(const nn::Summary& summary) {
  std::vector<nn::SummaryRow> out;
  std::copy_if(summary.rows.begin(), summary.rows.end(), std::back_inserter(out),
               [](const nn::SummaryRow& row) { return row.parameters > 0; });
  return out;
}

void parameters_of_an_autoencoder(Checks& checks) {
  nn::Sequential net = autoencoder();
  const nn::Summary summary = nn::summarize(net, {784});
  const int64_t expected[] = {100480, 8256, 130, 192, 8320, 101136};
  const auto rows = rows_with_parameters(summary);
  checks.equal("layers with parameters", int64_t(std::size(expected)), int64_t(rows.size()));
  for (size_t i = 0; i < std::min(rows.size(), std::size(expected)); ++i)
    checks.equal("parameters of dense layer " + std::to_string(i + 1), expected[i],
                 rows[i].parameters);
  checks.equal("total", 218514, summary.total);
}

// Blanks in a row count as one.
std::string with_single_blanks(const std::string& line) {
  std::string out;
  for (char c : line)
    if (c != ' ' || (!out.empty() && out.back() != ' '))
      out += c;
  return out.ends_with(' ') ? out.substr(0, out.size() - 1) : out;
}

void summary_of_an_autoencoder(Checks& checks) {
  nn::Sequential net = autoencoder();
  const std::string text = nn::to_string(nn::summarize(net, {784}));
  std::vector<std::string> lines;
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != text.npos; begin = end + 1)
    lines.push_back(with_single_blanks(text.substr(begin, end - begin)));
  checks.equal("columns", "Layer (type) Output Shape Param #", lines[0]);
  const char* expected[] = {"input (Input) (None, 784) 0",   "0 (Linear) (None, 128) 100,480",
                            "2 (Linear) (None, 64) 8,256",   "4 (Linear) (None, 2) 130",
                            "5 (Linear) (None, 64) 192",     "7 (Linear) (None, 128) 8,320",
                            "9 (Linear) (None, 784) 101,136"};
  for (const char* row : expected) {
    const std::string name = std::string(row).substr(0, std::string(row).find(')') + 1);
    const auto found = std::find_if(lines.begin(), lines.end(),
                                    [&](const std::string& l) { return l.starts_with(name); });
    checks.equal("row " + name, row, found == lines.end() ? "none" : *found);
  }
}

void count_of(Checks& checks, const nn::LayerList& layers, const Dims& input,
              const std::vector<int64_t>& parts, int64_t total) {
  nn::Sequential net = nn::build(layers, input);
  const nn::Summary summary = nn::summarize(net, input);
  const auto rows = rows_with_parameters(summary);
  checks.equal("layers with parameters", int64_t(parts.size()), int64_t(rows.size()));
  for (size_t i = 0; i < std::min(parts.size(), rows.size()); ++i)
    checks.equal("parameters of " + rows[i].name + " (" + rows[i].type + ")", parts[i],
                 rows[i].parameters);
  checks.equal("total", total, summary.total);
}

void fashion_mlp(Checks& checks) {
  count_of(checks, {"flatten", "linear 128", "relu", "linear 10"}, {1, 28, 28}, {100480, 1290},
           101770);
}
void small_cnn(Checks& checks) {
  count_of(checks, {"conv2d 16 3 padding=1", "relu", "flatten", "linear 10"}, {1, 28, 28},
           {160, 125450}, 125610);
}
void keras_classic(Checks& checks) {
  count_of(checks, {"linear 300", "relu", "linear 100", "relu", "linear 10"}, {784},
           {235500, 30100, 1010}, 266610);
}

void grad_cam_cnn(Checks& checks) {
  nn::Sequential net = nn::build({"conv2d 32 3", "relu", "max_pool2d 2", "conv2d 64 3", "relu",
                                  "max_pool2d 2", "conv2d 64 3", "relu"},
                                 {3, 32, 32});
  const nn::Summary summary = nn::summarize(net, {3, 32, 32});
  std::string sides;  // where they change
  int64_t side = 0;
  for (const nn::SummaryRow& row : summary.rows)
    if (const int64_t now = row.output.back(); now != side)
      sides += (sides.empty() ? "" : ", ") + std::to_string(side = now);
  checks.equal("sides", "32, 30, 15, 13, 6, 4", sides);
  checks.equal("target map", "[64, 4, 4]", to_string(summary.rows.back().output));
  const int64_t expected[] = {896, 18496, 36928};
  const auto rows = rows_with_parameters(summary);
  checks.equal("convolutions", int64_t(std::size(expected)), int64_t(rows.size()));
  for (size_t i = 0; i < std::min(rows.size(), std::size(expected)); ++i)
    checks.equal("parameters of convolution " + std::to_string(i + 1), expected[i],
                 rows[i].parameters);
}

// He et al. 2015, table 1: four stages of two basic blocks.
nn::LayerList resnet18(int64_t classes) {
  const auto conv = [](int64_t out, int kernel, int stride) {
    return fmt::format("conv2d {} {} stride={} padding={} bias=false", out, kernel, stride,
                       kernel / 2);
  };
  nn::LayerList out = {conv(64, 7, 2), "batch_norm2d", "relu", "max_pool2d 3 stride=2 padding=1"};
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < 2; ++i) {
      const int64_t width = 64 << stage;
      const int stride = stage > 0 && i == 0 ? 2 : 1;
      nn::ResidualBlock block{.residual = {conv(width, 3, stride), "batch_norm2d", "relu",
                                           conv(width, 3, 1), "batch_norm2d"}};
      if (stride == 2)
        block.shortcut = {conv(width, 1, stride), "batch_norm2d"};
      out.push_back(block);
      out.push_back("relu");
    }
  out.insert(out.end(), {"adaptive_avg_pool2d 1", "flatten", "linear " + std::to_string(classes)});
  return out;
}

void resnet(Checks& checks) {
  // The number of parameters does not depend on the sides of the pictures.
  nn::Sequential net = nn::build(resnet18(1000), {3, 64, 64});
  checks.equal("parameters with 1000 classes", 11689512, net.parameter_count());
  net.requires_grad_(false);
  net[net.size() - 1] = nn::AnyModule(nn::Linear(512, 10));
  checks.equal("with a new last layer of 10", 11181642, net.parameter_count());
  checks.equal("of these trained, where the others are frozen", 5130, net.parameter_count(true));
}

void formulas_of_counts(Checks& checks) {
  int64_t dense = 0, conv = 0, operations = 0, tried = 0;
  for (int64_t side : {4, 9})
    for (int64_t depth : {1, 3})
      for (int64_t out : {2, 10})
        for (int64_t kernel : {1, 3}) {
          ++tried;
          nn::Sequential flat =
              nn::build({"flatten", fmt::format("linear {}", out)}, {depth, side, side});
          dense += flat.parameter_count() == (side * side * depth + 1) * out;
          nn::Conv2d filter({.in = depth, .out = out, .kernel = kernel});
          conv += filter.parameter_count() == (kernel * kernel * depth + 1) * out;
          const Tensor x = zeros({1, depth, side, side});
          const Graph graph = trace(
              [&](const std::vector<Tensor>& in) { return std::vector<Tensor>{filter(in[0])}; },
              {x}, {.fixed_sizes = true});
          // Of a filter: a multiplication and an addition each; the bias may be counted.
          const double products = 2.0 * double(kernel * kernel * depth);
          const double each = flops(graph, {}) / double(filter(x).numel());
          operations += each >= products && each <= products + 2;
        }
  checks.equal("dense layers with (W H D + 1) N parameters", tried, dense);
  checks.equal("convolutions with (Fh Fw Cin + 1) Cout parameters", tried, conv);
  checks.equal("convolutions with output size x filter operations", tried, operations);
}

void saved_numbers(Checks& checks) {
  const std::string bytes = encode_safetensors({{"weight", randn({100})}});
  const SafetensorsFile file(bytes, "weights");
  const SafetensorsEntry& entry = file.entries().at(0);
  const auto payload = int64_t(entry.end - entry.begin);
  checks.equal("bytes of payload", 400, payload);
  checks.equal("bits of payload", 3200, payload * 8);
}

void shapes_of_a_batch(Checks& checks) {
  // The course writes samples as columns; ours are rows: the transposes of the same.
  nn::Sequential net = nn::build({"flatten", "linear 300"}, {1, 28, 28});
  const Tensor x = net[0](zeros({32, 1, 28, 28})), y = net[1](x);
  const nn::Linear& layer = *net[1].as<nn::Linear>();
  checks.equal("W", "[300, 784]", to_string(layer.weight.shape()));
  checks.equal("X", "[784, 32]", to_string(x.t().shape()));
  checks.equal("b", "[300]", to_string(layer.bias->shape()));
  checks.equal("W X + b", "[300, 32]", to_string(y.t().shape()));
}

}  // namespace

constinit const WorkedNumber worked::A04 = {
    .id = "A04", .what = "iterations of an epoch: 10,000 by 32", .compute = batches_of_an_epoch};
constinit const WorkedNumber worked::A05 = {
    .id = "A05",
    .what = "updates of a training: 55,000 by 32, 30 epochs",
    .compute = updates_of_a_training};
constinit const WorkedNumber worked::A06 = {
    .id = "A06", .what = "lengths of loaders", .compute = lengths_of_loaders};
constinit const WorkedNumber worked::A08 = {.id = "A08",
                                            .what = "a convolution: 32x32x3, ten filters 5x5x3",
                                            .compute = convolution_of_a_picture};
constinit const WorkedNumber worked::A09 = {.id = "A09",
                                            .what = "a dense layer of 100 on a picture 32x32x3",
                                            .compute = dense_layer_on_a_picture};
constinit const WorkedNumber worked::A10 = {
    .id = "A10", .what = "32 filters 3x3 on colours", .compute = filters_on_colours};
constinit const WorkedNumber worked::A11 = {.id = "A11",
                                            .what = "an autoencoder 784-128-64-2-64-128-784",
                                            .compute = parameters_of_an_autoencoder};
constinit const WorkedNumber worked::A12 = {
    .id = "A12", .what = "the summary of A11", .compute = summary_of_an_autoencoder};
constinit const WorkedNumber worked::A13 = {
    .id = "A13", .what = "Fashion-MNIST's MLP 784-128-10", .compute = fashion_mlp};
constinit const WorkedNumber worked::A14 = {
    .id = "A14", .what = "a convolution of 16 and a dense layer of 10", .compute = small_cnn};
constinit const WorkedNumber worked::A15 = {
    .id = "A15", .what = "the network of Grad-CAM", .compute = grad_cam_cnn};
constinit const WorkedNumber worked::A16 = {
    .id = "A16", .what = "ResNet-18, and its last layer anew", .compute = resnet};
constinit const WorkedNumber worked::A22 = {
    .id = "A22", .what = "formulas of parameters and operations", .compute = formulas_of_counts};
constinit const WorkedNumber worked::A30 = {
    .id = "A30", .what = "100 numbers in a file", .compute = saved_numbers};
constinit const WorkedNumber worked::A32 = {
    .id = "A32", .what = "shapes of a batch of 32 pictures", .compute = shapes_of_a_batch};
constinit const WorkedNumber worked::A33 = {
    .id = "A33", .what = "an MLP 784-300-100-10", .compute = keras_classic};

}  // namespace hebb::course
