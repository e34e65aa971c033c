// An array of an .npz file as a column of text: a value for each sample. For .cc files.
#pragma once

#include <string>

#include "hebb/data/source.h"
#include "hebb/formats/npz.h"

namespace hebb::data {

// [N] or [N, 1]. Error (usage): there is no such array; (data): another shape, complex numbers.
KeptColumn kept_array(const NpzArrays& arrays, const std::string& name, const std::string& where);

}  // namespace hebb::data
