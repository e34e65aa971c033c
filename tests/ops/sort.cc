// Samples: the order of values.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(sort) {
  samples("sort", {{"rows", {distinct({4, 9})}},
                   {"descending", {distinct({11, 3})}, R"({"dim": 0, "descending": true})"},
                   {"integers", {integers(0, 4, {12})}},
                   {"0-d", {full({}, 1)}}});
  refuses("sort", {{"dim", {zeros({2, 3})}, R"({"dim": 2})"}});
  samples("argsort", {{"rows", {distinct({4, 9})}},
                      {"equals", {values({2, 1, 2, 1}, {4})}, R"({"descending": true})"}});
  samples("topk", {{"largest", {distinct({4, 9})}, R"({"k": 3})"},
                   {"smallest", {distinct({6, 2})}, R"({"k": 2, "dim": 0, "largest": false})"},
                   {"none", {distinct({4})}, R"({"k": 0})"}});
  refuses("topk", {{"k is 4, should be from 0 to 3", {zeros({2, 3})}, R"({"k": 4})"}});
}

}  // namespace hebb::test
