// orthogonal_: Q of a QR decomposition, by Householder's reflections in f64.
#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/nn/init.h"

namespace hebb::nn::init {
namespace {

// x -= (2 / v.v) (v.x) v, where scale is 2 / v.v.
void reflect(const double* v, double scale, double* x, int64_t n) {
  double dot = 0;
  for (int64_t i = 0; i < n; ++i)
    dot += v[i] * x[i];
  dot *= scale;
  for (int64_t i = 0; i < n; ++i)
    x[i] -= dot * v[i];
}

// Columns of length m one after the other, at most m of them. They become the orthonormal ones
// whose triangle has a positive diagonal.
void orthonormalise(std::vector<double>& columns, int64_t m, int64_t n) {
  std::vector<double> scale(size_t(n), 0.0), sign(size_t(n), 1.0);
  const auto at = [m](std::vector<double>& all, int64_t j, int64_t i) {
    return all.data() + j * m + i;
  };
  const auto reflect_from = [&](int64_t k, std::vector<double>& all, int64_t first) {
    const int64_t length = m - k;
    parallel_for(n - first, std::max<int64_t>(1, (1 << 15) / length),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t j = first + begin; j < first + end; ++j)
                     reflect(at(columns, k, k), scale[size_t(k)], at(all, j, k), length);
                 });
  };
  for (int64_t k = 0; k < n; ++k) {
    double* v = at(columns, k, k);
    double squares = 0;
    for (int64_t i = 0; i < m - k; ++i)
      squares += v[i] * v[i];
    if (squares == 0)
      continue;  // nothing to reflect
    const double diagonal = v[0] > 0 ? -std::sqrt(squares) : std::sqrt(squares);
    sign[size_t(k)] = diagonal > 0 ? 1 : -1;
    const double length = squares - v[0] * diagonal;  // half of v.v
    v[0] -= diagonal;
    scale[size_t(k)] = length > 0 ? 1 / length : 0;
    if (k + 1 < n)
      reflect_from(k, columns, k + 1);
  }
  std::vector<double> q(columns.size(), 0.0);
  for (int64_t j = 0; j < n; ++j)
    *at(q, j, j) = sign[size_t(j)];
  for (int64_t k = n; k-- > 0;)
    reflect_from(k, q, k);
  columns = std::move(q);
}

}  // namespace

void orthogonal_(Tensor& t, uint64_t key, double gain) {
  check(t.dim() >= 2, "init: orthogonal needs at least two dimensions, not shape {}",
        to_string(t.shape()));
  if (t.numel() == 0)
    return;
  NoGrad off;
  const int64_t rows = t.size(0), columns = t.numel() / rows;
  Tensor values = Tensor::empty({rows, columns}, DType::f64);
  normal_(values, key);
  auto* data = values.data<double>();
  const bool wide = rows < columns;  // its rows are what is made orthonormal
  const int64_t m = wide ? columns : rows, n = wide ? rows : columns;
  std::vector<double> vectors(size_t(rows * columns));
  const auto place = [&](int64_t i, int64_t j) { return size_t(wide ? i * m + j : j * m + i); };
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      vectors[place(i, j)] = data[i * columns + j];
  orthonormalise(vectors, m, n);
  Tensor out = Tensor::empty(t.shape(), DType::f64);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      out.data<double>()[i * columns + j] = gain * vectors[place(i, j)];
  t.copy_(out);
}

}  // namespace hebb::nn::init
