// A recurrent layer in one direction over all times, and its gradient, one sequence at a time in
// f64. Sources: Elman 1990; Hochreiter and Schmidhuber 1997, Gers et al. 2000; Cho et al. 2014.

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/recurrence.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

// sum over k of weight[row, k] * x[k]
template <class T>
double row_product(const T* weight, int64_t row, const double* x, int64_t n) {
  double sum = 0;
  for (int64_t k = 0; k < n; ++k)
    sum += wide(weight[row * n + k]) * x[k];
  return sum;
}

// Enough work for a thread.
int64_t sequences_per_chunk(const ScanSizes& n) {
  return std::max<int64_t>(1, 65536 / std::max<int64_t>(1, n.times * n.gate_row() * n.state));
}

template <class T>
void write(const double* from, int64_t n, T* to) {
  for (int64_t i = 0; i < n; ++i)
    to[i] = narrow<T>(from[i]);
}

template <class T>
class Scan : public Kernel {
 public:
  explicit Scan(const Signature& s)
      : n_(s, s.in[scan_in::gates], s.in[scan_in::weight_hh], s.in[scan_in::weight_hr]) {
    name = "plain";
    wants_in = row_major(s);
    each_ = n_.state + 3 * n_.units + 4 * n_.units;
    scratch_bytes = size_t(n_.batch * each_) * sizeof(double);
  }

  void run(const Buffers& b) const override {
    const Lengths lengths(b, scan_in::lengths, n_);
    parallel_for(n_.batch, sequences_per_chunk(n_), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        sequence(b, i, lengths.of(i), static_cast<double*>(b.scratch) + i * each_);
    });
  }

 private:
  void sequence(const Buffers& b, int64_t i, int64_t length, double* h) const {
    const int64_t H = n_.units, P = n_.state;
    double *c = h + P, *full = c + H, *gated = full + H, *gate = gated + H;
    for (int64_t p = 0; p < P; ++p)
      h[p] = wide(b.input<T>(scan_in::h0)[i * P + p]);
    for (int64_t u = 0; u < H; ++u)
      c[u] = is_lstm(n_.cell) ? wide(b.input<T>(scan_in::c0)[i * H + u]) : 0;
    for (int64_t step = 0; step < n_.times; ++step) {
      const int64_t t = n_.time(step), row = t * n_.batch + i;
      T* out = b.output<T>(scan_out::out) + row * P;
      const bool runs = t < length;
      if (runs) {
        cell(b, b.input<T>(scan_in::gates) + row * n_.gate_row(), h, c, full, gated, gate);
        project(b, full, h);
        write(h, P, out);
      } else {
        std::fill_n(out, P, T(0));
        std::fill_n(gate, 4 * H, 0.0);
      }
      if (n_.keep) {
        write(gate, n_.kept_row(), b.output<T>(scan_out::kept) + row * n_.kept_row());
        if (is_lstm(n_.cell))
          write(c, H, b.output<T>(scan_out::cells) + row * H);
      }
    }
    write(h, P, b.output<T>(scan_out::h_n) + i * P);
    if (is_lstm(n_.cell))
      write(c, H, b.output<T>(scan_out::c_n) + i * H);
  }

  // From the input's part of the gates and the state h, c to the new hidden values, the cell's
  // new state, and the gates after their activations [4, H].
  void cell(const Buffers& b, const T* x, const double* h, double* c, double* full, double* gated,
            double* gate) const {
    const int64_t H = n_.units, P = n_.state;
    const T* w = b.input<T>(scan_in::weight_hh);
    const auto at = [&](int64_t g, int64_t u) {
      return wide(x[g * H + u]) + row_product(w, g * H + u, h, P);
    };
    for (int64_t u = 0; u < H; ++u) {
      if (n_.cell == Cell::rnn_tanh) {
        full[u] = std::tanh(at(0, u));
      } else if (n_.cell == Cell::rnn_relu) {
        const double a = at(0, u);
        full[u] = a < 0 ? 0 : a;
      } else if (n_.cell == Cell::lstm) {
        const double in = gate[u] = sigmoid(at(0, u)), forget = gate[H + u] = sigmoid(at(1, u)),
                     g = gate[2 * H + u] = std::tanh(at(2, u)),
                     o = gate[3 * H + u] = sigmoid(at(3, u));
        c[u] = forget * c[u] + in * g;
        full[u] = o * std::tanh(c[u]);
      } else {
        gate[u] = sigmoid(at(0, u));
        gate[H + u] = sigmoid(at(1, u));
        gated[u] = gate[u] * h[u];
      }
    }
    if (!is_gru(n_.cell))
      return;
    for (int64_t u = 0; u < H; ++u) {
      const double r = gate[u], z = gate[H + u], new_x = wide(x[2 * H + u]);
      double n;
      if (n_.cell == Cell::gru) {
        const T* bias = b.input<T>(scan_in::bias_n);
        gate[3 * H + u] = row_product(w, 2 * H + u, h, P) + (bias ? wide(bias[u]) : 0);
        n = std::tanh(new_x + r * gate[3 * H + u]);
      } else {
        n = std::tanh(new_x + row_product(w, 2 * H + u, gated, P));
      }
      gate[2 * H + u] = n;
      full[u] = (1 - z) * n + z * h[u];
    }
  }

  void project(const Buffers& b, const double* full, double* h) const {
    if (!n_.projected)
      std::copy_n(full, n_.state, h);
    for (int64_t p = 0; n_.projected && p < n_.state; ++p)
      h[p] = row_product(b.input<T>(scan_in::weight_hr), p, full, n_.units);
  }

  ScanSizes n_;
  int64_t each_;
};

// What one step of the gradient reads and writes, of one sequence.
template <class T>
struct StepBack {
  const T *out, *h_before, *kept, *cells, *c_before;
  T *gates, *recurrent;
};

template <class T>
class ScanBackward : public Kernel {
 public:
  explicit ScanBackward(const Signature& s)
      : n_(s, s.out[scan_backward_out::gates], s.in[scan_backward_in::weight_hh],
           s.in[scan_backward_in::weight_hr]) {
    name = "plain";
    wants_in = row_major(s);
    each_ = 2 * n_.state + 6 * n_.units;
    scratch_bytes = size_t(n_.batch * each_) * sizeof(double);
  }

  void run(const Buffers& b) const override {
    const Lengths lengths(b, scan_backward_in::lengths, n_);
    parallel_for(n_.batch, sequences_per_chunk(n_), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        sequence(b, i, lengths.of(i), static_cast<double*>(b.scratch) + i * each_);
    });
  }

 private:
  void sequence(const Buffers& b, int64_t i, int64_t length, double* dh) const {
    namespace in = scan_backward_in;
    namespace to = scan_backward_out;
    const int64_t H = n_.units, P = n_.state, B = n_.batch;
    double *total = dh + P, *dc = total + P, *full = dc + H, *d = full + H;
    const auto start = [&](size_t slot, int64_t n, double* values) {
      for (int64_t k = 0; k < n; ++k)
        values[k] = b.in[slot] ? wide(b.input<T>(slot)[i * n + k]) : 0;
    };
    start(in::grad_h, P, dh);
    std::fill_n(dc, H, 0.0);
    if (is_lstm(n_.cell))
      start(in::grad_c, H, dc);
    for (int64_t step = n_.times; step-- > 0;) {
      const int64_t t = n_.time(step), row = t * B + i;
      const bool first = n_.is_first(t, length);
      const int64_t before = n_.before(t) * B + i;
      StepBack<T> at{};
      at.gates = b.output<T>(to::gates) + row * n_.gate_row();
      at.recurrent = n_.cell == Cell::gru ? b.output<T>(to::recurrent) + row * H : nullptr;
      T* hidden = n_.projected ? b.output<T>(to::hidden) + row * P : nullptr;
      if (t >= length) {
        std::fill_n(at.gates, n_.gate_row(), T(0));
        if (at.recurrent)
          std::fill_n(at.recurrent, H, T(0));
        if (hidden)
          std::fill_n(hidden, P, T(0));
        continue;
      }
      at.out = b.input<T>(in::out) + row * P;
      at.h_before = first ? b.input<T>(in::h0) + i * P : b.input<T>(in::out) + before * P;
      at.kept = b.input<T>(in::kept) + row * n_.kept_row();
      if (is_lstm(n_.cell)) {
        at.cells = b.input<T>(in::cells) + row * H;
        at.c_before = first ? b.input<T>(in::c0) + i * H : b.input<T>(in::cells) + before * H;
      }
      for (int64_t p = 0; p < P; ++p)
        total[p] = dh[p] + (b.in[in::grad_out] ? wide(b.input<T>(in::grad_out)[row * P + p]) : 0);
      if (hidden)
        write(total, P, hidden);
      for (int64_t u = 0; u < H; ++u)
        full[u] =
            n_.projected ? column_product(b.input<T>(in::weight_hr), u, total, P, H) : total[u];
      cell(b.input<T>(in::weight_hh), at, full, dc, d, dh);
    }
    write(dh, P, b.output<T>(to::h0) + i * P);
    if (is_lstm(n_.cell))
      write(dc, H, b.output<T>(to::c0) + i * H);
  }

  // sum over j of x[j] * weight[j, column]
  static double column_product(const T* weight, int64_t column, const double* x, int64_t n,
                               int64_t columns) {
    double sum = 0;
    for (int64_t j = 0; j < n; ++j)
      sum += x[j] * wide(weight[j * columns + column]);
    return sum;
  }

  // From the gradient of the new hidden values to those of the gates, and of the state before.
  void cell(const T* w, const StepBack<T>& at, const double* full, double* dc, double* d,
            double* dh) const {
    const int64_t H = n_.units, P = n_.state;
    for (int64_t u = 0; u < H; ++u)
      gates(at, full[u], u, dc, d);
    if (n_.cell == Cell::gru_reset_before)
      for (int64_t u = 0; u < H; ++u) {
        const double r = wide(at.kept[u]);
        const double gated = column_product(w + 2 * H * P, u, d + 2 * H, H, P);  // of r h
        d[3 * H + u] = gated * r;
        d[u] = gated * wide(at.h_before[u]) * r * (1 - r);
      }
    write(d, n_.gate_row(), at.gates);
    if (at.recurrent) {
      for (int64_t u = 0; u < H; ++u)
        d[2 * H + u] *= wide(at.kept[u]);
      write(d + 2 * H, H, at.recurrent);
    }
    const int64_t rows = n_.cell == Cell::gru_reset_before ? 2 * H : n_.gate_row();
    for (int64_t p = 0; p < P; ++p)
      dh[p] = column_product(w, p, d, rows, P);
    for (int64_t u = 0; is_gru(n_.cell) && u < H; ++u)
      dh[u] +=
          full[u] * wide(at.kept[H + u]) + (n_.cell == Cell::gru_reset_before ? d[3 * H + u] : 0);
  }

  // The gradients of one unit's gates before their activations; of gru_reset_before all but the
  // reset gate's.
  void gates(const StepBack<T>& at, double dh, int64_t u, double* dc, double* d) const {
    const int64_t H = n_.units;
    const auto kept = [&](int64_t g) { return wide(at.kept[g * H + u]); };
    switch (n_.cell) {
      case Cell::rnn_tanh: {
        const double y = wide(at.out[u]);
        d[u] = dh * (1 - y * y);
        return;
      }
      case Cell::rnn_relu:
        d[u] = wide(at.out[u]) > 0 ? dh : 0;
        return;
      case Cell::lstm: {
        const double in = kept(0), forget = kept(1), g = kept(2), o = kept(3),
                     c = std::tanh(wide(at.cells[u])), grad = dc[u] + dh * o * (1 - c * c);
        d[u] = grad * g * in * (1 - in);
        d[H + u] = grad * wide(at.c_before[u]) * forget * (1 - forget);
        d[2 * H + u] = grad * in * (1 - g * g);
        d[3 * H + u] = dh * c * o * (1 - o);
        dc[u] = grad * forget;
        return;
      }
      case Cell::gru:
      case Cell::gru_reset_before: {
        const double r = kept(0), z = kept(1), n = kept(2), grad = dh * (1 - z) * (1 - n * n);
        d[2 * H + u] = grad;
        d[H + u] = dh * (wide(at.h_before[u]) - n) * z * (1 - z);
        if (n_.cell == Cell::gru)
          d[u] = grad * kept(3) * r * (1 - r);
        return;
      }
    }
  }

  ScanSizes n_;
  int64_t each_;
};

}  // namespace

PreparedKernel recurrent_scan_plain(const Signature& s) {
  return visit_floating(s.in[scan_in::gates].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Scan<typename decltype(type)::type>>(s);
  });
}
PreparedKernel recurrent_scan_backward_plain(const Signature& s) {
  return visit_floating(s.in[scan_backward_in::weight_hh].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<ScanBackward<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
