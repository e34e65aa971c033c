#include "hebb/train/train_step.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"

namespace hebb {
namespace {

// While it lives, these get no gradient; then those that did get one again.
class Still {
 public:
  explicit Still(std::vector<Tensor>& params) {
    for (Tensor& param : params)
      if (param.requires_grad()) {
        param.requires_grad_(false);
        stilled_.push_back(param);
      }
  }
  ~Still() {
    for (Tensor& param : stilled_)
      param.requires_grad_(true);
  }
  Still(const Still&) = delete;
  Still& operator=(const Still&) = delete;

 private:
  std::vector<Tensor> stilled_;
};

}  // namespace

TrainStep::TrainStep(Forward forward, std::unique_ptr<optim::Optimizer> optimizer,
                     const TrainStepOptions& options, std::vector<Tensor> still)
    : forward_(std::move(forward)), optimizer_(std::move(optimizer)), options_(options),
      still_(std::move(still)), base_lr_(optimizer_->lr()) {
  check_in(options_.clip_norm >= 0, ErrorKind::usage, "clip_norm",
           "is {}, should be above 0, or 0 for none", options_.clip_norm);
  check_in(options_.clip_value >= 0, ErrorKind::usage, "clip_value",
           "is {}, should be above 0, or 0 for none", options_.clip_value);
  check_in(options_.clip_adaptive >= 0, ErrorKind::usage, "clip_adaptive",
           "is {}, should be above 0, or 0 for none", options_.clip_adaptive);
  optim::check_penalty(options_.penalty);
}

void TrainStep::begin(double samples) {
  optimizer_->zero_grad();
  begun_ = true;
  samples_ = scale_ = samples;
  sum_ = {};
}

// The loss is read when the backward pass has been asked for, so that a device need not wait for
// it, and before anything is written to the weights.
bool TrainStep::add(const TensorDict& inputs, const TensorDict& targets, int64_t samples) {
  promise(begun_, "a batch was added to a step that was not begun");
  const Still still(still_);
  Computed computed = forward_(inputs, targets);
  const LossValue& loss = computed.loss;
  batch_weight_ = loss.weight;
  alone_ = double(samples) == samples_;
  if (alone_)
    scale_ = loss.weight;
  bool finite = true;
  if (loss.weight > 0) {
    (alone_ ? loss.mean : loss.mean / (samples_ / loss.weight)).backward();
    batch_loss_ = loss.mean.item();
    if (std::isnan(batch_loss_))
      batch_loss_ = std::abs(batch_loss_);  // "nan", whatever its sign
    finite = std::isfinite(batch_loss_);
    sum_.add(batch_loss_, loss.weight);
  }
  begun_ = finite;
  outputs_ = computed.outputs.detach();
  return finite;
}

void TrainStep::take(double lr, std::optional<double> momentum) {
  promise(begun_, "a step was taken whose loss is not finite, or that was not begun");
  begun_ = false;
  if (sum_.weight > 0 && sum_.weight != scale_)
    optim::scale_grad_(optimizer_->parameters(), scale_ / sum_.weight);
  if (options_.penalty.any())
    if (const Tensor more = optim::penalty(optimizer_->parameters(), options_.penalty);
        more.requires_grad())
      more.backward();
  optimizer_->set_lr(lr);
  if (momentum)
    optimizer_->set_momentum(*momentum);
  if (options_.clip_norm > 0)
    optim::clip_grad_norm_(optimizer_->parameters(), options_.clip_norm);
  if (options_.clip_value > 0)
    optim::clip_grad_value_(optimizer_->parameters(), options_.clip_value);
  if (options_.clip_adaptive > 0)
    optim::clip_grad_adaptive_(optimizer_->parameters(), options_.clip_adaptive);
  optimizer_->step();
}

double TrainStep::loss() const {
  return alone_ && batch_weight_ > 0 ? batch_loss_ : sum_.mean();
}

}  // namespace hebb
