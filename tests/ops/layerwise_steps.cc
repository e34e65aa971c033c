// Samples: steps of optimisers that look at a parameter as a whole.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(layerwise_steps) {
  const auto params = list({randn({3, 5}), randn({70})}),
             grads = list({randn({3, 5}), randn({70})}), first = list({randn({3, 5}), randn({70})});
  const auto second = list({uniform(0.1, 1, {3, 5}), uniform(0.1, 1, {70})}), nothing = list({});
  const auto empty = list({zeros({0, 3}), zeros({1})}), one = list({ones({0, 3}), ones({1})});
  const Tensor lr = full({}, 0.1, f64), step = full({}, 3, f64), start = full({}, 1, f64);
  samples(
      "lamb_step",
      {{"plain", {params, grads, first, second, lr, step}},
       {"decay",
        {params, grads, first, second, lr, step},
        R"({"weight_decay": 0.1, "maximize": true})"},
       {"uncorrected", {params, grads, first, second, lr, step}, R"({"bias_correction": false})"},
       {"weights of 0", {empty, one, empty, one, lr, step}},
       {"empty", {empty, empty, empty, one, lr, step}}});
  samples("lars_step", {{"plain", {params, grads, first, lr, step}},
                        {"first", {params, grads, first, lr, start}},
                        {"nesterov",
                         {params, grads, first, lr, step},
                         R"({"nesterov": true, "weight_decay": 0.1, "maximize": true})"},
                        {"no momentum",
                         {params, grads, nothing, lr, step},
                         R"({"momentum": 0, "trust_coefficient": 0.5})"},
                        {"gradients of 0", {one, empty, one, lr, step}},
                        {"empty", {empty, empty, one, lr, step}}});
  const auto matrices = list({randn({3, 5}), randn({2, 4, 3}), randn({7}), randn({})}),
             their_grads = list({randn({3, 5}), randn({2, 4, 3}), randn({7}), randn({})});
  const auto rows = list(
                 {uniform(0.1, 1, {3, 1}), uniform(0.1, 1, {2, 4, 1}), zeros({0}), zeros({0})}),
             columns = list(
                 {uniform(0.1, 1, {1, 5}), uniform(0.1, 1, {2, 1, 3}), zeros({0}), zeros({0})}),
             variances = list({zeros({0}), zeros({0}), uniform(0.1, 1, {7}), uniform(0.1, 1, {})});
  samples(
      "adafactor_step",
      {{"plain", {matrices, their_grads, rows, columns, variances, lr, step}},
       {"options",
        {matrices, their_grads, rows, columns, variances, lr, step},
        R"({"beta2_decay": -0.5, "eps1": 0.01, "eps2": 0.1, "d": 1.5, "weight_decay": 0.1, "maximize": true})"},
       {"empty",
        {list({zeros({0, 3}), zeros({2, 0})}), list({zeros({0, 3}), zeros({2, 0})}),
         list({zeros({0, 1}), zeros({2, 1})}), list({zeros({1, 3}), zeros({1, 0})}),
         list({zeros({0}), zeros({0})}), lr, step}}});
  refuses("lamb_step",
          {{"there should be one for each", {params, grads, first, nothing, lr, step}}});
  refuses("lars_step", {{"momentum is 0", {params, grads, first, lr, step}, R"({"momentum": 0})"}});
  refuses("adafactor_step", {{"should be f32[3, 1]",
                              {list({zeros({3, 5})}), list({zeros({3, 5})}), list({zeros({3, 5})}),
                               list({zeros({1, 5})}), list({zeros({0})}), lr, step}}});
}

}  // namespace hebb::test
