// Initialisers from a line of a configuration: "kaiming_normal", "normal std=0.02".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fixed_list.h"
#include "hebb/base/options.h"
#include "hebb/nn/module.h"

namespace hebb::nn {

// Weights of two dimensions and more are drawn, biases become 0; scales and shifts of
// normalisations stay. Error (usage): an unknown initialiser or argument (with the nearest known
// one).
void initialise(Module& model, std::string_view line);

// An initialiser for the parameters that a glob names: "head.*", "*.bias".
struct InitRule {
  std::string match, line;
};

// A parameter follows the first rule that matches its name; others stay as they are. Within a rule
// as above; but where it matches vectors alone, such as biases, those are what it fills. Error
// (usage): a rule that no parameter follows, and as above.
void initialise(Module& model, const std::vector<InitRule>& rules);

// How a line names an initialiser, and what it does. The built-in ones stand in initialisers.cc and
// initialisers.def.
struct InitialiserEntry {
  std::string_view name, what;
  FixedList<std::string_view, 2> aliases = {};
  const OptionsType* options = &options_type<NoOptions>;
  void (*fill)(const void* options, Tensor& weight, uint64_t key);
};

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_initialiser(const InitialiserEntry& entry);

// An initialiser's line as hebb writes it: what is not at its default.
std::string print_initialiser(std::string_view line);

std::vector<SpecHelp> init_help();

}  // namespace hebb::nn
