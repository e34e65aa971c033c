// Losses of rows of scores against class indices. A row is the scores of one sample (and position); with t its target, w the
// class weights and s the label smoothing over C classes,
//   loss = (1 - s) w[t] (L - x[t]) + s / C * sum_c w[c] (L - x[c])      L = log sum exp(x), or 0 for log-probabilities (nll_loss)
//   dx[c] = a p[c] - (1 - s) w[t] [c = t] - s / C * w[c]                a = (1 - s) w[t] + s / C * sum_c w[c],  p = exp(x - L)
// each times grad, and for the mean divided by the sum of w[t] over the rows that are not ignored.
//
// Forward:  input [N, C, ...] or [C], target i64 [N, ...], weight [C]? -> out, log_sum_exp [N, ...], total_weight []
// Backward: grad, input, target, weight?, log_sum_exp, total_weight -> d input
#pragma once

#include "hebb/kernels/class_loss.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

struct ClassLossShape {
  int64_t rows = 1, classes = 1, inner = 1;  // row r starts at (r / inner) * classes * inner + r % inner, its step is inner
  bool logits, weighted, per_row, mean;
  double smoothing;
  int64_t ignore;
  Dims target_shape;

  explicit ClassLossShape(const Signature& s, bool backward) : logits(!s.op.starts_with("nll")) {
    const auto& a = s.attributes<ClassLossAttrs>();
    const Operand &input = s.in[backward ? 1 : 0], &weight = s.in[backward ? 3 : 2];
    target_shape = s.in[backward ? 2 : 1].shape;
    const size_t axis = input.shape.size() == 1 ? 0 : 1;
    classes = input.shape[axis];
    for (size_t i = axis + 1; i < input.shape.size(); ++i) inner *= input.shape[i];
    rows = product(target_shape);
    weighted = weight.defined;
    per_row = a.reduction == "none";
    mean = a.reduction == "mean";
    smoothing = a.label_smoothing;
    ignore = a.ignore_index;
  }
  int64_t start(int64_t row) const { return row / inner * classes * inner + row % inner; }
  void check_targets(const int64_t* target) const;  // Error: names the first one that is no class
};

// An inner loop per row type, and the kernel around it.
template <class T>
struct ClassLossRows {
  double (*log_sum_exp)(const T* x, int64_t n, int64_t step);                                           // of one row
  void (*probabilities)(const T* x, int64_t n, int64_t step, double log_sum_exp, double scale, T* dx);  // scale exp(x - L)
};

template <class T>
PreparedKernel class_loss_kernel(const Signature& signature, const ClassLossRows<T>& rows, std::string_view name);

}  // namespace hebb::cpu
