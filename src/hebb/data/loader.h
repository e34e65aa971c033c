// Batches of a data set, made ahead of time by threads:
//   for (auto [x, y] : data::Loader(train, {.batch_size = 64, .shuffle = true, .seed = 7})) ...
// The batches and their order are the same to the last bit whatever the number of threads: what is
// in batch b of epoch e follows from (data set, seed, e, b).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>

#include "hebb/data/collate.h"
#include "hebb/data/dataset.h"
#include "hebb/data/sampler.h"

namespace hebb::data {

struct LoaderOptions {
  int64_t batch_size = 64;
  bool shuffle = false;
  uint64_t seed = 0;       // of the shuffle and of the augmentation
  int64_t workers = 1;     // threads; 0: batches are made where they are asked for
  int64_t prefetch = 4;    // batches that each worker makes ahead
  bool drop_last = false;  // leave out the last batch when it is smaller than the others
  int64_t rank = 0,
          world =
              1;  // of several processes, each takes its share: equal numbers of samples, filled up
                  // from the beginning of the order (drop_last: cut off at the end instead)
  uint64_t epoch = 0;       // the first that is visited
  int64_t start_batch = 0;  // of that epoch: the batches before it are skipped
  bool augment = true;      // where the data set has an augmentation
  std::shared_ptr<const Sampler> sampler = nullptr;  // instead of `shuffle`
};

class Loader {
 public:
  explicit Loader(const Dataset& dataset, const LoaderOptions& options = {});

  const Dataset& dataset() const { return dataset_; }
  int64_t size() const;     // batches in a whole epoch
  int64_t samples() const;  // in a whole epoch

  // One epoch in progress; it ends, and its threads with it, when the last copy of the iterator
  // goes.
  class Epoch;
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;
    using pointer = const Batch*;
    using reference = const Batch&;

    explicit Iterator(std::shared_ptr<Epoch> epoch) : epoch_(std::move(epoch)) {}
    const Batch& operator*() const;
    const Batch* operator->() const { return &**this; }
    Iterator& operator++();  // what a worker threw is thrown here, at the batch it belongs to
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.at_end(); }

   private:
    bool at_end() const;
    std::shared_ptr<Epoch> epoch_;
  };

  // Begins an epoch. The next begin() is the next epoch, unless set_epoch says otherwise.
  Iterator begin();
  std::default_sentinel_t end() const { return {}; }
  void set_epoch(uint64_t epoch, int64_t start_batch = 0);

 private:
  Dataset dataset_;
  LoaderOptions options_;
  std::shared_ptr<const Collator> collate_;
};

}  // namespace hebb::data
