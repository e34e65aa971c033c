// Puts samples together into a batch: each is prepared by the data set's recipe, and every field
// that comes out is stacked.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/batch.h"
#include "hebb/data/dataset.h"

namespace hebb::data {

struct AugmentKey {
  uint64_t seed = 0, epoch = 0;
  std::span<const uint32_t> repeat =
      {};  // how often each of the samples came before in this epoch; empty: never
};

class Collator {
 public:
  // augment: with the recipe's keyed steps. Error (usage): a field's size varies from sample to
  // sample.
  Collator(const Dataset& dataset, bool augment);

  // The batch of these samples; may be called by several threads at a time. When `stop` turns true,
  // what comes out is unfinished.
  Batch operator()(std::span<const int64_t> samples, const AugmentKey& key,
                   const std::atomic<bool>* stop = nullptr) const;

 private:
  struct Stacked {  // a field of the batch
    std::string name = {};
    DType dtype = DType::f32;
    Dims shape = {};    // of a sample
    int64_t bytes = 0;  // of a sample
    bool target = false;
  };

  // Some samples of the source. repeat: of a sample that goes alone.
  void read_into(std::span<const int64_t> indices, uint32_t repeat, const AugmentKey& key,
                 Record& record, void* x) const;
  // As the recipe's target step makes it, if there is one. record: for its use.
  void target_into(int64_t index, Record& record, void* to) const;

  Dataset dataset_;
  std::vector<std::shared_ptr<const Step>> steps_;  // those that are to do
  size_t last_ = 0;            // of them, the one that may make x where the batch holds it, plus 1
  bool keyed_ = false;         // whether one of them draws
  Stacked x_, y_;              // those that every sample has
  std::vector<Stacked> more_;  // beside them
  bool target_in_record_ = false;  // a step looks at the target, or changes it
  bool weighted_ = false;          // samples have weights, which stand among the targets
  int64_t source_bytes_ = 0;       // of a sample
  int64_t together_ = 1;           // samples that go through the steps
};

}  // namespace hebb::data
