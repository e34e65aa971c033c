// Traces of one program with several batch sizes become one graph whose sizes and integers follow
// the batch.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/graph/graph.h"

namespace hebb {

// graphs[k] was traced with batches[k]; equal batches: of several runs that have to be the same.
// Errors (invalid): what differs is not an affine function of the batch, which two sizes give and a
// third one checks.
Graph unify(const std::vector<Graph>& graphs, const std::vector<int64_t>& batches);

}  // namespace hebb
