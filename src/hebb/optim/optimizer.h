// What all optimisers share: parameters in groups, one fused operator per step, and state that a
// checkpoint can hold. Learning rate and step are operands of that operator, so a schedule never
// needs a new trace.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::optim {

class Optimizer;
struct ParamGroup;
using OptimizerFactory = std::function<std::unique_ptr<Optimizer>(std::vector<ParamGroup>)>;

struct ParamGroup {
  std::vector<Tensor> params;
  double lr_scale =
      1;  // times the optimiser's learning rate (a smaller one for a pre-trained base)
  std::optional<double> weight_decay = {};  // instead of the optimiser's
  OptimizerFactory optimizer = {};          // instead of the one that is given the group
  std::optional<double> min_lr = {};  // set_lr() gives the group no less, unless it began with less
};

class Optimizer {
 public:
  Optimizer(std::vector<ParamGroup> groups, double lr);
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // One update from the gradients; parameters without one are left alone. Advances the step that
  // random keys are made from. Error: a Param that no module lists has a gradient. Warns once when
  // none of the parameters has one.
  void step();
  void
  zero_grad();  // gradients become undefined, so the next backward pass writes instead of adding

  double lr() const { return lr_; }
  // Those of groups with an optimiser of their own rise and fall in proportion. Error: below 0 or
  // not finite.
  void set_lr(double lr);
  // Instead of the option `momentum`, or Adam's beta1, from the next step on; also of groups with
  // an optimiser of their own. Error: not above 0 and below 1; this optimiser, or one of a group,
  // cannot (SGD, RMSprop, Adam, AdamW, Adamax, RAdam and Lion can).
  void set_momentum(double momentum);
  int64_t steps() const;                   // taken so far
  std::vector<Tensor> parameters() const;  // those of groups with their own optimiser come last

  // Everything a checkpoint needs, by name: "step", "param_steps", "exp_avg.0", ..., and of a
  // group's own optimiser "own.0.step", ...; tensors are the live ones.
  std::vector<std::pair<std::string, Tensor>> state();
  // Error: names or shapes of another optimiser, unknown or missing ones; nothing has changed then.
  void load_state(const std::vector<std::pair<std::string, Tensor>>& state);

 protected:
  // One state tensor per parameter, at moment_start() at first: "exp_avg" is moments("exp_avg").
  std::vector<Tensor>& moments(const std::string& name);
  struct Batch {  // of one group: what has a gradient now and was updated equally often
    std::vector<Tensor> params, grads;
    std::vector<size_t> positions;  // of params among all that this optimiser updates
    double weight_decay;
    Tensor lr, step;  // 0-d f64 and i64; step: of these parameters, from 1
    Tensor momentum;  // 0-d f64, after set_momentum(); else undefined
  };
  std::vector<Tensor> moments(const std::string& name, const Batch& batch);
  virtual void update(const Batch& batch) = 0;
  virtual double weight_decay() const = 0;
  virtual bool takes_momentum() const { return false; }
  bool has_set_momentum() const { return momentum_.defined(); }
  void refuse_weight_decay(std::string_view name) const;      // Error: a group asks for one
  virtual std::vector<std::string> moment_names() const = 0;  // all that update() asks for
  // Of one state of a parameter; a state of no elements is not there.
  virtual Dims moment_shape(std::string_view, const Tensor& param) const { return param.shape(); }
  virtual double moment_start(std::string_view) const { return 0; }

 private:
  // The optimiser of groups that have one, at the learning rate that it was made with.
  struct Own {
    std::unique_ptr<Optimizer> optimizer;
    double lr;
  };
  std::vector<Tensor> updated() const;  // parameters() without those of `own_`
  double group_lr(const ParamGroup& group, double lr) const;
  void update_all();

  std::vector<ParamGroup> groups_;
  std::vector<Own> own_;
  double first_lr_;
  // What changes from step to step is state in tensors, so that a graph that was traced once reads
  // and advances it, too.
  double lr_;
  std::vector<Tensor> group_lrs_;  // lr_ times lr_scale; 0-d f64
  Tensor momentum_;                // 0-d f64; undefined until it is set
  Tensor counts_;   // i64: the steps taken, and the updates of each parameter, as PyTorch counts:
                    // one thawed late begins at 1
  Tensor counted_;  // i64: what the last step added to counts_
  std::vector<std::pair<std::string, std::vector<Tensor>>> moments_;
};

// Gradients as a whole made smaller: returns their norm (over all parameters; norm_type 2: L2,
// infinity: the largest) before, 0-d. Pascanu et al. 2013. Error (invalid), with
// error_if_nonfinite: the norm is NaN or infinite; the gradients stay as they are.
Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type = 2,
                       bool error_if_nonfinite = false);
void scale_grad_(const std::vector<Tensor>& parameters, double factor);
void clip_grad_value_(const std::vector<Tensor>& parameters,
                      double limit);  // every element into [-limit, limit]
// Adaptive: the gradient of every row of a weight (the weights of one output; a vector is one row)
// is made no longer than `clipping` times that row, which counts as at least eps long. Brock et al.
// 2021.
void clip_grad_adaptive_(const std::vector<Tensor>& parameters, double clipping = 0.01,
                         double eps = 1e-3);

}  // namespace hebb::optim
