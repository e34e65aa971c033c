// The notes of a struct that has the fields of another and more.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "hebb/base/note.h"

namespace hebb {

template <size_t N, size_t M>
constexpr std::array<Note, N + M> joined_notes(const std::array<Note, N>& a,
                                               const std::array<Note, M>& b) {
  return [&]<size_t... I, size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>) {
    return std::array<Note, N + M>{a[I]..., b[J]...};
  }
  (std::make_index_sequence<N>{}, std::make_index_sequence<M>{});
}

}  // namespace hebb
