// The matrix that resamples one dimension, and its transpose: each row lists the places that it
// reads, and their weights. It is as long as the dimension, not as the tensor.
// Source: PyTorch's upsampling (align_corners, half places) and Pillow's filters (antialias).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/kernels/interpolate.h"

namespace hebb::cpu {

struct ResampleMatrix {
  std::vector<int64_t> first;  // of row i: the entries first[i] to first[i + 1]
  std::vector<int64_t> place;  // of each entry: where it reads
  std::vector<double> weight;  // of each entry
  int64_t rows() const { return int64_t(first.size()) - 1; }

  void add(int64_t at, double w) {
    place.push_back(at);
    weight.push_back(w);
  }
  void end_row() { first.push_back(int64_t(place.size())); }
};

// The two-parameter cubic of Keys 1981 at distance t.
inline double cubic_filter(double t, double a) {
  t = std::abs(t);
  if (t < 1)
    return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

namespace resample_detail {

inline int64_t inside(double position, int64_t size) {
  return int64_t(std::clamp(position, 0.0, double(size - 1)));
}

// wide: positions are computed in f64, as PyTorch does for f64; else in f32, whose rounding decides
// between neighbours.
inline int64_t nearest(const ResampleAttrs& a, int64_t o, int64_t in, bool wide) {
  const double half = a.mode == "nearest-exact" ? 0.5 : 0;
  if (wide)
    return inside(std::floor((double(o) + half) * a.scale), in);
  return inside(std::floor((float(o) + float(half)) * float(a.scale)), in);
}

// Where place o lies in the input.
inline double source(const ResampleAttrs& a, int64_t o) {
  return a.align_corners ? a.scale * double(o) : a.scale * (double(o) + 0.5) - 0.5;
}

inline void add_linear(ResampleMatrix& m, const ResampleAttrs& a, int64_t o, int64_t in) {
  const double x = std::max(0.0, source(a, o));
  const int64_t low = inside(x, in), high = std::min(low + 1, in - 1);
  const double part = std::min(x - double(low), 1.0);
  m.add(low, 1 - part);
  m.add(high, part);
}

inline void add_cubic(ResampleMatrix& m, const ResampleAttrs& a, int64_t o, int64_t in) {
  const double x = source(a, o), low = std::floor(x);
  for (int k = -1; k <= 2; ++k)
    m.add(inside(low + k, in), cubic_filter(x - low - k, -0.75));
}

inline void add_smooth(ResampleMatrix& m, const ResampleAttrs& a, int64_t o, int64_t in) {
  const bool cubic = a.mode == "cubic";
  const double stretch = std::max(a.scale, 1.0), reach = (cubic ? 2 : 1) * stretch,
               centre = a.scale * (double(o) + 0.5);
  const auto low = std::max<int64_t>(0, int64_t(centre - reach + 0.5)),
             high = std::min<int64_t>(in, int64_t(centre + reach + 0.5));
  std::vector<double> weights;
  double total = 0;
  for (int64_t i = low; i < high; ++i) {
    const double t = (double(i) - centre + 0.5) / stretch;
    weights.push_back(cubic ? cubic_filter(t, -0.5) : std::max(0.0, 1 - std::abs(t)));
    total += weights.back();
  }
  for (int64_t i = low; i < high; ++i)
    m.add(i, total == 0 ? 0 : weights[size_t(i - low)] / total);
}

}  // namespace resample_detail

inline ResampleMatrix resample_matrix(const ResampleAttrs& a, int64_t in, int64_t out, bool wide) {
  ResampleMatrix m;
  m.first.push_back(0);
  for (int64_t o = 0; o < out; ++o) {
    if (a.mode.starts_with("nearest"))
      m.add(resample_detail::nearest(a, o, in, wide), 1);
    else if (a.antialias)
      resample_detail::add_smooth(m, a, o, in);
    else if (a.mode == "linear")
      resample_detail::add_linear(m, a, o, in);
    else
      resample_detail::add_cubic(m, a, o, in);
    m.end_row();
  }
  return m;
}

inline ResampleMatrix transposed(const ResampleMatrix& m, int64_t columns) {
  ResampleMatrix t;
  t.first.assign(size_t(columns) + 1, 0);
  t.place.resize(m.place.size());
  t.weight.resize(m.place.size());
  for (int64_t at : m.place)
    ++t.first[size_t(at) + 1];
  for (int64_t i = 0; i < columns; ++i)
    t.first[size_t(i) + 1] += t.first[size_t(i)];
  std::vector<int64_t> next(t.first.begin(), t.first.end() - 1);
  for (int64_t row = 0; row < m.rows(); ++row)
    for (int64_t e = m.first[size_t(row)]; e < m.first[size_t(row) + 1]; ++e) {
      const auto to = size_t(next[size_t(m.place[size_t(e)])]++);
      t.place[to] = row;
      t.weight[to] = m.weight[size_t(e)];
    }
  return t;
}

}  // namespace hebb::cpu
