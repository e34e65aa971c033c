// Samples: placing by an index tensor.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(scatter) {
  const Tensor index = values({0, 2, 1, 4, 3, 0, 3, 2, 1, 4, 0, 3}, {3, 4}, i64);  // no place twice
  const Tensor again = values({0, 2, 1, 4, 0, 0, 3, 3, 1, 2, 2, 4}, {3, 4}, i64);
  samples("scatter",
          {{"rows", {randn({5, 4}), index, randn({3, 4}), none()}, R"({"dim": 0})"},
           {"larger source", {randn({5, 4}), index, randn({4, 5}), none()}, R"({"dim": 0})"},
           {"strided",
            {transpose(randn({4, 5})), index, transpose(randn({4, 3})), none()},
            R"({"dim": 0})"},
           {"value", {randn({5, 4}), again, none(), 2.5}, R"({"dim": 0})"},
           {"add", {randn({5, 4}), again, randn({3, 4}), none()}, R"({"dim": 0, "reduce": "add"})"},
           {"multiply",
            {randn({5, 4}), again, randn({3, 4}), none()},
            R"({"dim": 0, "reduce": "multiply"})"},
           {"integers",
            {integers(0, 9, {5, 4}), again, integers(0, 9, {3, 4}), none()},
            R"({"dim": 0})"},
           {"0-d", {randn({}), zeros({}, i64), randn({}), none()}},
           {"to a number", {randn({}), zeros({1}, i64), randn({4}), none()}},
           {"value to a number", {randn({}), zeros({2}, i64), none(), 2.5}},
           {"a number", {randn({3}), ones({1}, i64), randn({}), none()}},
           {"number of a vector", {randn({3}), ones({}, i64), randn({2}), none()}},
           {"add a number", {randn({3}), ones({}, i64), randn({}), none()}, R"({"reduce": "add"})"},
           {"none", {randn({5, 4}), zeros({0, 4}, i64), randn({3, 4}), none()}}});
  refuses("scatter", {{"src or value should be given", {zeros({5, 4}), index, none(), none()}},
                      {"and not both", {zeros({5, 4}), index, zeros({3, 4}), 1.0}},
                      {"index[0, 3] is 4, should be from 0 to 3: dimension 0 has size 4",
                       {zeros({4, 4}), index, zeros({3, 4}), none()}},
                      {"reaches beyond input", {zeros({5, 3}), index, zeros({3, 4}), none()}},
                      {"longer than src", {zeros({5, 4}), index, zeros({2, 4}), none()}},
                      {"should have one dtype", {zeros({5, 4}), index, zeros({3, 4}, f64), none()}},
                      {"reduce is 'max', should be one of add, multiply",
                       {zeros({5, 4}), index, zeros({3, 4}), none()},
                       R"({"reduce": "max"})"}});
  const auto reduces = [&](const char* label, const char* attrs) {
    samples("scatter_reduce", {{label, {randn({5, 4}), again, randn({3, 4})}, attrs}});
    samples("scatter_combine", {{label,
                                 {randn({5, 4}), again, randn({3, 4})},
                                 attrs,
                                 {{Check::half, "halves are combined in f32"}}}});
  };
  reduces("sum without", R"({"reduce": "sum", "include_self": false})");
  reduces("prod", R"({"reduce": "prod"})");
  reduces("mean", R"({"reduce": "mean"})");
  reduces("mean without", R"({"reduce": "mean", "include_self": false})");
  reduces("amax", R"({"reduce": "amax"})");
  reduces("amin without", R"({"reduce": "amin", "include_self": false})");
  samples(
      "scatter_reduce",
      {{"sum", {randn({3, 5}), again, randn({3, 4})}, R"({"dim": 1, "reduce": "sum"})"},
       {"larger source",
        {randn({3, 5}), again, randn({4, 6})},
        R"({"dim": 1, "reduce": "prod", "include_self": false})"},
       {"larger source with",
        {randn({3, 5}), again, randn({4, 6})},
        R"({"dim": 1, "reduce": "amax"})"},
       {"zeros",
        {values({1, 0, 2}, {3}), values({0, 1, 1, 2, 2}, {5}, i64), values({0, 0, 3, 0, 5}, {5})},
        R"({"reduce": "prod"})"},
       {"to a number", {randn({}), zeros({3}, i64), randn({3})}, R"({"reduce": "amax"})"},
       {"a number", {randn({3}), ones({}, i64), randn({})}, R"({"reduce": "prod"})"},
       {"mean of integers",
        {integers(-9, 9, {3, 5}), again, integers(-9, 9, {3, 4})},
        R"({"dim": 1, "reduce": "mean"})"},
       {"amax of integers",
        {integers(-9, 9, {3, 5}), again, integers(-9, 9, {3, 4})},
        R"({"dim": 1, "reduce": "amax", "include_self": false})"}});
  refuses("scatter_reduce", {{"reduce is 'max', should be one of sum, prod, mean, amax, amin",
                              {zeros({5, 4}), index, zeros({3, 4})},
                              R"({"reduce": "max"})"},
                             {"prod is not defined for bool",
                              {zeros({5, 4}, boolean), index, zeros({3, 4}, boolean)},
                              R"({"reduce": "prod"})"}});
  samples("scatter_set", {{"rows", {randn({5, 4}), index, randn({3, 4})}, R"({"dim": 0})"}});
  const Tensor rows = values({2, 0, 3}, {3}, i64);
  samples("index_copy", {{"rows", {randn({4, 3}), rows, randn({3, 3})}, R"({"dim": 0})"},
                         {"middle", {randn({2, 4, 3}), rows, randn({2, 3, 3})}, R"({"dim": -2})"},
                         {"0-d", {randn({}), zeros({}, i64), randn({})}},
                         {"integers", {integers(0, 9, {4}), rows, integers(0, 9, {3})}}});
  refuses("index_copy", {{"source [2, 3] should be [3, 3]", {zeros({4, 3}), rows, zeros({2, 3})}},
                         {"index[2, 0] is 3", {zeros({3, 3}), rows, zeros({3, 3})}},
                         {"one dimension", {zeros({4}), zeros({1, 2}, i64), zeros({2})}}});
  samples("index_fill",
          {{"rows", {randn({4, 3}), rows, 2.5}, R"({"dim": 0})"},
           {"tensor", {randn({2, 4}), rows, randn({})}, R"({"dim": 1})"},
           {"from the end", {randn({4, 3}), values({-1, 0}, {2}, i64), 2.5}, R"({"dim": 0})"},
           {"0-d", {randn({}), zeros({}, i64), 1.0}}});
  refuses("index_fill", {{"should be one number", {zeros({4}), rows, zeros({2})}}});
  const Tensor twice = values({2, 0, 2}, {3}, i64);
  samples("index_reduce",
          {{"prod", {randn({4, 2}), twice, randn({3, 2})}, R"({"dim": 0, "reduce": "prod"})"},
           {"mean",
            {randn({4, 2}), twice, randn({3, 2})},
            R"({"dim": 0, "reduce": "mean", "include_self": false})"},
           {"amax", {randn({2, 4}), twice, randn({2, 3})}, R"({"dim": 1, "reduce": "amax"})"},
           {"amin", {randn({2, 4}), twice, randn({2, 3})}, R"({"dim": 1, "reduce": "amin"})"}});
  refuses("index_reduce",
          {{"should be one of prod", {zeros({4}), twice, zeros({3})}, R"({"reduce": "sum"})"}});
  samples("put", {{"plain", {randn({3, 4}), values({0, 11, -2}, {3}, i64), randn({3})}},
                  {"added",
                   {randn({3, 4}), values({1, 1, -1, 5}, {2, 2}, i64), randn({2, 2})},
                   R"({"accumulate": true})"}});
  refuses("put", {{"index[1] is 12", {zeros({3, 4}), values({0, 12}, {2}, i64), zeros({2})}},
                  {"equally many elements", {zeros({3, 4}), zeros({2}, i64), zeros({3})}}});
  samples("masked_scatter",
          {{"some", {randn({3, 4}), integers(0, 2, {3, 4}, boolean), randn({12})}},
           {"broadcast", {randn({3, 1}), values({1, 0, 1}, {3}, boolean), randn({3, 3})}},
           {"none", {randn({2}), zeros({2}, boolean), zeros({0})}},
           {"empty", {zeros({0, 2}), zeros({2}, boolean), randn({3})}}});
  refuses("masked_scatter",
          {{"mask is i64, should be bool", {zeros({2}), zeros({2}, i64), zeros({2})}},
           {"index[1] is 1, should be from 0 to 0", {zeros({2}), ones({2}, boolean), zeros({1})}}});
  samples("select_scatter",
          {{"row", {randn({3, 4}), randn({4})}, R"({"dim": 0, "index": 1})"},
           {"column", {randn({3, 4}), randn({3})}, R"({"dim": -1, "index": -1})"}});
  refuses("select_scatter",
          {{"src [3] should be [4]", {zeros({3, 4}), zeros({3})}, R"({"dim": 0, "index": 1})"},
           {"index 3 is outside", {zeros({3, 4}), zeros({4})}, R"({"dim": 0, "index": 3})"}});
  samples("slice_scatter",
          {{"rows", {randn({5, 2}), randn({2, 2})}, R"({"start": 1, "end": 3})"},
           {"steps", {randn({2, 5}), randn({2, 2})}, R"({"dim": 1, "start": -4, "step": 2})"},
           {"all", {randn({3}), randn({3})}}});
  refuses("slice_scatter",
          {{"src [3] should be [2]", {zeros({5}), zeros({3})}, R"({"start": 3})"}});
}

}  // namespace hebb::test
