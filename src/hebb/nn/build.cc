#include "hebb/nn/build.h"

#include <fmt/format.h>

#include <algorithm>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/activation.h"
#include "hebb/nn/batch_norm.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/flatten.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/pooling.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/spatial.h"

namespace hebb::nn {
namespace {

using Lines = std::vector<std::string>;

// How a layer is written, and how it is made; shape: of what comes in, without the batch.
struct Entry {
  SpecHelp help;
  Lines keys;  // of its arguments, in PyTorch's order; those after "*" by name only
  AnyModule (*make)(SpecReader& read, const Dims& shape);
  double (*weights)(SpecReader& read, const Dims& shape) =
      nullptr;  // how many: of layers whose line can ask for any number
  // How many numbers a sample becomes: of layers that can make it much larger than it was.
  double (*outputs)(SpecReader& read, const Dims& shape) = nullptr;
};

constexpr double most_outputs = 0x1p30;  // 4 GiB of f32
constexpr size_t most_layers = 10000;

template <int N>
Extent<N> extent_of(SpecReader& read, const char* key, const std::vector<int64_t>& v) {
  Extent<N> out(v[0]);
  if (v.size() == N)
    out.values = Dims(v);
  else if (v.size() != 1)
    read.reject(key, fmt::format("should be one number or {}", N));
  return out;
}

template <int N>
Extent<N> extent(SpecReader& read, const char* key, int64_t otherwise, int64_t least) {
  return extent_of<N>(read, key, read.integers_or(key, {otherwise}, least));
}

int64_t channels(const Dims& shape, size_t dims, std::string_view what) {
  check(shape.size() == dims, "takes {}, but what comes in has the shape {}", what,
        to_string(shape));
  return shape[0];
}

bool is_padding_word(SpecReader& read) {
  return read.has("padding") && (read.text("padding") == "same" || read.text("padding") == "valid");
}

template <int N, class Layer>
AnyModule make_conv(SpecReader& read, const Dims& shape) {
  constexpr const char* what[] = {"", "channels and a length", "channels, height and width",
                                  "channels, depth, height and width"};
  ConvOptions<N> o{.in = channels(shape, N + 1, what[N]),
                   .out = read.integer("out_channels", 1),
                   .kernel = extent<N>(read, "kernel_size", 1, 1)};
  if (!read.has("kernel_size"))
    read.integers("kernel_size");  // says that it is missing
  o.stride = extent<N>(read, "stride", 1, 1);
  if (is_padding_word(read)) {
    o.dilation = extent<N>(read, "dilation", 1, 1);
    for (int i = 0; i < N; ++i) {
      if (std::max(o.dilation.values[size_t(i)], o.kernel.values[size_t(i)]) > most_spatial)
        read.reject("dilation", fmt::format("and the kernel should be at most {}", most_spatial));
      const int64_t reach = o.dilation.values[size_t(i)] * (o.kernel.values[size_t(i)] - 1);
      if (read.text("padding") == "valid")
        continue;
      if (reach % 2 || o.stride.values[size_t(i)] != 1)
        read.reject("padding", "can be 'same' with a stride of 1 and an odd kernel only");
      o.padding.values[size_t(i)] = reach / 2;
    }
  } else {
    o.padding = extent<N>(read, "padding", 0, 0);
    o.dilation = extent<N>(read, "dilation", 1, 1);
  }
  o.groups = read.integer_or("groups", 1, 1);
  o.bias = read.flag_or("bias", true);
  const std::string mode =
      read.word_or("padding_mode", "zeros", {"zeros", "reflect", "replicate", "circular"});
  o.padding_mode = mode == "reflect"     ? PaddingMode::reflect
                   : mode == "replicate" ? PaddingMode::replicate
                   : mode == "circular"  ? PaddingMode::circular
                                         : PaddingMode::zeros;
  return Layer(o);
}

double linear_weights(SpecReader& read, const Dims& shape) {
  return shape.empty() ? 0 : double(shape.back()) * double(read.integer("out_features", 1));
}

double linear_outputs(SpecReader& read, const Dims& shape) {
  double rows = 1;
  for (size_t i = 0; i + 1 < shape.size(); ++i)
    rows *= double(shape[i]);
  return rows * double(read.integer("out_features", 1));
}

template <int N>
double conv_weights(SpecReader& read, const Dims& shape) {
  if (shape.empty())
    return 0;
  double count = double(shape[0]) * double(read.integer("out_channels", 1)) /
                 double(read.integer_or("groups", 1, 1));
  for (int64_t size : extent<N>(read, "kernel_size", 1, 1).values)
    count *= double(size);
  return count;
}

template <int N>
double conv_outputs(SpecReader& read, const Dims& shape) {
  if (shape.size() != N + 1)
    return 0;
  double count = double(read.integer("out_channels", 1));
  const Extent<N> padding = is_padding_word(read) ? Extent<N>(0) : extent<N>(read, "padding", 0, 0),
                  stride = extent<N>(read, "stride", 1, 1);
  for (size_t i = 0; i < N; ++i)
    count *= (double(shape[i + 1]) + 2 * double(padding.values[i])) / double(stride.values[i]);
  return count;
}

Extent<2> adaptive_size(SpecReader& read) {
  return extent_of<2>(read, "output_size", read.integers_or_none("output_size", 1, keep_size));
}

double adaptive_outputs(SpecReader& read, const Dims& shape) {
  const Extent<2> size = adaptive_size(read);
  if (shape.size() != 3)
    return 0;
  double outputs = double(shape[0]);
  for (size_t i = 0; i < 2; ++i)
    outputs *= double(size.values[i] == keep_size ? shape[i + 1] : size.values[i]);
  return outputs;
}

template <class Layer>
AnyModule make_plain(SpecReader&, const Dims&) {
  return Layer();
}

double eps_of(SpecReader& read) {
  const double eps = read.number_or("eps", 1e-5);
  if (!(eps > 0))
    read.reject("eps", "should be above 0");
  return eps;
}

template <class Layer>
AnyModule make_norm(SpecReader& read, const Dims& shape) {
  check(!shape.empty(), "takes channels, but what comes in is one number");
  BatchNormOptions o{.features = shape[0]};
  o.eps = eps_of(read);
  o.momentum = read.number_or("momentum", 0.1);
  o.affine = read.flag_or("affine", true);
  o.track_running_stats = read.flag_or("track_running_stats", true);
  if (*o.momentum < 0 || *o.momentum > 1)
    read.reject("momentum", "should be from 0 to 1");
  return Layer(o);
}

const Lines conv_keys = {"out_channels", "kernel_size", "*",    "stride",      "padding",
                         "dilation",     "groups",      "bias", "padding_mode"};
const Lines norm_keys = {"*", "eps", "momentum", "affine", "track_running_stats"};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"linear", "linear OUT [bias=true]", "a fully connected layer"},
       {"out_features", "*", "bias"},
       [](SpecReader& read, const Dims& shape) -> AnyModule {
         check(!shape.empty(), "takes features, but what comes in is one number");
         return Linear({.in = shape.back(),
                        .out = read.integer("out_features", 1),
                        .bias = read.flag_or("bias", true)});
       },
       linear_weights,
       linear_outputs},
      {{"conv1d",
        "conv1d OUT KERNEL [stride=1 padding=0 dilation=1 groups=1 bias=true padding_mode=zeros]",
        "convolution of sequences"},
       conv_keys,
       make_conv<1, Conv1d>,
       conv_weights<1>,
       conv_outputs<1>},
      {{"conv2d",
        "conv2d OUT KERNEL [stride=1 padding=0 dilation=1 groups=1 bias=true padding_mode=zeros]",
        "convolution of pictures"},
       conv_keys,
       make_conv<2, Conv2d>,
       conv_weights<2>,
       conv_outputs<2>},
      {{"conv3d",
        "conv3d OUT KERNEL [stride=1 padding=0 dilation=1 groups=1 bias=true padding_mode=zeros]",
        "convolution of volumes"},
       conv_keys,
       make_conv<3, Conv3d>,
       conv_weights<3>,
       conv_outputs<3>},
      {{"max_pool2d", "max_pool2d KERNEL [stride=KERNEL padding=0 dilation=1 ceil_mode=false]",
        "the largest of each window"},
       {"kernel_size", "stride", "padding", "dilation", "ceil_mode"},
       [](SpecReader& read, const Dims& shape) -> AnyModule {
         channels(shape, 3, "channels, height and width");
         read.integers("kernel_size", 1);
         MaxPool2dOptions o{.kernel = extent<2>(read, "kernel_size", 1, 1)};
         if (read.has("stride"))
           o.stride = extent<2>(read, "stride", 1, 1);
         o.padding = extent<2>(read, "padding", 0, 0);
         o.dilation = extent<2>(read, "dilation", 1, 1);
         o.ceil_mode = read.flag_or("ceil_mode", false);
         return MaxPool2d(o);
       }},
      {{"avg_pool2d",
        "avg_pool2d KERNEL [stride=KERNEL padding=0 ceil_mode=false count_include_pad=true]",
        "the mean of each window"},
       {"kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"},
       [](SpecReader& read, const Dims& shape) -> AnyModule {
         channels(shape, 3, "channels, height and width");
         read.integers("kernel_size", 1);
         AvgPool2dOptions o{.kernel = extent<2>(read, "kernel_size", 1, 1)};
         if (read.has("stride"))
           o.stride = extent<2>(read, "stride", 1, 1);
         o.padding = extent<2>(read, "padding", 0, 0);
         o.ceil_mode = read.flag_or("ceil_mode", false);
         o.count_include_pad = read.flag_or("count_include_pad", true);
         return AvgPool2d(o);
       }},
      {{"adaptive_avg_pool2d", "adaptive_avg_pool2d SIZE",
        "means of windows that divide the picture into SIZE parts; 1 is global average pooling, "
        "none "
        "keeps a side: none,1"},
       {"output_size"},
       [](SpecReader& read, const Dims& shape) -> AnyModule {
         channels(shape, 3, "channels, height and width");
         return AdaptiveAvgPool2d(adaptive_size(read));
       },
       nullptr,
       adaptive_outputs},
      {{"flatten", "flatten [START END]", "dimensions START to END (all but the batch) become one"},
       {"start_dim", "end_dim"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return Flatten(read.integer_or("start_dim", 1), read.integer_or("end_dim", -1));
       }},
      {{"dropout", "dropout [P=0.5]", "while training, zeroes values with probability P"},
       {"p"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return Dropout(read.number_or("p", 0.5));
       }},
      {{"batch_norm1d", "batch_norm1d [eps=1e-5 momentum=0.1 affine=true track_running_stats=true]",
        "batch normalisation of features"},
       norm_keys,
       make_norm<BatchNorm1d>},
      {{"batch_norm2d", "batch_norm2d [eps=1e-5 momentum=0.1 affine=true track_running_stats=true]",
        "batch normalisation of channels"},
       norm_keys,
       make_norm<BatchNorm2d>},
      {{"batch_norm3d", "batch_norm3d [eps=1e-5 momentum=0.1 affine=true track_running_stats=true]",
        "batch normalisation of volumes' channels"},
       norm_keys,
       make_norm<BatchNorm3d>},
      {{"layer_norm", "layer_norm [eps=1e-5 affine=true]",
        "normalisation of each sample over all its values"},
       {"*", "eps", "affine"},
       [](SpecReader& read, const Dims& shape) -> AnyModule {
         return LayerNorm(
             {.shape = shape, .eps = eps_of(read), .affine = read.flag_or("affine", true)});
       }},
      {{"relu", "relu", "max(x, 0)"}, {}, make_plain<ReLU>},
      {{"relu6", "relu6", "min(max(x, 0), 6)"}, {}, make_plain<ReLU6>},
      {{"leaky_relu", "leaky_relu [SLOPE=0.01]", "x, or SLOPE x below 0"},
       {"negative_slope"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return LeakyReLU(read.number_or("negative_slope", 0.01));
       }},
      {{"elu", "elu [ALPHA=1]", "x, or ALPHA (exp(x) - 1) below 0"},
       {"alpha"},
       [](SpecReader& read, const Dims&) -> AnyModule { return ELU(read.number_or("alpha", 1)); }},
      {{"selu", "selu", "a scaled elu that keeps mean 0 and variance 1"}, {}, make_plain<SELU>},
      {{"gelu", "gelu [approximate=none]", "x times the normal distribution function"},
       {"approximate"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return GELU(read.word_or("approximate", "none", {"none", "tanh"}) == "tanh");
       }},
      {{"silu", "silu", "x sigmoid(x)"}, {}, make_plain<SiLU>},
      {{"mish", "mish", "x tanh(softplus(x))"}, {}, make_plain<Mish>},
      {{"sigmoid", "sigmoid", "1 / (1 + exp(-x))"}, {}, make_plain<Sigmoid>},
      {{"tanh", "tanh", "hyperbolic tangent"}, {}, make_plain<Tanh>},
      {{"softplus", "softplus [BETA=1 THRESHOLD=20]",
        "log(1 + exp(BETA x)) / BETA, or x where BETA x is above THRESHOLD"},
       {"beta", "threshold"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         const double beta = read.number_or("beta", 1);
         if (!(beta > 0))
           read.reject("beta", "should be above 0");
         return Softplus(beta, read.number_or("threshold", 20));
       }},
      {{"softsign", "softsign", "x / (1 + |x|)"}, {}, make_plain<Softsign>},
      {{"log_sigmoid", "log_sigmoid", "log(sigmoid(x))"}, {}, make_plain<LogSigmoid>},
      {{"hardtanh", "hardtanh [MIN=-1 MAX=1]", "x kept in [MIN, MAX]"},
       {"min_val", "max_val"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         const double low = read.number_or("min_val", -1), high = read.number_or("max_val", 1);
         check(low < high, "min_val is {} and max_val {}; the first should be below the second",
               low, high);
         return Hardtanh(low, high);
       }},
      {{"hardsigmoid", "hardsigmoid", "(x + 3) / 6 kept in [0, 1]"}, {}, make_plain<Hardsigmoid>},
      {{"hardswish", "hardswish", "x hardsigmoid(x)"}, {}, make_plain<Hardswish>},
      {{"softmax", "softmax [DIM=-1]", "exp(x) over its sum along DIM; losses on logits need none"},
       {"dim"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return Softmax(read.integer_or("dim", -1));
       }},
      {{"log_softmax", "log_softmax [DIM=-1]", "the logarithm of softmax"},
       {"dim"},
       [](SpecReader& read, const Dims&) -> AnyModule {
         return LogSoftmax(read.integer_or("dim", -1));
       }},
      {{"identity", "identity", "what comes in"}, {}, make_plain<Identity>},
  };
  return all;
}

// PyTorch's lines begin with the size of the input: conv2d 3 64 3, batch_norm2d 64, linear 784 10.
void check_places(const SpecLine& line, const Entry& entry) {
  const auto star = std::find(entry.keys.begin(), entry.keys.end(), "*");
  if (star == entry.keys.end())
    return;
  const auto places = size_t(star - entry.keys.begin());
  check_in(line.positional.size() <= places, ErrorKind::usage, line.name,
           "{} number{} without a name, should be {}: sizes of the input are inferred and left "
           "out; write {}",
           line.positional.size(), line.positional.size() == 1 ? "" : "s",
           places == 0 ? "none" : std::to_string(places), entry.help.usage);
}

// The shape of what the layer gives for one sample: found by asking it. Statistics of flat features
// need a batch of two.
Dims shape_after(AnyModule& layer, const Dims& shape) {
  NoGrad off;
  Dims batched = shape;
  batched.insert(0, layer.as<BatchNorm1d>() ? 2 : 1);
  layer.module().eval();
  Dims out = layer(zeros(batched)).shape();
  layer.module().train();
  out.erase(0);
  return out;
}

}  // namespace

Sequential build(const std::vector<std::string>& layers, const Dims& input,
                 int64_t most_parameters) {
  check_in(layers.size() <= most_layers, ErrorKind::usage, "model.layers",
           "holds {} layers, should be at most {}", layers.size(), most_layers);
  Sequential model;
  int64_t count = 0;
  Dims shape = input;
  for (size_t i = 0; i < layers.size(); ++i) {
    try {
      const SpecLine line = SpecLine::parse(layers[i]);
      const Entry& entry = find_entry(entries(), "layer", line.name);
      check_places(line, entry);
      SpecReader read(line, entry.keys);
      const auto within = [&](double more) {
        check(double(count) + more <= double(most_parameters),
              "the model would have more than {} parameters", most_parameters);
      };
      if (entry.weights)
        within(entry.weights(read, shape));
      if (entry.outputs)
        check(entry.outputs(read, shape) <= most_outputs,
              "one sample would become more than {:.0f} numbers", most_outputs);
      AnyModule layer = entry.make(read, shape);
      count += layer.module().parameter_count();
      within(0);
      read.done();
      shape = shape_after(layer, shape);
      model.push_back(std::move(layer));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::io)
        throw;  // of the machine, not of the line
      throw Error(ErrorKind::usage, fmt::format("model.layers[{}] \"{}\"", i, layers[i]),
                  error.where().empty() ? error.message() : error.where() + ": " + error.message());
    }
  }
  return model;
}

std::vector<SpecHelp> layer_help() {
  return help_of(entries());
}

}  // namespace hebb::nn
