// Tables that are prepared once, before training, instead of row by row in every epoch.
#pragma once

#include <span>

#include "hebb/data/dataset.h"

namespace hebb::data {

// Runs the recipe of each part on all rows of its source, and puts what comes out in the source's
// place: the same bits reach a batch. Parts of one source share it. What is no table, draws at
// random, or would take more than a gigabyte stays as it is.
void prepare(std::span<Dataset* const> parts);

}  // namespace hebb::data
