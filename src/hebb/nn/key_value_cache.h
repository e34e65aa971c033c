// What attention layers keep while a model answers token by token: the keys and values of all
// positions so far. Each layer appends those of the new positions, and attends to all.
//
//   NoGrad off;
//   DecodingCache cache;
//   Tensor logits = model(prompt, {.cache = &cache});       // all positions of the prompt
//   logits = model(next_token, {.cache = &cache});          // one more
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::nn {

class KeyValueCache {
 public:
  int64_t length() const { return key_.defined() ? key_.size(2) : 0; }
  const Tensor& key() const { return key_; }      // [N, heads, length, size]; undefined: empty
  const Tensor& value() const { return value_; }  // the same
  // [N, heads, new, size]. The memory doubles when it is full, so a step costs what is new.
  // Error: a gradient is recorded through them; sizes that are not those of the positions before.
  void append(const Tensor& key, const Tensor& value);
  // Sequence i goes on from what was sequence rows[i]: beams. rows: integers [n].
  void reorder(const Tensor& rows);

 private:
  Tensor key_, value_;  // views of the memory
  Tensor key_memory_, value_memory_;
};

// The caches of all layers of a model. A layer of an index asks for its own.
class DecodingCache {
 public:
  // In `memory` a decoder keeps the keys and values of what it attends to beside its own positions:
  // they are computed once.
  struct Layer {
    KeyValueCache self, memory;
  };
  Layer& layer(size_t i);
  int64_t length() const { return layers_.empty() ? 0 : layers_[0].self.length(); }
  void reorder(const Tensor& rows);

 private:
  std::vector<Layer> layers_;
};

}  // namespace hebb::nn
