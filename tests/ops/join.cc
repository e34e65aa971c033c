// Samples: putting together, cutting apart, repeating, turning round.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(join) {
  samples("cat", {{"rows", {list({randn({2, 3}), randn({1, 3}), randn({4, 3})})}, R"({"dim": 0})"},
                  {"columns", {list({randn({2, 3}), randn({2, 1})})}, R"({"dim": -1})"},
                  {"empty", {list({randn({2, 3}), zeros({0}), zeros({0, 3})})}, R"({"dim": 0})"},
                  {"strided", {list({transpose(randn({3, 2})), randn({2, 3})})}, R"({"dim": 1})"},
                  {"many", {list(std::vector<Tensor>(20, randn({2, 3})))}},
                  {"one", {list({randn({2})})}}});
  refuses("cat", {{"tensor 1 is [2, 4], which differs from [2, 3] in more than dimension 0",
                   {list({zeros({2, 3}), zeros({2, 4})})}},
                  {"at least one tensor", {list({})}},
                  {"stack makes one", {list({zeros({})})}}});
  samples("stack", {{"front", {list({randn({2, 3}), randn({2, 3})})}},
                    {"back", {list({randn({2, 3}), randn({2, 3})})}, R"({"dim": -1})"},
                    {"many", {list(std::vector<Tensor>(12, randn({2})))}},
                    {"0-d", {list({randn({}), randn({})})}}});
  refuses("stack", {{"tensor 1 is [3], but tensor 0 is [2]", {list({zeros({2}), zeros({3})})}}});
  samples("split",
          {{"size", {randn({2, 7})}, R"({"split_size_or_sections": 3, "dim": 1})"},
           {"sections", {randn({2, 7})}, R"({"split_size_or_sections": [1, 4, 2], "dim": 1})"},
           {"one large part", {randn({3})}, R"({"split_size_or_sections": 9223372036854775807})"}});
  refuses(
      "split",
      {{"should add up to 7", {zeros({2, 7})}, R"({"split_size_or_sections": [1, 4], "dim": 1})"},
       {"a part of size 0", {zeros({2, 7})}, R"({"split_size_or_sections": 0})"},
       {"should add up to 2",
        {zeros({2})},
        R"({"split_size_or_sections": [9223372036854775807, 9223372036854775807, 4]})"}});
  samples("chunk",
          {{"three", {randn({7, 2})}, R"({"chunks": 3})"},
           {"more than there are", {randn({2})}, R"({"chunks": 5})"},
           {"far more than there are", {randn({2})}, R"({"chunks": 9223372036854775807})"}});
  refuses("chunk", {{"chunks is 0", {zeros({2})}, R"({"chunks": 0})"},
                    {"less than 2^31", {zeros({0})}, R"({"chunks": 9223372036854775807})"}});
  samples("flip", {{"one", {randn({3, 4})}, R"({"dims": 0})"},
                   {"both", {randn({3, 4})}, R"({"dims": [0, -1]})"},
                   {"strided", {transpose(randn({4, 3}))}, R"({"dims": 1})"},
                   {"none", {randn({2})}, R"({"dims": []})"},
                   {"empty", {zeros({0, 2})}, R"({"dims": [0, 1]})"}});
  refuses("flip", {{"twice", {zeros({2, 3})}, R"({"dims": [1, 1]})"}});
  samples("roll", {{"flat", {randn({3, 4})}, R"({"shifts": 5})"},
                   {"both", {randn({3, 4})}, R"({"shifts": [1, -2], "dims": [0, 1]})"},
                   {"not at all", {randn({3})}, R"({"shifts": 3, "dims": 0})"}});
  refuses("roll",
          {{"should be equally many", {zeros({2, 3})}, R"({"shifts": [1, 2], "dims": [0]})"}});
  samples("repeat", {{"both", {randn({2, 3})}, R"({"repeats": [2, 3]})"},
                     {"in front", {randn({3})}, R"({"repeats": [2, 1]})"},
                     {"none", {randn({2})}, R"({"repeats": [0]})"}});
  refuses(
      "repeat",
      {{"a number for each of the 2 dimensions", {zeros({2, 3})}, R"({"repeats": [2]})"},
       {"more elements than can be counted", {zeros({2})}, R"({"repeats": [9223372036854775807]})"},
       {"more elements than can be counted",
        {zeros({1, 1})},
        R"({"repeats": [4294967296, 4294967296]})"}});
  samples("meshgrid",
          {{"ij", {list({randn({3}), randn({4})})}},
           {"xy", {list({randn({3}), randn({4}), randn({2})})}, R"({"indexing": "xy"})"}});
  refuses("meshgrid", {{"should be ij or xy", {list({zeros({2})})}, R"({"indexing": "yx"})"},
                       {"should have one dimension", {list({zeros({2, 2})})}}});
}

}  // namespace hebb::test
