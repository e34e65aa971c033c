// Parts that keep groups whole: all rows of a patient, all pictures of a camera.
#pragma once

#include <cstdint>
#include <vector>

namespace hebb::data {

// In which order groups are given to the parts. At random every group has the same chance to be in
// a small part; the largest first makes parts of equal shares as even as can be.
enum class GroupOrder : uint8_t { random, largest_first };

// groups: of each sample; shares: of the parts, they add up to 1; labels: empty, or the class of
// each sample, which is then spread as evenly as whole groups allow. Each group goes to the part
// that lacks it most. Every part whose share is above 0 gets a group. Error (usage): there are
// fewer groups than such parts.
std::vector<std::vector<int64_t>> split_groups(const std::vector<int64_t>& groups,
                                               const std::vector<double>& shares,
                                               const std::vector<int64_t>& labels, uint64_t seed,
                                               GroupOrder order);

}  // namespace hebb::data
