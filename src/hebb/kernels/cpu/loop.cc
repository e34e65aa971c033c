#include "hebb/kernels/cpu/loop.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "hebb/base/check.h"

namespace hebb::cpu {
LoopNest::LoopNest(const Operands& outputs, const Operands& inputs) {
  const Dims& full = outputs[0].shape;
  const size_t rank = full.size();
  count_ = product(full);
  std::vector<Dims> strides;
  auto add = [&](const Operand& operand) {
    promise(operand.shape.size() <= rank,
            "an elementwise kernel whose operand has more dimensions than its output");
    const int64_t bytes = item_size(operand.dtype);
    Dims s(rank, 0);
    for (size_t i = 0; i < operand.shape.size(); ++i) {
      const size_t axis = rank - operand.shape.size() + i;
      s[axis] = operand.shape[i] == 1 ? 0 : operand.strides[i] * bytes;
    }
    strides.push_back(s);
  };
  for (const Operand& output : outputs)
    add(output);
  for (const Operand& input : inputs)
    add(input);
  promise(strides.size() <= most_operands, "an elementwise kernel with too many operands");

  std::vector<size_t> axes;
  for (size_t i = 0; i < rank; ++i)
    if (full[i] != 1)
      axes.push_back(i);
  std::stable_sort(axes.begin(), axes.end(),
                   [&](size_t a, size_t b) { return strides[0][a] > strides[0][b]; });

  strides_.resize(strides.size());
  for (size_t axis : axes) {
    // Merges with the axis before when one stride covers both in every operand.
    bool merge = !shape_.empty();
    for (size_t k = 0; merge && k < strides.size(); ++k)
      merge = strides_[k].back() == strides[k][axis] * full[axis];
    if (merge) {
      shape_.back() *= full[axis];
      for (size_t k = 0; k < strides.size(); ++k)
        strides_[k].back() = strides[k][axis];
    } else {
      shape_.push_back(full[axis]);
      for (size_t k = 0; k < strides.size(); ++k)
        strides_[k].push_back(strides[k][axis]);
    }
  }
  if (shape_.empty()) {
    shape_.push_back(1);
    for (Dims& s : strides_)
      s.push_back(0);
  }
}

void LoopNest::run(char* const* data,
                   FunctionRef<void(int64_t, char* const*, const int64_t*)> inner) const {
  if (count_ == 0)
    return;
  const size_t n = strides_.size(), rank = shape_.size();
  std::array<int64_t, most_operands> inner_strides{};
  for (size_t k = 0; k < n; ++k)
    inner_strides[k] = strides_[k].back();
  const int64_t row = shape_.back();
  parallel_for(count_, grain, [&](int64_t begin, int64_t end) {
    Dims index(rank, 0);
    int64_t rest = begin;
    for (size_t axis = rank; axis-- > 0;) {
      index[axis] = rest % shape_[axis];
      rest /= shape_[axis];
    }
    std::array<char*, most_operands> at{};
    for (int64_t i = begin; i < end;) {
      for (size_t k = 0; k < n; ++k) {
        at[k] = data[k];
        for (size_t axis = 0; axis < rank; ++axis)
          at[k] += index[axis] * strides_[k][axis];
      }
      const int64_t run = std::min(row - index.back(), end - i);
      inner(run, at.data(), inner_strides.data());
      i += run;
      index.back() += run;
      for (size_t axis = rank; axis-- > 1 && index[axis] == shape_[axis];) {
        index[axis] = 0;
        ++index[axis - 1];
      }
    }
  });
}

}  // namespace hebb::cpu
