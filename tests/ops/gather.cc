// Samples: picking and placing by index tensors.
#include <limits>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(gather) {
  const Tensor index = values({0, 2, 1, 4, 0, 0, 3, 3, 1, 2, 2, 4}, {3, 4}, i64);
  samples("gather",
          {{"rows", {randn({5, 4}), index}, R"({"dim": 0})"},
           {"columns", {randn({3, 5}), index}, R"({"dim": 1})"},
           {"fewer", {randn({4, 5}), index}, R"({"dim": -1})"},
           {"strided", {transpose(randn({5, 3})), index}, R"({"dim": 1})"},
           {"none", {randn({5, 4}), zeros({0, 4}, i64)}, R"({"dim": 0})"},
           {"middle", {randn({2, 3, 4}), integers(0, 3, {2, 5, 4})}, R"({"dim": 1})"},
           {"middle, fewer", {randn({2, 3, 4}), integers(0, 3, {1, 5, 3})}, R"({"dim": 1})"},
           {"integers", {integers(0, 9, {5, 4}), index}, R"({"dim": 0})"},
           {"0-d", {randn({}), zeros({}, i64)}},
           {"of a number", {randn({}), zeros({3}, i64)}, R"({"dim": -1})"},
           {"number of a vector", {randn({3}), ones({}, i64)}},
           {"none of a number", {randn({}), zeros({0}, i64)}}});
  refuses("gather",
          {{"index[0, 3] is 4, should be from 0 to 3: dimension 0 has size 4",
            {zeros({4, 4}), index},
            R"({"dim": 0})"},
           {"reaches beyond input", {zeros({5, 3}), index}, R"({"dim": 0})"},
           {"should be an integer dtype", {zeros({5, 4}), zeros({5, 4})}, R"({"dim": 0})"},
           {"as many dimensions", {zeros({5}), index}, R"({"dim": 0})"},
           {"as many dimensions", {zeros({}), zeros({1, 1}, i64)}},
           {"index[1] is 1, should be", {zeros({}), values({0, 1}, {2}, i64)}}});
  samples(
      "scatter_add",
      {{"repeated", {randn({5, 4}), index, randn({3, 4})}, R"({"dim": 0})"},
       {"columns", {randn({3, 5}), index, randn({3, 4})}, R"({"dim": 1})"},
       {"middle", {randn({2, 3, 4}), integers(0, 3, {2, 5, 4}), randn({2, 5, 4})}, R"({"dim": 1})"},
       {"larger source", {randn({5, 6}), index, randn({4, 5})}, R"({"dim": 0})"},
       {"integers", {integers(0, 9, {5, 4}), index, integers(0, 9, {3, 4})}, R"({"dim": 0})"},
       {"0-d", {randn({}), zeros({}, i64), randn({})}},
       {"to a number", {randn({}), zeros({3}, i64), randn({4})}},
       {"a number", {randn({3}), ones({1}, i64), randn({})}},
       {"number of a vector", {randn({3}), ones({}, i64), randn({2})}},
       {"none of a number", {randn({3}), zeros({0}, i64), randn({})}}});
  refuses("scatter_add",
          {{"index[0, 3] is 4", {zeros({4, 4}), index, zeros({3, 4})}, R"({"dim": 0})"},
           {"longer than src", {zeros({5, 4}), index, zeros({2, 4})}, R"({"dim": 0})"},
           {"index [2] is longer than src []", {zeros({}), zeros({2}, i64), zeros({})}},
           {"should have one dtype", {zeros({5, 4}), index, zeros({3, 4}, f64)}, R"({"dim": 0})"}});
  const Tensor rows = values({2, 0, 2, 1, 3, 2}, {6}, i64);
  samples("index_select", {{"rows", {randn({4, 3}), rows}, R"({"dim": 0})"},
                           {"middle", {randn({2, 4, 3}), rows}, R"({"dim": 1})"},
                           {"last", {randn({2, 4}), rows}, R"({"dim": -1})"},
                           {"strided", {transpose(randn({3, 4})), rows}, R"({"dim": 0})"},
                           {"none", {randn({4, 3}), zeros({0}, i64)}, R"({"dim": 0})"},
                           {"number", {randn({4, 3}), ones({}, i64)}, R"({"dim": 1})"},
                           {"0-d", {randn({}), zeros({}, i64)}},
                           {"of a number", {randn({}), zeros({1}, i64)}, R"({"dim": -1})"}});
  refuses("index_select",
          {{"index[4] is 3, should be from 0 to 2", {zeros({3, 3}), rows}, R"({"dim": 0})"},
           {"should have one dimension", {zeros({4}), zeros({1, 2}, i64)}, R"({"dim": 0})"},
           {"index [2] should name one element", {zeros({}), zeros({2}, i64)}},
           {"index is 1, should be", {zeros({}), ones({}, i64)}}});
  samples(
      "index_add",
      {{"rows", {randn({4, 3}), rows, randn({6, 3})}, R"({"dim": 0, "alpha": 2})"},
       {"middle", {randn({2, 4, 3}), rows, randn({2, 6, 3})}, R"({"dim": 1})"},
       {"integers", {integers(0, 9, {4}), rows, integers(0, 9, {6})}, R"({"dim": 0, "alpha": -1})"},
       {"number", {randn({4, 3}), ones({}, i64), randn({4, 1})}, R"({"dim": 1})"},
       {"0-d", {randn({}), zeros({}, i64), randn({})}, R"({"alpha": 2})"},
       {"to a number", {randn({}), zeros({1}, i64), randn({})}}});
  refuses(
      "index_add",
      {{"source [5, 3] should be [6, 3]", {zeros({4, 3}), rows, zeros({5, 3})}, R"({"dim": 0})"},
       {"source [1] should be []", {zeros({}), zeros({1}, i64), zeros({1})}},
       {"alpha is 0.5, but for i64 it should be a whole number",
        {zeros({4, 3}, DType::i64), rows, zeros({6, 3}, DType::i64)},
        R"({"dim": 0, "alpha": 0.5})"}});
  samples("take", {{"plain", {randn({3, 4}), values({0, 11, -1, 5}, {2, 2}, i64)}}});
  refuses("take", {{"index[1] is 12", {zeros({3, 4}), values({0, 12}, {2}, i64)}}});
  samples("embedding", {{"plain", {integers(0, 4, {2, 9}), randn({4, 3})}},
                        {"by how often",
                         {integers(0, 4, {2, 9}), randn({4, 3})},
                         R"({"scale_grad_by_freq": true, "padding_idx": 1})",
                         {{Check::gradient, "it is scaled"}}},
                        {"padding",
                         {integers(0, 4, {2, 9}), randn({4, 3})},
                         R"({"padding_idx": 1})",
                         {{Check::gradient, "the padding row gets no gradient"}}},
                        {"0-d", {full({}, 2, i64), randn({4, 3})}}});
  refuses(
      "embedding",
      {{"input[0, 1] is 4, should be from 0 to 3", {values({0, 4}, {1, 2}, i64), zeros({4, 3})}},
       {"padding_idx", {zeros({1}, i64), zeros({4, 3})}, R"({"padding_idx": 4})"}});
  samples("embedding_backward",
          {{"plain", {randn({6, 3}), rows}, R"({"num_embeddings": 5})"},
           {"padding", {randn({6, 3}), rows}, R"({"num_embeddings": 5, "padding_idx": 2})"}});
  samples("one_hot", {{"given", {integers(0, 7, {3, 4})}, R"({"num_classes": 7})"},
                      {"counted", {values({0, 2, 1}, {3}, i64)}}});
  refuses("one_hot",
          {{"one too large for a class",
            {Tensor::from(std::vector<int64_t>{0, std::numeric_limits<int64_t>::max()}, {2})}}});
  refuses("one_hot",
          {{"is 5, should be from 0 to 3", {values({0, 5}, {2}, i64)}, R"({"num_classes": 4})"},
           {"give num_classes", {zeros({0}, i64)}}});
}

}  // namespace hebb::test
