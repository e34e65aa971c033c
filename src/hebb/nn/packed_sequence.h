// Sequences of different lengths in one tensor, without padding: torch.nn.utils.rnn's functions,
// with its defaults. Recurrent layers take packed sequences; beside that hebb's take padded ones
// with their lengths, which is as fast and needs no packing.
#pragma once

#include <string_view>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::nn {

// The values of the first time of all sequences, longest first, then of the second, ...
struct PackedSequence {
  Tensor data;              // [sum of lengths, ...]
  Tensor batch_sizes;       // [T] i64, on the CPU: how many sequences have this time
  Tensor sorted_indices;    // [B] i64: which sequence comes first, second, ...
  Tensor unsorted_indices;  // [B] i64: where each of them has gone
};

struct PaddedSequences {
  Tensor padded;   // [T, B, ...], or [B, T, ...]
  Tensor lengths;  // [B] i64
};

// padded [T, B, ...] (batch_first: [B, T, ...]), lengths [B], each from 1 to T. enforce_sorted: the
// sequences are given longest first. Error: they are not; or lengths that do not fit.
PackedSequence pack_padded_sequence(const Tensor& padded, const Tensor& lengths,
                                    bool batch_first = false, bool enforce_sorted = true);

// The other way, in the order in which the sequences were given. total_length: T, at least the
// longest length; 0: the longest length.
PaddedSequences pad_packed_sequence(const PackedSequence& packed, bool batch_first = false,
                                    double padding_value = 0, int64_t total_length = 0);

enum class PaddingSide : uint8_t { right, left };

// Sequences [length, ...] of one dtype and the same further sizes.
Tensor pad_sequence(const std::vector<Tensor>& sequences, bool batch_first = false,
                    double padding_value = 0, PaddingSide side = PaddingSide::right);
PackedSequence pack_sequence(const std::vector<Tensor>& sequences, bool enforce_sorted = true);

// Each sequence without its padding, as they were given.
std::vector<Tensor> unpad_sequence(const Tensor& padded, const Tensor& lengths,
                                   bool batch_first = false);
std::vector<Tensor> unpack_sequence(const PackedSequence& packed);

}  // namespace hebb::nn
