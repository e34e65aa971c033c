#include "hebb/data/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/data/splits.h"

namespace hebb::data {
namespace {

constexpr uint64_t shuffle_stream = 0x73687566666C65u,
                   weighted_stream = 0x7765696768746564u;  // "shuffle", "weighted"

class Sequential : public Sampler {
 public:
  explicit Sequential(int64_t n) : n_(n) {}
  int64_t size() const override { return n_; }
  std::vector<int64_t> order(uint64_t) const override {
    std::vector<int64_t> out(static_cast<size_t>(n_));
    std::iota(out.begin(), out.end(), int64_t(0));
    return out;
  }

 private:
  int64_t n_;
};

class Shuffle : public Sampler {
 public:
  Shuffle(int64_t n, uint64_t seed) : n_(n), seed_(seed) {}
  int64_t size() const override { return n_; }
  std::vector<int64_t> order(uint64_t epoch) const override {
    return shuffled(n_, philox_key(seed_, shuffle_stream, epoch));
  }

 private:
  int64_t n_;
  uint64_t seed_;
};

class Weighted : public Sampler {
 public:
  Weighted(const std::vector<double>& weights, int64_t draws, uint64_t seed)
      : draws_(draws), seed_(seed) {
    check(draws >= 0, "weighted sampling of {} draws, should be at least 0", draws);
    double sum = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      check(std::isfinite(weights[i]) && weights[i] >= 0,
            "the weight of sample {} is {}, should be at least 0", i, weights[i]);
      if (weights[i] > 0)
        last_ = int64_t(i);
      up_to_.push_back(sum += weights[i]);
    }
    check(sum > 0 && std::isfinite(sum), "the weights add up to {}, should be above 0", sum);
  }
  int64_t size() const override { return draws_; }
  bool with_replacement() const override { return true; }
  std::vector<int64_t> order(uint64_t epoch) const override {
    Philox random(philox_key(seed_, weighted_stream, epoch));
    std::vector<int64_t> out(static_cast<size_t>(draws_));
    for (int64_t& index : out) {
      const double at = random.uniform() * up_to_.back();  // may round up to the sum itself
      index = std::min(
          last_, int64_t(std::upper_bound(up_to_.begin(), up_to_.end(), at) - up_to_.begin()));
    }
    return out;
  }

 private:
  std::vector<double> up_to_;  // sums of the weights
  int64_t draws_, last_ = 0;   // last_: the last sample with any weight
  uint64_t seed_;
};

}  // namespace

std::shared_ptr<const Sampler> sequential_sampler(int64_t n) {
  return std::make_shared<Sequential>(n);
}
std::shared_ptr<const Sampler> shuffle_sampler(int64_t n, uint64_t seed) {
  return std::make_shared<Shuffle>(n, seed);
}
std::shared_ptr<const Sampler> weighted_sampler(const std::vector<double>& weights, int64_t draws,
                                                uint64_t seed) {
  return std::make_shared<Weighted>(weights, draws, seed);
}

std::shared_ptr<const Sampler> balanced_sampler(const Dataset& dataset, uint64_t seed) {
  const std::vector<int64_t> labels = dataset.labels();
  std::vector<double> count(size_t(dataset.classes())), weights;
  for (int64_t label : labels)
    ++count[size_t(label)];
  for (int64_t label : labels)
    weights.push_back(1 / count[size_t(label)]);
  return weighted_sampler(weights, dataset.size(), seed);
}

int64_t rank_share_size(int64_t n, int64_t world, bool drop) {
  return drop ? n / world : (n + world - 1) / world;
}

std::vector<int64_t> rank_share(const std::vector<int64_t>& order, int64_t rank, int64_t world,
                                bool drop) {
  check(world >= 1 && rank >= 0 && rank < world, "rank {} of {}, should be from 0 to {}", rank,
        world, world - 1);
  const int64_t n = int64_t(order.size());
  std::vector<int64_t> out(static_cast<size_t>(rank_share_size(n, world, drop)));
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = order[(size_t(rank) + i * size_t(world)) % size_t(n)];
  return out;
}

}  // namespace hebb::data
