#include "hebb/optim/cycles.h"

#include <cmath>
#include <numbers>

#include "hebb/optim/entries.h"

namespace hebb::optim {

std::span<const std::string_view> words_of(CyclicOptions::Mode) {
  static constexpr std::string_view words[] = {"triangular", "triangular2", "exp_range"};
  return words;
}

Schedule cosine_warm_restarts(CosineWarmRestartsOptions o) {
  check_options("cosine_warm_restarts", o);
  const auto at = [o](double now, double) {
    auto length = double(o.first);
    if (o.multiple == 1) {
      now = std::fmod(now, length);
    } else {
      for (; now >= length; length *= double(o.multiple))
        now -= length;
    }
    return (1 + std::cos(std::numbers::pi * now / length)) / 2;
  };
  return {o.per, o.warmup, at, "cosine_warm_restarts", false, o.eta_min};
}

Schedule cyclic(CyclicOptions o) {
  check_options("cyclic", o);
  check_momenta("cyclic", o.base_momentum, o.max_momentum);
  const auto up = double(o.step_size_up), down = double(o.step_size_down.value_or(o.step_size_up));
  const auto at = [o, up, down](double now, double) {
    const double cycle = std::floor(now / (up + down)), in_cycle = now - cycle * (up + down);
    const double height = in_cycle <= up ? in_cycle / up : 1 - (in_cycle - up) / down;
    switch (o.mode) {
      case CyclicOptions::Mode::triangular2:
        return height / std::pow(2, cycle);
      case CyclicOptions::Mode::exp_range:
        return height * std::pow(o.gamma, now);
      default:
        return height;
    }
  };
  Schedule out{o.per, 0, at, "cyclic", false, o.base_lr};
  out.eta_min_name = "base_lr";
  if (o.cycle_momentum)
    out.momentum_shape = [o, at](double now, double total) {
      return o.max_momentum - (o.max_momentum - o.base_momentum) * at(now, total);
    };
  return out;
}

constinit const ScheduleEntry schedule_word::cosine_warm_restarts =
    schedule_entry<CosineWarmRestartsOptions, optim::cosine_warm_restarts>(
        "cosine_warm_restarts",
        "half cosines down, each from the top (CosineAnnealingWarmRestarts)");
constinit const ScheduleEntry schedule_word::cyclic = schedule_entry<CyclicOptions, optim::cyclic>(
    "cyclic", "up and down between two learning rates, again and again (CyclicLR)");

}  // namespace hebb::optim
