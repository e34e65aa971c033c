// Which samples an epoch visits, and in which order: a pure function of (seed, epoch).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb::data {

class Sampler {
 public:
  virtual ~Sampler() = default;
  virtual int64_t size() const = 0;                              // draws in an epoch
  virtual std::vector<int64_t> order(uint64_t epoch) const = 0;  // size() samples of the data set
  virtual bool with_replacement() const { return false; }        // a sample may come more than once
};

std::shared_ptr<const Sampler> sequential_sampler(int64_t n);
std::shared_ptr<const Sampler> shuffle_sampler(
    int64_t n, uint64_t seed);  // each sample once, another order in every epoch
// `draws` samples an epoch, with replacement, each with a chance in proportion to its weight.
std::shared_ptr<const Sampler> weighted_sampler(const std::vector<double>& weights, int64_t draws,
                                                uint64_t seed);
// As many draws as there are samples, every class as likely as any other.
std::shared_ptr<const Sampler> balanced_sampler(const Dataset& dataset, uint64_t seed);

// What one of `world` processes takes of an epoch's order: positions rank, rank + world, ... All
// get the same number: the order is filled up from its beginning, or, with drop, cut off at the
// end.
std::vector<int64_t> rank_share(const std::vector<int64_t>& order, int64_t rank, int64_t world,
                                bool drop);
int64_t rank_share_size(int64_t n, int64_t world, bool drop);

}  // namespace hebb::data
