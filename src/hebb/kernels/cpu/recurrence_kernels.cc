// The fast kernels of recurrent layers, f32: a layer in one direction over all times, and its
// gradient. Sequences do not need each other, so a thread takes a few of them through all times
// and waits for nobody; the weights are packed once and stay in its caches.

#include <fmt/format.h>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/loop_pieces.h"
#include "hebb/kernels/cpu/recurrence_loops.h"

namespace hebb::cpu {
namespace {

// How a weight [rows, columns] is packed: as the matrix that states are multiplied with.
struct PackedWeight {
  int64_t inner, columns, inner_step, column_step;
  int64_t floats() const { return scan_loops().packed_size(inner, columns); }
  void pack(const float* from, float* to) const {
    scan_loops().pack(from, inner_step, column_step, inner, columns, to);
  }
};

// Parts of a weight that are packed one after the other, once while nobody writes to it.
class PackedParts : public Packing {
 public:
  struct Part {
    int64_t offset;  // of its first element in the weight
    PackedWeight how;
  };
  explicit PackedParts(std::vector<Part> parts) : parts_(std::move(parts)) {
    form = fmt::format("panels of {}", scan_loops().packed_size(1, 1));  // the lanes of a vector
    for (const Part& part : parts_) {
      bytes += size_t(part.how.floats()) * sizeof(float);
      form += fmt::format(" {}:{}x{}/{},{}", part.offset, part.how.inner, part.how.columns,
                          part.how.inner_step, part.how.column_step);
    }
  }
  void pack(const void* from, void* to) const override {
    auto* next = static_cast<float*>(to);
    for (const Part& part : parts_) {
      part.how.pack(static_cast<const float*>(from) + part.offset, next);
      next += part.how.floats();
    }
  }

 private:
  std::vector<Part> parts_;
};

// weight [rows, columns] transposed: states [.., columns] become [.., rows].
PackedWeight transposed(int64_t rows, int64_t columns) {
  return {columns, rows, 1, columns};
}
PackedWeight as_it_is(int64_t rows, int64_t columns) {
  return {rows, columns, columns, 1};
}

std::vector<PackedParts::Part> gates_packed(const ScanSizes& n) {
  if (!is_gru(n.cell))
    return {{0, transposed(n.gate_row(), n.state)}};
  return {{0, transposed(2 * n.units, n.state)},
          {2 * n.units * n.state, transposed(n.units, n.state)}};
}

// A weight that is packed ahead where it is constant, else in scratch memory at each run.
class PackedOperand {
 public:
  PackedOperand() = default;
  PackedOperand(Kernel& kernel, const Signature& s, size_t slot,
                std::vector<PackedParts::Part> parts)
      : slot_(slot), packing_(std::make_shared<PackedParts>(std::move(parts))) {
    if (s.in[slot].constant && s.inference) {
      kernel.packs.resize(s.in.size());
      kernel.packs[slot] = packing_;
    } else {
      here_ = kernel.scratch_bytes;
      kernel.scratch_bytes += align_up(packing_->bytes);
    }
  }
  const float* in(const Buffers& b) const {
    if (!packing_)
      return nullptr;
    if (!here_)
      return b.input<float>(slot_);
    auto* to = static_cast<char*>(b.scratch) + *here_;
    packing_->pack(b.in[slot_], to);
    return reinterpret_cast<const float*>(to);
  }

 private:
  size_t slot_ = 0;
  std::shared_ptr<const PackedParts> packing_;
  std::optional<size_t> here_;  // in scratch
};

// Groups of sequences; floats: of scratch memory for one sequence.
LoopPieces groups(Kernel& kernel, const ScanSizes& n, int64_t floats) {
  const int64_t together = sequences_together(n);
  return {kernel, n.batch, together, together * floats};
}

class ScanSimd : public Kernel {
 public:
  explicit ScanSimd(const Signature& s)
      : n_(s, s.in[scan_in::gates], s.in[scan_in::weight_hh], s.in[scan_in::weight_hr]),
        weight_hh_(*this, s, scan_in::weight_hh, gates_packed(n_)),
        weight_hr_(n_.projected ? PackedOperand(*this, s, scan_in::weight_hr,
                                                {{0, transposed(n_.state, n_.units)}})
                                : PackedOperand()),
        groups_(groups(*this, n_, forward_scratch(n_, 1))) {
    name = "simd";
    wants_in = row_major(s);
  }

  void run(const Buffers& b) const override {
    namespace in = scan_in;
    namespace to = scan_out;
    const ScanMemory m{
        b.input<float>(in::gates),  b.input<float>(in::h0),    b.input<float>(in::c0),
        b.input<float>(in::bias_n), b.output<float>(to::out),  b.output<float>(to::h_n),
        b.output<float>(to::c_n),   b.output<float>(to::kept), b.output<float>(to::cells),
        weight_hh_.in(b),           weight_hr_.in(b)};
    const Lengths lengths(b, in::lengths, n_);
    groups_.run(b, [&](int64_t begin, int64_t end, float* scratch) {
      scan_loops().forward(m, {n_, lengths, begin, end - begin}, scratch);
    });
  }

 private:
  ScanSizes n_;
  PackedOperand weight_hh_, weight_hr_;
  LoopPieces groups_;
};

class ScanBackwardSimd : public Kernel {
 public:
  explicit ScanBackwardSimd(const Signature& s)
      : n_(s, s.out[scan_backward_out::gates], s.in[scan_backward_in::weight_hh],
           s.in[scan_backward_in::weight_hr]),
        weight_hh_(*this, s, scan_backward_in::weight_hh, {{0, as_it_is(n_.gate_row(), n_.state)}}),
        weight_hr_(n_.projected ? PackedOperand(*this, s, scan_backward_in::weight_hr,
                                                {{0, as_it_is(n_.state, n_.units)}})
                                : PackedOperand()),
        groups_(groups(*this, n_, backward_scratch(n_, 1))) {
    name = "simd";
    wants_in = row_major(s);
  }

  void run(const Buffers& b) const override {
    namespace in = scan_backward_in;
    namespace to = scan_backward_out;
    const ScanBackMemory m{
        b.input<float>(in::grad_out), b.input<float>(in::grad_h), b.input<float>(in::grad_c),
        b.input<float>(in::h0),       b.input<float>(in::c0),     b.input<float>(in::out),
        b.input<float>(in::kept),     b.input<float>(in::cells),  b.output<float>(to::gates),
        b.output<float>(to::h0),      b.output<float>(to::c0),    b.output<float>(to::recurrent),
        b.output<float>(to::hidden),  weight_hh_.in(b),           weight_hr_.in(b)};
    const Lengths lengths(b, in::lengths, n_);
    groups_.run(b, [&](int64_t begin, int64_t end, float* scratch) {
      scan_loops().backward(m, {n_, lengths, begin, end - begin}, scratch);
    });
  }

 private:
  ScanSizes n_;
  PackedOperand weight_hh_, weight_hr_;
  LoopPieces groups_;
};

// All in f32 but the lengths, and something to do.
bool suits(const Signature& s, const Operand& gates, size_t lengths) {
  for (size_t i = 0; i < s.in.size(); ++i)
    if (s.in[i].defined && i != lengths && s.in[i].dtype != DType::f32)
      return false;
  for (const Operand& o : s.out)
    if (s.out_fixed && !is_row_major(o))
      return false;
  return product(gates.shape) > 0;
}

}  // namespace

namespace impl {

PreparedKernel recurrent_scan_simd(const Signature& s) {
  return suits(s, s.in[scan_in::gates], scan_in::lengths) ? make_kernel<ScanSimd>(s) : nullptr;
}
PreparedKernel recurrent_scan_backward_simd(const Signature& s) {
  return suits(s, s.out[scan_backward_out::gates], scan_backward_in::lengths)
             ? make_kernel<ScanBackwardSimd>(s)
             : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
