#include "hebb/optim/manual_schedule.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {
namespace {

std::vector<double> parse_rates(std::string_view text) {
  std::vector<double> out;
  for (;;) {
    const std::string_view word = text.substr(0, text.find(','));
    double rate = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), rate);
    check_in(error == std::errc() && end == word.data() + word.size(), ErrorKind::usage, "manual",
             "the rate '{}' is no number; learning rates are written like 0.01,0.001", word);
    out.push_back(rate);
    if (word.size() == text.size())
      return out;
    text.remove_prefix(word.size() + 1);
  }
}

Schedule manual_of(ManualOptions o) {
  check_options("manual", o);
  Schedule out = manual(std::move(o.milestones), parse_rates(o.rates), o.per);
  out.warmup = o.warmup;
  return out;
}

}  // namespace

Schedule manual(std::vector<int64_t> milestones, std::vector<double> rates, Schedule::Per per) {
  check_in(milestones.size() == rates.size() && !rates.empty(), ErrorKind::usage, "manual",
           "there are {} milestones and {} rates, should be one rate for each milestone",
           milestones.size(), rates.size());
  for (size_t i = 0; i < rates.size(); ++i) {
    check_in(milestones[i] > (i ? milestones[i - 1] : 0), ErrorKind::usage, "manual",
             "milestones should be rising numbers above 0, like 30,80");
    check_in(std::isfinite(rates[i]) && rates[i] >= 0, ErrorKind::usage, "manual",
             "a rate is {}, should be at least 0", rates[i]);
  }
  Schedule out{.per = per, .name = "manual"};
  out.whole = [milestones = std::move(milestones), rates = std::move(rates), per](
                  double base_lr, const Progress& p) {
    const int64_t now = per == Schedule::Per::step ? p.step : p.epoch;
    const auto reached =
        std::upper_bound(milestones.begin(), milestones.end(), now) - milestones.begin();
    return reached > 0 ? rates[size_t(reached) - 1] : base_lr;
  };
  return out;
}

constinit const ScheduleEntry schedule_word::manual =
    schedule_entry<ManualOptions, manual_of>("manual", "learning rates as they are written down");

}  // namespace hebb::optim
