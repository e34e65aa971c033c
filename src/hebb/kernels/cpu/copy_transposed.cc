// Copies between layouts whose innermost axes differ: channels-last to row-major and back,
// transposed matrices. Works in tiles that stay in cache; elements of four bytes go through
// registers four by four.

#include "hebb/kernels/cpu/copy_transposed.h"

#include <algorithm>
#include <cstring>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"

namespace hebb::cpu {
namespace {

// Four elements in a register, as a compiler's vector, which every processor has. Wider vectors do
// not help a 4 x 4 block.
using Four = uint32_t __attribute__((vector_size(16)));

constexpr int64_t tile = 32, grain = 1 << 15;  // elements of a side; elements of a chunk

// rows x columns; the columns lie side by side in `to`, the rows in `from`. Strides in elements.
template <class T>
void transpose_tile(const T* from, int64_t from_column, T* to, int64_t to_row, int64_t rows,
                    int64_t columns) {
  int64_t r = 0;
  if constexpr (sizeof(T) == 4) {
    auto load = [](const T* p) {
      Four v;
      std::memcpy(&v, p, sizeof v);
      return v;
    };
    auto store = [](Four v, T* p) { std::memcpy(p, &v, sizeof v); };
    for (; r + 4 <= rows; r += 4) {
      int64_t c = 0;
      for (; c + 4 <= columns; c += 4) {
        const T* p = from + c * from_column + r;
        const Four a = load(p), b = load(p + from_column), e = load(p + 2 * from_column),
                   f = load(p + 3 * from_column);
        const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                   ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
        const Four ef = __builtin_shufflevector(e, f, 0, 4, 1, 5),
                   ef2 = __builtin_shufflevector(e, f, 2, 6, 3, 7);
        T* q = to + r * to_row + c;
        store(__builtin_shufflevector(ab, ef, 0, 1, 4, 5), q);
        store(__builtin_shufflevector(ab, ef, 2, 3, 6, 7), q + to_row);
        store(__builtin_shufflevector(ab2, ef2, 0, 1, 4, 5), q + 2 * to_row);
        store(__builtin_shufflevector(ab2, ef2, 2, 3, 6, 7), q + 3 * to_row);
      }
      for (; c < columns; ++c)
        for (int64_t k = 0; k < 4; ++k)
          to[(r + k) * to_row + c] = from[c * from_column + r + k];
    }
  }
  for (; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      to[r * to_row + c] = from[c * from_column + r];
}

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
