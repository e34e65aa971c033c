#include "hebb/nn/key_value_cache.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

constexpr int64_t least_positions = 16;

// Puts `added` [N, heads, new, size] behind `held` and makes `held` the view of both.
void extend(Tensor& held, Tensor& memory, const Tensor& added) {
  const int64_t before = held.defined() ? held.size(2) : 0, after = before + added.size(2);
  if (!memory.defined() || memory.size(2) < after) {
    Dims shape = added.shape();
    shape[2] = std::max({least_positions, after, 2 * before});
    memory = Tensor::empty(shape, added.dtype(), added.device());
    if (before > 0)
      slice(memory, 2, Slice(0, before)).copy_(held);
  }
  slice(memory, 2, Slice(before, after)).copy_(added);
  held = slice(memory, 2, Slice(0, after));
}

void check_fits(const Tensor& held, const Tensor& added, const char* name) {
  check(added.dim() == 4, "KeyValueCache: {} {} should be [N, heads, new, size]", name,
        added.shape());
  if (!held.defined())
    return;
  Dims expected = held.shape();
  expected[2] = added.size(2);
  check(added.shape() == expected && added.dtype() == held.dtype(),
        "KeyValueCache: {} {} does not go on from the {} that are there", name, describe(added),
        describe(held));
}

}  // namespace

void KeyValueCache::append(const Tensor& key, const Tensor& value) {
  check_fits(key_, key, "key");
  check_fits(value_, value, "value");
  extend(key_, key_memory_, key);
  extend(value_, value_memory_, value);
}

void KeyValueCache::reorder(const Tensor& rows) {
  if (!key_.defined())
    return;
  key_ = key_memory_ = index_select(key_, 0, rows);
  value_ = value_memory_ = index_select(value_, 0, rows);
}

DecodingCache::Layer& DecodingCache::layer(size_t i) {
  if (layers_.size() <= i)
    layers_.resize(i + 1);
  return layers_[i];
}

void DecodingCache::reorder(const Tensor& rows) {
  for (Layer& layer : layers_) {
    layer.self.reorder(rows);
    layer.memory.reorder(rows);
  }
}

}  // namespace hebb::nn
