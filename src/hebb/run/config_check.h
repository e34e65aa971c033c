// What a configuration must keep beyond the types of its keys. Errors (usage) name the place of the
// key. For .cc files.
#pragma once

#include <string>

#include "hebb/run/config.h"
#include "hebb/run/config_places.h"

namespace hebb {

void check_config(const Config& config, const ConfigPlaces& places);

// ---- its parts ----

// A share to train on that is left out is what the others leave. of_folds: the fold is the test,
// and a share for validation that --set gives stands beside it, whatever shares the file has.
void complete_shares(SplitConfig& split, const ConfigPlaces& places, bool of_folds);
// data.split and what stands beside it in [data].
void check_split(const DataConfig& data, const ConfigPlaces& places);
// [model], or the tables of several models.
void check_models(const Config& config, const ConfigPlaces& places);

}  // namespace hebb
