#include "hebb/nn/packed_sequence.h"

#include <algorithm>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

using Numbers = std::vector<int64_t>;

Tensor indices(const Numbers& numbers, Device device = {}) {
  return Tensor::from(numbers, {int64_t(numbers.size())}).to(device);
}

Numbers lengths_of(const Tensor& lengths, int64_t batch, int64_t times) {
  check(is_integral(lengths.dtype()) && lengths.shape() == Dims{batch},
        "lengths {} should be integers [{}], the times of each sequence", describe(lengths), batch);
  const Numbers out = lengths.to_vector<int64_t>();
  for (size_t i = 0; i < out.size(); ++i)
    check(out[i] >= 1 && out[i] <= times, "lengths[{}] is {}, should be from 1 to {}", i, out[i],
          times);
  return out;
}

// How many sequences have each time.
Numbers sizes_of(const Numbers& lengths) {
  Numbers out(size_t(*std::max_element(lengths.begin(), lengths.end())), 0);
  for (int64_t length : lengths)
    for (int64_t t = 0; t < length; ++t)
      ++out[size_t(t)];
  return out;
}

Numbers inverse_of(const Numbers& order) {
  Numbers out(order.size());
  for (size_t i = 0; i < order.size(); ++i)
    out[size_t(order[i])] = int64_t(i);
  return out;
}

Tensor times_first(const Tensor& padded, bool batch_first) {
  check(padded.dim() >= 2, "padded {} should be {}", padded.shape(),
        batch_first ? "[B, T, ...]" : "[T, B, ...]");
  return batch_first ? transpose(padded, 0, 1) : padded;
}

// [T, B, ...] as [T B, ...].
Tensor rows_of(const Tensor& x) {
  return flatten(x, 0, 1);
}

Dims with_rows(const Tensor& rows, std::initializer_list<int64_t> sizes) {
  Dims shape(sizes);
  shape.append(rows.shape().begin() + 1, rows.shape().end());
  return shape;
}

}  // namespace

PackedSequence pack_padded_sequence(const Tensor& padded, const Tensor& lengths, bool batch_first,
                                    bool enforce_sorted) {
  const Tensor x = times_first(padded, batch_first);
  const int64_t batch = x.size(1);
  check(batch > 0, "there are no sequences to pack: padded {}", padded.shape());
  const Numbers given = lengths_of(lengths, batch, x.size(0));
  Numbers order(given.size());
  std::iota(order.begin(), order.end(), 0);
  const auto longer = [&](int64_t a, int64_t b) { return given[size_t(a)] > given[size_t(b)]; };
  if (enforce_sorted)
    check(std::is_sorted(order.begin(), order.end(), longer),
          "lengths should be sorted, the longest first; enforce_sorted = false takes any order");
  else
    std::stable_sort(order.begin(), order.end(), longer);
  const Numbers sizes = sizes_of(given);
  Numbers rows;
  for (size_t t = 0; t < sizes.size(); ++t)
    for (int64_t i = 0; i < sizes[t]; ++i)
      rows.push_back(int64_t(t) * batch + order[size_t(i)]);
  return {index_select(rows_of(x), 0, indices(rows, x.device())), indices(sizes),
          indices(order, x.device()), indices(inverse_of(order), x.device())};
}

PaddedSequences pad_packed_sequence(const PackedSequence& packed, bool batch_first,
                                    double padding_value, int64_t total_length) {
  const Numbers sizes = packed.batch_sizes.to_vector<int64_t>(),
                places = packed.unsorted_indices.to_vector<int64_t>();
  const int64_t longest = int64_t(sizes.size()), batch = int64_t(places.size()),
                times = total_length ? total_length : longest;
  check(longest > 0 && sizes[0] == batch &&
            std::is_sorted(sizes.begin(), sizes.end(), std::greater<>()) && sizes.back() >= 0 &&
            std::accumulate(sizes.begin(), sizes.end(), int64_t(0)) == packed.data.size(0),
        "the packed sequence does not fit together: data {}, batch_sizes {}, {} sequences",
        packed.data.shape(), packed.batch_sizes.shape(), batch);
  check(times >= longest, "total_length is {}, should be at least {}, the longest length", times,
        longest);
  const Tensor padding =
      full(with_rows(packed.data, {1}), padding_value, packed.data.dtype(), packed.data.device());
  const int64_t count = packed.data.size(0);
  Numbers rows(size_t(times * batch), count), lengths(size_t(batch), 0);
  int64_t first = 0;
  for (int64_t t = 0; t < longest; first += sizes[size_t(t++)])
    for (int64_t b = 0; b < batch; ++b)
      if (const int64_t place = places[size_t(b)]; place < sizes[size_t(t)]) {
        rows[size_t(t * batch + b)] = first + place;
        ++lengths[size_t(b)];
      }
  const Tensor all = index_select(cat({packed.data, padding}), 0,
                                  indices(rows, packed.data.device())),
               padded = reshape(all, with_rows(packed.data, {times, batch}));
  return {batch_first ? transpose(padded, 0, 1) : padded, indices(lengths)};
}

Tensor pad_sequence(const std::vector<Tensor>& sequences, bool batch_first, double padding_value,
                    PaddingSide side) {
  check(!sequences.empty(), "there are no sequences to pad");
  int64_t times = 0;
  for (const Tensor& sequence : sequences) {
    check(sequence.dim() >= 1 && with_rows(sequence, {0}) == with_rows(sequences[0], {0}) &&
              sequence.dtype() == sequences[0].dtype(),
          "the sequences should be [length, ...] of one dtype and the same further sizes, but one "
          "is {} and one {}",
          describe(sequences[0]), describe(sequence));
    times = std::max(times, sequence.size(0));
  }
  std::vector<Tensor> padded;
  for (const Tensor& sequence : sequences) {
    const Tensor padding = full(with_rows(sequence, {times - sequence.size(0)}), padding_value,
                                sequence.dtype(), sequence.device());
    padded.push_back(side == PaddingSide::right ? cat({sequence, padding})
                                                : cat({padding, sequence}));
  }
  return stack(padded, batch_first ? 0 : 1);
}

PackedSequence pack_sequence(const std::vector<Tensor>& sequences, bool enforce_sorted) {
  Numbers lengths;
  for (const Tensor& sequence : sequences)
    lengths.push_back(sequence.dim() ? sequence.size(0) : 0);
  return pack_padded_sequence(pad_sequence(sequences), indices(lengths), false, enforce_sorted);
}

std::vector<Tensor> unpad_sequence(const Tensor& padded, const Tensor& lengths, bool batch_first) {
  const Tensor x = times_first(padded, batch_first);
  const Numbers each = lengths_of(lengths, x.size(1), x.size(0));
  std::vector<Tensor> out;
  for (size_t b = 0; b < each.size(); ++b)
    out.push_back(narrow(select(x, 1, int64_t(b)), 0, 0, each[b]));
  return out;
}

std::vector<Tensor> unpack_sequence(const PackedSequence& packed) {
  const auto [padded, lengths] = pad_packed_sequence(packed);
  return unpad_sequence(padded, lengths);
}

}  // namespace hebb::nn
