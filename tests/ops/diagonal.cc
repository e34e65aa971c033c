// Samples: diagonals, norms and distances.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(diagonal) {
  samples("diagonal", {{"plain", {randn({3, 4})}},
                       {"above", {randn({3, 4})}, R"({"offset": 2})"},
                       {"below", {randn({4, 3})}, R"({"offset": -1})"},
                       {"dims", {randn({2, 3, 4})}, R"({"dim1": -1, "dim2": 0, "offset": 1})"},
                       {"outside", {randn({2, 2})}, R"({"offset": 5})"},
                       {"empty", {zeros({0, 3})}}});
  refuses("diagonal", {{"at least two dimensions", {zeros({3})}},
                       {"both name dimension 1", {zeros({2, 3})}, R"({"dim1": 1, "dim2": -1})"},
                       {"dim1 is 2", {zeros({2, 3})}, R"({"dim1": 2})"}});
  samples("diag_embed", {{"vector", {randn({3})}},
                         {"batch", {randn({2, 3})}, R"({"offset": 1})"},
                         {"below", {randn({2, 3})}, R"({"offset": -2})"},
                         {"dims", {randn({2, 3})}, R"({"offset": 1, "dim1": 0, "dim2": 2})"},
                         {"reversed", {randn({2, 3})}, R"({"dim1": 2, "dim2": 0})"},
                         {"empty", {zeros({2, 0})}, R"({"offset": 1})"}});
  refuses("diag_embed", {{"at least one dimension", {zeros({})}},
                         {"both name dimension 0", {zeros({2})}, R"({"dim1": 0, "dim2": 0})"}});
  samples("diag", {{"vector", {randn({3})}, R"({"diagonal": 1})"},
                   {"matrix", {randn({3, 4})}, R"({"diagonal": -1})"},
                   {"main", {randn({3, 3})}}});
  refuses("diag", {{"should be a vector or a matrix", {zeros({2, 2, 2})}}});
  samples("trace", {{"square", {randn({3, 3})}},
                    {"wide", {randn({2, 5})}},
                    {"integers", {integers(-5, 5, {3, 3}, i32)}},
                    {"empty", {zeros({0, 3})}}});
  refuses("trace", {{"should be a matrix", {zeros({2, 2, 2})}}});
  samples("linalg_diagonal",
          {{"matrix", {randn({3, 4})}},
           {"batch", {randn({2, 3, 4})}, R"({"offset": 1})"},
           {"dims", {randn({2, 3, 4})}, R"({"offset": -1, "dim1": 0, "dim2": 2})"}});
  samples("diagflat", {{"vector", {randn({3})}},
                       {"matrix", {randn({2, 2})}, R"({"offset": 1})"},
                       {"number", {randn({})}, R"({"offset": -2})"}});
  refuses("diagflat", {{"offset is 9223372036854775807, should be within 2^40",
                        {zeros({2})},
                        R"({"offset": 9223372036854775807})"}});
  samples("diagonal_scatter",
          {{"plain", {randn({3, 4}), randn({3})}},
           {"above", {randn({3, 4}), randn({3})}, R"({"offset": 1})"},
           {"dims", {randn({2, 3, 2}), randn({3, 2})}, R"({"dim1": 0, "dim2": 2})"},
           {"infinite",
            {full({2, 2}, std::numeric_limits<double>::infinity()), randn({2})},
            {},
            {{Check::gradient, "infinite values"}}},
           {"integers", {integers(-9, 9, {3, 3}), integers(-9, 9, {3})}},
           {"none", {randn({2, 2}), zeros({0})}, R"({"offset": 5})"}});
  refuses("diagonal_scatter", {{"src f32[2] should be f32[3]", {zeros({3, 3}), zeros({2})}}});
  samples("block_diag", {{"plain", {list({randn({2, 3}), randn({1, 1}), randn({2}), randn({})})}},
                         {"empty", {list({randn({2, 0}), randn({2, 2})})}},
                         {"one", {list({randn({2, 2})})}}});
  refuses("block_diag", {{"at most two dimensions", {list({zeros({1, 1, 1})})}}});
}

OPS_FAMILY(norms) {
  // No two sums of rows, nor of columns, are near one another: which is the largest is no question
  // of the differences' step.
  const Tensor apart =
                   values({1.2, -0.4, 0.7, 2.1, -3.3, 0.9, -1.1, 3.6, 0.3, 0.2, -0.5, 0.1}, {3, 4}),
               apart_in_batch =
                   values({1.2, -0.4, 0.7,  2.1,  -3.3,  0.9,  -1.1,  3.6, 0.3,  0.2, -0.5,  0.1,
                           0.6, -0.2, 0.35, 1.05, -1.65, 0.45, -0.55, 1.8, 0.15, 0.1, -0.25, 0.05},
                          {2, 3, 4});
  samples("linalg_vector_norm",
          {{"all", {distinct({3, 4})}},
           {"rows", {distinct({3, 4})}, R"({"ord": 3, "dim": 1})"},
           {"one", {distinct({3, 4})}, R"({"ord": 1, "dim": [0], "keepdim": true})"},
           {"half", {distinct({3, 4})}, R"({"ord": 0.5, "dim": 1})"},
           {"count", {values({0, 1, 2, 0}, {4})}, R"({"ord": 0})"},
           {"largest", {distinct({3, 4})}, R"({"ord": "inf", "dim": 1})"},
           {"smallest", {distinct({3, 4})}, R"({"ord": "-inf"})"},
           {"complex", {randn({3, 2}, c64)}, R"({"dim": 1})"},
           {"0-d", {ones({})}},
           {"empty", {zeros({0, 3})}, R"({"dim": 0})"}});
  refuses("linalg_vector_norm",
          {{"is not defined for i64", {ones({3}, i64)}},
           {"ord is not a number", {ones({3})}, R"({"ord": "nan"})"},
           {"dtype f32 is not complex", {ones({3}, c64)}, R"({"dtype": "float32"})"}});
  samples("linalg_matrix_norm",
          {{"frobenius", {randn({2, 3, 4})}},
           {"dims", {randn({2, 3, 4})}, R"({"dim": [0, 2], "keepdim": true})"},
           {"columns", {apart}, R"({"ord": 1})"},
           {"least column", {apart}, R"({"ord": -1, "keepdim": true})"},
           {"rows", {apart_in_batch}, R"({"ord": "inf", "dim": [2, 0]})"},
           {"least row", {apart}, R"({"ord": "-inf"})"},
           {"spectral", {distinct({3, 4})}, R"({"ord": 2})"},
           {"least value", {distinct({2, 4, 3})}, R"({"ord": -2, "keepdim": true})"},
           {"nuclear", {distinct({4, 2, 3})}, R"({"ord": "nuc", "dim": [0, 2]})"},
           {"complex", {randn({3, 2}, c64)}},
           {"no batch", {zeros({0, 3, 2})}}});
  refuses("linalg_matrix_norm", {{"ord is '3', should be", {ones({3, 3})}, R"({"ord": 3})"},
                                 {"ord is '', should be", {ones({3, 3})}, R"({"ord": ""})"},
                                 {"should name two dimensions", {ones({3, 3})}, R"({"dim": [0]})"},
                                 {"names dimension 1 twice", {ones({3, 3})}, R"({"dim": [1, -1]})"},
                                 {"at least two dimensions", {ones({3})}}});
  samples("linalg_norm", {{"all", {distinct({2, 3, 4})}},
                          {"vector", {distinct({4})}, R"({"ord": 3})"},
                          {"matrix", {distinct({3, 4})}, R"({"ord": "fro"})"},
                          {"nuclear", {distinct({3, 4})}, R"({"ord": "nuc"})"},
                          {"rows", {distinct({2, 3, 4})}, R"({"dim": [1], "keepdim": true})"},
                          {"of two", {distinct({2, 3, 4})}, R"({"ord": 1, "dim": [0, 1]})"},
                          {"two, no ord", {distinct({2, 3, 4})}, R"({"dim": [0, 1]})"},
                          {"least", {distinct({4})}, R"({"ord": "-inf"})"},
                          {"in f64",
                           {distinct({3})},
                           R"({"dtype": "float64"})",
                           {{Check::f64, "the attribute names the dtype"},
                            {Check::half, "the attribute names the dtype"}}}});
  refuses(
      "linalg_norm",
      {{"ord is 'fro', should be a number", {ones({3})}, R"({"ord": "fro"})"},
       {"should be a vector or a matrix", {ones({2, 2, 2})}, R"({"ord": 2})"},
       {"should name one dimension or two", {ones({2, 2, 2})}, R"({"ord": 2, "dim": [0, 1, 2]})"}});
  const Tensor far_from_singular = values({4, 1, -2.5, 1, 5, 0.25, -1.25, 0, 6}, {3, 3});
  samples("linalg_cond", {{"two", {far_from_singular}},
                          {"smallest", {far_from_singular}, R"({"p": "-2"})"},
                          {"wide", {values({4, 1, -2, 1, 5, 0.25}, {2, 3})}},
                          {"Frobenius", {far_from_singular}, R"({"p": "fro"})"},
                          {"sums", {far_from_singular}, R"({"p": "1"})"},
                          {"infinity", {far_from_singular}, R"({"p": "inf"})"},
                          {"empty", {zeros({2, 0, 0})}}});
  refuses("linalg_cond", {{"should be square", {zeros({2, 3})}, R"({"p": "fro"})"}});
  samples("renorm", {{"rows", {randn({4, 3})}, R"({"p": 2, "dim": 0, "maxnorm": 1.2})"},
                     {"columns", {randn({2, 3, 2})}, R"({"p": 1, "dim": 1, "maxnorm": 2})"},
                     {"infinity", {randn({3, 4})}, R"({"p": "inf", "dim": -1, "maxnorm": 0.7})"}});
  refuses("renorm", {{"at least two dimensions", {zeros({3})}},
                     {"p is 0, should be above 0", {zeros({2, 2})}, R"({"p": 0})"},
                     {"maxnorm is -1", {zeros({2, 2})}, R"({"maxnorm": -1})"}});
}

OPS_FAMILY(distance) {
  samples("cdist",
          {{"plain", {distinct({4, 3}), distinct({5, 3})}},
           {"batch", {randn({2, 1, 4, 3}), randn({3, 5, 3})}},
           {"one", {distinct({4, 3}), randn({5, 3})}, R"({"p": 1})"},
           {"three", {distinct({4, 3}), randn({5, 3})}, R"({"p": 3})"},
           {"largest", {distinct({4, 3}), randn({5, 3})}, R"({"p": "inf"})"},
           {"differ", {integers(0, 3, {4, 3}, f32), integers(0, 3, {5, 3}, f32)}, R"({"p": 0})"},
           {"empty", {zeros({0, 3}), randn({2, 3})}},
           {"by product",
            {randn({4, 3}), randn({5, 3})},
            R"({"compute_mode": "use_mm_for_euclid_dist"})"}});
  refuses(
      "cdist",
      {{"the rows of x1", {zeros({2, 3}), zeros({2, 4})}},
       {"p is -1", {zeros({2, 3}), zeros({2, 3})}, R"({"p": -1})"},
       {"at least two dimensions", {zeros({3}), zeros({2, 3})}},
       {"compute_mode is 'fast'", {zeros({2, 3}), zeros({2, 3})}, R"({"compute_mode": "fast"})"},
       {"is not defined for i64", {zeros({2, 3}, i64), zeros({2, 3})}}});
  samples("pairwise_distance",
          {{"plain", {distinct({4, 3}), randn({4, 3})}},
           {"broadcast", {distinct({4, 3}), randn({3})}, R"({"p": 1, "keepdim": true})"},
           {"three", {distinct({2, 4, 3}), randn({4, 3})}, R"({"p": 3, "eps": 0.01})"},
           {"largest", {distinct({4, 3}), randn({4, 3})}, R"({"p": "inf"})"},
           {"least", {distinct({4, 3}), randn({4, 3})}, R"({"p": "-inf"})"},
           {"vectors", {randn({5}), randn({5})}}});
  samples("pairwise_distance", {{"integers", {integers(0, 9, {3}), integers(9, 19, {3})}}});
  samples("cosine_similarity", {{"plain", {randn({4, 3}), randn({4, 3})}},
                                {"broadcast", {randn({4, 1, 3}), randn({2, 3})}, R"({"dim": -1})"},
                                {"short", {full({2, 3}, 1e-3), randn({2, 3})}, R"({"eps": 0.1})"},
                                {"empty", {zeros({0, 3}), zeros({0, 3})}}});
  refuses("cosine_similarity", {{"is not defined for i64", {zeros({2, 3}, i64), zeros({2, 3})}},
                                {"dim is 1", {zeros({3}), zeros({3})}}});
  samples("normalize", {{"plain", {randn({4, 3})}},
                        {"columns", {distinct({4, 3})}, R"({"p": 3, "dim": 0})"},
                        {"largest", {distinct({4, 3})}, R"({"p": "inf", "dim": -1})"},
                        {"least", {distinct({4, 3})}, R"({"p": "-inf", "dim": -1})"},
                        {"one", {distinct({4, 3})}, R"({"p": 1})"},
                        {"short", {full({2, 3}, 1e-3)}, R"({"eps": 0.1})"}});
  refuses("normalize",
          {{"is not defined for i64", {zeros({2, 3}, i64)}}, {"dim is 1", {zeros({3})}}});
  samples("dist", {{"plain", {randn({4, 3}), randn({4, 3})}},
                   {"broadcast", {randn({4, 1}), randn({3})}, R"({"p": 1})"},
                   {"third", {randn({5}), randn({5})}, R"({"p": 3})"}});
  refuses("dist", {{"is not defined for i64", {zeros({2}, i64), zeros({2}, i64)}}});
  samples("pdist", {{"plain", {randn({5, 3})}},
                    {"first", {randn({4, 2})}, R"({"p": 1})"},
                    {"infinity", {randn({4, 2})}, R"({"p": "inf"})"},
                    {"one row", {randn({1, 3})}}});
  refuses("pdist",
          {{"should be [N, M]", {zeros({3})}}, {"p is -1", {zeros({2, 2})}, R"({"p": -1})"}});
}

}  // namespace hebb::test
