// Copies between layouts whose innermost axes differ: channels-last to row-major and back,
// transposed matrices. Works in tiles that stay in cache.

#include "hebb/kernels/cpu/copy_transposed.h"

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/transpose_tile.h"

namespace hebb::cpu {
namespace {

constexpr int64_t tile = 32, grain = 1 << 15;  // elements of a side; elements of a chunk

struct Axis {
  int64_t size, to, from;
};  // strides in elements

template <class T>
class TransposedCopy : public Kernel {
 public:
  TransposedCopy(Axis row, Axis column, std::vector<Axis> outer)
      : row_(row), column_(column), outer_(std::move(outer)) {
    name = "transposed";
    for (const Axis& axis : outer_)
      matrices_ *= axis.size;
  }
  void run(const Buffers& b) const override {
    // A unit of work is one matrix, or a band of its rows when it is large.
    const int64_t band = std::max<int64_t>(
                      tile, grain / std::max<int64_t>(1, column_.size) / tile * tile),
                  bands = (row_.size + band - 1) / band;
    const int64_t units = std::max<int64_t>(
        1, grain / std::max<int64_t>(1, std::min(band, row_.size) * column_.size));
    parallel_for(matrices_ * bands, units, [&](int64_t begin, int64_t end) {
      for (int64_t u = begin; u < end; ++u) {
        const T* from = b.input<T>(0);
        T* to = b.output<T>(0);
        int64_t rest = u / bands;
        for (size_t i = outer_.size(); i-- > 0; rest /= outer_[i].size) {
          from += rest % outer_[i].size * outer_[i].from;
          to += rest % outer_[i].size * outer_[i].to;
        }
        const int64_t first = u % bands * band, last = std::min(row_.size, first + band);
        for (int64_t r = first; r < last; r += tile)
          for (int64_t c = 0; c < column_.size; c += tile)
            transpose_tile(from + r + c * column_.from, column_.from, to + r * row_.to + c, row_.to,
                           std::min(tile, last - r), std::min(tile, column_.size - c));
      }
    });
  }

 private:
  Axis row_, column_;  // row: side by side in the source; column: in the target
  std::vector<Axis> outer_;
  int64_t matrices_ = 1;
};

}  // namespace

PreparedKernel transposed_copy(const Signature& s) {
  const Operand &from = s.in[0], &to = s.out[0];
  if (from.dtype != to.dtype || from.shape != to.shape || product(to.shape) == 0)
    return nullptr;
  // Merge axes that are walked through in one stride on both sides, outermost in the target first.
  std::vector<Axis> all, axes;
  for (size_t i = 0; i < to.shape.size(); ++i)
    if (to.shape[i] != 1)
      all.push_back({to.shape[i], to.strides[i], from.strides[i]});
  std::stable_sort(all.begin(), all.end(),
                   [](const Axis& a, const Axis& b) { return a.to > b.to; });
  for (const Axis& axis : all) {
    if (!axes.empty() && axes.back().to == axis.to * axis.size &&
        axes.back().from == axis.from * axis.size)
      axes.back() = {axes.back().size * axis.size, axis.to, axis.from};
    else
      axes.push_back(axis);
  }
  Axis row{0, 0, 0}, column{0, 0, 0};
  std::vector<Axis> outer;
  for (const Axis& axis : axes) {
    if (axis.to <= 0 || axis.from <= 0)
      return nullptr;
    if (axis.to == 1 && axis.from != 1)
      column = axis;
    else if (axis.from == 1 && axis.to != 1)
      row = axis;
    else
      outer.push_back(axis);
  }
  // Pictures of three channels are narrow matrices.
  if (std::min(row.size, column.size) < 2 || std::max(row.size, column.size) < 4)
    return nullptr;
  return visit_item(to.dtype, [&](auto item) -> PreparedKernel {
    return make_kernel<TransposedCopy<typename decltype(item)::type>>(row, column, outer);
  });
}

}  // namespace hebb::cpu
