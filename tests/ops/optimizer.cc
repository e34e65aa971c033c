// Samples: steps of optimisers.
#include <limits>

#include "hebb/kernels/optimizer.h"
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(optimizer) {
  const auto params = list({randn({3, 5}), randn({70})}),
             grads = list({randn({3, 5}), randn({70})}), first = list({randn({3, 5}), randn({70})});
  const auto second = list({uniform(0, 1, {3, 5}), uniform(0, 1, {70})}), nothing = list({});
  const Tensor lr = full({}, 0.1, f64), step = full({}, 3, f64), start = full({}, 1, f64),
               momentum = full({}, 0.7, f64);
  samples("sgd_step",
          {{"plain", {params, grads, nothing, lr, step}},
           {"momentum",
            {params, grads, first, lr, step},
            R"({"momentum": 0.9, "dampening": 0.1, "weight_decay": 0.01})"},
           {"first", {params, grads, first, lr, start}, R"({"momentum": 0.9, "dampening": 0.1})"},
           {"set", {params, grads, first, lr, step, momentum}, R"({"dampening": 0.1})"},
           {"set otherwise", {params, grads, first, lr, step, momentum}, R"({"momentum": 0.2})"},
           {"nesterov",
            {params, grads, first, lr, step},
            R"({"momentum": 0.9, "nesterov": true, "maximize": true})"}});
  refuses("sgd_step",
          {{"there should be one for each", {params, list({zeros({3, 5})}), nothing, lr, step}},
           {"momentum is 0", {params, grads, first, lr, step}},
           {"there should be one for each", {params, grads, nothing, lr, step, momentum}},
           {"momentum should be one real number", {params, grads, first, lr, step, zeros({2})}}});
  samples("adam_step", {{"plain", {params, grads, first, second, nothing, lr, step}},
                        {"l2",
                         {params, grads, first, second, nothing, lr, step},
                         R"({"weight_decay": 0.1, "maximize": true})"},
                        {"decoupled",
                         {params, grads, first, second, nothing, lr, step},
                         R"({"weight_decay": 0.1, "decoupled": true})"},
                        {"amsgrad",
                         {params, grads, first, second,
                          list({uniform(0, 1, {3, 5}), uniform(0, 1, {70})}), lr, step},
                         R"({"amsgrad": true})"},
                        {"set", {params, grads, first, second, nothing, lr, step, momentum}},
                        {"uncorrected",
                         {params, grads, first, second, nothing, lr, step},
                         R"({"bias_correction": false})"}});
  refuses("adam_step", {{"is f32[2], but its param is f32[3]",
                         {list({zeros({3})}), list({zeros({2})}), list({zeros({3})}),
                          list({zeros({3})}), nothing, lr, step}},
                        {"lr should be one real number",
                         {params, grads, first, second, nothing, zeros({2}), step}}});
  samples(
      "rmsprop_step",
      {{"plain", {params, grads, second, nothing, nothing, lr, step}, R"({"weight_decay": 0.1})"},
       {"momentum",
        {params, grads, second, nothing, first, lr, step},
        R"({"momentum": 0.9, "maximize": true})"},
       {"centred",
        {params, grads, list({full({3, 5}, 9), full({70}, 9)}), first, nothing, lr, step},
        R"({"centered": true})"},
       {"set", {params, grads, second, nothing, first, lr, step, momentum}},
       {"both",
        {params, grads, list({full({3, 5}, 9), full({70}, 9)}), first, first, lr, step},
        R"({"centered": true, "momentum": 0.5})"}});
  refuses("rmsprop_step", {{"centered is off", {params, grads, second, first, nothing, lr, step}},
                           {"momentum is 0", {params, grads, second, nothing, first, lr, step}}});
  samples("nadam_step", {{"plain", {params, grads, first, second, lr, step}},
                         {"first", {params, grads, first, second, lr, start}},
                         {"l2",
                          {params, grads, first, second, lr, step},
                          R"({"weight_decay": 0.1, "maximize": true})"},
                         {"decoupled",
                          {params, grads, first, second, lr, step},
                          R"({"weight_decay": 0.1, "decoupled": true})"}});
  refuses("nadam_step", {{"there should be one for each",
                          {params, grads, list({zeros({3, 5})}), second, lr, step}}});
  samples("grad_norm",
          {{"two", {grads}},
           {"largest", {grads}, GradNormAttrs{std::numeric_limits<double>::infinity()}},
           {"absolute", {grads}, R"({"norm_type": 1})"},
           {"three", {grads}, R"({"norm_type": 3})"},
           {"nothing", {nothing}}});
  refuses("grad_norm", {{"norm_type is 0", {grads}, R"({"norm_type": 0})"}});
  samples("clip_by_norm", {{"clipped", {grads, full({}, 10)}, R"({"max_norm": 2})"},
                           {"small", {grads, full({}, 1)}, R"({"max_norm": 2})"}});
  refuses("clip_by_norm", {{"max_norm is -1", {grads, full({}, 1)}, R"({"max_norm": -1})"}});
}

}  // namespace hebb::test
