// Samples: losses.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(loss) {
  const Tensor t5 = values({2, 0, 1, 3, 3}, {5}, i64),
               ignoring = values({2, -100, 1, 3, -100}, {5}, i64);
  // PyTorch gives class weights no gradient either; that of the input with weights is checked
  // against PyTorch's values.
  const std::vector<Exemption> no_weight_gradient{
      {Check::gradient, "class weights get no gradient"}};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor picture = integers(0, 3, {2, 4, 5});
  samples("cross_entropy",
          {{"plain", {randn({5, 4}), t5, none()}},
           {"sum", {randn({5, 4}), t5, none()}, R"({"reduction": "sum"})"},
           {"none", {randn({5, 4}), t5, none()}, R"({"reduction": "none"})"},
           {"weights", {randn({5, 4}), t5, uniform(0.5, 2, {4})}, {}, no_weight_gradient},
           {"ignored", {randn({5, 4}), ignoring, none()}},
           {"everything",
            {randn({5, 4}), ignoring, uniform(0.5, 2, {4})},
            R"({"label_smoothing": 0.2})",
            no_weight_gradient},
           {"smoothing none",
            {randn({5, 4}), ignoring, none()},
            R"({"label_smoothing": 0.1, "reduction": "none"})"},
           {"ignore index", {randn({5, 4}), t5, none()}, R"({"ignore_index": 3})"},
           {"picture", {randn({2, 3, 4, 5}), picture, none()}, R"({"label_smoothing": 0.1})"},
           {"large picture", {randn({2, 3, 9, 11}), integers(0, 3, {2, 9, 11}), none()}},
           {"positions",
            {randn({2, 5, 70}), integers(0, 5, {2, 70}), none()},
            R"({"reduction": "none"})"},
           {"weighted picture",
            {randn({2, 3, 4, 5}), picture, uniform(0.5, 2, {3})},
            R"({"label_smoothing": 0.1, "ignore_index": 1})",
            no_weight_gradient},
           {"NaN of an ignored column",
            {values({0, nan, 1, 2, nan, 3}, {1, 2, 3}), values({1, -100, 0}, {1, 3}, i64), none()},
            {},
            {{Check::second_gradient, "it is written in operators, where 0 times NaN is NaN"}}},
           {"one row", {randn({4}), values({2}, {}, i64), none()}},
           {"many classes", {randn({3, 133}), integers(0, 133, {3}), none()}},
           {"strided", {transpose(randn({4, 5})), t5, none()}},
           {"narrow indices", {randn({5, 4}), values({2, 0, 1, 3, 3}, {5}, u8), none()}},
           {"large", {values({1000, -1000, 0, 5, 6, 7}, {2, 3}), values({0, 1}, {2}, i64), none()}},
           {"probabilities", {randn({5, 4}), uniform(0, 1, {5, 4}), none()}},
           {"weighted probabilities",
            {randn({5, 4}), uniform(0, 1, {5, 4}), uniform(0.5, 2, {4})},
            R"({"label_smoothing": 0.2})"},
           {"no rows", {zeros({0, 4}), zeros({0}, i64), none()}, R"({"reduction": "sum"})"}});
  refuses("cross_entropy",
          {{"target[1] is 4, but the input has 4 classes: 0 to 3",
            {randn({2, 4}), values({0, 4}, {2}, i64), none()}},
           {"target[0, 2] is -1", {randn({1, 4, 3}), values({0, 1, -1}, {1, 3}, i64), none()}},
           {"target [3] should be [2]", {randn({2, 4}), zeros({3}, i64), none()}},
           {"holds probabilities, of which none can be ignored",
            {randn({2, 4}), randn({2, 4}), none()},
            R"({"ignore_index": 1})"},
           {"reduction is \"men\", should be mean, sum or none",
            {randn({2, 4}), zeros({2}, i64), none()},
            R"({"reduction": "men"})"},
           {"label_smoothing is 2",
            {randn({2, 4}), zeros({2}, i64), none()},
            R"({"label_smoothing": 2})"},
           {"one value for each of the 4 classes", {randn({2, 4}), zeros({2}, i64), ones({3})}},
           {"holds probabilities", {randn({2, 4}), zeros({2}), none()}}});
  samples("class_cross_entropy", {{"plain", {randn({5, 4}), t5, none()}},
                                  {"columns", {randn({2, 3, 4, 5}), picture, none()}},
                                  {"everything",
                                   {randn({5, 19}), ignoring, uniform(0.5, 2, {19})},
                                   R"({"label_smoothing": 0.2})"}});
  samples("class_cross_entropy_backward",
          {{"plain", {randn({}), randn({5, 4}), t5, none(), randn({5}, f64), full({}, 5, f64)}},
           {"columns",
            {randn({}), randn({2, 3, 4, 5}), picture, uniform(0.5, 2, {3}),
             uniform(1, 2, {2, 4, 5}, f64), full({}, 40, f64)},
            R"({"label_smoothing": 0.1})"},
           {"wide",
            {randn({}), randn({5, 37}), t5, none(), uniform(3, 5, {5}, f64), full({}, 5, f64)}}});
  exempt("class_cross_entropy",
         {{Check::gradient, "its hidden outputs have no gradient; covered by cross_entropy"},
          {Check::second_gradient, "as above"}});
  for (const char* op : {"class_cross_entropy_backward", "nll_loss_backward"})
    exempt(op,
           {{Check::gradient,
             "some operands come from the same forward run; covered by the loss' second gradient"},
            {Check::second_gradient, "as above"}});
  samples("nll_loss",
          {{"plain", {randn({5, 4}), t5, none()}},
           {"sum", {randn({5, 4}), t5, none()}, R"({"reduction": "sum"})"},
           {"none", {randn({5, 4}), t5, none()}, R"({"reduction": "none"})"},
           {"weights", {randn({5, 4}), ignoring, uniform(0.5, 2, {4})}, {}, no_weight_gradient},
           {"picture", {randn({2, 3, 4, 5}), picture, none()}}});
  refuses("nll_loss", {{"target[0] is 9", {randn({1, 4}), values({9}, {1}, i64), none()}},
                       {"should be an integer dtype", {randn({2, 4}), zeros({2}), none()}}});
  samples("nll_loss_backward",
          {{"plain", {randn({}), randn({5, 4}), t5, none(), zeros({5}, f64), full({}, 5, f64)}}});

  const Tensor x = randn({5, 7}), t = randn({5, 7});
  for (const char* op : {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"}) {
    samples(op, {{"mean", {x, t}},
                 {"sum", {x, t}, R"({"reduction": "sum"})"},
                 {"none", {x, t}, R"({"reduction": "none"})"},
                 {"broadcast", {x, randn({7})}},
                 {"0-d", {full({}, 0.3), full({}, 2)}}});
    refuses(op,
            {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}},
             {"should be mean, sum or none", {zeros({2}), zeros({2})}, R"({"reduction": "all"})"}});
  }
  samples("smooth_l1_loss",
          {{"beta", {x, t}, R"({"beta": 0.3})"}, {"no beta", {x, t}, R"({"beta": 0})"}});
  samples("huber_loss", {{"delta", {x, t}, R"({"delta": 1.7})"}});
  refuses("huber_loss", {{"delta is 0", {zeros({2}), zeros({2})}, R"({"delta": 0})"}});
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
