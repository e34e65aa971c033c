// Samples: covariances and correlations.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(covariance) {
  samples(
      "cov",
      {{"plain", {randn({3, 7}), none(), none()}},
       {"one variable", {randn({6}), none(), none()}},
       {"correction", {randn({2, 5}), none(), none()}, R"({"correction": 0})"},
       {"frequencies", {randn({2, 5}), integers(1, 4, {5}), none()}},
       {"weights", {randn({2, 5}), none(), uniform(0.5, 2, {5})}},
       {"both", {randn({2, 5}), integers(1, 4, {5}), uniform(0.5, 2, {5})}, R"({"correction": 2})"},
       {"integers", {integers(-9, 9, {2, 5}), none(), none()}},
       {"complex", {randn({2, 5}, c64), none(), none()}}});
  refuses("cov", {{"should be [variables, observations]", {zeros({2, 2, 2}), none(), none()}},
                  {"fweights are f32, should be integers", {zeros({2, 3}), ones({3}), none()}},
                  {"aweights [2] should be [3]", {zeros({2, 3}), none(), ones({2})}}});
  samples("corrcoef", {{"plain", {randn({3, 7})}},
                       {"one variable", {randn({6})}},
                       {"complex", {randn({2, 5}, c64)}, {}, {}, 4}});
}

}  // namespace hebb::test
