// A recurrent layer in one direction over all times, and its gradient, f32. Sequences do not need
// each other, so a thread takes a few of them through all times and waits for nobody; the weights
// are packed once and stay in its caches. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/recurrence_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/packed_product-inl.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

#include <fmt/format.h>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/loop_pieces.h"
#include "hebb/kernels/cpu/recurrence.h"

#ifndef HEBB_RECURRENCE_SIMD_ONCE
#define HEBB_RECURRENCE_SIMD_ONCE
namespace hebb::cpu {

// The operands of a scan. Null where there is none.
struct ScanMemory {
  const float *gates, *h0, *c0, *bias_n;
  float *out, *h_n, *c_n, *kept, *cells;
  const float *packed, *packed_hr;  // weight_hh and weight_hr, transposed and packed
};
struct ScanBackMemory {
  const float *grad_out, *grad_h, *grad_c, *h0, *c0, *out, *kept, *cells;
  float *gates, *grad_h0, *grad_c0, *recurrent, *hidden;
  const float *packed, *packed_hr;  // weight_hh and weight_hr, packed
};

struct ScanLoops {
  int64_t (*packed_size)(int64_t inner, int64_t columns);
  void (*pack)(const float* b, int64_t inner_step, int64_t column_step, int64_t inner,
               int64_t columns, float* to);
  // Sequences [begin, end).
  void (*forward)(const ScanSizes& n, const ScanMemory& m, const Lengths& lengths, int64_t begin,
                  int64_t end, float* scratch);
  void (*backward)(const ScanSizes& n, const ScanBackMemory& m, const Lengths& lengths,
                   int64_t begin, int64_t end, float* scratch);
};

// Sequences that a thread takes at a time: enough to use what is loaded of the weights, and a
// function of the sizes alone.
inline int64_t sequences_together(const ScanSizes& n) {
  return n.batch >= 32 ? 16 : n.batch >= 16 ? 8 : n.batch >= 4 ? n.batch / 2 : 1;
}

// Floats for `rows` sequences: what Forward and Backward below lay out.
inline int64_t forward_scratch(const ScanSizes& n, int64_t rows) {
  return rows * (7 * n.units + n.state);
}
inline int64_t backward_scratch(const ScanSizes& n, int64_t rows) {
  return rows * (3 * n.units + 2 * n.state);
}

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE HWY_ATTR V one_minus(V x) {
  return hn::Sub(hn::Set(D(), 1.0f), x);
}

// What a thread works on: rows of a step that follow one another in memory.
struct Group {
  const ScanSizes& n;
  const Lengths& lengths;
  int64_t begin, rows;

  // The row of the group's first sequence in tensors over all times.
  int64_t at(int64_t t) const { return t * n.batch + begin; }
  bool runs(int64_t t, int64_t r) const { return t < lengths.of(begin + r); }
  bool any_runs(int64_t t) const {
    for (int64_t r = 0; r < rows; ++r)
      if (runs(t, r))
        return true;
    return false;
  }
};

// ---- forward ----

// The gates of one sequence before their activations [gates, H] to its new hidden values, in
// vectors of units. `kept` may be where the gates are.
struct StepOut {
  float *full, *c, *kept;
};

HWY_ATTR void lstm_step(const float* g, int64_t units, const StepOut& to) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V in = sigmoid_lanes(load(g + u, here, lanes)),
            forget = sigmoid_lanes(load(g + units + u, here, lanes)),
            fresh = tanh_lanes(load(g + 2 * units + u, here, lanes)),
            o = sigmoid_lanes(load(g + 3 * units + u, here, lanes)),
            c = hn::MulAdd(forget, load(to.c + u, here, lanes), hn::Mul(in, fresh));
    store(c, to.c + u, here, lanes);
    store(hn::Mul(o, tanh_lanes(c)), to.full + u, here, lanes);
    if (!to.kept)
      return;
    store(in, to.kept + u, here, lanes);
    store(forget, to.kept + units + u, here, lanes);
    store(fresh, to.kept + 2 * units + u, here, lanes);
    store(o, to.kept + 3 * units + u, here, lanes);
  });
}

// x: the new gate's part from the input; g holds r and z, then W h + b of the new gate, which is
// multiplied by r where `reset_after` (else it was made from r h).
HWY_ATTR void gru_step(const float* g, const float* x, const float* h, int64_t units,
                       bool reset_after, const StepOut& to) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V r = load(g + u, here, lanes), z = load(g + units + u, here, lanes),
            part = load(g + 2 * units + u, here, lanes), from = load(x + u, here, lanes),
            fresh = tanh_lanes(reset_after ? hn::MulAdd(r, part, from) : hn::Add(part, from)),
            before = load(h + u, here, lanes);
    store(hn::MulAdd(z, hn::Sub(before, fresh), fresh), to.full + u, here, lanes);
    if (!to.kept)
      return;
    store(r, to.kept + u, here, lanes);
    store(z, to.kept + units + u, here, lanes);
    store(fresh, to.kept + 2 * units + u, here, lanes);
    if (reset_after)
      store(part, to.kept + 3 * units + u, here, lanes);
  });
}

HWY_ATTR void rnn_step(const float* g, int64_t units, bool relu, float* full) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V x = load(g + u, here, lanes);
    // Max(0, x) would lose a NaN.
    const V y = relu ? hn::IfThenElse(hn::Lt(x, hn::Zero(D())), hn::Zero(D()), x) : tanh_lanes(x);
    store(y, full + u, here, lanes);
  });
}

HWY_ATTR void sigmoid_in_place(float* x, int64_t n) {
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(sigmoid_lanes(load(x + i, here, lanes)), x + i, here, lanes);
  });
}
HWY_ATTR void multiply_into(const float* a, const float* b, int64_t n, float* to) {
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(hn::Mul(load(a + i, here, lanes), load(b + i, here, lanes)), to + i, here, lanes);
  });
}

class Forward {
 public:
  Forward(const ScanSizes& n, const ScanMemory& m, const Group& group, float* scratch)
      : n_(n), m_(m), group_(group), gates_(scratch), full_(gates_ + group.rows * 4 * n.units),
        gated_(full_ + group.rows * n.units), h_(gated_ + group.rows * n.units),
        c_(h_ + group.rows * n.state) {}

  void run() {
    const int64_t H = n_.units, P = n_.state, rows = group_.rows;
    std::copy_n(m_.h0 + group_.begin * P, rows * P, h_);
    if (is_lstm(n_.cell))
      std::copy_n(m_.c0 + group_.begin * H, rows * H, c_);
    for (int64_t step = 0; step < n_.times; ++step) {
      const int64_t t = n_.time(step);
      const bool any = group_.any_runs(t);
      if (any)
        products(t);
      for (int64_t r = 0; r < rows; ++r)
        if (group_.runs(t, r))
          one(t, r);
        else
          rest(t, r);
      if (any && n_.projected)
        multiply({.a = full_,
                  .a_row = H,
                  .a_inner = 1,
                  .b = m_.packed_hr,
                  .panel_rows = H,
                  .inner = H,
                  .columns = P,
                  .start = nullptr,
                  .start_row = 0,
                  .c = m_.out + group_.at(t) * P,
                  .c_row = P},
                 rows);
      for (int64_t r = 0; r < rows; ++r)
        finish(t, r);
    }
    std::copy_n(h_, rows * P, m_.h_n + group_.begin * P);
    if (is_lstm(n_.cell))
      std::copy_n(c_, rows * H, m_.c_n + group_.begin * H);
  }

 private:
  // gates_ = the input's part + h W, but for the new gate of gru.
  void products(int64_t t) {
    const int64_t H = n_.units, G = n_.gate_row();
    const int64_t now = is_gru(n_.cell) ? 2 * H : G;
    const float* x = m_.gates + group_.at(t) * G;
    product(h_, 0, now, x, G);
    if (n_.cell == Cell::gru)
      product(h_, 2 * H, H, m_.bias_n, 0);
    if (!is_gru(n_.cell))
      return;
    for (int64_t r = 0; r < group_.rows; ++r) {
      sigmoid_in_place(gates_ + r * 4 * H, 2 * H);
      if (n_.cell == Cell::gru_reset_before)
        multiply_into(gates_ + r * 4 * H, h_ + r * H, H, gated_ + r * H);
    }
    if (n_.cell == Cell::gru_reset_before)
      product(gated_, 2 * H, H, nullptr, 0);
  }

  // Columns [first, first + count) of the gates. Gates of gru are packed apart from one another:
  // the new gate's columns begin a panel.
  void product(const float* a, int64_t first, int64_t count, const float* start,
               int64_t start_row) {
    const int64_t P = n_.state;
    const float* packed = first == 0 ? m_.packed : m_.packed + packed_size(P, 2 * n_.units);
    multiply({.a = a,
              .a_row = P,
              .a_inner = 1,
              .b = packed,
              .panel_rows = P,
              .inner = P,
              .columns = count,
              .start = start,
              .start_row = start_row,
              .c = gates_ + first,
              .c_row = 4 * n_.units},
             group_.rows);
  }

  void one(int64_t t, int64_t r) {
    const int64_t H = n_.units, row = group_.at(t) + r;
    const float* g = gates_ + r * 4 * H;
    const StepOut to{(n_.projected ? full_ : m_.out + group_.at(t) * H) + r * H, c_ + r * H,
                     n_.keep && n_.kept ? m_.kept + row * n_.kept_row() : nullptr};
    if (is_lstm(n_.cell))
      lstm_step(g, H, to);
    else if (is_gru(n_.cell))
      gru_step(g, m_.gates + row * 3 * H + 2 * H, h_ + r * H, H, n_.cell == Cell::gru, to);
    else
      rnn_step(g, H, n_.cell == Cell::rnn_relu, to.full);
  }

  // A sequence that is over, or has not begun.
  void rest(int64_t t, int64_t r) {
    if (n_.projected)
      std::fill_n(full_ + r * n_.units, n_.units, 0.0f);
    std::fill_n(m_.out + (group_.at(t) + r) * n_.state, n_.state, 0.0f);
    if (n_.keep)
      std::fill_n(m_.kept + (group_.at(t) + r) * n_.kept_row(), n_.kept_row(), 0.0f);
  }

  void finish(int64_t t, int64_t r) {
    const int64_t row = group_.at(t) + r;
    if (group_.runs(t, r))
      std::copy_n(m_.out + row * n_.state, n_.state, h_ + r * n_.state);
    if (n_.keep && is_lstm(n_.cell))
      std::copy_n(c_ + r * n_.units, n_.units, m_.cells + row * n_.units);
  }

  const ScanSizes& n_;
  const ScanMemory& m_;
  const Group& group_;
  float *gates_, *full_, *gated_, *h_, *c_;
};

HWY_ATTR void forward(const ScanSizes& n, const ScanMemory& m, const Lengths& lengths,
                      int64_t begin, int64_t end, float* scratch) {
  const Group group{n, lengths, begin, end - begin};
  Forward(n, m, group, scratch).run();
}

// ---- backward ----

struct StepBack {
  const float *dh, *kept, *out, *h_before, *cells, *c_before;
  float *dc, *d, *recurrent, *direct;
};

HWY_ATTR void lstm_back(const StepBack& at, int64_t units) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V in = load(at.kept + u, here, lanes), forget = load(at.kept + units + u, here, lanes),
            fresh = load(at.kept + 2 * units + u, here, lanes),
            o = load(at.kept + 3 * units + u, here, lanes),
            c = tanh_lanes(load(at.cells + u, here, lanes)), dh = load(at.dh + u, here, lanes),
            through = hn::Mul(hn::Mul(dh, o), hn::NegMulAdd(c, c, hn::Set(D(), 1.0f))),
            grad = hn::Add(load(at.dc + u, here, lanes), through);
    store(hn::Mul(hn::Mul(grad, fresh), hn::Mul(in, one_minus(in))), at.d + u, here, lanes);
    store(hn::Mul(hn::Mul(grad, load(at.c_before + u, here, lanes)),
                  hn::Mul(forget, one_minus(forget))),
          at.d + units + u, here, lanes);
    store(hn::Mul(hn::Mul(grad, in), hn::NegMulAdd(fresh, fresh, hn::Set(D(), 1.0f))),
          at.d + 2 * units + u, here, lanes);
    store(hn::Mul(hn::Mul(dh, c), hn::Mul(o, one_minus(o))), at.d + 3 * units + u, here, lanes);
    store(hn::Mul(grad, forget), at.dc + u, here, lanes);
  });
}

// All but the reset gate where that comes before the product. direct: what reaches the state
// before by z alone.
HWY_ATTR void gru_back(const StepBack& at, int64_t units, bool reset_after) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V r = load(at.kept + u, here, lanes), z = load(at.kept + units + u, here, lanes),
            fresh = load(at.kept + 2 * units + u, here, lanes), dh = load(at.dh + u, here, lanes),
            h = load(at.h_before + u, here, lanes),
            grad =
                hn::Mul(hn::Mul(dh, one_minus(z)), hn::NegMulAdd(fresh, fresh, hn::Set(D(), 1.0f)));
    store(hn::Mul(hn::Mul(dh, hn::Sub(h, fresh)), hn::Mul(z, one_minus(z))), at.d + units + u, here,
          lanes);
    store(grad, at.d + 2 * units + u, here, lanes);
    store(hn::Mul(dh, z), at.direct + u, here, lanes);
    if (!reset_after)
      return;
    store(hn::Mul(hn::Mul(grad, load(at.kept + 3 * units + u, here, lanes)),
                  hn::Mul(r, one_minus(r))),
          at.d + u, here, lanes);
    store(hn::Mul(grad, r), at.recurrent + u, here, lanes);
  });
}

// gated: the gradient of r h. Gives the reset gate's, and adds to what reaches the state directly.
HWY_ATTR void reset_back(const float* gated, const StepBack& at, int64_t units) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V r = load(at.kept + u, here, lanes), g = load(gated + u, here, lanes),
            h = load(at.h_before + u, here, lanes);
    store(hn::Mul(hn::Mul(g, h), hn::Mul(r, one_minus(r))), at.d + u, here, lanes);
    store(hn::MulAdd(g, r, load(at.direct + u, here, lanes)), at.direct + u, here, lanes);
  });
}

HWY_ATTR void rnn_back(const StepBack& at, int64_t units, bool relu) {
  for_each_lanes(units, [&](int64_t u, int64_t here, int64_t lanes) HWY_ATTR {
    const V y = load(at.out + u, here, lanes), dh = load(at.dh + u, here, lanes);
    const V d = relu ? hn::IfThenElse(hn::Gt(y, hn::Zero(D())), dh, hn::Zero(D()))
                     : hn::Mul(dh, hn::NegMulAdd(y, y, hn::Set(D(), 1.0f)));
    store(d, at.d + u, here, lanes);
  });
}

HWY_ATTR void add_into(const float* a, int64_t n, float* to) {
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(hn::Add(load(a + i, here, lanes), load(to + i, here, lanes)), to + i, here, lanes);
  });
}

class Backward {
 public:
  Backward(const ScanSizes& n, const ScanBackMemory& m, const Group& group, float* scratch)
      : n_(n), m_(m), group_(group), full_(scratch), direct_(full_ + group.rows * n.units),
        dh_(direct_ + group.rows * n.units), next_(dh_ + group.rows * n.state),
        dc_(next_ + group.rows * n.state) {}

  void run() {
    const int64_t H = n_.units, P = n_.state, rows = group_.rows;
    start(m_.grad_h, P, dh_);
    start(is_lstm(n_.cell) ? m_.grad_c : nullptr, H, dc_);
    for (int64_t step = n_.times; step-- > 0;) {
      const int64_t t = n_.time(step);
      if (!group_.any_runs(t)) {
        for (int64_t r = 0; r < rows; ++r)
          rest(t, r);
        continue;
      }
      hidden(t);
      for (int64_t r = 0; r < rows; ++r)
        if (group_.runs(t, r))
          one(t, r);
        else
          rest(t, r);
      state_before(t);
    }
    std::copy_n(dh_, rows * P, m_.grad_h0 + group_.begin * P);
    if (is_lstm(n_.cell))
      std::copy_n(dc_, rows * H, m_.grad_c0 + group_.begin * H);
  }

 private:
  void start(const float* grad, int64_t size, float* to) {
    if (grad)
      std::copy_n(grad + group_.begin * size, group_.rows * size, to);
    else
      std::fill_n(to, group_.rows * size, 0.0f);
  }

  // The gradient of the hidden values before a projection, in full_.
  void hidden(int64_t t) {
    const int64_t H = n_.units, P = n_.state;
    for (int64_t r = 0; r < group_.rows; ++r) {
      if (m_.grad_out && group_.runs(t, r))
        add_into(m_.grad_out + (group_.at(t) + r) * P, P, dh_ + r * P);
      if (n_.projected)
        std::copy_n(dh_ + r * P, P, m_.hidden + (group_.at(t) + r) * P);
    }
    if (n_.projected)
      multiply({.a = dh_,
                .a_row = P,
                .a_inner = 1,
                .b = m_.packed_hr,
                .panel_rows = P,
                .inner = P,
                .columns = H,
                .start = nullptr,
                .start_row = 0,
                .c = full_,
                .c_row = H},
               group_.rows);
  }

  StepBack of(int64_t t, int64_t r) const {
    const int64_t H = n_.units, P = n_.state, row = group_.at(t) + r, sequence = group_.begin + r;
    const bool first = n_.is_first(t, group_.lengths.of(sequence));
    const int64_t before = group_.at(n_.before(t)) + r;
    StepBack at{};
    at.dh = (n_.projected ? full_ : dh_) + r * H;
    at.kept = m_.kept + row * n_.kept_row();
    at.out = m_.out + row * P;
    at.h_before = first ? m_.h0 + sequence * P : m_.out + before * P;
    if (is_lstm(n_.cell)) {
      at.cells = m_.cells + row * H;
      at.c_before = first ? m_.c0 + sequence * H : m_.cells + before * H;
    }
    at.dc = dc_ + r * H;
    at.d = m_.gates + row * n_.gate_row();
    at.recurrent = n_.cell == Cell::gru ? m_.recurrent + row * H : nullptr;
    at.direct = direct_ + r * H;
    return at;
  }

  void one(int64_t t, int64_t r) const {
    const StepBack at = of(t, r);
    if (is_lstm(n_.cell))
      lstm_back(at, n_.units);
    else if (is_gru(n_.cell))
      gru_back(at, n_.units, n_.cell == Cell::gru);
    else
      rnn_back(at, n_.units, n_.cell == Cell::rnn_relu);
  }

  void rest(int64_t t, int64_t r) const {
    const int64_t row = group_.at(t) + r;
    std::fill_n(m_.gates + row * n_.gate_row(), n_.gate_row(), 0.0f);
    if (n_.cell == Cell::gru)
      std::fill_n(m_.recurrent + row * n_.units, n_.units, 0.0f);
    if (n_.projected)
      std::fill_n(m_.hidden + row * n_.state, n_.state, 0.0f);
  }

  // dh_ becomes the gradient of the state before time t.
  void state_before(int64_t t) {
    const int64_t H = n_.units, P = n_.state, G = n_.gate_row();
    const float* d = m_.gates + group_.at(t) * G;
    if (is_gru(n_.cell)) {
      // Rows of weight_hh: those of r and z, then those of the new gate.
      const float* fresh = n_.cell == Cell::gru ? m_.recurrent + group_.at(t) * H : nullptr;
      if (!fresh) {
        product(d + 2 * H, G, 2 * H, H, nullptr, full_);
        for (int64_t r = 0; r < group_.rows; ++r)
          if (group_.runs(t, r))
            reset_back(full_ + r * H, of(t, r), H);
      }
      product(d, G, 0, 2 * H, direct_, next_);
      if (fresh)
        product(fresh, H, 2 * H, H, next_, next_);
    } else {
      product(d, G, 0, G, nullptr, next_);
    }
    for (int64_t r = 0; r < group_.rows; ++r)
      if (group_.runs(t, r))
        std::copy_n(next_ + r * P, P, dh_ + r * P);
  }

  // to = start + d W, with rows [first, first + count) of weight_hh.
  void product(const float* d, int64_t d_row, int64_t first, int64_t count, const float* start,
               float* to) const {
    multiply({.a = d,
              .a_row = d_row,
              .a_inner = 1,
              .b = m_.packed,
              .panel_rows = n_.gate_row(),
              .first = first,
              .inner = count,
              .columns = n_.state,
              .start = start,
              .start_row = n_.state,
              .c = to,
              .c_row = n_.state},
             group_.rows);
  }

  const ScanSizes& n_;
  const ScanBackMemory& m_;
  const Group& group_;
  float *full_, *direct_, *dh_, *next_, *dc_;
};

HWY_ATTR void backward(const ScanSizes& n, const ScanBackMemory& m, const Lengths& lengths,
                       int64_t begin, int64_t end, float* scratch) {
  const Group group{n, lengths, begin, end - begin};
  Backward(n, m, group, scratch).run();
}

}  // namespace

const ScanLoops* scan_loops() {
  static constexpr ScanLoops loops{packed_size, pack_panels, forward, backward};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {

HWY_EXPORT(scan_loops);
namespace {

const ScanLoops& scan_functions() {
  return *HWY_DYNAMIC_DISPATCH(scan_loops)();
}

// How a weight [rows, columns] is packed: as the matrix that states are multiplied with.
struct PackedWeight {
  int64_t inner, columns, inner_step, column_step;
  int64_t floats() const { return scan_functions().packed_size(inner, columns); }
  void pack(const float* from, float* to) const {
    scan_functions().pack(from, inner_step, column_step, inner, columns, to);
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
    form =
        fmt::format("panels of {}", scan_functions().packed_size(1, 1));  // the lanes of a vector
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
      scan_functions().forward(n_, m, lengths, begin, end, scratch);
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
      scan_functions().backward(n_, m, lengths, begin, end, scratch);
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
#endif
