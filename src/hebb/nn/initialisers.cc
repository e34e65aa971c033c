#include "hebb/nn/initialisers.h"

#include <fnmatch.h>

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/family.h"
#include "hebb/base/nearest.h"
#include "hebb/base/philox.h"
#include "hebb/nn/init.h"

namespace hebb::nn {

namespace initialiser {
#define INITIALISER(name) extern const InitialiserEntry name;
#include "hebb/nn/initialisers.def"
#undef INITIALISER
}  // namespace initialiser

namespace {

struct GainOptions {
  double gain = 1;
  HEBB_FIELDS(gain)
  static constexpr Note notes[] = {
      {.field = "gain", .place = 1, .what = "what the activation asks for: 1.414 for relu"}};
};
struct KaimingLine : init::KaimingOptions {
  HEBB_FIELDS(slope, mode, nonlinearity)
  static constexpr Note notes[] = {
      {.field = "slope",
       .aliases = {"negative_slope", "a"},
       .place = 1,
       .what = "of the leaky relu that follows; 0 for relu"},
      {.field = "mode", .what = "which signals keep their scale: forward or backward"},
      {.field = "nonlinearity",
       .what = "what follows: relu, leaky_relu, tanh, selu, sigmoid, linear"}};
};
struct ConstantValue {
  double value = 0;
  HEBB_FIELDS(value)
  static constexpr Note notes[] = {
      {.field = "value", .aliases = {"val"}, .place = 1, .needed = true, .what = "of all weights"}};
};
struct TruncatedOptions {
  double std = 0.02, mean = 0, low = -2, high = 2;
  HEBB_FIELDS(std, mean, low, high)
  static constexpr Note notes[] = {
      {.field = "std", .aliases = {"sigma"}, .place = 1, .above = 0, .what = "standard deviation"},
      {.field = "mean", .place = 2, .what = "mean"},
      {.field = "low", .aliases = {"a"}, .place = 3, .what = "values below are drawn again"},
      {.field = "high", .aliases = {"b"}, .place = 4, .what = "values above are drawn again"}};
};
struct SparseOptions {
  double sparsity = 0.9, std = 0.01;
  HEBB_FIELDS(sparsity, std)
  static constexpr Note notes[] = {{.field = "sparsity",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "share of each column that is 0"},
                                   {.field = "std",
                                    .aliases = {"sigma"},
                                    .place = 2,
                                    .at_least = 0,
                                    .what = "standard deviation of the rest"}};
};
struct DiracOptions {
  int64_t groups = 1;
  HEBB_FIELDS(groups)
  static constexpr Note notes[] = {
      {.field = "groups", .place = 1, .at_least = 1, .what = "of the convolution"}};
};
struct NormalOptions {
  double std = 0.01, mean = 0;
  HEBB_FIELDS(std, mean)
  static constexpr Note notes[] = {{.field = "std",
                                    .aliases = {"sigma"},
                                    .place = 1,
                                    .at_least = 0,
                                    .what = "standard deviation"},
                                   {.field = "mean", .place = 2, .what = "mean"}};
};
struct UniformOptions {
  double low = -0.05, high = 0.05;
  HEBB_FIELDS(low, high)
  static constexpr Note notes[] = {{.field = "low", .place = 1, .what = "the smallest value"},
                                   {.field = "high", .place = 2, .what = "the largest value"}};
};

Family<InitialiserEntry>& initialisers_known() {
  static Family<InitialiserEntry> all("initialiser", {
#define INITIALISER(name) &initialiser::name,
#include "hebb/nn/initialisers.def"
#undef INITIALISER
                                                     });
  return all;
}

}  // namespace

constinit const InitialiserEntry initialiser::xavier_uniform = {
    .name = "xavier_uniform",
    .what = "uniform, variance from both fans (Glorot and Bengio 2010)",
    .aliases = {"glorot_uniform"},
    .options = &options_type<GainOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::xavier_uniform_(w, key, as<GainOptions>(o).gain); },
};
constinit const InitialiserEntry initialiser::xavier_normal = {
    .name = "xavier_normal",
    .what = "normal, variance from both fans",
    .aliases = {"glorot_normal"},
    .options = &options_type<GainOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::xavier_normal_(w, key, as<GainOptions>(o).gain); },
};
constinit const InitialiserEntry initialiser::kaiming_uniform = {
    .name = "kaiming_uniform",
    .what = "uniform, for ReLU (He et al. 2015)",
    .aliases = {"he_uniform"},
    .options = &options_type<KaimingLine>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::kaiming_uniform_(w, key, as<KaimingLine>(o)); },
};
constinit const InitialiserEntry initialiser::kaiming_normal = {
    .name = "kaiming_normal",
    .what = "normal, for ReLU",
    .aliases = {"he_normal"},
    .options = &options_type<KaimingLine>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::kaiming_normal_(w, key, as<KaimingLine>(o)); },
};
constinit const InitialiserEntry initialiser::normal = {
    .name = "normal",
    .what = "normal, the same for all layers",
    .options = &options_type<NormalOptions>,
    .fill =
        [](const void* o, Tensor& w, uint64_t key) {
          init::normal_(w, key, as<NormalOptions>(o).mean, as<NormalOptions>(o).std);
        },
};
constinit const InitialiserEntry initialiser::uniform = {
    .name = "uniform",
    .what = "uniform, the same for all layers",
    .options = &options_type<UniformOptions>,
    .fill =
        [](const void* o, Tensor& w, uint64_t key) {
          init::uniform_(w, key, as<UniformOptions>(o).low, as<UniformOptions>(o).high);
        },
};
constinit const InitialiserEntry initialiser::zeros = {
    .name = "zeros",
    .what = "all zero",
    .fill = [](const void*, Tensor& w, uint64_t) { init::zeros_(w); },
};
constinit const InitialiserEntry initialiser::ones = {
    .name = "ones",
    .what = "all one",
    .fill = [](const void*, Tensor& w, uint64_t) { init::ones_(w); },
};
constinit const InitialiserEntry initialiser::constant = {
    .name = "constant",
    .what = "all the same number",
    .options = &options_type<ConstantValue>,
    .fill = [](const void* o, Tensor& w,
               uint64_t) { init::constant_(w, as<ConstantValue>(o).value); },
};
constinit const InitialiserEntry initialiser::eye = {
    .name = "eye",
    .what = "the identity; for matrices",
    .aliases = {"identity"},
    .fill = [](const void*, Tensor& w, uint64_t) { init::eye_(w); },
};
constinit const InitialiserEntry initialiser::dirac = {
    .name = "dirac",
    .what = "channels as they are; for convolutions",
    .options = &options_type<DiracOptions>,
    .fill = [](const void* o, Tensor& w, uint64_t) { init::dirac_(w, as<DiracOptions>(o).groups); },
};
constinit const InitialiserEntry initialiser::trunc_normal = {
    .name = "trunc_normal",
    .what = "normal, without what is far from the mean",
    .options = &options_type<TruncatedOptions>,
    .fill =
        [](const void* o, Tensor& w, uint64_t key) {
          const auto& t = as<TruncatedOptions>(o);
          init::trunc_normal_(w, key, t.mean, t.std, t.low, t.high);
        },
};
constinit const InitialiserEntry initialiser::orthogonal = {
    .name = "orthogonal",
    .what = "rows or columns at right angles (Saxe, McClelland and Ganguli 2014)",
    .options = &options_type<GainOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::orthogonal_(w, key, as<GainOptions>(o).gain); },
};
constinit const InitialiserEntry initialiser::sparse = {
    .name = "sparse",
    .what = "normal, with a share of zeros in each column (Martens 2010); for matrices",
    .options = &options_type<SparseOptions>,
    .fill =
        [](const void* o, Tensor& w, uint64_t key) {
          init::sparse_(w, key, as<SparseOptions>(o).sparsity, as<SparseOptions>(o).std);
        },
};
constinit const InitialiserEntry initialiser::lecun_uniform = {
    .name = "lecun_uniform",
    .what = "uniform, variance 1 / fan in (LeCun et al. 1998)",
    .fill = [](const void*, Tensor& w, uint64_t key) { init::lecun_uniform_(w, key); },
};
constinit const InitialiserEntry initialiser::lecun_normal = {
    .name = "lecun_normal",
    .what = "normal, variance 1 / fan in; for selu",
    .fill = [](const void*, Tensor& w, uint64_t key) { init::lecun_normal_(w, key); },
};

namespace {

// One parameter, and the module that holds it.
struct Held {
  std::string name;
  Tensor param;
  Module* module;
};

std::vector<Held> held_by(Module& model) {
  std::vector<Held> out;
  for (auto& [path, module] : model.named_modules())
    for (auto& [name, param] : module->named_parameters())
      if (name.find('.') == std::string::npos)  // else of a layer below, which has its own turn
        out.push_back({path.empty() ? name : fmt::format("{}.{}", path, name), param, module});
  return out;
}

// vectors: whether parameters of fewer than two dimensions are filled, too.
void fill(const std::vector<Held>& all, std::string_view line, bool vectors) {
  initialisers_known().parse(line, [&](const InitialiserEntry& entry, const void* options) {
    const Module* drawn = nullptr;  // whose weights were filled last
    for (Held one : all) {
      if (vectors || one.param.dim() >= 2) {
        try {
          entry.fill(options, one.param, philox_key(init::key_of(*one.module), 2));
        } catch (const Error& error) {
          throw Error(error.kind(), fmt::format("'{}', {}", one.name, describe(one.param)),
                      error.message());
        }
        drawn = one.module;
      } else if (drawn == one.module && one.name.find("bias") != std::string::npos) {
        init::zeros_(one.param);
      }
    }
  });
}

}  // namespace

void initialise(Module& model, std::string_view line) {
  fill(held_by(model), line, false);
}

void initialise(Module& model, const std::vector<InitRule>& rules) {
  std::vector<Held> left = held_by(model);
  std::vector<std::string> names;
  names.reserve(left.size());
  for (const Held& one : left)
    names.push_back(one.name);
  for (const InitRule& rule : rules) {
    const auto others = std::stable_partition(left.begin(), left.end(), [&](const Held& one) {
      return ::fnmatch(rule.match.c_str(), one.name.c_str(), 0) == 0;
    });
    const std::vector<Held> matched(left.begin(), others);
    check_in(!matched.empty(), ErrorKind::usage, rule.match,
             "no parameter follows this rule (the first that matches counts); there are {}",
             known_words(rule.match, names));
    left.erase(left.begin(), others);
    try {
      fill(matched, rule.line, std::all_of(matched.begin(), matched.end(), [](const Held& one) {
             return one.param.dim() < 2;
           }));
    } catch (const Error& error) {
      throw Error(error.kind(), rule.match,
                  error.where().empty() ? error.message() : error.where() + ": " + error.message());
    }
  }
}

void add_initialiser(const InitialiserEntry& entry) {
  initialisers_known().add(entry);
}

std::string print_initialiser(std::string_view line) {
  return initialisers_known().print(line);
}

std::vector<SpecHelp> init_help() {
  return initialisers_known().help();
}

}  // namespace hebb::nn
