#include "hebb/autograd/checkpoint.h"

#include <algorithm>

#include "hebb/autograd/history.h"
#include "hebb/base/check.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"

namespace hebb::autograd {
namespace {

// One use of checkpoint(). Nodes of its part refer to it, and it refers to none of them.
class Part {
 public:
  Part(const TensorFunction& function, const std::vector<Tensor>& inputs)
      : function_(function), random_(random_state()) {
    for (const Tensor& input : inputs)  // an outer part may keep them in its own way
      inputs_.emplace_back(input);
  }

  // The place of a tensor that would have been kept.
  size_t leave_out(const Tensor& tensor) {
    kept_.push_back({tensor.dtype(), tensor.shape()});
    return kept_.size() - 1;
  }

  void note_write(const Tensor& target) { written_.push_back(target.body()->storage); }

  bool has_written(const Tensor& target) const {
    return std::any_of(written_.begin(), written_.end(), [&](const auto& storage) {
      return storage.lock() == target.body()->storage;
    });
  }

  Tensor take(size_t place) {
    if (place >= again_.size() || !again_[place].defined())
      compute_again();
    return std::move(again_[place]);
  }

 private:
  struct WrittenOnce : WriteFilter {
    const Part& part;
    explicit WrittenOnce(const Part& p) : part(p) {}
    bool drops(const Tensor& target) override { return part.has_written(target); }
  };

  void compute_again() {
    std::vector<Tensor> inputs;
    for (const SavedTensor& input : inputs_)
      inputs.push_back(input.get("checkpoint"));
    again_.clear();
    const EnableGrad on;
    const RandomScope random(random_);
    const WrittenOnce filter(*this);
    const SavedTensorsHooks hooks(
        [&](const Tensor& tensor) {
          keep_again(tensor);
          return std::any();
        },
        [](const std::any&) -> Tensor {
          fail(ErrorKind::invalid, "checkpoint",
               "the function runs a backward pass through what it computes, which is not kept");
        });
    function_(inputs);
    check_in(again_.size() == kept_.size(), ErrorKind::invalid, "checkpoint",
             "the function kept {} tensors for its gradient at first, and {} when it was computed "
             "again; it should do the same both times",
             kept_.size(), again_.size());
  }

  void keep_again(const Tensor& tensor) {
    const size_t place = again_.size();
    const bool same = place < kept_.size() && kept_[place].dtype == tensor.dtype() &&
                      kept_[place].shape == tensor.shape();
    check_in(same, ErrorKind::invalid, "checkpoint",
             "the function kept {} for its gradient at first, and {} when it was computed again; "
             "it should do the same both times",
             place < kept_.size()
                 ? fmt::format("{}{}", name(kept_[place].dtype), to_string(kept_[place].shape))
                 : "no more tensors",
             describe(tensor));
    again_.push_back(tensor);
  }

  TensorFunction function_;
  std::vector<SavedTensor> inputs_;
  RandomState random_;
  std::vector<Spec> kept_;
  std::vector<std::weak_ptr<Storage>> written_;  // those that died were temporary
  std::vector<Tensor> again_;  // the kept tensors of the second time, until they are taken
};

struct NoteWrites : WriteFilter {
  Part& part;
  explicit NoteWrites(Part& p) : part(p) {}
  bool drops(const Tensor& target) override {
    part.note_write(target);
    return false;
  }
};

}  // namespace

std::vector<Tensor> checkpoint(const TensorFunction& function, const std::vector<Tensor>& inputs) {
  if (!grad_enabled())
    return function(inputs);
  const auto part = std::make_shared<Part>(function, inputs);
  const NoteWrites writes(*part);
  const SavedTensorsHooks hooks(
      [part](const Tensor& tensor) { return std::any(part->leave_out(tensor)); },
      [part](const std::any& place) { return part->take(std::any_cast<size_t>(place)); });
  return function(inputs);
}

Tensor checkpoint(const OneTensorFunction& function, const Tensor& input) {
  return checkpoint(of_lists(function), {input})[0];
}

}  // namespace hebb::autograd
