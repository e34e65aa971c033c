// An entry of the list of losses: how a line of a configuration names one, and how it is made. The
// built-in ones stand in losses.cc and losses.def.
#pragma once

#include <string_view>

#include "hebb/base/options.h"
#include "hebb/nn/loss.h"

namespace hebb {

struct LossEntry {
  std::string_view name, what;
  FixedList<std::string_view, 3> aliases = {};
  const OptionsType* options = &options_type<NoOptions>;
  Loss (*make)(const void* options);
  // With a weight for each class, [C]; null: it takes none.
  Loss (*make_weighted)(const void* options, const Tensor& class_weights) = nullptr;
  // The function that a program gives as this loss, Loss(cross_entropy): what it says of outputs,
  // weights and single samples is then as make() has it with the default options.
  Tensor (*function)(const Tensor& output, const Tensor& target) = nullptr;
};

// Null: the function is no known loss.
const LossEntry* loss_of_function(Tensor (*function)(const Tensor&, const Tensor&));

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_loss(const LossEntry& entry);

namespace loss_word {
#define LOSS(name) extern const LossEntry name;
#include "hebb/nn/losses.def"
#undef LOSS
}  // namespace loss_word

}  // namespace hebb
