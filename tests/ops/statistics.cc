// Samples: reductions beyond sum and mean, running sums.
#include <limits>

#include "hebb/ops/statistics.h"
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(statistics) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const char* op : {"var", "std"}) {
    samples(op, {{"all", {randn({4, 3})}},
                 {"rows", {randn({4, 9})}, R"({"dim": 1, "unbiased": false})"},
                 {"two", {randn({2, 3, 4})}, R"({"dim": [0, 2], "keepdim": true})"},
                 {"correction", {randn({4, 9})}, R"({"dim": 1, "correction": 2})"}});
    refuses(op, {{"is not defined for i64", {integers(0, 9, {3})}},
                 {"twice", {zeros({2, 3})}, R"({"dim": [0, 0]})"}});
  }
  samples("logsumexp", {{"rows", {randn({4, 3})}, R"({"dim": 1})"},
                        {"all", {randn({4, 3})}, R"({"dim": [0, 1], "keepdim": true})"},
                        {"large", {values({1000, 1001, -1000, -1001}, {2, 2})}, R"({"dim": 1})"}});
  samples("logsumexp", {{"integers", {integers(0, 9, {3})}, R"({"dim": 0})"}});
  samples("norm", {{"two", {randn({4, 3})}},
                   {"rows", {randn({4, 3})}, R"({"dim": 1, "keepdim": true})"},
                   {"one", {distinct({4, 3})}, R"({"p": 1, "dim": 0})"},
                   {"three", {distinct({4, 3})}, R"({"p": 3})"},
                   {"largest", {distinct({4, 3})}, NormAttrs{inf, {1}, false}},
                   {"smallest", {distinct({4, 3})}, NormAttrs{-inf, {1}, false}}});
  refuses("norm", {{"is not defined for i64", {integers(0, 9, {3})}}});
  samples("prod", {{"all", {distinct({2, 3})}},
                   {"rows", {distinct({3, 4})}, R"({"dim": 1})"},
                   {"kept", {distinct({3, 4})}, R"({"dim": 0, "keepdim": true})"},
                   {"integers", {integers(1, 4, {3, 4}, i32)}, R"({"dim": 1})"},
                   {"zeros",
                    {values({0, 2, 3, 0, 0, 4, 1, 2, 3}, {3, 3})},
                    R"({"dim": 1})",
                    {{Check::second_gradient, "the gradient's own gradient leaves zeros out"}}},
                   {"empty", {zeros({0})}}});
  refuses("prod", {{"dim", {zeros({2})}, R"({"dim": 1})"}});
  samples("product_along", {{"rows", {distinct({3, 4})}, R"({"dim": 1})"},
                            {"two", {distinct({2, 2, 2})}, R"({"dim": [0, 2]})"}});
  samples("deviation_along",
          {{"rows", {randn({4, 9})}, R"({"dim": [1]})"},
           {"root", {randn({2, 3, 4})}, R"({"dim": [0, 2], "root": true, "correction": 0})"},
           {"long rows", {randn({5, 37})}, R"({"dim": [1], "root": true})"},
           {"columns", {randn({37, 70})}, R"({"dim": [0]})"},
           {"copied", {transpose(randn({19, 21}))}, R"({"root": true})"},
           {"pieces", {randn({3, 20000})}, R"({"dim": [1]})"},
           {"pieces of columns", {randn({600, 70})}, R"({"dim": [0]})"}});
  samples("power_norm_along",
          {{"rows", {randn({4, 9})}, R"({"dim": [1]})"},
           {"p", {distinct({3, 4})}, R"({"p": 2.5, "dim": [0], "keepdim": true})"},
           {"mean", {randn({3, 4})}, R"({"dim": [1], "mean": true, "eps": 0.1})"},
           {"long rows", {randn({5, 37})}, R"({"dim": [1], "mean": true, "eps": 0.1})"},
           {"columns", {randn({37, 5})}, R"({"dim": [0]})"}});
  for (const char* op : {"any", "all"}) {
    samples(op, {{"all", {integers(0, 2, {3, 4}, boolean)}},
                 {"rows", {integers(0, 2, {3, 4}, boolean)}, R"({"dim": 1})"},
                 {"numbers", {values({0, 1, 2, 0, 0, 0}, {3, 2})}, R"({"dim": 1})"},
                 {"empty", {zeros({0})}}});
    refuses(op, {{"dim", {zeros({2})}, R"({"dim": 1})"}});
  }
  samples("count_nonzero", {{"all", {integers(-1, 2, {3, 4})}},
                            {"rows", {integers(-1, 2, {3, 4})}, R"({"dim": 1})"}});
  samples("cumsum", {{"columns", {randn({13, 3})}, R"({"dim": 0})"},
                     {"rows", {randn({3, 5})}, R"({"dim": -1})"},
                     {"many columns", {randn({2, 5, 70})}, R"({"dim": 1})"},
                     {"integers", {integers(0, 9, {5}, u8)}, R"({"dim": 0})"},
                     {"0-d", {randn({})}, R"({"dim": 0})"},
                     {"as f64", {integers(0, 9, {5})}, R"({"dim": 0, "dtype": "f64"})"}});
  refuses("cumsum", {{"dim", {zeros({2})}, R"({"dim": 1})"}});
  samples("running_sum",
          {{"strided", {transpose(randn({4, 3}))}, R"({"dim": 1})"},
           {"from the end", {randn({5, 9})}, R"({"dim": 1, "reverse": true})"},
           {"columns from the end", {randn({3, 5, 70})}, R"({"dim": 1, "reverse": true})"},
           {"strided from the end", {transpose(randn({4, 3}))}, R"({"dim": 1, "reverse": true})"},
           {"none from the end", {zeros({2, 0})}, R"({"dim": 1, "reverse": true})"}});
}

}  // namespace hebb::test
