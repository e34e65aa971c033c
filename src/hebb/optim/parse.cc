#include "hebb/optim/parse.h"

#include "hebb/optim/adam.h"
#include "hebb/optim/sgd.h"

namespace hebb::optim {
namespace {

OptimizerFactory parse_sgd(SpecReader& read) {
  SgdOptions o;
  o.lr = read.number_or("learning_rate", o.lr);
  o.momentum = read.number_or("momentum", o.momentum);
  o.dampening = read.number_or("dampening", o.dampening);
  o.weight_decay = read.number_or("weight_decay", o.weight_decay);
  o.nesterov = read.flag_or("nesterov", o.nesterov);
  return sgd(o);
}

AdamOptions adam_options(SpecReader& read) {
  AdamOptions o;
  o.lr = read.number_or("learning_rate", o.lr);
  const std::vector<double> betas = read.numbers_or("betas", {o.beta1, o.beta2});
  if (betas.size() != 2)
    read.reject("betas", "should be two numbers, like 0.9,0.999");
  o.beta1 = betas[0];
  o.beta2 = betas[1];
  o.eps = read.number_or("eps", o.eps);
  if (read.has("weight_decay"))
    o.weight_decay = read.number("weight_decay");
  o.amsgrad = read.flag_or("amsgrad", o.amsgrad);
  o.bias_correction = read.flag_or("bias_correction", o.bias_correction);
  return o;
}

struct OptimizerEntry {
  SpecHelp help;
  std::vector<std::string> keys;
  OptimizerFactory (*make)(SpecReader& read);
};

const std::vector<OptimizerEntry>& optimizers() {
  static const std::vector<std::string> adam_keys = {"learning_rate", "betas",   "eps",
                                                     "weight_decay",  "amsgrad", "bias_correction"};
  static const std::vector<OptimizerEntry> all = {
      {{"sgd", "sgd [lr=1e-3 momentum=0 dampening=0 weight_decay=0 nesterov=false]",
        "stochastic gradient descent, with momentum"},
       {"learning_rate", "momentum", "dampening", "weight_decay", "nesterov"},
       parse_sgd},
      {{"adam",
        "adam [lr=1e-3 betas=0.9,0.999 eps=1e-8 weight_decay=0 amsgrad=false bias_correction=true]",
        "adaptive moments"},
       adam_keys,
       [](SpecReader& read) { return adam(adam_options(read)); }},
      {{"adamw",
        "adamw [lr=1e-3 betas=0.9,0.999 eps=1e-8 weight_decay=0.01 amsgrad=false "
        "bias_correction=true]",
        "Adam with decoupled weight decay"},
       adam_keys,
       [](SpecReader& read) { return adamw(adam_options(read)); }},
  };
  return all;
}

Schedule::Per per_of(SpecReader& read, Schedule::Per otherwise) {
  const std::string word =
      read.word_or("per", otherwise == Schedule::Per::step ? "step" : "epoch", {"step", "epoch"});
  return word == "step" ? Schedule::Per::step : Schedule::Per::epoch;
}

struct ScheduleEntry {
  SpecHelp help;
  std::vector<std::string> keys;
  Schedule (*make)(SpecReader& read, int64_t warmup);
};

const std::vector<ScheduleEntry>& schedules() {
  using Per = Schedule::Per;
  static const std::vector<ScheduleEntry> all = {
      {{"constant", "constant [warmup=0]", "the learning rate as it is"},
       {"*", "warmup"},
       [](SpecReader&, int64_t warmup) { return constant(warmup); }},
      {{"step", "step step_size=N [gamma=0.1 warmup=0 per=epoch]",
        "times gamma every step_size epochs (StepLR)"},
       {"step_size", "gamma", "*", "warmup", "per"},
       [](SpecReader& read, int64_t warmup) {
         return step({read.integer("step_size", 1), read.number_or("gamma", 0.1), warmup,
                      per_of(read, Per::epoch)});
       }},
      {{"multistep", "multistep milestones=30,80 [gamma=0.1 warmup=0 per=epoch]",
        "times gamma at each milestone (MultiStepLR)"},
       {"milestones", "gamma", "*", "warmup", "per"},
       [](SpecReader& read, int64_t warmup) {
         return multistep({read.integers("milestones", 1), read.number_or("gamma", 0.1), warmup,
                           per_of(read, Per::epoch)});
       }},
      {{"exponential", "exponential [gamma=0.9 warmup=0 per=epoch]",
        "times gamma every epoch (ExponentialLR)"},
       {"gamma", "*", "warmup", "per"},
       [](SpecReader& read, int64_t warmup) {
         return exponential({read.number_or("gamma", 0.9), warmup, per_of(read, Per::epoch)});
       }},
      {{"cosine", "cosine [eta_min=0 period=0 warmup=0 per=step]",
        "half a cosine down to eta_min over the training (CosineAnnealingLR)"},
       {"eta_min", "period", "*", "warmup", "per"},
       [](SpecReader& read, int64_t warmup) {
         return cosine({read.number_or("eta_min", 0), read.integer_or("period", 0, 0), warmup,
                        per_of(read, Per::step)});
       }},
      {{"inverse_time", "inverse_time [rate=1 warmup=0 per=epoch]", "1 / (1 + rate t)"},
       {"rate", "*", "warmup", "per"},
       [](SpecReader& read, int64_t warmup) {
         return inverse_time({read.number_or("rate", 1), warmup, per_of(read, Per::epoch)});
       }},
  };
  return all;
}

}  // namespace

OptimizerFactory parse_optimizer(std::string_view text) {
  const SpecLine line = SpecLine::parse(text);
  const OptimizerEntry& entry = find_entry(optimizers(), "optimizer", line.name);
  SpecReader read(line, entry.keys);
  OptimizerFactory factory = entry.make(read);
  read.done();
  return factory;
}

Schedule parse_schedule(std::string_view text) {
  const SpecLine line = SpecLine::parse(text);
  const ScheduleEntry& entry = find_entry(schedules(), "schedule", line.name);
  SpecReader read(line, entry.keys);
  Schedule schedule = entry.make(read, read.integer_or("warmup", 0, 0));
  read.done();
  return schedule;
}

std::vector<SpecHelp> optimizer_help() {
  return help_of(optimizers());
}
std::vector<SpecHelp> schedule_help() {
  return help_of(schedules());
}

}  // namespace hebb::optim
