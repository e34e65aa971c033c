#include "hebb/nn/build.h"

#include <fmt/format.h>

#include <algorithm>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/family.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/create.h"

namespace hebb::nn {
namespace {

constexpr double most_outputs = 0x1p30;  // 4 GiB of f32
constexpr int64_t most_layers = 10000;   // copies counted
constexpr int deepest = 16;              // blocks in blocks

Family<LayerEntry>& layers_known() {
  static Family<LayerEntry> all("layer", {
#define LAYER(name) &layer::name,
#include "hebb/nn/layers.def"
#undef LAYER
                                         });
  return all;
}

DType dtype_of(const LayerEntry& entry) {
  return entry.ids ? i64 : f32;
}

// The shape of what the layer gives for one sample: found by asking it.
Dims shape_after(AnyModule& layer, const Dims& shape, const LayerEntry& entry) {
  NoGrad off;
  Dims batched = shape;
  batched.insert(0, entry.least_batch);
  layer.module().eval();
  Dims out = layer(zeros(batched, dtype_of(entry))).shape();
  layer.module().train();
  out.erase(0);
  return out;
}

// The shape of a sample that two branches give together.
Dims joined(Join join, const Dims& a, const Dims& b) {
  if (join != Join::cat)
    return broadcast(a, b);
  Dims out = a;
  bool fit = a.size() == b.size() && !a.empty();
  for (size_t d = 1; fit && d < a.size(); ++d)
    fit = a[d] == b[d];
  check(fit, "cannot stand side by side");
  out[0] += b[0];
  return out;
}

class Builder {
 public:
  explicit Builder(int64_t most_parameters) : most_parameters_(most_parameters) {}

  // shape: of a sample that comes in; afterwards, of what goes out.
  Sequential list(const LayerList& layers, const std::string& key, Dims& shape) {
    check_in(depth_++ <= deepest, ErrorKind::usage, key, "is more than {} blocks deep", deepest);
    Sequential out;
    for (size_t i = 0; i < layers.size(); ++i) {
      const std::string name = fmt::format("{}[{}]", key, i);
      count(1, name);
      out.push_back(std::visit([&](const auto& one) { return item(one, name, shape); },
                               static_cast<const LayerItem::variant&>(layers[i])));
    }
    --depth_;
    return out;
  }

 private:
  AnyModule item(const ResidualBlock& block, const std::string& key, Dims& shape) {
    check_filled(block.residual, key + ".residual");
    Dims around = shape;
    Sequential residual = list(block.residual, key + ".residual", shape);
    Sequential shortcut = list(block.shortcut, key + ".shortcut", around);
    check_in(shape == around, ErrorKind::usage, key,
             "the residual makes {} of a sample and the {} {}; they should have the same shape",
             hebb::to_string(shape),
             block.shortcut.empty() ? "shortcut, which is left out," : "shortcut",
             hebb::to_string(around));
    return Residual(std::move(residual), std::move(shortcut));
  }

  AnyModule item(const ParallelBlock& block, const std::string& key, Dims& shape) {
    check_filled(block.parallel, key + ".parallel");
    std::vector<Sequential> branches;
    const Dims in = shape;
    for (size_t i = 0; i < block.parallel.size(); ++i) {
      const std::string name = fmt::format("{}.parallel[{}]", key, i);
      count(1, name);
      Dims own = in;
      branches.push_back(list(block.parallel[i], name, own));
      try {
        shape = i == 0 ? own : joined(block.join, shape, own);
      } catch (const Error&) {
        throw Error(ErrorKind::usage, name,
                    fmt::format("makes {} of a sample, which does not fit {}, what the branches "
                                "before it make, for join = \"{}\"",
                                hebb::to_string(own), hebb::to_string(shape),
                                words_of(block.join)[size_t(block.join)]));
      }
      check_size(double(product(shape)), key);
    }
    return Parallel(std::move(branches), block.join);
  }

  AnyModule item(const LayerGroup& block, const std::string& key, Dims& shape) {
    check_filled(block.layers, key + ".layers");
    if (!block.repeat)
      return list(block.layers, key + ".layers", shape);
    check_in(*block.repeat >= 1 && *block.repeat <= most_layers, ErrorKind::usage, key + ".repeat",
             "is {}, should be from 1 to {}", *block.repeat, most_layers);
    Sequential out;
    for (int64_t i = 0; i < *block.repeat; ++i) {
      count(1, key);
      out.push_back(list(block.layers, key + ".layers", shape));
    }
    return out;
  }

  AnyModule item(const std::string& text, const std::string& key, Dims& shape) {
    try {
      const SpecLine line = SpecLine::parse(text);
      const LayerEntry& entry = layers_known().find(line.name);
      const std::shared_ptr<void> options = read_options(line, *entry.options);
      check(is_first_ || !entry.ids, "takes token ids, so nothing stands before it");
      if (entry.infer)
        entry.infer(options.get(), shape);
      if (entry.weights)
        check_parameters(entry.weights(options.get()));
      if (entry.outputs)
        check_size(entry.outputs(options.get(), shape), "");
      AnyModule layer = entry.make(options.get());
      parameters_ += layer.module().parameter_count();
      check_parameters(0);
      shape = shape_after(layer, shape, entry);
      is_first_ = false;
      return layer;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::io)
        throw;  // of the machine, not of the line
      throw Error(ErrorKind::usage, fmt::format("{} \"{}\"", key, text),
                  error.where().empty() ? error.message() : error.where() + ": " + error.message());
    }
  }

  template <class T>
  static void check_filled(const std::vector<T>& list, const std::string& key) {
    check_in(!list.empty(), ErrorKind::usage, key, "holds no layers");
  }
  void count(int64_t more, const std::string& key) {
    check_in((layers_ += more) <= most_layers, ErrorKind::usage, key,
             "the model would have more than {} layers", most_layers);
  }
  void check_parameters(double more) const {
    check(double(parameters_) + more <= double(most_parameters_),
          "the model would have more than {} parameters", most_parameters_);
  }
  static void check_size(double numbers, const std::string& key) {
    check_in(numbers <= most_outputs, ErrorKind::usage, key,
             "one sample would become more than {:.0f} numbers", most_outputs);
  }

  int64_t most_parameters_, parameters_ = 0, layers_ = 0;
  int depth_ = 0;
  bool is_first_ = true;  // no layer was made yet
};

}  // namespace

Sequential build(const LayerList& layers, const Dims& input, int64_t most_parameters,
                 const std::string& key) {
  Dims shape = input;
  return Builder(most_parameters).list(layers, key, shape);
}

namespace {

// Null: there is none. build() says that there is no such layer.
const LayerEntry* first_entry(const LayerList& layers) {
  const std::string* line = first_line(layers);
  const std::string name = line ? line->substr(0, line->find(' ')) : "";
  for (const LayerEntry* entry : layers_known().all())
    if (entry->name == name)
      return entry;
  return nullptr;
}

}  // namespace

DType input_dtype(const LayerList& layers) {
  const LayerEntry* first = first_entry(layers);
  return first ? dtype_of(*first) : f32;
}

bool features_last(const LayerList& layers) {
  const LayerEntry* first = first_entry(layers);
  return first && first->features_last;
}

int64_t token_ids(const LayerList& layers) {
  check(input_dtype(layers) == i64, "the first layer takes no token ids");
  return layers_known().parse(
      *first_line(layers),
      [](const LayerEntry& entry, const void* options) { return entry.ids(options); });
}

InnerLine inner_line(std::string_view text, const Dims& shape) {
  std::string words(text);
  std::replace(words.begin(), words.end(), ':', ' ');
  const SpecLine line = SpecLine::parse(words);
  InnerLine out{.entry = &layers_known().find(line.name)};
  out.options = read_options(line, *out.entry->options);
  check(!out.entry->ids, "{} takes token ids, so nothing stands around it", line.name);
  if (out.entry->infer)
    out.entry->infer(out.options.get(), shape);
  return out;
}

void add_layer(const LayerEntry& entry) {
  layers_known().add(entry);
}

int64_t channels(const Dims& shape, size_t dims, std::string_view what) {
  check(shape.size() == dims, "takes {}, but what comes in has the shape {}", what,
        to_string(shape));
  return shape[0];
}

int64_t channels(const Dims& shape) {
  check(!shape.empty(), "takes channels, but what comes in is one number");
  return shape[0];
}

std::string print_layer(std::string_view line) {
  return layers_known().print(line);
}

std::vector<SpecHelp> layer_help() {
  return layers_known().help();
}

}  // namespace hebb::nn
