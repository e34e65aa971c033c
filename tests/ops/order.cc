// Samples: what stands at a place of the order of values.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(order) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor with_nan = values({3, nan, 1, 2, 5, 4, nan, nan, 0}, {3, 3});
  samples("msort", {{"plain", {distinct({4, 3})}}, {"strided", {transpose(distinct({3, 4}))}}});
  samples("kthvalue", {{"plain", {distinct({4, 5})}, R"({"k": 2})"},
                       {"dim", {distinct({4, 5})}, R"({"k": 3, "dim": 0, "keepdim": true})"},
                       {"integers", {integers(0, 9, {3, 4})}, R"({"k": 4})"},
                       {"0-d", {randn({})}}});
  refuses("kthvalue", {{"k is 5, should be from 1 to 4", {zeros({4})}, R"({"k": 5})"},
                       {"k is 0", {zeros({4})}, R"({"k": 0})"}});
  for (const char* name : {"median", "nanmedian"}) {
    samples(name, {{"all", {distinct({3, 4})}},
                   {"dim", {distinct({4, 5})}, R"({"dim": 0})"},
                   {"kept", {distinct({4, 5})}, R"({"dim": -1, "keepdim": true})"},
                   {"integers", {integers(0, 9, {3, 4})}, R"({"dim": 1})"},
                   {"empty", {zeros({2, 0})}},
                   {"0-d", {randn({})}}});
    refuses(name, {{"has no elements", {zeros({0})}, R"({"dim": 0})"},
                   {"has no elements", {zeros({0}, i64)}},
                   {"have no order", {zeros({2}, c64)}}});
  }
  samples("mode", {{"plain", {integers(0, 3, {4, 7})}},
                   {"dim", {integers(0, 3, {7, 3})}, R"({"dim": 0, "keepdim": true})"},
                   {"floats", {distinct({3, 4})}},
                   {"0-d", {randn({})}}});
  refuses("mode", {{"has no elements", {zeros({2, 0})}}});
  const std::vector<Exemption> nan_wins = {{Check::gradient, "NaN has no slope"}};
  samples("median", {{"NaN", {with_nan}, R"({"dim": 1})", nan_wins},
                     {"all of NaN", {with_nan}, {}, nan_wins}});
  samples("nanmedian", {{"NaN", {with_nan}, R"({"dim": 1})"}, {"all of NaN", {with_nan}}});
  for (const char* name : {"quantile", "nanquantile"}) {
    samples(
        name,
        {{"number", {distinct({3, 4}), 0.3}, R"({"dim": 1})"},
         {"all", {distinct({3, 4}), 0.7}},
         {"several", {distinct({3, 5}), values({0.1, 0.3, 0.9}, {3})}, R"({"dim": 0})"},
         {"kept", {distinct({3, 5}), values({0.3, 0.7}, {2})}, R"({"dim": -1, "keepdim": true})"},
         {"lower", {distinct({7}), 0.4}, R"({"interpolation": "lower"})"},
         {"higher", {distinct({7}), 0.4}, R"({"interpolation": "higher"})"},
         {"midpoint", {distinct({7}), 0.4}, R"({"interpolation": "midpoint"})"},
         {"nearest", {distinct({7}), 0.4}, R"({"interpolation": "nearest"})"},
         {"0-d", {randn({}), 0.5}}});
    refuses(name, {{"q is 1.5, should be from 0 to 1", {zeros({3}), 1.5}},
                   {"interpolation is 'cubic'", {zeros({3}), 0.5}, R"({"interpolation": "cubic"})"},
                   {"q is f64 but input is f32", {zeros({3}), zeros({2}, f64)}},
                   {"should be floating", {zeros({3}, i64), 0.5}},
                   {"has no elements", {zeros({0}), 0.5}},
                   {"have one dimension", {zeros({3}), zeros({2, 2})}}});
  }
  samples("quantile", {{"NaN", {with_nan, 0.6}, R"({"dim": 1})", nan_wins}});
  samples("nanquantile", {{"NaN", {with_nan, 0.6}, R"({"dim": 1})"}});
}

}  // namespace hebb::test
