#include "hebb/autograd/gradcheck.h"

#include <algorithm>
#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/copy.h"

namespace hebb {
namespace {

// A copy on the CPU whose elements lie one after the other, in f64 or c128.
Tensor wide_copy(const Tensor& tensor) {
  Tensor copy = Tensor::empty(tensor.shape(), is_complex(tensor.dtype()) ? c128 : f64);
  copy_values(tensor, copy);
  return copy;
}

int64_t reals(const Tensor& t) {
  return t.numel() * (is_complex(t.dtype()) ? 2 : 1);
}
double* numbers(const Tensor& wide) {
  return static_cast<double*>(wide.raw_data());
}

Tensor random_like(const Tensor& tensor, uint64_t key) {
  Tensor weights = Tensor::empty(tensor.shape(), is_complex(tensor.dtype()) ? c128 : f64);
  Philox random(philox_key(key, tensor.numel()));
  for (int64_t i = 0; i < reals(weights); ++i)
    numbers(weights)[i] = random.uniform(0.5, 1.5) * (random.uniform() < 0.5 ? -1 : 1);
  return weights;
}

// Random weights for the outputs; the same shapes get the same weights.
double weighted_sum(const std::vector<Tensor>& outputs) {
  double sum = 0;
  for (size_t k = 0; k < outputs.size(); ++k) {
    if (!outputs[k].defined() || !is_differentiable(outputs[k].dtype()))
      continue;
    const Tensor values = wide_copy(outputs[k]), weights = random_like(outputs[k], k);
    for (int64_t i = 0; i < reals(values); ++i)
      sum += numbers(values)[i] * numbers(weights)[i];
  }
  return sum;
}

// One backward pass for all real outputs together, so that gradient rules see all output gradients,
// and one for each complex one.
void backward_weighted(const std::vector<Tensor>& outputs, bool create_graph) {
  Tensor sum;
  for (size_t k = 0; k < outputs.size(); ++k) {
    const Tensor& out = outputs[k];
    if (!out.defined() || !is_differentiable(out.dtype()) || !out.requires_grad())
      continue;
    const Tensor weights = random_like(out, k).to(out.device());
    if (is_complex(out.dtype())) {
      out.backward(weights, true, create_graph);
      continue;
    }
    const Tensor part = (out * weights).sum();
    sum = sum.defined() ? sum + part : part;
  }
  if (sum.defined())
    sum.backward({}, true, create_graph);
}

std::vector<Tensor> leaves_of(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs) {
    if (!input.defined() || !is_differentiable(input.dtype()) || input.is_number()) {
      leaves.push_back(input);
      continue;
    }
    check_in(input.dtype() == f64 || input.dtype() == c128, ErrorKind::invalid, "gradcheck",
             "an input is {}, should be f64 or c128: differences need the digits",
             name(input.dtype()));
    leaves.push_back(input.detach().requires_grad_());
  }
  return leaves;
}

// A copy in the same memory layout, changed at one real number.
struct Nudged {
  Nudged(const Tensor& tensor, int64_t at, double by)
      : tensor_(tensor.detach()), at_(at), by_(by) {}
  Tensor tensor_;
  int64_t at_;
  double by_;
  Tensor make() const {
    Tensor values = wide_copy(tensor_);
    numbers(values)[at_] += by_;
    if (tensor_.is_contiguous() || !is_dense(tensor_.shape(), tensor_.strides()))
      return values.to(tensor_.device());
    Tensor strided = Tensor::empty_strided(tensor_.shape(), tensor_.strides(), tensor_.dtype(),
                                           tensor_.device());
    copy_values(values, strided);
    return strided;
  }
};

Dims position_of(int64_t flat, const Dims& shape) {
  Dims at(shape.size(), 0);
  for (size_t i = shape.size(); i-- > 0; flat /= shape[i])
    at[i] = flat % shape[i];
  return at;
}

// The numbers of an input that are checked: one out of each of `most` parts that are equally long.
std::vector<int64_t> checked_numbers(int64_t count, int64_t most) {
  std::vector<int64_t> out(size_t(std::min(count, most)));
  const double part = double(count) / double(out.size());
  Philox random(philox_key(uint64_t(count), most));
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = count <= most ? int64_t(i)
                           : std::min(count - 1, int64_t((double(i) + random.uniform()) * part));
  return out;
}

// The gradients of the function's outputs, weighted by `weights`, with respect to the inputs that
// have one.
std::vector<Tensor> gradients(const TensorFunction& function, const std::vector<Tensor>& inputs,
                              const std::vector<Tensor>& weights) {
  std::vector<Tensor> x = inputs;
  for (Tensor& t : x)
    if (t.defined() && t.requires_grad())
      t.set_grad({});
  const std::vector<Tensor> outputs = function(x);
  for (size_t k = 0, w = 0; k < outputs.size(); ++k) {
    if (!outputs[k].defined() || !is_differentiable(outputs[k].dtype()))
      continue;
    const Tensor& weight = weights[w++];
    if (outputs[k].requires_grad())
      outputs[k].backward(weight, true, true);
  }
  std::vector<Tensor> answer;
  for (Tensor& t : x) {
    if (!t.defined() || !t.requires_grad())
      continue;
    answer.push_back(t.grad());
    t.set_grad({});
  }
  return answer;
}

void throw_if_wrong(const GradcheckReport& report, std::string_view where) {
  if (!report.ok)
    throw Error(ErrorKind::invalid, std::string(where), report.text);
}

}  // namespace

GradcheckReport gradcheck_report(const TensorFunction& function, const std::vector<Tensor>& inputs,
                                 const GradcheckOptions& options) {
  std::vector<Tensor> leaves = leaves_of(inputs);
  check_in(std::any_of(leaves.begin(), leaves.end(),
                       [](const Tensor& leaf) { return leaf.defined() && leaf.requires_grad(); }),
           ErrorKind::invalid, "gradcheck",
           "none of the inputs is floating or complex, so there is no gradient to check");
  check_in(options.most > 0, ErrorKind::invalid, "gradcheck", "most is {}, should be at least 1",
           options.most);
  {
    EnableGrad on;
    backward_weighted(function(leaves), false);
  }
  GradcheckReport report;
  double worst = 0;
  for (size_t k = 0; k < leaves.size(); ++k) {
    if (!leaves[k].defined() || !leaves[k].requires_grad())
      continue;
    const Tensor grad = leaves[k].grad().defined() ? wide_copy(leaves[k].grad()) : Tensor();
    for (int64_t i : checked_numbers(reals(leaves[k]), options.most)) {
      std::vector<Tensor> moved;
      for (const Tensor& leaf : leaves)
        moved.push_back(leaf.defined() ? leaf.detach() : leaf);
      moved[k] = Nudged(leaves[k], i, options.eps).make();
      const double above = weighted_sum(function(moved));
      moved[k] = Nudged(leaves[k], i, -options.eps).make();
      const double below = weighted_sum(function(moved));
      const double numerical = (above - below) / (2 * options.eps),
                   analytical = grad.defined() ? numbers(grad)[i] : 0;
      const double off =
          std::abs(analytical - numerical) - (options.rtol * std::abs(numerical) + options.atol);
      ++report.checked;
      if (off <= 0)
        continue;
      ++report.wrong;  // also for NaN: without a value there is nothing to check a gradient against
      if (report.input >= 0 && !(off > worst))
        continue;
      worst = off;
      report.input = int(k);
      report.position = position_of(is_complex(leaves[k].dtype()) ? i / 2 : i, leaves[k].shape());
      report.analytical = analytical;
      report.numerical = numerical;
    }
  }
  report.ok = report.wrong == 0;
  if (!report.ok)
    report.text = fmt::format(
        "the gradient of input {} at {} is {}, differences say {} ({} of {} elements are wrong)",
        report.input, to_string(report.position), report.analytical, report.numerical, report.wrong,
        report.checked);
  return report;
}

GradcheckReport gradgradcheck_report(const TensorFunction& function,
                                     const std::vector<Tensor>& inputs,
                                     const GradcheckOptions& options) {
  std::vector<Tensor> all = inputs;
  {
    NoGrad off;
    uint64_t key = 1000;
    for (const Tensor& out : function(inputs))
      if (out.defined() && is_differentiable(out.dtype()))
        all.push_back(random_like(out, key++).to(out.device()));
  }
  const size_t count = inputs.size();
  const TensorFunction gradient = [&](const std::vector<Tensor>& x) {
    EnableGrad on;
    std::vector<Tensor> leaves(x.begin(), x.begin() + int64_t(count));
    for (Tensor& leaf : leaves)
      if (leaf.defined() && is_differentiable(leaf.dtype()) && !leaf.is_number() &&
          !leaf.requires_grad())
        leaf.requires_grad_();
    return gradients(function, leaves, {x.begin() + int64_t(count), x.end()});
  };
  return gradcheck_report(gradient, all, options);
}

void gradcheck(const TensorFunction& function, const std::vector<Tensor>& inputs,
               const GradcheckOptions& options) {
  throw_if_wrong(gradcheck_report(function, inputs, options), "gradcheck");
}

void gradgradcheck(const TensorFunction& function, const std::vector<Tensor>& inputs,
                   const GradcheckOptions& options) {
  throw_if_wrong(gradgradcheck_report(function, inputs, options), "gradgradcheck");
}

}  // namespace hebb
