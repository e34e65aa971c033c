// The gradient of recurrence_forward-inl.h, from the last step to the first. Included once per
// instruction set, after hwy/highway.h.

#if defined(HEBB_RECURRENCE_BACKWARD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_RECURRENCE_BACKWARD_INL_H
#undef HEBB_RECURRENCE_BACKWARD_INL_H
#else
#define HEBB_RECURRENCE_BACKWARD_INL_H
#endif

#include "hebb/kernels/cpu/packed_product-inl.h"
#include "hebb/kernels/cpu/recurrence_loops.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

HWY_INLINE HWY_ATTR V one_minus(V x) {
  return hn::Sub(hn::Set(D(), 1.0f), x);
}

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

class ScanBackward {
 public:
  ScanBackward(const ScanBackMemory& m, const SequenceGroup& group, float* scratch)
      : n_(group.n), m_(m), group_(group), full_(scratch), direct_(full_ + group.rows * n_.units),
        dh_(direct_ + group.rows * n_.units), next_(dh_ + group.rows * n_.state),
        dc_(next_ + group.rows * n_.state) {}

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
  const SequenceGroup& group_;
  float *full_, *direct_, *dh_, *next_, *dc_;
};

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
