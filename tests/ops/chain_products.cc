// Samples: products that add up over a batch, and products of several matrices.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(chain_products) {
  samples(
      "addbmm",
      {{"plain", {randn({3, 2}), randn({4, 3, 5}), randn({4, 5, 2})}},
       {"factors",
        {randn({2}), randn({2, 3, 4}), randn({2, 4, 2})},
        R"({"beta": 0.5, "alpha": -2})"},
       {"without input",
        {full({}, std::numeric_limits<double>::quiet_NaN()), randn({2, 3, 4}), randn({2, 4, 2})},
        R"({"beta": 0})"},
       {"integers",
        {integers(-5, 5, {2, 2}), integers(-5, 5, {2, 2, 3}), integers(-5, 5, {2, 3, 2})}},
       {"empty batch", {randn({2, 2}), zeros({0, 2, 3}), zeros({0, 3, 2})}}});
  refuses("addbmm", {{"should be [b, n, k]", {zeros({2, 2}), zeros({2, 2}), zeros({2, 2, 2})}},
                     {"has 3 columns but", {zeros({2, 2}), zeros({1, 2, 3}), zeros({1, 2, 2})}}});
  samples("addr",
          {{"plain", {randn({3, 2}), randn({3}), randn({2})}},
           {"factors", {randn({2}), randn({3}), randn({2})}, R"({"beta": 0.5, "alpha": 3})"},
           {"empty", {zeros({0, 2}), zeros({0}), randn({2})}}});
  refuses("addr", {{"should be vectors", {zeros({2, 2}), zeros({2, 2}), zeros({2})}}});
  samples("linalg_multi_dot",
          {{"two", {list({randn({2, 3}), randn({3, 4})})}},
           {"four", {list({randn({2, 5}), randn({5, 1}), randn({1, 4}), randn({4, 3})})}},
           {"a row", {list({randn({3}), randn({3, 2}), randn({2, 4})})}},
           {"a column", {list({randn({4, 3}), randn({3, 2}), randn({2})})}},
           {"both", {list({randn({3}), randn({3, 2}), randn({2})})}},
           {"complex", {list({randn({2, 3}, c64), randn({3, 2}, c64)})}}});
  refuses("linalg_multi_dot", {{"should be from 2 to 1000", {list({zeros({2, 2})})}},
                               {"tensor 1 is [2, 2, 2], should be a matrix",
                                {list({zeros({2, 2}), zeros({2, 2, 2}), zeros({2, 2})})}},
                               {"tensor 0 has 3 columns but tensor 1 has 2 rows",
                                {list({zeros({2, 3}), zeros({2, 3})})}}});
  samples("linalg_vecdot", {{"plain", {randn({4, 3}), randn({4, 3})}},
                            {"broadcast", {randn({2, 1, 3}), randn({4, 3})}},
                            {"dim", {randn({3, 4}), randn({3, 1})}, R"({"dim": 0})"},
                            {"complex", {randn({2, 3}, c64), randn({2, 3}, c64)}}});
  refuses("linalg_vecdot", {{"x is i64", {zeros({2}, i64), zeros({2}, i64)}},
                            {"should be vectors", {full({}, 1), full({}, 1)}}});
}

}  // namespace hebb::test
