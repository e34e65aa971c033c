// Schedules against torch.optim.lr_scheduler (tests/reference/schedules.json, which schedules.py
// writes), and against the course's numbers.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "hebb/base/file.h"
#include "hebb/base/log.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "hebb/optim/parse.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb {
namespace {

nlohmann::json stored() {
  return nlohmann::json::parse(read_file(reference_folder() / "schedules.json"));
}

std::string first_word(const std::string& line) {
  return line.substr(0, line.find(' '));
}

TEST(Schedule, AgreesWithPyTorch) {
  const nlohmann::json all = stored();
  std::set<std::string> seen;
  for (const auto& one : all["cases"]) {
    const std::string line = one["line"];
    seen.insert(first_word(line));
    const optim::Schedule schedule = optim::parse_schedule(line);
    const int64_t total = one["total"];
    EXPECT_EQ(schedule.changes_momentum(), one.contains("momenta")) << line;
    for (int64_t i = 0; i < total; ++i) {
      const optim::Progress now{i, i, total, total};
      EXPECT_NEAR(schedule.lr(0.1, now), one["rates"][size_t(i)].get<double>(), 1e-12)
          << line << ", step " << i;
      if (one.contains("momenta")) {
        EXPECT_NEAR(schedule.momentum(now).value(), one["momenta"][size_t(i)].get<double>(), 1e-12)
            << line << ", step " << i;
      }
    }
  }
  for (const auto& one : all["plateaus"])
    seen.insert(first_word(one["line"]));
  for (const SpecHelp& word : optim::schedule_help())
    EXPECT_TRUE(seen.contains(word.name)) << word.name << " has no values from PyTorch";
}

TEST(Schedule, PlateausAgreeWithPyTorch) {
  const nlohmann::json all = stored();
  for (const auto& one : all["plateaus"]) {
    const std::string line = one["line"];
    std::vector<double> values;
    for (const auto& value : one["seen"])
      values.push_back(value.is_null() ? NAN : value.get<double>());
    const optim::Schedule schedule = optim::parse_schedule(line);
    EXPECT_EQ(schedule.monitor, "val_loss");
    for (size_t i = 0; i <= values.size(); ++i)
      EXPECT_NEAR(schedule.lr(0.1, {.epoch = int64_t(i), .seen = std::span(values).first(i)}),
                  one["rates"][i].get<double>(), 1e-12)
          << line << ", epoch " << i;
  }
}

// What a step of SGD from 0 takes from a weight whose gradient is 1 is its learning rate.
TEST(Schedule, GroupsFallToTheirOwnLeastRates) {
  const nlohmann::json one = stored()["groups"];
  std::vector<optim::ParamGroup> groups;
  std::vector<Tensor> weights;
  for (size_t i = 0; i < one["scales"].size(); ++i) {
    weights.push_back(zeros({1}, f64).requires_grad_());
    groups.push_back({.params = {weights[i]},
                      .lr_scale = one["scales"][i],
                      .min_lr = one["min_lrs"][i].get<double>()});
  }
  groups[3].optimizer = optim::sgd({.lr = 0.01});  // in proportion, as its share
  groups[3].lr_scale = 1;
  optim::SGD sgd(groups, {.lr = 0.1});
  optim::ReduceLROnPlateau plateau(sgd, {.factor = 0.5, .patience = 0});
  for (size_t k = 0; k < one["seen"].size(); ++k) {
    plateau.step(one["seen"][k]);
    for (size_t i = 0; i < weights.size(); ++i) {
      weights[i].detach().zero_();
      weights[i].set_grad(ones({1}, f64));
    }
    sgd.step();
    for (size_t i = 0; i < weights.size(); ++i)
      EXPECT_NEAR(-weights[i].item(), one["rates"][k][i].get<double>(), 1e-12)
          << "step " << k << ", group " << i;
  }
  groups[0].min_lr = -1;
  EXPECT_NE(message_of([&] {
              optim::SGD(groups, optim::SgdOptions{});
            }).find("min_lr of parameter group 0 is -1"),
            std::string::npos);
}

TEST(Schedule, TheLoopsPlateauGoesOnWhereItWas) {
  const nlohmann::json one = stored()["plateaus"][2];
  const optim::PlateauOptions o{.factor = 0.5, .patience = 0, .cooldown = 2};
  Tensor w = tensor({1.0}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 0.1});
  auto plateau = std::make_unique<optim::ReduceLROnPlateau>(sgd, o);
  for (size_t i = 0; i < one["seen"].size(); ++i) {
    plateau->step(one["seen"][i]);
    EXPECT_NEAR(sgd.lr(), one["rates"][i + 1].get<double>(), 1e-12) << i;
    const auto saved = plateau->state();
    sgd.set_lr(0.1);
    plateau = std::make_unique<optim::ReduceLROnPlateau>(sgd, o);
    plateau->load_state(saved);
  }
  auto damaged = plateau->state();
  damaged[1].second = tensor({-1.0}).sum();
  EXPECT_NE(message_of([&] { plateau->load_state(damaged); }).find("-1 bad epochs"),
            std::string::npos);
  damaged.erase(damaged.begin());
  EXPECT_NE(message_of([&] { plateau->load_state(damaged); }).find("no number 'best'"),
            std::string::npos);
}

TEST(Schedule, ALineIsPrintedAsItIsRead) {
  for (const char* line : {"constant factor=0.5", "linear 0.1", "polynomial 5", "cyclic 0.01",
                           "cosine_warm_restarts 5", "reduce_on_plateau 0.5",
                           "sequential linear:0.1;cosine 5", "chained step:2;exponential",
                           "manual 3,7 0.5,0.02", "swa 0.05 start=3 before=step:2:0.5"}) {
    const std::string printed = optim::print_schedule(line);
    EXPECT_EQ(optim::print_schedule(printed), printed) << line;
  }
}

TEST(Schedule, RefusesWhatDoesNotFit) {
  const auto refusal = [](const char* line) {
    return message_of([&] { optim::parse_schedule(line).check(0.1); });
  };
  EXPECT_NE(refusal("sequential linear;cosine 5,3").find("2 schedules need 1 milestones, not 2"),
            std::string::npos);
  EXPECT_NE(refusal("sequential linear;cosine;step:3 5,3").find("rising"), std::string::npos);
  EXPECT_NE(refusal("sequential schedules=linear:warmup=3;cosine milestones=5").find("warm-up"),
            std::string::npos);
  EXPECT_NE(refusal("sequential linear;reduce_on_plateau 5").find("looks at a measure"),
            std::string::npos);
  EXPECT_NE(refusal("sequential linar;cosine 5").find("linear"), std::string::npos);
  EXPECT_NE(refusal("sequential linear;cosine:0.5 5").find("eta_min is 0.5"), std::string::npos);
  EXPECT_NE(refusal("chained cosine:0.01;step:2").find("eta_min"), std::string::npos);
  EXPECT_NE(refusal("cyclic 0.2").find("base_lr is 0.2, should be a learning rate of at most 0.1"),
            std::string::npos);
  EXPECT_NE(refusal("cyclic").find("base_lr"), std::string::npos);
  EXPECT_NE(refusal("cyclic 0.01 base_momentum=0.95").find("the first should not be above"),
            std::string::npos);
  EXPECT_NE(refusal("one_cycle max_momentum=1").find("below 1"), std::string::npos);
  EXPECT_NE(refusal("swa").find("swa_lr"), std::string::npos);
  EXPECT_NE(refusal("manual 3,7 0.1").find("2 milestones and 1 rates"), std::string::npos);
  EXPECT_NE(refusal("manual 7,3 0.1,0.2").find("rising"), std::string::npos);
  EXPECT_NE(refusal("manual 3,7 0.1,fast").find("'fast' is no number"), std::string::npos);
  EXPECT_NE(refusal("manual 3 -0.1").find("at least 0"), std::string::npos);
  EXPECT_NE(refusal("swa 0.05 before=reduce_on_plateau").find("swa: reduce_on_plateau looks at"),
            std::string::npos);
  EXPECT_NE(refusal("swa 0.05 before=step:2:warmup=3").find("warm-up"), std::string::npos);
  EXPECT_NE(refusal("cosine_warm_restarts 0").find("at least 1"), std::string::npos);
  EXPECT_NE(refusal("reduce_on_plateau 1").find("below 1"), std::string::npos);
  EXPECT_NE(refusal("reduce_on_plateau mode=up").find("min"), std::string::npos);
  Tensor w = tensor({1.0}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 0.1});
  EXPECT_NE(message_of([&] {
              optim::LrScheduler(sgd, optim::reduce_on_plateau());
            }).find("use ReduceLROnPlateau"),
            std::string::npos);
}

TEST(Schedule, MultipliedStepByStep) {  // torch.optim.lr_scheduler.MultiplicativeLR
  const optim::Schedule s =
      optim::multiplicative([](int64_t t) { return t % 2 ? 0.5 : 1.0 / double(t); });
  const double expected[] = {1, 0.5, 0.25, 0.125, 0.03125};
  for (int64_t i = 0; i < 5; ++i)
    EXPECT_NEAR(s.lr(1, {i, i, 0, 0}), expected[i], 1e-15) << i;
}

TEST(Schedule, FunctionsOfOnesOwn) {
  const optim::Schedule s =
      optim::sequential({optim::lambda([](int64_t t) { return 1.0 / double(t + 1); }),
                         optim::constant({.factor = 0.5, .total_iters = 2})},
                        {3});
  const double expected[] = {1, 1.0 / 2, 1.0 / 3, 0.5, 0.5, 1};
  for (int64_t i = 0; i < 6; ++i)
    EXPECT_NEAR(s.lr(1, {i, i, 0, 0}), expected[i], 1e-15) << i;
}

// The mistake of the course's own listing: scheduler.step() beside optimizer.step() with milestones
// that count epochs.
TEST(LrScheduler, WarnsWhenEpochsAreCountedByTheBatch) {
  static std::vector<std::string> warnings;
  warnings.clear();
  set_warning_handler([](std::string_view line) { warnings.emplace_back(line); });
  const auto train = [](optim::Schedule schedule, int batches_per_step) {
    Tensor w = tensor({1.0}).requires_grad_();
    optim::SGD sgd({w}, {.lr = 0.05});
    optim::LrScheduler scheduler(sgd, std::move(schedule));
    for (int i = 0; i < 20; ++i) {
      for (int batch = 0; batch < batches_per_step; ++batch) {
        w.sum().backward();
        sgd.step();
      }
      scheduler.step();
    }
  };
  train(optim::multistep({.milestones = {5, 10}}), 3);
  train(optim::multistep({.milestones = {50, 100}}),
        1);  // its rate never changes: nothing to warn of yet
  train(optim::multistep({.milestones = {5, 10}, .per = optim::Schedule::Per::step}), 1);
  EXPECT_TRUE(warnings.empty());
  train(optim::multistep({.milestones = {5, 10}}), 1);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("multistep counts epochs, but is stepped after every optimiser step"),
            std::string::npos)
      << warnings[0];
  train(optim::multistep({.milestones = {5, 10}}), 1);
  EXPECT_EQ(warnings.size(), 2u);  // once for each of them
  set_warning_handler({});
}

}  // namespace
}  // namespace hebb
