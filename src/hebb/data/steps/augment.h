// Augmentation as steps: a transform (augment.h) on the bytes of a picture, keyed, for training
// only.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "hebb/base/philox.h"
#include "hebb/data/step.h"

namespace hebb::data {

bool is_transform(std::string_view word);
std::shared_ptr<const Step> augment_step(std::string_view line);  // Error (usage): no transform's

// What the keyed steps of a sample draw from, one after the other.
Philox augment_stream(uint64_t seed, uint64_t epoch, uint64_t sample);

}  // namespace hebb::data
