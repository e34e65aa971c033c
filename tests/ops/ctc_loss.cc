// Samples: the loss of label sequences over all alignments.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(ctc_loss) {
  const Tensor log_p =
                   values({-1.2, -0.9, -1.3, -0.8, -1.5, -1.1, -1.4, -0.7, -1.3, -1.0, -1.2, -1.1,
                           -0.6, -1.9, -1.2, -1.1, -1.0, -1.2, -1.6, -0.5, -1.7, -0.9, -1.4, -1.1},
                          {4, 2, 3}),
               targets = values({1, 2, 2, 0}, {2, 2}, i64), joined = values({1, 2, 2}, {3}, i64),
               inputs = values({4, 3}, {2}, i64), lengths = values({2, 1}, {2}, i64);
  samples(
      "ctc_loss",
      {{"mean", {log_p, targets, inputs, lengths}},
       {"sum", {log_p, joined, inputs, lengths}, R"({"reduction": "sum"})"},
       {"none", {log_p, targets, inputs, lengths}, R"({"reduction": "none"})"},
       {"another blank",
        {log_p, values({1, 0, 0, 1}, {2, 2}, i64), inputs, lengths},
        R"({"blank": 2})"},
       {"repeated", {log_p, values({1, 1, 2, 2}, {2, 2}, i64), inputs, values({2, 2}, {2}, i64)}},
       {"no labels", {log_p, targets, inputs, zeros({2}, i64)}},
       {"too short",
        {log_p, targets, values({1, 3}, {2}, i32), values({2, 1}, {2}, i32)},
        R"({"zero_infinity": true})"},
       {"one sample",
        {values({-1.2, -0.9, -1.3, -0.8, -1.5, -1.1}, {3, 2}), values({1}, {1}, i64),
         values({3}, {}, i64), values({1}, {}, i64)}}});
  exempt(
      "ctc_loss",
      {{Check::gradient,
        "it holds for log-probabilities, which differences are not; PyTorch's values check it"}});
  samples("ctc_terms", {{"plain", {log_p, targets, inputs, lengths}}});
  exempt("ctc_terms", {{Check::gradient, "as that of ctc_loss"}});
  samples(
      "ctc_terms_backward",
      {{"plain", {randn({2}), log_p, targets, inputs, lengths}},
       {"repeated",
        {randn({2}), log_p, values({1, 1, 2, 2}, {2, 2}, i64), inputs, values({2, 2}, {2}, i64)}},
       {"joined", {randn({2}), log_p, joined, inputs, lengths}},
       {"no labels", {randn({2}), log_p, targets, inputs, zeros({2}, i64)}},
       {"too short",
        {randn({2}), log_p, targets, values({1, 3}, {2}, i64), lengths},
        R"({"zero_infinity": true})"}});
  exempt("ctc_terms_backward",
         {{Check::f64_reference, "PyTorch has no second gradient; differences check it"}});
  samples("ctc_terms_second",
          {{"plain", {randn({4, 2, 3}), randn({2}), log_p, targets, inputs, lengths}},
           {"joined", {randn({4, 2, 3}), randn({2}), log_p, joined, inputs, lengths}},
           {"too short",
            {randn({4, 2, 3}), randn({2}), log_p, targets, values({1, 3}, {2}, i64), lengths},
            R"({"zero_infinity": true})"}});
  refuses("ctc_loss",
          {{"input_lengths[0] is 5, should be from 0 to 4",
            {log_p, targets, values({5, 3}, {2}, i64), lengths}},
           {"target_lengths[1] is 3, should be from 0 to 2",
            {log_p, targets, inputs, values({2, 3}, {2}, i64)}},
           {"label 1 of sample 0 is 7, should be from 0 to 2",
            {log_p, values({1, 7, 2, 0}, {2, 2}, i64), inputs, lengths}},
           {"target_lengths add up to 2, but there are 3 targets",
            {log_p, joined, inputs, values({1, 1}, {2}, i64)}},
           {"blank is 3", {log_p, targets, inputs, lengths}, R"({"blank": 3})"},
           {"targets is f32, should be an integer dtype", {log_p, zeros({2, 2}), inputs, lengths}},
           {"input_lengths [3] should be [2]", {log_p, targets, zeros({3}, i64), lengths}}});
}

}  // namespace hebb::test
