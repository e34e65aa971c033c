// An entry of the list of transforms: how a line of a configuration names one, and how it is made.
// The built-in ones stand in augment.cc and transforms.def.
#pragma once

#include <memory>
#include <string_view>

#include "hebb/base/options.h"
#include "hebb/data/augment.h"

namespace hebb::data {

struct TransformEntry {
  std::string_view name, what;
  const OptionsType* options = &options_type<NoOptions>;
  std::unique_ptr<Transform> (*make)(const void* options);
};

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_transform(const TransformEntry& entry);

namespace transform_word {
#define TRANSFORM(name) extern const TransformEntry name;
#include "hebb/data/transforms.def"
#undef TRANSFORM
}  // namespace transform_word

}  // namespace hebb::data
