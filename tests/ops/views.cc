// Samples: other windows on the same memory.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(views) {
  samples("reshape", {{"plain", {randn({2, 6})}, R"({"shape": [3, 4]})"},
                      {"open", {randn({2, 6})}, R"({"shape": [4, -1]})"},
                      {"split", {randn({2, 3, 4})}, R"({"shape": [2, 12]})"},
                      {"0-d", {randn({1, 1})}, R"({"shape": []})"},
                      {"copied", {transpose(randn({3, 4}))}, R"({"shape": [12]})"},
                      {"empty", {zeros({0, 3})}, R"({"shape": [3, 0]})"}});
  refuses("reshape", {{"12 elements do not fit", {zeros({2, 6})}, R"({"shape": [5, 2]})"},
                      {"more than one size open", {zeros({2, 6})}, R"({"shape": [-1, -1]})"},
                      {"negative size -2", {zeros({2, 6})}, R"({"shape": [-2, 3]})"},
                      {"more elements than can be counted",
                       {zeros({0})},
                       R"({"shape": [4294967296, 4294967296]})"},
                      {"more elements than can be counted",
                       {zeros({2, 6})},
                       R"({"shape": [4294967296, 4294967296, -1]})"}});
  samples("permute", {{"plain", {randn({2, 3, 4})}, R"({"dims": [2, 0, 1]})"},
                      {"negative", {randn({2, 3})}, R"({"dims": [-1, 0]})"},
                      {"0-d", {randn({})}, R"({"dims": []})"},
                      {"empty", {zeros({0, 3})}, R"({"dims": [1, 0]})"}});
  refuses("permute", {{"each of the 2 dimensions once", {zeros({2, 3})}, R"({"dims": [0, 0]})"},
                      {"each of the 2 dimensions once", {zeros({2, 3})}, R"({"dims": [0]})"}});
  samples("expand", {{"plain", {randn({2, 1, 3})}, R"({"shape": [4, 2, 5, 3]})"},
                     {"kept", {randn({1, 3})}, R"({"shape": [2, -1]})"},
                     {"0-d", {randn({})}, R"({"shape": [3]})"},
                     {"empty", {randn({1, 3})}, R"({"shape": [0, 3]})"}});
  refuses("expand",
          {{"cannot become 4", {zeros({2, 3})}, R"({"shape": [2, 4]})"},
           {"fewer dimensions", {zeros({2, 3})}, R"({"shape": [3]})"},
           {"leaves the size of a new dimension open", {zeros({3})}, R"({"shape": [-1, 3]})"},
           {"negative size -2", {zeros({3})}, R"({"shape": [-2, 3]})"},
           {"negative size -3", {zeros({1})}, R"({"shape": [-3]})"},
           {"more elements than can be counted",
            {zeros({1})},
            R"({"shape": [4294967296, 4294967296]})"}});
  samples("slice", {{"plain", {randn({5, 3})}, R"({"dim": 0, "start": 1, "stop": 4})"},
                    {"step", {randn({2, 7})}, R"({"dim": 1, "start": 1, "stop": 7, "step": 3})"},
                    {"nothing", {randn({5})}, R"({"start": 2, "stop": 2})"},
                    {"from the back", {randn({2, 5})}, R"({"dim": -1, "start": 1, "stop": 4})"},
                    {"long step",
                     {randn({2, 5})},
                     R"({"dim": 1, "start": 1, "stop": 5, "step": 9223372036854775807})"}});
  refuses("slice", {{"the step is 0", {zeros({5})}, R"({"start": 1, "stop": 4, "step": 0})"},
                    {"the step is -1", {zeros({5})}, R"({"start": 1, "stop": 4, "step": -1})"},
                    {"start 0 and stop 1000000", {zeros({5})}, R"({"stop": 1000000})"},
                    {"start -5 and stop 2", {zeros({5})}, R"({"start": -5, "stop": 2})"},
                    {"start 3 and stop 2", {zeros({5})}, R"({"start": 3, "stop": 2})"},
                    {"0-d tensor has no dimension", {zeros({})}, R"({"stop": 0})"},
                    {"dim is 1", {zeros({5})}, R"({"dim": 1})"}});
  samples("slice_backward", {{"plain",
                              {randn({2, 3})},
                              R"({"shape": [6, 3], "dim": 0, "start": 1, "stop": 5, "step": 2})"}});
  samples("select", {{"plain", {randn({4, 3})}, R"({"dim": 1, "index": 2})"},
                     {"negative", {randn({4, 3})}, R"({"dim": -2, "index": -1})"}});
  refuses("select", {{"index 3 is outside", {zeros({2, 3})}, R"({"dim": 1, "index": 3})"},
                     {"0-d", {zeros({})}, R"({"dim": 0})"}});
  samples("unsqueeze", {{"front", {randn({2, 3})}, R"({"dim": 0})"},
                        {"back", {randn({2, 3})}, R"({"dim": -1})"},
                        {"0-d", {randn({})}}});
  refuses("unsqueeze", {{"4", {zeros({2, 3})}, R"({"dim": 4})"}});
  samples("squeeze", {{"all", {randn({1, 3, 1})}},
                      {"several", {randn({1, 3, 1, 1})}, R"({"dim": [-1, 0, 1]})"},
                      {"of a number", {randn({})}, R"({"dim": [-1]})"},
                      {"none", {randn({1, 3, 1})}, R"({"dim": []})"},
                      {"one", {randn({1, 3, 1})}, R"({"dim": -1})"},
                      {"not 1", {randn({2, 3})}, R"({"dim": 0})"},
                      {"empty", {zeros({1, 0})}}});
}

}  // namespace hebb::test
