// Samples: losses of class scores.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(cross_entropy) {
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
  const Tensor table = randn({4, 3});
  samples("linear_cross_entropy",
          {{"plain", {randn({5, 3}), table, t5, none(), none()}},
           {"bias and weights",
            {randn({5, 3}), table, t5, randn({4}), uniform(0.5, 2, {4})},
            R"({"label_smoothing": 0.1, "reduction": "sum"})",
            no_weight_gradient},
           {"one row", {randn({3}), table, values({2}, {}, i64), none(), none()}},
           {"places",
            {randn({2, 3}), randn({4, 5, 3}), integers(0, 4, {2, 5}), randn({4, 5}), none()},
            R"({"reduction": "none"})"}});
  refuses(
      "linear_cross_entropy",
      {{"linear_weight [4, 2] should be [classes, 3]",
        {randn({5, 3}), randn({4, 2}), t5, none(), none()}},
       {"input [2, 5, 3] should be [N, in] or [in]", {randn({2, 5, 3}), table, t5, none(), none()}},
       {"is for several places, so input [3] should be [N, in]",
        {randn({3}), randn({4, 5, 3}), integers(0, 4, {5}), none(), none()}},
       {"linear_bias [3] should be [4]", {randn({5, 3}), table, t5, randn({3}), none()}},
       {"target[0] is 4", {randn({1, 3}), table, values({4}, {1}, i64), none(), none()}}});
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
}

}  // namespace hebb::test
