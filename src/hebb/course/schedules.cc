// Learning rates over time, and momentum.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hebb/base/error.h"
#include "hebb/base/log.h"
#include "hebb/course/worked_number.h"
#include "hebb/ops/create.h"
#include "hebb/optim/schedule.h"
#include "hebb/optim/sgd.h"

namespace hebb::course {
namespace {

double rate(const optim::Schedule& schedule, double base, int64_t epoch) {
  return schedule.lr(base, {.step = epoch * 100, .epoch = epoch});
}

// What is warned of while a scheduler is stepped after every `batches` optimiser steps.
std::vector<std::string> warnings_of(int batches) {
  std::vector<std::string> lines;
  const auto before = set_warning_handler([&](std::string_view line) { lines.emplace_back(line); });
  Tensor w = ones({1}).requires_grad_();
  w.set_grad(zeros({1}));
  optim::SGD sgd({w}, {.lr = 0.05});
  optim::LrScheduler scheduler(sgd, optim::multistep({.milestones = {30, 80}}));
  for (int epoch = 0; epoch < 40; ++epoch) {
    for (int i = 0; i < batches; ++i)
      sgd.step();
    scheduler.step();
  }
  set_warning_handler(before);
  return lines;
}

void milestones(Checks& checks) {
  const optim::Schedule schedule = optim::multistep({.milestones = {30, 80}, .gamma = 0.1});
  constexpr std::pair<int64_t, double> rates[] = {{0, 0.05},   {29, 0.05},   {30, 0.005},
                                                  {79, 0.005}, {80, 0.0005}, {99, 0.0005}};
  for (const auto& [epoch, expected] : rates)
    checks.near("epoch " + std::to_string(epoch), expected, rate(schedule, 0.05, epoch), 1e-12);
  checks.equal("warnings where it is stepped once an epoch", 0, int64_t(warnings_of(5).size()));
  const auto lines = warnings_of(1);
  checks.equal("warnings where it is stepped after every batch", 1, int64_t(lines.size()));
  checks.holds("the warning says so",
               !lines.empty() && lines[0].find("after every optimiser step") != std::string::npos);
}

void decays(Checks& checks) {
  const optim::Schedule half = optim::step({.step_size = 5, .gamma = 0.5}),
                        tenth = optim::step({.step_size = 20, .gamma = 0.1}),
                        exponential = optim::exponential({.gamma = std::exp(-0.1)}),
                        inverse = optim::inverse_time({.rate = 0.5});
  for (int64_t epoch : {0, 4, 5, 20, 40}) {
    const std::string at = "epoch " + std::to_string(epoch);
    checks.near("x0.5 every 5, " + at, std::pow(0.5, double(epoch / 5)), rate(half, 1, epoch),
                1e-12);
    checks.near("x0.1 every 20, " + at, std::pow(0.1, double(epoch / 20)), rate(tenth, 1, epoch),
                1e-12);
    checks.near("e^(-t/10), " + at, std::exp(-0.1 * double(epoch)), rate(exponential, 1, epoch),
                1e-12);
    checks.near("1 / (1 + t/2), " + at, 1 / (1 + 0.5 * double(epoch)), rate(inverse, 1, epoch),
                1e-12);
  }
}

bool takes_momentum(double momentum) {
  try {
    optim::SGD({ones({1}).requires_grad_()}, {.momentum = momentum});
    return true;
  } catch (const Error&) {
    return false;
  }
}

void momentum_below_one(Checks& checks) {
  checks.holds("0.9 is taken", takes_momentum(0.9));
  checks.holds("0.99 is taken", takes_momentum(0.99));
  checks.holds("1 is refused", !takes_momentum(1));
  checks.holds("1.1 is refused", !takes_momentum(1.1));
}

}  // namespace

constinit const WorkedNumber worked::A38 = {
    .id = "A38", .what = "0.05, a tenth of it from 30 and from 80 on", .compute = milestones};
constinit const WorkedNumber worked::A39 = {
    .id = "A39", .what = "step, exponential and 1/t decay", .compute = decays};
constinit const WorkedNumber worked::A40 = {
    .id = "A40", .what = "momentum stays below 1", .compute = momentum_below_one};

}  // namespace hebb::course
