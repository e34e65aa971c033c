// Samples: cutting and joining by NumPy's names, and choices from vectors.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(pieces) {
  samples("tensor_split",
          {{"sections", {randn({7, 2})}, R"({"indices_or_sections": 3})"},
           {"one place", {randn({5})}, R"({"indices_or_sections": [2]})"},
           {"places", {randn({2, 7})}, R"({"indices_or_sections": [1, -2], "dim": 1})"},
           {"outside", {randn({3})}, R"({"indices_or_sections": [2, 9]})"},
           {"overlapping", {randn({5})}, R"({"indices_or_sections": [3, 1]})"},
           {"more than there are", {randn({2})}, R"({"indices_or_sections": 3})"}});
  refuses("tensor_split",
          {{"indices_or_sections is 0, should be at least 1",
            {zeros({3})},
            R"({"indices_or_sections": 0})"},
           {"less than 2^31", {zeros({3})}, R"({"indices_or_sections": 4294967296})"},
           {"0-d tensor", {zeros({})}, R"({"indices_or_sections": 1})"}});
  samples("hsplit", {{"columns", {randn({2, 4})}, R"({"indices_or_sections": 2})"},
                     {"vector", {randn({5})}, R"({"indices_or_sections": [2, 3]})"}});
  refuses("hsplit",
          {{"3 sections do not divide 4", {zeros({2, 4})}, R"({"indices_or_sections": 3})"},
           {"at least 1 dimension", {zeros({})}, R"({"indices_or_sections": 1})"}});
  samples("vsplit", {{"rows", {randn({4, 2})}, R"({"indices_or_sections": 2})"},
                     {"places", {randn({4, 2})}, R"({"indices_or_sections": [1]})"}});
  refuses("vsplit", {{"at least 2 dimensions", {zeros({4})}, R"({"indices_or_sections": 2})"}});
  samples("dsplit", {{"depth", {randn({1, 2, 4})}, R"({"indices_or_sections": 2})"}});
  refuses("dsplit", {{"at least 3 dimensions", {zeros({4, 4})}, R"({"indices_or_sections": 2})"}});
  for (const char* name : {"hstack", "vstack", "dstack", "column_stack"}) {
    samples(name, {{"vectors", {list({randn({3}), randn({3})})}},
                   {"matrices", {list({randn({2, 3}), randn({2, 3})})}},
                   {"dtypes", {list({integers(0, 9, {3}), randn({3})})}}});
    refuses(name, {{"at least one tensor", {list({})}}});
  }
  samples("hstack", {{"0-d", {list({randn({}), randn({})})}}});
  samples("column_stack", {{"both", {list({randn({3}), randn({3, 2})})}}});
  samples("cartesian_prod", {{"three", {list({randn({2}), randn({3}), randn({2})})}},
                             {"one", {list({randn({3})})}},
                             {"empty", {list({randn({2}), zeros({0})})}}});
  refuses("cartesian_prod", {{"tensor 1 is [2, 2]", {list({randn({2}), randn({2, 2})})}}});
  samples("combinations",
          {{"pairs", {randn({4})}},
           {"triples", {randn({5})}, R"({"r": 3})"},
           {"again", {randn({3})}, R"({"with_replacement": true})"},
           {"one again and again", {randn({1})}, R"({"r": 2000, "with_replacement": true})"},
           {"none", {randn({2})}, R"({"r": 3})"},
           {"of nothing", {randn({2})}, R"({"r": 0})"}});
  refuses("combinations", {{"r is 4611686018427387904, should be less than 2^40",
                            {zeros({1})},
                            R"({"r": 4611686018427387904, "with_replacement": true})"},
                           {"r is -1", {zeros({3})}, R"({"r": -1})"},
                           {"more combinations", {zeros({200})}, R"({"r": 100})"},
                           {"one dimension", {zeros({3, 3})}}});
  samples("combination_indices", {{"plain", {}, R"({"n": 4, "r": 2})"},
                                  {"again", {}, R"({"n": 3, "r": 3, "with_replacement": true})"}});
}

}  // namespace hebb::test
