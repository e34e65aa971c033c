// How many samples go through the steps of a recipe together.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "hebb/data/source.h"
#include "hebb/data/step.h"

namespace hebb::data {

// Rows of a table: as many as stay in the cache from step to step. 1 where the source gives them
// one by one, or a step takes them so. steps: those that such samples begin with.
int64_t samples_together(const Source& source, std::span<const std::shared_ptr<const Step>> steps);

}  // namespace hebb::data
