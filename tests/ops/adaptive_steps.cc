// Samples: steps of optimisers that give every weight a rate of its own.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(adaptive_steps) {
  const auto params = list({randn({3, 5}), randn({70})}),
             grads = list({randn({3, 5}), randn({70})}), first = list({randn({3, 5}), randn({70})});
  const auto second = list({uniform(0.1, 1, {3, 5}), uniform(0.1, 1, {70})}),
             third = list({uniform(0, 1, {3, 5}), uniform(0, 1, {70})}), nothing = list({});
  const auto empty = list({zeros({0, 3}), zeros({1})}), one = list({ones({0, 3}), ones({1})});
  const Tensor lr = full({}, 0.1, f64), step = full({}, 3, f64), start = full({}, 1, f64),
               late = full({}, 20, f64), momentum = full({}, 0.7, f64);
  samples("adagrad_step", {{"plain", {params, grads, second, lr, step}},
                           {"decays",
                            {params, grads, second, lr, step},
                            R"({"lr_decay": 0.1, "weight_decay": 0.1, "maximize": true})"},
                           {"empty", {empty, empty, one, lr, step}},
                           {"no parameters", {nothing, nothing, nothing, lr, step}}});
  samples("adadelta_step", {{"plain", {params, grads, second, third, lr, step}},
                            {"options",
                             {params, grads, second, third, lr, step},
                             R"({"rho": 0.5, "weight_decay": 0.1, "maximize": true})"},
                            {"empty", {empty, empty, one, one, lr, step}}});
  samples("adamax_step", {{"plain", {params, grads, first, second, lr, step}},
                          {"options",
                           {params, grads, first, second, lr, start},
                           R"({"beta2": 0.5, "weight_decay": 0.1, "maximize": true})"},
                          {"set", {params, grads, first, second, lr, step, momentum}},
                          {"empty", {empty, empty, empty, one, lr, step}}});
  samples("radam_step", {{"rectified", {params, grads, first, second, lr, late}},
                         {"not yet", {params, grads, first, second, lr, step}},
                         {"set", {params, grads, first, second, lr, late, momentum}},
                         {"l2",
                          {params, grads, first, second, lr, late},
                          R"({"weight_decay": 0.1, "maximize": true})"},
                         {"decoupled",
                          {params, grads, first, second, lr, late},
                          R"({"weight_decay": 0.1, "decoupled": true})"},
                         {"empty", {empty, empty, empty, one, lr, late}}});
  samples(
      "lion_step",
      {{"plain", {params, grads, first, lr, step}},
       {"decay", {params, grads, first, lr, step}, R"({"weight_decay": 0.1, "maximize": true})"},
       {"textbook", {params, grads, first, lr, step}, R"({"blend": false})"},
       {"set", {params, grads, first, lr, step, momentum}},
       {"no sign", {one, empty, empty, lr, step}},
       {"empty", {empty, empty, one, lr, step}}});
  samples(
      "rprop_step",
      {{"plain", {params, grads, first, third, lr, step}},
       {"first", {params, grads, first, third, lr, start}},
       {"options",
        {params, grads, first, third, lr, step},
        R"({"eta_minus": 0.3, "eta_plus": 2, "smallest": 0.2, "largest": 0.4, "maximize": true})"},
       {"empty", {empty, empty, one, one, lr, step}}});
  samples("asgd_step", {{"plain", {params, grads, first, lr, step}},
                        {"averaged",
                         {params, grads, first, lr, step},
                         R"({"t0": 0, "lambd": 0.1, "weight_decay": 0.1, "maximize": true})"},
                        {"empty", {empty, empty, one, lr, step}}});
  refuses("adagrad_step",
          {{"there should be one for each", {params, grads, list({zeros({3, 5})}), lr, step}},
           {"lr should be one real number", {params, grads, second, zeros({2}), step}}});
  refuses("adadelta_step", {{"should be floating",
                             {list({zeros({2}, i64)}), list({zeros({2}, i64)}),
                              list({zeros({2}, i64)}), list({zeros({2}, i64)}), lr, step}}});
  refuses("adamax_step", {{"but its param is",
                           {params, grads, first, list({zeros({3, 5}), zeros({7})}), lr, step}}});
  refuses("radam_step",
          {{"step should be one real number", {params, grads, first, second, lr, zeros({0})}}});
  refuses("lion_step",
          {{"there should be one for each", {params, list({zeros({3, 5})}), first, lr, step}},
           {"momentum should be one real number", {params, grads, first, lr, step, zeros({2})}}});
  refuses("rprop_step",
          {{"there should be one for each", {params, grads, first, nothing, lr, step}}});
  refuses("asgd_step", {{"there should be one for each", {params, grads, nothing, lr, step}}});
}

}  // namespace hebb::test
