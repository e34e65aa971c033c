// Losses of rows of scores against class indices. A row is the scores of one sample (and position).
// With t its target, w the class weights, s the label smoothing, C classes, and L = log sum exp(x),
// or L = 0 for log-probabilities (nll_loss):
//
//   loss  = (1 - s) w[t] (L - x[t]) + s / C * sum_c w[c] (L - x[c])
//   dx[c] = a p[c] - (1 - s) w[t] [c = t] - s / C * w[c]
//   a     = (1 - s) w[t] + s / C * sum_c w[c],  p = exp(x - L)
//
// each times grad. For the mean, each is divided by the sum of w[t] over the rows that are not
// ignored.
//
// Forward:  input [N, C, ...] or [C], target i64 [N, ...], weight [C]?
//           -> out, log_sum_exp f64 [N, ...], total_weight f64 []
// Backward: grad, input, target, weight?, log_sum_exp, total_weight -> d input
//
// The statistics are f64 for every dtype: for logits around 1000, log_sum_exp in f32 would be off
// by 3e-5, and so would each gradient.
#pragma once

#include "hebb/kernels/class_loss.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

struct ClassLossForm {
  bool logits = true;  // cross-entropy; else nll_loss
  bool backward = false;
};

struct ClassLossShape {
  // Row r starts at (r / inner) * classes * inner + r % inner, its step is inner.
  int64_t rows = 1, classes = 1, inner = 1;
  bool channels_last = false;  // the input's layout; rows are dense then, and inner is 1
  bool logits, weighted, per_row, mean;
  double smoothing;
  int64_t ignore;
  Dims target_shape;

  ClassLossShape(const Signature& s, ClassLossForm form) : logits(form.logits) {
    const auto& a = s.attributes<ClassLossAttrs>();
    const Operand &input = s.in[form.backward ? 1 : 0], &weight = s.in[form.backward ? 3 : 2];
    target_shape = s.in[form.backward ? 2 : 1].shape;
    const size_t axis = input.shape.size() == 1 ? 0 : 1;
    classes = input.shape[axis];
    channels_last =
        input.shape.size() > 2 && is_channels_last(input) && !is_row_major(input) && !s.out_fixed;
    if (!channels_last)
      for (size_t i = axis + 1; i < input.shape.size(); ++i)
        inner *= input.shape[i];
    rows = product(target_shape);
    weighted = weight.defined;
    per_row = a.reduction == "none";
    mean = a.reduction == "mean";
    smoothing = a.label_smoothing;
    ignore = a.ignore_index;
  }
  int64_t start(int64_t row) const { return row / inner * classes * inner + row % inner; }
  Dims input_strides(const Dims& shape) const {
    return channels_last ? channels_last_strides(shape) : contiguous_strides(shape);
  }
  // Error: names the first target that is not a class.
  void check_targets(const int64_t* target) const;
};

// A block of neighbouring rows: dense rows (step 1), or columns side by side (next 1).
struct ClassLossBlock {
  static constexpr int64_t most_rows = 64;
  int64_t rows, classes;
  int64_t next;  // from one row's start to that of the next
  int64_t step;  // from class to class
};

// Inner loops over a block, and the kernel around them.
template <class T>
struct ClassLossLoops {
  void (*log_sum_exp)(const ClassLossBlock& block, const T* x, double* out);  // out[row]
  // dx = scale[row] exp(x - log_sum_exp[row])
  void (*probabilities)(const ClassLossBlock& block, const T* x, const double* log_sum_exp,
                        const double* scale, T* dx);
};

template <class T>
PreparedKernel class_loss_kernel(const Signature& signature, ClassLossForm form,
                                 const ClassLossLoops<T>& loops, std::string_view name);

}  // namespace hebb::cpu
