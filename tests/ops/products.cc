// Samples: products of vectors, matrices and tensors by their names, and einsum.
#include <limits>
#include <tuple>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(products) {
  samples("mm", {{"plain", {randn({4, 3}), randn({3, 5})}},
                 {"transposed", {transpose(randn({3, 4})), transpose(randn({5, 3}))}},
                 {"one", {randn({1, 1}), randn({1, 1})}},
                 {"complex", {randn({2, 3}, c64), randn({3, 2}, c64)}},
                 {"integers", {integers(-5, 5, {2, 3}), integers(-5, 5, {3, 2})}},
                 {"empty sum", {zeros({2, 0}), zeros({0, 3})}},
                 {"empty", {zeros({0, 3}), randn({3, 2})}}});
  refuses("mm", {{"input [2, 3] has 3 in its last dimension but mat2 [2, 3] has 2",
                  {zeros({2, 3}), zeros({2, 3})}},
                 {"mat2 [3] should be a matrix", {zeros({2, 3}), zeros({3})}},
                 {"should have one dtype", {zeros({2, 3}), zeros({3, 2}, f64)}}});
  samples("bmm", {{"plain", {randn({2, 4, 3}), randn({2, 3, 5})}},
                  {"one", {randn({1, 2, 3}), randn({1, 3, 1})}},
                  {"empty", {zeros({0, 2, 3}), zeros({0, 3, 2})}}});
  refuses("bmm", {{"has 1 matrices but mat2 [2, 3, 2] has 2", {zeros({1, 2, 3}), zeros({2, 3, 2})}},
                  {"should be a batch of matrices", {zeros({2, 3}), zeros({2, 3, 2})}},
                  {"has 3 in its last dimension", {zeros({2, 2, 3}), zeros({2, 2, 2})}}});
  samples("mv", {{"plain", {randn({4, 3}), randn({3})}}, {"empty", {zeros({0, 3}), randn({3})}}});
  refuses("mv", {{"vec [2] has 2", {zeros({4, 3}), zeros({2})}},
                 {"input [3] should be a matrix", {zeros({3}), zeros({3})}}});
  samples("dot", {{"plain", {randn({7}), randn({7})}}, {"empty", {zeros({0}), zeros({0})}}});
  refuses("dot", {{"tensor [2, 2] should be a vector", {zeros({2}), zeros({2, 2})}},
                  {"tensor [3] has 3", {zeros({2}), zeros({3})}}});
  samples("vdot",
          {{"plain", {randn({7}), randn({7})}}, {"complex", {randn({5}, c64), randn({5}, c64)}}});
  refuses("vdot", {{"other [3] has 3", {zeros({2}), zeros({3})}}});
  samples("inner", {{"vectors", {randn({4}), randn({4})}},
                    {"matrices", {randn({2, 3}), randn({4, 3})}},
                    {"three", {randn({2, 3, 4}), randn({5, 4})}},
                    {"number", {randn({}), randn({2, 3})}},
                    {"empty", {zeros({0, 3}), randn({2, 3})}}});
  refuses("inner", {{"other [2, 2] has 2", {zeros({2, 3}), zeros({2, 2})}}});
  samples("outer", {{"plain", {randn({3}), randn({4})}},
                    {"promoted", {randn({3}), integers(0, 5, {2})}},
                    {"empty", {zeros({0}), randn({3})}}});
  refuses("outer", {{"vec2 [] should be a vector", {zeros({2}), zeros({})}}});
  for (const auto& [op, input, left, right] :
       {std::tuple<const char*, Tensor, Tensor, Tensor>{"addmm", randn({4, 5}), randn({4, 3}),
                                                        randn({3, 5})},
        {"addmv", randn({4}), randn({4, 3}), randn({3})},
        {"baddbmm", randn({2, 4, 5}), randn({2, 4, 3}), randn({2, 3, 5})}}) {
    samples(op, {{"plain", {input, left, right}},
                 {"factors", {input, left, right}, R"({"beta": 0.5, "alpha": -2})"},
                 {"broadcast", {randn({1}), left, right}, R"({"alpha": 0.3})"},
                 {"without input",
                  {full({1}, std::numeric_limits<double>::quiet_NaN()), left, right},
                  R"({"beta": 0})"}});
    refuses(op, {{"do not broadcast", {zeros({7}), left, right}},
                 {"should have one dtype", {zeros({1}, i64), left, right}}});
  }
  samples("addmm", {{"integers",
                     {integers(-5, 5, {2, 2}), integers(-5, 5, {2, 3}), integers(-5, 5, {3, 2})},
                     R"({"beta": 2, "alpha": -1})"}});
  refuses("addmm", {{"alpha is 0.5, should be a whole number for i64",
                     {zeros({2, 2}, i64), zeros({2, 3}, i64), zeros({3, 2}, i64)},
                     R"({"alpha": 0.5})"}});
  samples("tensordot",
          {{"two", {randn({2, 3, 4}), randn({3, 4, 5})}},
           {"one", {randn({2, 3}), randn({3, 4})}, R"({"dims": 1})"},
           {"none", {randn({2}), randn({3})}, R"({"dims": 0})"},
           {"lists", {randn({3, 4, 5}), randn({4, 3, 2})}, R"({"dims": [[1, 0], [0, 1]]})"},
           {"negative", {randn({3, 4}), randn({2, 4})}, R"({"dims": [[-1], [-1]]})"},
           {"all", {randn({2, 3}), randn({2, 3})}},
           {"empty", {zeros({0, 3}), randn({3, 2})}, R"({"dims": 1})"}});
  refuses(
      "tensordot",
      {{"dims is 3", {zeros({2, 3}), zeros({2, 3})}, R"({"dims": 3})"},
       {"they should have one size", {zeros({2, 3}), zeros({2, 3})}, R"({"dims": 1})"},
       {"names a dimension twice", {zeros({3, 3}), zeros({3, 3})}, R"({"dims": [[0, 0], [0, 1]]})"},
       {"as many dimensions of input as of other",
        {zeros({3, 3}), zeros({3, 3})},
        R"({"dims": [[0, 1], [0]]})"}});
  samples("kron", {{"matrices", {randn({2, 3}), randn({4, 2})}},
                   {"vector", {randn({3}), randn({2, 2})}},
                   {"number", {randn({}), randn({2})}},
                   {"empty", {zeros({0, 2}), randn({2, 2})}}});
  samples("linalg_cross", {{"plain", {randn({4, 3}), randn({4, 3})}},
                           {"columns", {randn({3, 4}), randn({3, 4})}, R"({"dim": 0})"},
                           {"broadcast", {randn({4, 1, 3}), randn({1, 2, 3})}},
                           {"empty", {zeros({0, 3}), zeros({0, 3})}}});
  refuses("linalg_cross", {{"should have the size 3", {zeros({2, 4}), zeros({2, 4})}},
                           {"as many dimensions", {zeros({3}), zeros({2, 3})}}});
  samples("cross", {{"first of three", {randn({3, 4}), randn({3, 4})}},
                    {"last", {randn({2, 3}), randn({2, 3})}, R"({"dim": 1})"}});
  refuses("cross", {{"has no dimension of size 3", {zeros({2, 4}), zeros({2, 4})}}});
  samples("bilinear", {{"plain", {randn({4, 3}), randn({4, 2}), randn({5, 3, 2}), randn({5})}},
                       {"no bias", {randn({2, 4, 3}), randn({2, 4, 2}), randn({1, 3, 2}), none()}},
                       {"vectors", {randn({3}), randn({2}), randn({2, 3, 2}), randn({2})}},
                       {"empty", {zeros({0, 3}), zeros({0, 2}), randn({5, 3, 2}), none()}}});
  refuses("bilinear",
          {{"expects 3 and 2", {zeros({4, 2}), zeros({4, 2}), zeros({5, 3, 2}), none()}},
           {"should differ in the last dimension only",
            {zeros({4, 3}), zeros({5, 2}), zeros({5, 3, 2}), none()}},
           {"bias [4] should have the shape [5]",
            {zeros({4, 3}), zeros({4, 2}), zeros({5, 3, 2}), zeros({4})}}});
}

OPS_FAMILY(einsum) {
  samples("einsum",
          {{"product", {list({randn({2, 3}), randn({3, 4})})}, R"({"equation": "ij,jk->ik"})"},
           {"batch",
            {list({randn({2, 3, 4}), randn({2, 5, 4})})},
            R"({"equation": "bqd, bkd -> bqk"})"},
           {"usual result", {list({randn({2, 3}), randn({3, 4})})}, R"({"equation": "kj,ja"})"},
           {"trace", {list({randn({3, 3})})}, R"({"equation": "ii"})"},
           {"diagonal", {list({randn({3, 2, 3})})}, R"({"equation": "iji->ij"})"},
           {"transpose", {list({randn({2, 3, 4})})}, R"({"equation": "abc->cab"})"},
           {"sum", {list({randn({2, 3})})}, R"({"equation": "ij->j"})"},
           {"ellipsis",
            {list({randn({2, 1, 3, 4}), randn({5, 4, 2})})},
            R"({"equation": "...ij,...jk->...ik"})"},
           {"ellipsis summed", {list({randn({2, 3}), randn({3})})}, R"({"equation": "...,...->"})"},
           {"outer", {list({randn({2}), randn({3})})}, R"({"equation": "i,j->ij"})"},
           {"three",
            {list({randn({3, 4}), randn({4, 5}), randn({5, 2})})},
            R"({"equation": "ij,jk,kl->il"})"},
           {"bilinear",
            {list({randn({4, 3}), randn({5, 3, 2}), randn({4, 2})})},
            R"({"equation": "bi,oij,bj->bo"})"},
           {"size one", {list({randn({2, 1}), randn({3, 4})})}, R"({"equation": "ij,jk->ik"})"},
           {"only in one", {list({randn({2, 3}), randn({2})})}, R"({"equation": "ij,i->i"})"},
           {"0-d", {list({randn({}), randn({3})})}, R"({"equation": ",i->i"})"},
           {"integers",
            {list({integers(-3, 4, {2, 3}), integers(-3, 4, {3, 2})})},
            R"({"equation": "ij,jk->ik"})"},
           {"complex",
            {list({randn({2, 3}, c64), randn({3, 2}, c64)})},
            R"({"equation": "ij,jk->ik"})"},
           {"empty", {list({zeros({2, 0}), zeros({0, 3})})}, R"({"equation": "ij,jk->ik"})"}});
  refuses("einsum",
          {{"has 2 operands, but 1 are given", {list({zeros({2})})}, R"({"equation": "i,j->ij"})"},
           {"operand 0 has 2 dimensions, but 'i' in the equation names 1",
            {list({zeros({2, 2})})},
            R"({"equation": "i->i"})"},
           {"'j' has the size 4 in operand 1, but 3",
            {list({zeros({2, 3}), zeros({4, 2})})},
            R"({"equation": "ij,jk->ik"})"},
           {"names dimensions of different sizes in operand 0",
            {list({zeros({2, 3})})},
            R"({"equation": "ii->i"})"},
           {"names 'k', which no operand has", {list({zeros({2})})}, R"({"equation": "i->k"})"},
           {"names 'i' twice", {list({zeros({2})})}, R"({"equation": "i->ii"})"},
           {"has the character '1'", {list({zeros({2})})}, R"({"equation": "1->1"})"},
           {"more than one '...'", {list({zeros({2})})}, R"({"equation": "...i...->i"})"},
           {"at least one operand", {list({})}, R"({"equation": ""})"}});
}

}  // namespace hebb::test
