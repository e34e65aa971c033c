// Samples: batch normalisation. What stands behind the operator also gives statistics, which are
// not differentiated.
#include "ops/samples.h"

namespace hebb::test {
OPS_FAMILY(batch_norm) {
  const char* const training = R"({"training": true})";
  samples("batch_norm",
          {{"training",
            {randn({4, 3, 2, 3}), randn({3}), uniform(0.5, 2, {3}), randn({3}), randn({3})},
            R"({"training": true, "momentum": 0.3, "eps": 0.001})"},
           {"evaluation",
            {randn({2, 3, 2, 3}), randn({3}), uniform(0.5, 2, {3}), randn({3}), randn({3})}},
           {"features", {randn({6, 5}), none(), none(), randn({5}), randn({5})}, training},
           {"no weight", {randn({4, 5, 3}), none(), none(), none(), none()}, training},
           {"volumes",
            {randn({2, 2, 2, 2, 3}), randn({2}), uniform(0.5, 2, {2}), none(), randn({2})},
            training},
           {"one channel", {randn({3, 1, 2, 2}), none(), none(), none(), none()}, training}});
  refuses("batch_norm",
          {{"more than one value per channel",
            {zeros({1, 3}), none(), none(), none(), none()},
            training},
           {"are needed when training is false", {zeros({2, 3}), none(), none(), none(), none()}},
           {"belong together", {zeros({2, 3}), zeros({3}), none(), none(), none()}, training},
           {"weight has the shape [2], should be [3]",
            {zeros({2, 3}), none(), none(), zeros({2}), none()},
            training},
           {"should have at least 2", {zeros({3}), none(), none(), none(), none()}, training},
           {"should be floating", {zeros({2, 3}, i64), none(), none(), none(), none()}, training}});
  samples("batch_normalize",
          {{"row-major",
            {randn({4, 3, 2, 9}), randn({3}), uniform(0.5, 2, {3}), randn({3}), randn({3})},
            training},
           {"channels last",
            {from_channels_last(randn({4, 5, 3, 21})), randn({21}), uniform(0.5, 2, {21}),
             randn({21}), randn({21})},
            training},
           {"several pieces",
            {from_channels_last(randn({4, 30, 30, 6})), none(), none(), randn({6}), none()},
            training},
           {"evaluation",
            {from_channels_last(randn({4, 5, 3, 21})), randn({21}), uniform(0.5, 2, {21}), none(),
             randn({21})}},
           {"empty", {zeros({0, 3, 2, 2}), randn({3}), uniform(0.5, 2, {3}), none(), none()}}});
  exempt("batch_normalize",
         {{Check::gradient,
           "gives statistics as well, which are not differentiated; batch_norm's gradient is"}});
  samples("batch_norm_backward",
          {{"row-major",
            {randn({4, 3, 2, 9}), without_mean(randn({4, 3, 2, 9}), 1), randn({3}), zeros({3}),
             uniform(0.5, 2, {3})},
            training},
           {"channels last",
            {from_channels_last(randn({4, 5, 3, 21})),
             from_channels_last(without_mean(randn({4, 5, 3, 21}), 3)), randn({21}), zeros({21}),
             uniform(0.5, 2, {21})},
            training},
           {"evaluation",
            {randn({4, 3, 2, 9}), randn({4, 3, 2, 9}), none(), randn({3}), uniform(0.5, 2, {3})}}});
}

}  // namespace hebb::test
