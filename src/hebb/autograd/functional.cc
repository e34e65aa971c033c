#include "hebb/autograd/functional.h"

#include "hebb/autograd/grad.h"
#include "hebb/autograd/history.h"
#include "hebb/base/check.h"
#include "hebb/ops/create.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/join.h"
#include "hebb/ops/views.h"

namespace hebb::autograd {
namespace {

using List = std::vector<Tensor>;

// Inputs to differentiate with respect to. With create_graph those that require a gradient stay
// what they are, so that results depend on them.
List leaves_of(std::string_view where, const List& inputs, bool create_graph) {
  List leaves;
  for (const Tensor& input : inputs) {
    check_in(input.defined() && is_differentiable(input.dtype()), ErrorKind::invalid, where,
             "an input is {}, should be floating or complex", describe(input));
    leaves.push_back(create_graph && input.requires_grad() ? input
                                                           : input.detach().requires_grad_());
  }
  return leaves;
}

void check_like(std::string_view where, const List& v, const List& model, std::string_view what) {
  check_in(v.size() == model.size(), ErrorKind::invalid, where,
           "v has {} tensors, should have one for each of the {} {}s", v.size(), model.size(),
           what);
  for (size_t i = 0; i < v.size(); ++i)
    check_in(v[i].defined() && v[i].shape() == model[i].shape(), ErrorKind::invalid, where,
             "v has {} where the {} is {}", describe(v[i]), what, describe(model[i]));
}

Tensor scalar_output(std::string_view where, const List& outputs) {
  check_in(outputs.size() == 1 && outputs[0].defined() && outputs[0].numel() == 1,
           ErrorKind::invalid, where, "the function gives {}, should give one element",
           outputs.size() == 1 ? describe(outputs[0]) : fmt::format("{} tensors", outputs.size()));
  return outputs[0];
}

// grad() where outputs may depend on nothing; zeros then.
List gradients(const List& outputs, const List& inputs, const List& grad_outputs,
               bool create_graph) {
  List roots, weights;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad())
      continue;
    roots.push_back(outputs[i]);
    weights.push_back(grad_outputs.empty() ? Tensor() : grad_outputs[i]);
  }
  if (roots.empty()) {
    List none;
    for (const Tensor& input : inputs)
      none.push_back(zeros_like(input));
    return none;
  }
  return grad(roots, inputs, weights,
              {.retain_graph = true, .create_graph = create_graph, .materialize_grads = true});
}

List results(List tensors, bool create_graph) {
  if (!create_graph)
    for (Tensor& tensor : tensors)
      tensor = tensor.detach();
  return tensors;
}

Dims joined(const Dims& a, const Dims& b) {
  Dims both = a;
  both.append(b.begin(), b.end());
  return both;
}

// jacobian()'s row of blocks for one output.
List jacobian_of(const Tensor& output, const List& inputs, bool create_graph) {
  std::vector<List> rows(inputs.size());
  const Tensor flat = output.reshape({output.numel()});
  for (int64_t i = 0; i < output.numel(); ++i) {
    const List row = gradients({flat.select(0, i)}, inputs, {}, create_graph);
    for (size_t j = 0; j < inputs.size(); ++j)
      rows[j].push_back(row[j]);
  }
  List blocks;
  for (size_t j = 0; j < inputs.size(); ++j) {
    const Dims shape = joined(output.shape(), inputs[j].shape());
    blocks.push_back(rows[j].empty() ? zeros(shape, inputs[j].dtype(), inputs[j].device())
                                     : stack(rows[j]).reshape(shape));
  }
  return blocks;
}

OneProduct first(const Product& product) {
  return {product.outputs[0], product.product[0]};
}

}  // namespace

Product vjp(const TensorFunction& function, const List& inputs, const List& v,
            FunctionalOptions options) {
  const EnableGrad on;
  const List x = leaves_of("vjp", inputs, options.create_graph), y = function(x);
  if (v.empty())
    scalar_output("vjp", y);
  else
    check_like("vjp", v, y, "output");
  return {results(y, options.create_graph),
          results(gradients(y, x, v, options.create_graph), options.create_graph)};
}

Product jvp(const TensorFunction& function, const List& inputs, const List& v,
            FunctionalOptions options) {
  const EnableGrad on;
  check_like("jvp", v, inputs, "input");
  const List x = leaves_of("jvp", inputs, options.create_graph), y = function(x);
  List weights;  // the gradient is linear in them: its derivative in them is the Jacobian
  for (const Tensor& output : y)
    weights.push_back(zeros_like(output).requires_grad_());
  const List gradient = gradients(y, x, weights, true);
  return {results(y, options.create_graph),
          results(gradients(gradient, weights, v, options.create_graph), options.create_graph)};
}

Product vhp(const TensorFunction& function, const List& inputs, const List& v,
            FunctionalOptions options) {
  const EnableGrad on;
  check_like("vhp", v, inputs, "input");
  const List x = leaves_of("vhp", inputs, options.create_graph);
  const Tensor y = scalar_output("vhp", function(x));
  const List gradient = gradients({y}, x, {}, true);
  return {results({y}, options.create_graph),
          results(gradients(gradient, x, v, options.create_graph), options.create_graph)};
}

Product hvp(const TensorFunction& function, const List& inputs, const List& v,
            FunctionalOptions options) {
  const EnableGrad on;
  check_like("hvp", v, inputs, "input");
  const List x = leaves_of("hvp", inputs, options.create_graph);
  const Tensor y = scalar_output("hvp", function(x));
  const List gradient = gradients({y}, x, {}, true);
  List weights;
  for (const Tensor& input : x)
    weights.push_back(zeros_like(input).requires_grad_());
  const List products = gradients(gradient, x, weights, true);
  return {results({y}, options.create_graph),
          results(gradients(products, weights, v, options.create_graph), options.create_graph)};
}

Blocks jacobian(const TensorFunction& function, const List& inputs, FunctionalOptions options) {
  const EnableGrad on;
  const List x = leaves_of("jacobian", inputs, options.create_graph);
  Blocks blocks;
  for (const Tensor& output : function(x))
    blocks.push_back(results(jacobian_of(output, x, options.create_graph), options.create_graph));
  return blocks;
}

Blocks hessian(const TensorFunction& function, const List& inputs, FunctionalOptions options) {
  const EnableGrad on;
  const List x = leaves_of("hessian", inputs, options.create_graph);
  const Tensor y = scalar_output("hessian", function(x));
  Blocks blocks;
  for (const Tensor& gradient : gradients({y}, x, {}, true))
    blocks.push_back(results(jacobian_of(gradient, x, options.create_graph), options.create_graph));
  return blocks;
}

OneProduct vjp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options) {
  return first(vjp(of_lists(function), {input}, v.defined() ? List{v} : List{}, options));
}
OneProduct jvp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options) {
  return first(jvp(of_lists(function), {input}, List{v}, options));
}
OneProduct vhp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options) {
  return first(vhp(of_lists(function), {input}, List{v}, options));
}
OneProduct hvp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options) {
  return first(hvp(of_lists(function), {input}, List{v}, options));
}
Tensor jacobian(const OneTensorFunction& function, const Tensor& input, FunctionalOptions options) {
  return jacobian(of_lists(function), List{input}, options)[0][0];
}
Tensor hessian(const OneTensorFunction& function, const Tensor& input, FunctionalOptions options) {
  return hessian(of_lists(function), List{input}, options)[0][0];
}

}  // namespace hebb::autograd
