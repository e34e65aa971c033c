// Samples: fully connected layers.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(linear) {
  samples("linear", {{"plain", {randn({5, 7}), randn({3, 7}), randn({3})}},
                     {"no bias", {randn({5, 7}), randn({3, 7}), none()}},
                     {"one row", {randn({7}), randn({3, 7}), randn({3})}},
                     {"sequence", {randn({2, 3, 4}), randn({5, 4}), randn({5})}},
                     {"strided", {transpose(randn({7, 5})), transpose(randn({7, 3})), randn({3})}},
                     {"strided sequence", {transpose(randn({2, 4, 3})), randn({5, 4}), randn({5})}},
                     {"one long row", {randn({1, 150}), randn({33, 150}), randn({33})}},
                     {"two rows", {randn({2, 65}), randn({70, 65}), none()}},
                     {"three rows", {randn({3, 1, 70}), randn({61, 70}), randn({61})}},
                     {"four rows", {randn({4, 7}), randn({600, 7}), randn({600})}},
                     {"wide", {randn({17, 65}), randn({33, 65}), randn({33})}},
                     {"complex", {randn({5, 3}, c64), randn({2, 3}, c64), randn({2}, c64)}},
                     {"one", {randn({1, 1}), randn({1, 1}), randn({1})}},
                     {"no rows", {zeros({0, 3}), randn({2, 3}), randn({2})}},
                     {"repeated", {randn({1, 4}).expand({6, 4}), randn({3, 4}), randn({3})}},
                     {"no inner rows", {zeros({2, 0, 4}), randn({3, 4}), randn({3})}},
                     {"no features", {zeros({2, 0}), zeros({3, 0}), randn({3})}},
                     {"vector", {randn({5, 7}), randn({7}), none()}},
                     {"vector, bias", {randn({2, 3, 4}), randn({4}), randn({})}},
                     {"vector of vectors", {randn({7}), randn({7}), randn({})}},
                     {"long vector", {randn({3, 5000}), randn({5000}), none()}, {}, {}, 10},
                     {"vector, strided", {transpose(randn({7, 5})), randn({7}), none()}},
                     {"complex vector", {randn({5, 3}, c64), randn({3}, c64), randn({}, c64)}},
                     {"vector, no rows", {zeros({0, 3}), randn({3}), randn({})}},
                     {"vector, no features", {zeros({2, 0}), zeros({0}), randn({})}}});
  refuses("linear",
          {{"input [2, 3] has 3 features but weight [5, 4] expects 4",
            {zeros({2, 3}), zeros({5, 4}), none()}},
           {"bias [4] should have the shape [5]", {zeros({2, 3}), zeros({5, 3}), zeros({4})}},
           {"should be a matrix [out, in], or a vector [in]", {zeros({2, 3}), zeros({}), none()}},
           {"input [2, 3] has 3 features but weight [4] expects 4",
            {zeros({2, 3}), zeros({4}), none()}},
           {"bias [2] should be one number", {zeros({2, 3}), zeros({3}), zeros({2})}},
           {"should have one dtype", {zeros({2, 3}), zeros({5, 3}, f64), none()}}});
}

}  // namespace hebb::test
