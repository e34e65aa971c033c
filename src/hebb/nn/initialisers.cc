#include "hebb/nn/initialisers.h"

#include "hebb/base/philox.h"
#include "hebb/nn/init.h"

namespace hebb::nn {
namespace {

struct Initialiser {
  SpecHelp help;
  std::vector<std::string> keys;
  void (*fill)(SpecReader& read, Tensor& weight, uint64_t key);
};

const std::vector<Initialiser>& initialisers() {
  static const std::vector<Initialiser> all = {
      {{"xavier_uniform", "xavier_uniform [gain=1]",
        "uniform, variance from both fans (Glorot and Bengio 2010)"},
       {"gain"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::xavier_uniform_(w, key, r.number_or("gain", 1));
       }},
      {{"xavier_normal", "xavier_normal [gain=1]", "normal, variance from both fans"},
       {"gain"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::xavier_normal_(w, key, r.number_or("gain", 1));
       }},
      {{"kaiming_uniform", "kaiming_uniform [slope=0]", "uniform, for ReLU (He et al. 2015)"},
       {"slope"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::kaiming_uniform_(w, key, r.number_or("slope", 0));
       }},
      {{"kaiming_normal", "kaiming_normal [slope=0]", "normal, for ReLU"},
       {"slope"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::kaiming_normal_(w, key, r.number_or("slope", 0));
       }},
      {{"normal", "normal [std=0.01 mean=0]", "normal, the same for all layers"},
       {"std", "mean"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::normal_(w, key, r.number_or("mean", 0), r.number_or("std", 0.01));
       }},
      {{"uniform", "uniform [low=-0.05 high=0.05]", "uniform, the same for all layers"},
       {"low", "high"},
       [](SpecReader& r, Tensor& w, uint64_t key) {
         init::uniform_(w, key, r.number_or("low", -0.05), r.number_or("high", 0.05));
       }},
      {{"zeros", "zeros", "all zero"},
       {},
       [](SpecReader&, Tensor& w, uint64_t) { init::zeros_(w); }},
  };
  return all;
}

}  // namespace

void initialise(Module& model, std::string_view text) {
  const SpecLine line = SpecLine::parse(text);
  const Initialiser& entry = find_entry(initialisers(), "initialiser", line.name);
  SpecReader read(line, entry.keys);
  for (auto& [path, module] : model.named_modules()) {
    bool drawn = false;
    for (auto& [name, param] : module->named_parameters()) {
      if (name.find('.') != std::string::npos)
        continue;  // a layer below, which has its own turn
      if (param.dim() >= 2)
        entry.fill(read, param, philox_key(init::key_of(*module), 2)), drawn = true;
      else if (drawn && name == "bias")
        init::zeros_(param);
    }
  }
  read.done();
}

std::vector<SpecHelp> init_help() {
  return help_of(initialisers());
}

}  // namespace hebb::nn
