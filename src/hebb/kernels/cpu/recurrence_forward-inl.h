// A few sequences through all times of a recurrent layer, in one direction. Included once per
// instruction set, after hwy/highway.h.

#if defined(HEBB_RECURRENCE_FORWARD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_RECURRENCE_FORWARD_INL_H
#undef HEBB_RECURRENCE_FORWARD_INL_H
#else
#define HEBB_RECURRENCE_FORWARD_INL_H
#endif

#include "hebb/kernels/cpu/packed_product-inl.h"
#include "hebb/kernels/cpu/recurrence_loops.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

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

class ScanForward {
 public:
  ScanForward(const ScanMemory& m, const SequenceGroup& group, float* scratch)
      : n_(group.n), m_(m), group_(group), gates_(scratch),
        full_(gates_ + group.rows * 4 * n_.units), gated_(full_ + group.rows * n_.units),
        h_(gated_ + group.rows * n_.units), c_(h_ + group.rows * n_.state) {}

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
  const SequenceGroup& group_;
  float *gates_, *full_, *gated_, *h_, *c_;
};

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
