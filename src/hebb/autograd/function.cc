#include "hebb/autograd/function.h"

#include <algorithm>

#include "hebb/autograd/backward.h"
#include "hebb/base/check.h"
#include "hebb/base/type_name.h"
#include "hebb/ops/create.h"
#include "hebb/ops/grad_mode.h"

namespace hebb::autograd {

std::vector<Tensor> FunctionContext::saved_tensors() const {
  std::vector<Tensor> tensors;
  for (const SavedTensor& saved : saved_)
    tensors.push_back(saved.get(name_, self_));
  return tensors;
}

bool FunctionContext::needs_input_grad(size_t argument) const {
  check_in(argument < needs_.size(), ErrorKind::invalid, name_,
           "needs_input_grad({}): there are {} arguments", argument, needs_.size());
  return needs_[argument];
}

class FunctionRule : public BackwardRule {
 public:
  struct Argument {
    Dims shape;
    Device device;
  };

  FunctionRule(std::shared_ptr<FunctionContext> context, FunctionBackward backward,
               std::vector<Argument> arguments, std::vector<Tensor> outputs)
      : context_(std::move(context)), backward_(backward), arguments_(std::move(arguments)),
        outputs_(std::move(outputs)) {}

  std::string_view name() const override { return context_->name_; }

  Grads backward(const std::shared_ptr<Node>& self, const Grads& given,
                 const SmallVector<bool, 8>& wanted) override {
    context_->needs_.assign(wanted.begin(), wanted.end());
    std::vector<Tensor> gradients(given.begin(), given.end());
    if (context_->materialize_grads_)
      for (size_t i = 0; i < gradients.size(); ++i)
        if (!gradients[i].defined() && outputs_[i].defined())
          gradients[i] = zeros(outputs_[i].shape(), outputs_[i].dtype(), outputs_[i].device());
    struct Running {  // also when it throws
      FunctionContext& context;
      ~Running() { context.self_ = nullptr; }
    } running{*context_};
    context_->self_ = self;
    const std::vector<Tensor> answers = backward_(*context_, gradients);
    check_answers(answers, wanted);
    return Grads(answers);
  }

  void release() override { context_->saved_.clear(); }

  void hand_over(Histories& histories) override {
    for (SavedTensor& saved : context_->saved_)
      histories.push_back(saved.take_history());
  }

 private:
  void check_answers(const std::vector<Tensor>& answers, const SmallVector<bool, 8>& wanted) const {
    check_in(answers.size() == arguments_.size(), ErrorKind::invalid, name(),
             "backward() returns {} gradients for {} arguments; it should return one for each, an "
             "undefined tensor where there is none",
             answers.size(), arguments_.size());
    for (size_t i = 0; i < answers.size(); ++i) {
      if (!wanted[i] || !answers[i].defined())
        continue;
      check_in(answers[i].shape() == arguments_[i].shape, ErrorKind::invalid, name(),
               "backward() returns a gradient of shape {} for argument {} of shape {}",
               to_string(answers[i].shape()), i, to_string(arguments_[i].shape));
      check_same_device(name(), answers[i], arguments_[i].device);
    }
  }

  std::shared_ptr<FunctionContext> context_;
  FunctionBackward backward_;
  std::vector<Argument> arguments_;
  std::vector<Tensor> outputs_;  // their shapes, dtypes and devices
};

FunctionCall::FunctionCall(const std::type_info& type, FunctionBackward backward)
    : context_(std::make_shared<FunctionContext>()), backward_(backward) {
  context_->name_ = type_name(type);
}

void FunctionCall::add_tensor(const Tensor& tensor) {
  arguments_.push_back(tensor);
  context_->needs_.push_back(grad_enabled() && needs_grad(tensor));
}

std::vector<Tensor> FunctionCall::run(FunctionRef<std::vector<Tensor>()> forward) {
  std::vector<Tensor> outputs = [&] {
    NoGrad off;
    return forward();
  }();
  const std::vector<bool>& needs = context_->needs_;
  const auto same_as = [](const std::vector<Tensor>& tensors, const Tensor& one) {
    return std::find_if(tensors.begin(), tensors.end(),
                        [&](const Tensor& t) { return t.defined() && t.same(one); });
  };
  std::vector<Tensor> results;  // an argument that is returned is a tensor of its own afterwards
  for (const Tensor& output : outputs)
    results.push_back(output.defined() ? output.detach() : output);
  if (std::none_of(needs.begin(), needs.end(), [](bool n) { return n; })) {
    context_->to_save_.clear();
    return results;
  }

  for (const Tensor& tensor : context_->to_save_) {
    const auto output = same_as(outputs, tensor);
    if (tensor.defined() && output != outputs.end())
      context_->saved_.emplace_back(tensor, int(output - outputs.begin()));
    else
      context_->saved_.emplace_back(tensor);
  }
  Histories inputs;
  std::vector<FunctionRule::Argument> arguments;
  for (size_t i = 0; i < needs.size(); ++i) {
    inputs.push_back(needs[i] ? arguments_[i].body()->history : nullptr);
    arguments.push_back(needs[i]
                            ? FunctionRule::Argument{arguments_[i].shape(), arguments_[i].device()}
                            : FunctionRule::Argument{});
  }
  Specs specs;
  std::vector<Tensor> shapes;
  for (Tensor& result : results) {
    if (result.defined())
      result.materialise();
    shapes.push_back(result.defined() ? shape_only(result) : Tensor());
    specs.push_back(result.defined() ? Spec{result.dtype(), result.shape()} : Spec{f32, {}});
  }
  const std::shared_ptr<Node> node = make_rule_node(
      std::make_unique<FunctionRule>(context_, backward_, std::move(arguments), std::move(shapes)),
      std::move(inputs), std::move(specs));
  for (size_t i = 0; i < results.size(); ++i)
    if (results[i].defined() && is_differentiable(results[i].dtype()) &&
        same_as(context_->constants_, outputs[i]) == context_->constants_.end())
      results[i].body()->history = output_history(node, int(i));
  context_->to_save_.clear();
  context_->constants_.clear();
  return results;
}

}  // namespace hebb::autograd
