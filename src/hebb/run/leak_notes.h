// What makes a score look better than the model is, said before the training: samples of one part
// that are in another, and columns that give the answer away.
#pragma once

#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

// validation and test may be empty.
void note_leaks(const data::Dataset& train, const data::Dataset& validation,
                const data::Dataset& test, std::vector<std::string>& notes);

}  // namespace hebb
