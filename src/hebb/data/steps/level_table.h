// Steps that change each level of a picture by itself, as one look-up: 256 numbers a channel. Not a
// step of recipes: batches are made with it, in the same bits.
#pragma once

#include <memory>
#include <vector>

#include "hebb/data/step.h"

namespace hebb::data {

// The last steps of the list, those after which a picture u8 [C, H, W] is only changed number by
// number, become one. in: what the first step gets.
void look_up_levels(std::vector<std::shared_ptr<const Step>>& steps, const Schema& in);

}  // namespace hebb::data
