// Twenty steps of every optimiser that a line can name, against tests/reference/trajectories.json
// (trajectories.py: PyTorch, and the papers' formulas), in f64 and f32; stopped and gone on with,
// in the same bits. The path of L-BFGS.

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "hebb/base/file.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "hebb/optim/parse.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb {
namespace {

using Tensors = std::vector<Tensor>;

struct Trajectories {
  nlohmann::json all = nlohmann::json::parse(read_file(reference_folder() / "trajectories.json"));
  Tensors tensors(const nlohmann::json& lists, DType dtype) const {
    Tensors out;
    for (size_t i = 0; i < lists.size(); ++i)
      out.push_back(Tensor::from(lists[i].get<std::vector<double>>(),
                                 Dims(all["shapes"][i].get<std::vector<int64_t>>()))
                        .to(dtype)
                        .detach()
                        .clone());
    return out;
  }
  Tensors start(DType dtype) const {
    Tensors params = tensors(all["start"], dtype);
    for (Tensor& param : params)
      param.requires_grad_();
    return params;
  }
  // With the gradients of step i, from 0.
  void step(optim::Optimizer& optimizer, Tensors& params, size_t i) const {
    const Tensors grads = tensors(all["grads"][i], params[0].dtype());
    for (size_t k = 0; k < params.size(); ++k)
      params[k].set_grad(grads[k]);
    optimizer.step();
  }
};

// The largest difference over the largest magnitude.
double distance(const Tensors& got, const nlohmann::json& expected) {
  double most = 0, size = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const auto values = got[i].to_vector<double>();
    for (size_t k = 0; k < values.size(); ++k) {
      const auto wanted = expected[i][k].get<double>();
      most = std::isfinite(values[k]) ? std::max(most, std::abs(values[k] - wanted)) : INFINITY;
      size = std::max(size, std::abs(wanted));
    }
  }
  return most / size;
}

TEST(Trajectories, AgreeWithTheReference) {
  const Trajectories t;
  std::set<std::string> seen;
  for (DType dtype : {f64, f32})
    for (const auto& c : t.all["cases"]) {
      const std::string line = c["line"];
      seen.insert(line.substr(0, line.find(' ')));
      // The default of eps1 is the step of the dtype; twenty steps of signs and small divisors add
      // up.
      const double bound = dtype == f64 ? 1e-12 : 1e-5;
      Tensors params = t.start(dtype);
      const auto optimizer = optim::parse_optimizer(line)({{.params = params}});
      for (size_t i = 0; i < 20; ++i) {
        t.step(*optimizer, params, i);
        if (i == 0) {
          EXPECT_LE(distance(params, c["after 1"]), bound) << line << " " << name(dtype);
        }
      }
      EXPECT_LE(distance(params, c["after 20"]), bound) << line << " " << name(dtype);
    }
  for (const SpecHelp& word : optim::optimizer_help())
    EXPECT_TRUE(seen.contains(word.name)) << word.name << " has no trajectory";
}

// Weights of 0, and gradients that are 0, tiny or huge.
TEST(Trajectories, OfWhatStandsStill) {
  const std::vector<std::vector<double>> grads = {
      {0, 0, 0, 0}, {0, 0, 0, 0}, {1e-30, 0, -1e20, 2}, {1e-30, 0, -1e20, 2}, {0, 0, 0, 0}};
  const Trajectories reference;
  for (const auto& c : reference.all["still"]) {
    const std::string line = c["line"];
    Tensor param = zeros({2, 2}, f64).requires_grad_();
    const auto optimizer = optim::parse_optimizer(line)({optim::ParamGroup{.params = {param}}});
    for (size_t i = 0; i < grads.size(); ++i) {
      param.set_grad(Tensor::from(grads[i], {2, 2}));
      optimizer->step();
      const auto got = param.to_vector<double>();
      for (size_t k = 0; k < got.size(); ++k) {
        const double wanted = c["after"][i][k];
        EXPECT_NEAR(got[k], wanted, 1e-12 * std::abs(wanted))
            << line << ", step " << i << ", " << k;
      }
    }
  }
}

TEST(Trajectories, AlongSchedulesThatChangeMomentum) {
  const Trajectories t;
  for (DType dtype : {f64, f32})
    for (const auto& c : t.all["cycled"]) {
      const std::string line = c["line"], schedule = c["schedule"];
      const double bound = dtype == f64 ? 1e-12 : 1e-5;
      Tensors params = t.start(dtype);
      auto optimizer = optim::parse_optimizer(line)({{.params = params}});
      for (size_t i = 0; i < 20; ++i) {
        const auto done = int64_t(i);
        // Made anew at each step, with what was saved: a schedule and its momentum keep nothing.
        std::vector<std::pair<std::string, Tensor>> saved;
        for (const auto& [name, tensor] : optimizer->state())
          saved.emplace_back(name, tensor.clone());
        const bool has_moments = saved.size() > 2;
        optimizer = optim::parse_optimizer(line)({{.params = params}});
        const optim::LrScheduler scheduler(*optimizer, optim::parse_schedule(schedule),
                                           {.total = 20, .done = done});
        if (i > 0)
          optimizer->load_state(saved);
        EXPECT_TRUE(i == 0 || has_moments) << line;
        t.step(*optimizer, params, i);
        if (i == 0) {
          EXPECT_LE(distance(params, c["after 1"]), bound) << line << " " << name(dtype);
        }
      }
      EXPECT_LE(distance(params, c["after 20"]), bound) << line << " " << name(dtype);
    }
}

TEST(Trajectories, AMomentumThatIsNotThereCannotBeSet) {
  const auto refusal = [](const char* line, double momentum) {
    return message_of([&] {
      optim::parse_optimizer(line)({{.params = {zeros({2}).requires_grad_()}}})
          ->set_momentum(momentum);
    });
  };
  EXPECT_NE(refusal("adagrad", 0.9).find("cycle_momentum=false"), std::string::npos);
  EXPECT_NE(refusal("sgd", 1).find("is set to 1, should be above 0 and below 1"),
            std::string::npos);
  EXPECT_NE(refusal("adam", 0).find("is set to 0"), std::string::npos);
  EXPECT_EQ(refusal("sgd", 0.5), "no error");
}

TEST(Trajectories, GoOnInTheSameBits) {
  const Trajectories t;
  for (DType dtype : {f32, f64})
    for (const auto& c : t.all["cases"]) {
      const std::string line = c["line"];
      const auto run = [&](size_t stop) {
        Tensors params = t.start(dtype);
        auto optimizer = optim::parse_optimizer(line)({{.params = params}});
        for (size_t i = 0; i < 20; ++i) {
          if (i == stop) {
            std::vector<std::pair<std::string, Tensor>> saved;
            for (const auto& [name, tensor] : optimizer->state())
              saved.emplace_back(name, tensor.clone());
            optimizer = optim::parse_optimizer(line)({{.params = params}});
            optimizer->load_state(saved);
          }
          t.step(*optimizer, params, i);
        }
        std::vector<double> out;
        for (const Tensor& param : params)
          for (double v : param.to_vector<double>())
            out.push_back(v);
        return out;
      };
      EXPECT_EQ(run(99), run(4)) << line;
      EXPECT_EQ(run(99), run(0)) << line;
    }
}

TEST(Trajectories, StatesHavePyTorchsNames) {
  const auto names = [&](const char* line) {
    std::string out;
    const Tensors params{zeros({2, 3}).requires_grad_(), zeros({4}).requires_grad_()};
    for (const auto& [name, tensor] : optim::parse_optimizer(line)({{.params = params}})->state())
      if (!name.ends_with("step") && name != "param_steps")
        out += name + to_string(tensor.shape()) + " ";
    return out;
  };
  EXPECT_EQ(names("adagrad"), "sum.0[2, 3] sum.1[4] ");
  EXPECT_EQ(names("adadelta"),
            "square_avg.0[2, 3] square_avg.1[4] acc_delta.0[2, 3] acc_delta.1[4] ");
  EXPECT_EQ(names("adamax"), "exp_avg.0[2, 3] exp_avg.1[4] exp_inf.0[2, 3] exp_inf.1[4] ");
  EXPECT_EQ(names("radam"), "exp_avg.0[2, 3] exp_avg.1[4] exp_avg_sq.0[2, 3] exp_avg_sq.1[4] ");
  EXPECT_EQ(names("muon"), "momentum_buffer.0[2, 3] exp_avg.1[4] exp_avg_sq.1[4] ");
  EXPECT_EQ(names("sparse_adam"),
            "exp_avg.0[2, 3] exp_avg.1[4] exp_avg_sq.0[2, 3] exp_avg_sq.1[4] ");
  EXPECT_EQ(names("lion"), "exp_avg.0[2, 3] exp_avg.1[4] ");
  EXPECT_EQ(names("rprop"), "prev.0[2, 3] prev.1[4] step_size.0[2, 3] step_size.1[4] ");
  EXPECT_EQ(names("asgd"), "ax.0[2, 3] ax.1[4] ");
  EXPECT_EQ(names("lars"), "momentum_buffer.0[2, 3] momentum_buffer.1[4] ");
  EXPECT_EQ(names("adafactor"), "row_var.0[2, 1] col_var.0[1, 3] variance.1[4] ");
}

TEST(Trajectories, SparseAdamLeavesRowsWithoutAGradient) {
  const auto few = Trajectories().all["few rows"];
  const auto table = [](const nlohmann::json& values) {
    return Tensor::from(values.get<std::vector<double>>(), {4, 3});
  };
  const Tensor param = table(few["start"]).requires_grad_();
  const auto optimizer = optim::parse_optimizer(few["line"].get<std::string>())(
      {optim::ParamGroup{.params = {param}}});
  for (const auto& step : few["steps"]) {
    Tensor(param).set_grad(table(step["grad"]));
    optimizer->step();
    EXPECT_LE(distance({param}, nlohmann::json::array({step["after"]})), 1e-12);
  }
}

TEST(Trajectories, AdagradBeginsWithItsAccumulator) {
  const Tensor w = zeros({2}).requires_grad_();
  optim::Adagrad adagrad({w}, {.initial_accumulator_value = 0.5});
  EXPECT_EQ(adagrad.state()[2].second.to_vector<double>(), (std::vector<double>{0.5, 0.5}));
}

TEST(Trajectories, BadOptionsAreRefused) {
  const auto refusal = [](const char* line) {
    return message_of(
        [&] { optim::parse_optimizer(line)({{.params = {zeros({2}).requires_grad_()}}}); });
  };
  EXPECT_NE(refusal("rprop step_sizes=2,1").find("the first should not be above the second"),
            std::string::npos);
  EXPECT_NE(refusal("rprop etas=1.5,1.2").find("the first should be below 1"), std::string::npos);
  EXPECT_NE(refusal("lars nesterov=true momentum=0").find("nesterov needs a momentum above 0"),
            std::string::npos);
  EXPECT_NE(refusal("adadelta rho=1").find("below 1"), std::string::npos);
  EXPECT_NE(refusal("adafactor d=0.5").find("at least 1"), std::string::npos);
  EXPECT_NE(refusal("lion lr=0").find("above 0"), std::string::npos);
  EXPECT_NE(message_of([] {
              optim::SparseAdam(
                  {optim::ParamGroup{.params = {zeros({2}).requires_grad_()}, .weight_decay = 0.1}},
                  optim::SparseAdamOptions{});
            }).find("sparse_adam: has no weight decay"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              optim::Rprop(
                  {optim::ParamGroup{.params = {zeros({2}).requires_grad_()}, .weight_decay = 0.1}},
                  optim::RpropOptions{});
            }).find("has no weight decay"),
            std::string::npos);
}

// ---- L-BFGS ----

Tensor valley(const Tensor& w) {
  const Tensor high = w[{Slice(1, {})}], low = w[{Slice(0, -1)}];
  const Tensor bend = high - low * low, rest = 1.0 - low;
  return (bend * bend * 100.0 + rest * rest).sum();
}

TEST(LBFGS, FollowsPyTorch) {
  const Trajectories t;
  for (const auto& c : t.all["lbfgs"]) {
    optim::LBFGSOptions o;
    const auto& given = c["options"];
    o.lr = given.value("lr", 1.0);
    o.max_iter = given.value("max_iter", 20);
    o.history_size = given.value("history_size", 100);
    o.tolerance_grad = given.value("tolerance_grad", o.tolerance_grad);
    o.tolerance_change = given.value("tolerance_change", o.tolerance_change);
    o.maximize = given.value("maximize", false);
    if (given.contains("max_eval"))
      o.max_eval = given["max_eval"].get<int64_t>();
    if (given.contains("line_search_fn"))
      o.line_search_fn = optim::LineSearch::strong_wolfe;
    Tensor w = tensor(c["start"].get<std::vector<double>>()).requires_grad_();
    auto lbfgs = std::make_unique<optim::LBFGS>(Tensors{w}, o);
    for (size_t i = 0; i < c["path"].size(); ++i) {
      const double loss = lbfgs->step([&] {
        lbfgs->zero_grad();
        const Tensor loss = o.maximize ? -valley(w) : valley(w);
        loss.backward();
        return loss;
      });
      // Rounding grows along the curved path; a wrong formula is off by far more.
      const double tolerance = 1e-7;
      EXPECT_NEAR(loss, c["losses"][i].get<double>(), tolerance * (1 + std::abs(loss)))
          << c["options"];
      const auto got = w.to_vector<double>();
      for (size_t k = 0; k < got.size(); ++k)
        EXPECT_NEAR(got[k], c["path"][i][k].get<double>(), tolerance) << c["options"] << " " << i;
      const auto saved = lbfgs->state();  // each step goes on from what was saved
      lbfgs = std::make_unique<optim::LBFGS>(Tensors{w}, o);
      lbfgs->load_state(saved);
    }
    EXPECT_EQ(lbfgs->evaluations(), c["func_evals"].get<int64_t>()) << c["options"];
    EXPECT_EQ(lbfgs->iterations(), c["n_iter"].get<int64_t>()) << c["options"];
  }
}

TEST(LBFGS, RefusesWhatItCannotDo) {
  Tensor w = tensor({1.0, 2.0}).requires_grad_();
  EXPECT_NE(message_of([&] { optim::LBFGS lbfgs({w, w}); }).find("given twice"), std::string::npos);
  EXPECT_NE(message_of([&] { optim::LBFGS lbfgs({}); }).find("no parameters"), std::string::npos);
  EXPECT_NE(message_of([&] {
              optim::LBFGS lbfgs({w, zeros({2}, f64)});
            }).find("should have one dtype"),
            std::string::npos);
  optim::LBFGS lbfgs({w});
  EXPECT_NE(message_of([&] { lbfgs.step([&] { return w; }); }).find("one number"),
            std::string::npos);
  EXPECT_NE(message_of([&] { lbfgs.load_state({}); }).find("no number 'func_evals'"),
            std::string::npos);
  const auto go = [&](double target) {
    for (int i = 0; i < 2; ++i)
      lbfgs.step([&] {
        lbfgs.zero_grad();
        const Tensor loss = ((w - target) * (w - target)).sum();
        loss.backward();
        return loss;
      });
  };
  go(3);
  EXPECT_NEAR(w.to_vector<double>()[0], 3, 1e-4);
  const Tensor longer = zeros({3}).requires_grad_();
  optim::LBFGS other({longer});
  EXPECT_NE(message_of([&] { other.load_state(lbfgs.state()); }).find("another model's"),
            std::string::npos);
  EXPECT_EQ(other.iterations(), 0);
  EXPECT_NE(message_of([&] { go(NAN); }).find("the loss is nan"), std::string::npos);
}

}  // namespace
}  // namespace hebb
