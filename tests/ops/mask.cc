// Samples: parts that are filled or cut away.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(mask) {
  samples("masked_fill", {{"plain", {randn({3, 4}), integers(0, 2, {3, 4}, boolean), 7.5}},
                          {"broadcast", {randn({3, 4}), integers(0, 2, {4}, boolean), -1}}});
  refuses("masked_fill", {{"should be bool", {zeros({2}), zeros({2}), 1.0}},
                          {"should be one number", {zeros({2}), zeros({2}, boolean), zeros({2})}}});
  for (const char* op : {"tril", "triu"}) {
    samples(op, {{"main", {randn({4, 5})}},
                 {"above", {randn({2, 4, 3})}, R"({"diagonal": 1})"},
                 {"below", {randn({4, 4})}, R"({"diagonal": -2})"}});
    refuses(op, {{"at least two dimensions", {zeros({3})}}});
  }
}

}  // namespace hebb::test
