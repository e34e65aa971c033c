// Samples: operators whose values say how many elements come out.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(counted) {
  samples("nonzero", {{"bool", {integers(0, 2, {3, 4}, boolean)}},
                      {"numbers", {values({0, 2, 0, -0.0, 5, 1e-30}, {2, 3})}},
                      {"strided", {transpose(integers(0, 2, {3, 4}))}},
                      {"none", {zeros({2, 3})}},
                      {"0-d", {ones({})}},
                      {"empty", {zeros({0, 3})}}});
  samples("masked_select", {{"some", {randn({3, 4}), integers(0, 2, {3, 4}, boolean)}},
                            {"broadcast", {randn({3, 1}), integers(0, 2, {4}, boolean)}},
                            {"strided", {transpose(randn({4, 3})), ones({3, 4}, boolean)}},
                            {"none", {randn({2, 3}), zeros({2, 3}, boolean)}},
                            {"0-d", {randn({}), ones({}, boolean)}},
                            {"empty", {zeros({0, 3}), ones({3}, boolean)}}});
  refuses("masked_select", {{"mask is i64, should be bool", {zeros({2}), zeros({2}, i64)}},
                            {"[2]", {zeros({3}), zeros({2}, boolean)}}});
  for (const char* op : {"unique", "unique_counted"}) {
    samples(op, {{"integers", {integers(0, 4, {3, 5})}},
                 {"repeated", {values({2, 1, 2, 3, 1, 1}, {2, 3})}},
                 {"strided", {transpose(integers(0, 3, {3, 4}))}},
                 {"bool", {integers(0, 2, {5}, boolean)}},
                 {"0-d", {ones({})}},
                 {"empty", {zeros({0})}}});
    refuses(op, {{"has no order", {zeros({2}, c64)}}});
  }
  samples("unique",
          {{"all", {integers(0, 4, {3, 5})}, R"({"return_inverse": true, "return_counts": true})"},
           {"counts", {values({2, 1, 2}, {3})}, R"({"return_counts": true})"}});
  samples("unique", {{"rows", {integers(0, 2, {6, 3})}, R"({"dim": 0, "return_inverse": true})"},
                     {"columns",
                      {integers(0, 2, {2, 7})},
                      R"({"dim": -1, "return_inverse": true, "return_counts": true})"}});
  refuses("unique", {{"have no elements", {zeros({3, 0})}, R"({"dim": 0})"},
                     {"has no order", {zeros({2}, c64)}, R"({"dim": 0})"}});
  samples("unique_consecutive",
          {{"values", {values({1, 1, 2, 2, 1}, {5})}},
           {"all", {integers(0, 2, {3, 4})}, R"({"return_inverse": true, "return_counts": true})"},
           {"rows", {integers(0, 2, {6, 1})}, R"({"dim": 0, "return_counts": true})"},
           {"0-d", {ones({})}},
           {"empty", {zeros({0})}}});
  refuses("unique_consecutive", {{"has no order", {zeros({2}, c64)}}});
  samples("unique_rows", {{"sorted", {integers(0, 2, {6, 3})}},
                          {"neighbours", {integers(0, 2, {6, 1})}, R"({"consecutive": true})"}});
}

}  // namespace hebb::test
