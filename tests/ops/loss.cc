// Samples: losses.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(loss) {
  const Tensor x = randn({5, 7}), t = randn({5, 7});
  for (const char* op : {"mse_loss", "l1_loss", "huber_loss"}) {
    samples(op, {{"mean", {x, t, none()}},
                 {"sum", {x, t, none()}, R"({"reduction": "sum"})"},
                 {"none", {x, t, none()}, R"({"reduction": "none"})"},
                 {"weighted mean", {x, t, uniform(0.5, 2, {5, 7})}},
                 {"weighted", {x, t, uniform(0.5, 2, {5, 7})}, R"({"reduction": "none"})"},
                 {"broadcast", {x, randn({7}), none()}},
                 {"0-d", {full({}, 0.3), full({}, 2), none()}}});
    refuses(op, {{"[2, 3]", {zeros({2, 3}), zeros({2, 4}), none()}},
                 {"weight [3] should have the shape of input [2, 3]",
                  {zeros({2, 3}), zeros({2, 3}), zeros({3})}},
                 {"should be mean, sum or none",
                  {zeros({2}), zeros({2}), none()},
                  R"({"reduction": "all"})"}});
  }
  samples("l1_loss",
          {{"complex", {randn({4, 3}, c64), randn({4, 3}, c64), none()}},
           {"complex and real", {randn({4}, c64), randn({4}), none()}, R"({"reduction": "sum"})"},
           {"weighted complex",
            {randn({4}, c64), randn({4}, c64), uniform(0.5, 2, {4})},
            R"({"reduction": "none"})"}});
  refuses("l1_loss", {{"input is i64, should be floating or complex",
                       {zeros({2}, i64), zeros({2}, i64), none()}}});
  samples("smooth_l1_loss", {{"mean", {x, t}},
                             {"sum", {x, t}, R"({"reduction": "sum"})"},
                             {"none", {x, t}, R"({"reduction": "none"})"},
                             {"broadcast", {x, randn({7})}},
                             {"0-d", {full({}, 0.3), full({}, 2)}}});
  refuses("smooth_l1_loss",
          {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}},
           {"should be mean, sum or none", {zeros({2}), zeros({2})}, R"({"reduction": "all"})"}});
  samples("smooth_l1_loss",
          {{"beta", {x, t}, R"({"beta": 0.3})"}, {"no beta", {x, t}, R"({"beta": 0})"}});
  samples("huber_loss", {{"delta", {x, t, none()}, R"({"delta": 1.7})"}});
  refuses("huber_loss", {{"delta is 0", {zeros({2}), zeros({2}), none()}, R"({"delta": 0})"}});
  const Tensor p = uniform(0.05, 0.95, {5, 7}), q = uniform(0.05, 0.95, {5, 7});
  samples("binary_cross_entropy_terms", {{"plain", {p, q}}});
  samples("binary_cross_entropy", {{"mean", {p, q, none()}},
                                   {"none", {p, q, none()}, R"({"reduction": "none"})"},
                                   {"weight", {p, q, uniform(0.5, 2, {7})}},
                                   {"ends",
                                    {values({0, 1, 0, 1}, {4}), values({0, 1, 1, 0}, {4}), none()},
                                    {},
                                    {{Check::gradient, "the logarithm is cut off"}}}});
  refuses("binary_cross_entropy",
          {{"input holds 1.5, should be probabilities between 0 and 1",
            {values({0.5, 1.5}, {2}), zeros({2}), none()}},
           {"input holds -0.25",
            {transpose(values({0, 1, -0.25, 0.5}, {2, 2})), zeros({2, 2}), none()}},
           {"should have the shape of input [3, 1]", {zeros({3, 1}), zeros({3}), none()}}});
  samples("binary_cross_entropy_logits_terms",
          {{"plain", {x, q, none()}},
           {"weights", {x, q, uniform(0.5, 2, {7})}},
           {"far", {linspace(-90, 90, {40}), uniform(0, 1, {40}), none()}}});
  samples("binary_cross_entropy_with_logits",
          {{"mean", {x, q, none(), none()}},
           {"sum", {x, q, none(), none()}, R"({"reduction": "sum"})"},
           {"weights", {x, q, uniform(0.5, 2, {7}), uniform(0.5, 2, {7})}},
           {"large",
            {values({1000, -1000, 500, -500}, {4}), values({0, 1, 1, 0}, {4}), none(), none()}}});
  refuses("binary_cross_entropy_with_logits",
          {{"should have the shape of input [3, 1]", {zeros({3, 1}), zeros({3}), none(), none()}}});
  samples("kl_div", {{"mean", {x, q}},
                     {"batchmean", {x, q}, R"({"reduction": "batchmean"})"},
                     {"logarithms", {x, t}, R"({"log_target": true, "reduction": "sum"})"},
                     {"zeros",
                      {values({-1, -2, -3}, {3}), values({0, 0.5, 0.5}, {3})},
                      {},
                      {{Check::gradient, "0 log 0 is cut off"}}}});
  refuses("kl_div",
          {{"should be mean, sum or none", {zeros({2}), zeros({2})}, R"({"reduction": "all"})"}});
}

}  // namespace hebb::test
