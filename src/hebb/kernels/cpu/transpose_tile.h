// Transposes a piece of a matrix that fits in the cache. Elements of four bytes go through
// registers four by four.
#pragma once

#include <cstdint>
#include <cstring>

namespace hebb::cpu {

// Elements in a register, as a compiler's vector, which every processor has. Wider vectors do not
// help such small blocks.
using Four = uint32_t __attribute__((vector_size(16)));
using Two = uint64_t __attribute__((vector_size(16)));

template <class V, class T>
V load_vector(const T* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class V, class T>
void store_vector(V v, T* p) {
  std::memcpy(p, &v, sizeof v);
}

// rows x columns; the columns lie side by side in `to`, the rows in `from`. Strides in elements.
template <class T>
void transpose_tile(const T* from, int64_t from_column, T* to, int64_t to_row, int64_t rows,
                    int64_t columns) {
  int64_t r = 0;
  if constexpr (sizeof(T) == 4) {
    for (; r + 4 <= rows; r += 4) {
      int64_t c = 0;
      for (; c + 4 <= columns; c += 4) {
        const T* p = from + c * from_column + r;
        const Four a = load_vector<Four>(p), b = load_vector<Four>(p + from_column),
                   e = load_vector<Four>(p + 2 * from_column),
                   f = load_vector<Four>(p + 3 * from_column);
        const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
                   ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
        const Four ef = __builtin_shufflevector(e, f, 0, 4, 1, 5),
                   ef2 = __builtin_shufflevector(e, f, 2, 6, 3, 7);
        T* q = to + r * to_row + c;
        store_vector(__builtin_shufflevector(ab, ef, 0, 1, 4, 5), q);
        store_vector(__builtin_shufflevector(ab, ef, 2, 3, 6, 7), q + to_row);
        store_vector(__builtin_shufflevector(ab2, ef2, 0, 1, 4, 5), q + 2 * to_row);
        store_vector(__builtin_shufflevector(ab2, ef2, 2, 3, 6, 7), q + 3 * to_row);
      }
      for (; c < columns; ++c)
        for (int64_t k = 0; k < 4; ++k)
          to[(r + k) * to_row + c] = from[c * from_column + r + k];
    }
  } else if constexpr (sizeof(T) == 8) {
    for (; r + 2 <= rows; r += 2) {
      int64_t c = 0;
      for (; c + 2 <= columns; c += 2) {
        const T* p = from + c * from_column + r;
        const Two a = load_vector<Two>(p), b = load_vector<Two>(p + from_column);
        T* q = to + r * to_row + c;
        store_vector(__builtin_shufflevector(a, b, 0, 2), q);
        store_vector(__builtin_shufflevector(a, b, 1, 3), q + to_row);
      }
      for (; c < columns; ++c)
        for (int64_t k = 0; k < 2; ++k)
          to[(r + k) * to_row + c] = from[c * from_column + r + k];
    }
  }
  for (; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      to[r * to_row + c] = from[c * from_column + r];
}

}  // namespace hebb::cpu
