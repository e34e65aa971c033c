#include "hebb/nn/initialisers.h"

#include "hebb/base/family.h"
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
struct SlopeOptions {
  double slope = 0;
  HEBB_FIELDS(slope)
  static constexpr Note notes[] = {{.field = "slope",
                                    .aliases = {"negative_slope"},
                                    .place = 1,
                                    .what = "of the leaky relu that follows; 0 for relu"}};
};
struct NormalOptions {
  double std = 0.01, mean = 0;
  HEBB_FIELDS(std, mean)
  static constexpr Note notes[] = {
      {.field = "std", .aliases = {"sigma"}, .place = 1, .what = "standard deviation"},
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
    .options = &options_type<GainOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::xavier_uniform_(w, key, as<GainOptions>(o).gain); },
};
constinit const InitialiserEntry initialiser::xavier_normal = {
    .name = "xavier_normal",
    .what = "normal, variance from both fans",
    .options = &options_type<GainOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::xavier_normal_(w, key, as<GainOptions>(o).gain); },
};
constinit const InitialiserEntry initialiser::kaiming_uniform = {
    .name = "kaiming_uniform",
    .what = "uniform, for ReLU (He et al. 2015)",
    .options = &options_type<SlopeOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::kaiming_uniform_(w, key, as<SlopeOptions>(o).slope); },
};
constinit const InitialiserEntry initialiser::kaiming_normal = {
    .name = "kaiming_normal",
    .what = "normal, for ReLU",
    .options = &options_type<SlopeOptions>,
    .fill = [](const void* o, Tensor& w,
               uint64_t key) { init::kaiming_normal_(w, key, as<SlopeOptions>(o).slope); },
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

void initialise(Module& model, std::string_view line) {
  initialisers_known().parse(line, [&](const InitialiserEntry& entry, const void* options) {
    for (auto& [path, module] : model.named_modules()) {
      bool drawn = false;
      for (auto& [name, param] : module->named_parameters()) {
        if (name.find('.') != std::string::npos)
          continue;  // a layer below, which has its own turn
        if (param.dim() >= 2) {
          entry.fill(options, param, philox_key(init::key_of(*module), 2));
          drawn = true;
        } else if (drawn && name == "bias") {
          init::zeros_(param);
        }
      }
    }
  });
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
