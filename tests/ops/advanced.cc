// Samples: picking and placing by several index tensors at once.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(advanced) {
  const Tensor a = values({0, 2, -1, 1}, {2, 2}, i64), b = values({1, 3}, {2}, i64),
               mask = values({1, 0, 1}, {3}, boolean),
               plane = values({1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1}, {3, 4}, boolean);
  samples("index", {{"one", {randn({3, 4}), list({a})}},
                    {"two", {randn({3, 4, 2}), list({a, b})}},
                    {"last", {randn({2, 3, 4}), list({b})}, R"({"dims": [2]})"},
                    {"middle", {randn({2, 3, 4, 2}), list({a, b})}, R"({"dims": [1, 2]})"},
                    {"apart", {randn({3, 2, 4}), list({a, b})}, R"({"dims": [0, 2]})"},
                    {"mask", {randn({3, 4}), list({mask})}},
                    {"mask of two", {randn({3, 4, 2}), list({plane})}},
                    {"mask and index", {randn({3, 4}), list({mask, b})}},
                    {"narrow", {randn({3, 4}), list({values({0, 2}, {2}, i32)})}},
                    {"nothing", {randn({3, 4}), list({zeros({0}, i64)})}}});
  refuses("index", {{"at least one index tensor", {zeros({3}), list({})}},
                    {"is 3, should be from 0 to 2", {zeros({3, 4}), list({values({3}, {1}, i64)})}},
                    {"is 5, should be from 0 to 3",
                     {zeros({3, 4}), list({values({1}, {1}, i64), values({5}, {1}, i64)})}},
                    {"want 2 dimensions, input is [3]", {zeros({3}), list({b, b})}},
                    {"an index is f32", {zeros({3}), list({zeros({1})})}},
                    {"mask [3] should be [4]", {zeros({4}), list({mask})}},
                    {"dims should rise", {zeros({3, 4}), list({b, b})}, R"({"dims": [1, 0]})"},
                    {"should be as many", {zeros({3, 4}), list({b, b})}, R"({"dims": [1]})"}});
  const Tensor c = values({0, 2}, {2}, i64);
  samples("index_put",
          {{"rows", {randn({3, 4}), list({c}), randn({2, 4})}},
           {"places", {randn({3, 4}), list({c, b}), randn({2})}},
           {"broadcast", {randn({3, 4}), list({c}), randn({4})}},
           {"added", {randn({3, 4}), list({a}), randn({2, 2, 4})}, R"({"accumulate": true})"},
           {"apart", {randn({3, 2, 4}), list({c, b}), randn({2, 2})}, R"({"dims": [0, 2]})"},
           {"middle", {randn({2, 3, 4, 2}), list({c, b}), randn({2, 2, 2})}, R"({"dims": [1, 2]})"},
           {"mask", {randn({3, 4}), list({plane}), randn({})}},
           {"number", {randn({3, 4}), list({mask}), 2.5}}});
  refuses("index_put",
          {{"values are f64 but input is f32", {zeros({3}), list({c}), zeros({2}, f64)}},
           {"cannot become", {zeros({3}), list({c}), zeros({3})}}});
  samples("take_along_dim",
          {{"plain", {randn({3, 4}), values({0, 2, 1, 1}, {1, 4}, i64)}, R"({"dim": 0})"},
           {"broadcast", {randn({1, 4}), values({0, 2, 1, 1, 3, 3}, {3, 2}, i64)}, R"({"dim": 1})"},
           {"flat", {randn({3, 4}), values({0, 11, 5}, {3}, i64)}}});
  refuses("take_along_dim",
          {{"equally many dimensions", {zeros({3, 4}), zeros({2}, i64)}, R"({"dim": 0})"},
           {"index[0] is 12", {zeros({3, 4}), values({12}, {1}, i64)}}});
  samples("repeat_interleave",
          {{"number", {randn({2, 3}), 2}, R"({"dim": 1})"},
           {"flat", {randn({2, 3}), 2}},
           {"each", {randn({3, 2}), values({2, 0, 3}, {3}, i64)}, R"({"dim": 0})"},
           {"known size",
            {randn({3, 2}), values({2, 0, 3}, {3}, i64)},
            R"({"dim": 0, "output_size": 5})"},
           {"one for all", {randn({3}), values({2}, {1}, i64)}},
           {"none", {randn({3}), 0}},
           {"empty", {zeros({0, 2}), zeros({0}, i64)}, R"({"dim": 0})"}});
  refuses("repeat_interleave",
          {{"repeats holds -1, should be at least 0", {zeros({2}), values({1, -1}, {2}, i64)}},
           {"repeats is -2", {zeros({2}), -2}},
           {"repeats [3] should be [2]", {zeros({2}), ones({3}, i64)}},
           {"output_size is 5", {zeros({2}), 2}, R"({"output_size": 5})"},
           {"should be integers", {zeros({2}), ones({2})}}});
}

}  // namespace hebb::test
