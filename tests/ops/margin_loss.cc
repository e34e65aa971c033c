// Samples: losses of margins and distances.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(margin_loss) {
  const Tensor x = randn({5, 4}), y = randn({5, 4}), z = randn({5, 4}),
               sign = values({1, -1, -1, 1, 1}, {5});
  const Tensor classes = values({0, 3, 1, 2, 3}, {5}, i64), class_weights = uniform(0.5, 2, {4});
  const char *const sum = R"({"reduction": "sum"})", *const each = R"({"reduction": "none"})";
  const Tensor rows =
      values({1, -1, 1, -1, -1, 1, 1, 1, -1, 1, -1, -1, 1, 1, 1, -1, -1, 1, 1, -1}, {5, 4});

  samples("margin_ranking_loss",
          {{"mean", {randn({5}), randn({5}), sign}},
           {"margin", {randn({5}), randn({5}), sign}, R"({"margin": 0.7, "reduction": "sum"})"},
           {"none", {x, y, rows}, each},
           {"empty", {zeros({0}), zeros({0}), zeros({0})}, sum}});
  refuses("margin_ranking_loss",
          {{"input1 is i64, should be floating", {classes, classes, sign}},
           {"reduction is \"all\"", {x, y, rows}, R"({"reduction": "all"})"}});
  samples("hinge_embedding_loss", {{"mean", {x, rows}},
                                   {"margin", {x, rows}, R"({"margin": 0.3, "reduction": "sum"})"},
                                   {"none", {x, rows}, each}});
  refuses("hinge_embedding_loss", {{"input is i64", {classes, classes}}});
  samples("soft_margin_loss",
          {{"mean", {x, rows}},
           {"none", {x, rows}, each},
           {"far", {values({-200, 200, 0, 30}, {4}), values({1, 1, -1, 1}, {4})}, each}});
  refuses("soft_margin_loss", {{"input is i64", {classes, classes}}});
  samples("multi_margin_loss",
          {{"mean", {x, classes, none()}},
           {"all", {x, classes, class_weights}, R"({"p": 2, "margin": 0.6, "reduction": "sum"})"},
           {"none", {x, classes, none()}, each},
           {"one row", {randn({4}), values({2}, {}, i64), none()}, each},
           {"narrow", {x, values({0, 3, 1, 2, 3}, {5}, u8), class_weights}}});
  refuses("multi_margin_loss",
          {{"p is 3, should be 1 or 2", {x, classes, none()}, R"({"p": 3})"},
           {"target [4] should be [5]", {x, zeros({4}, i64), none()}},
           {"weight [3] should be [4]", {x, classes, ones({3})}},
           {"is 9, should be from 0 to 3", {x, values({0, 9, 1, 2, 3}, {5}, i64), none()}},
           {"input [2, 3, 4] should be [N, C] or [C]", {zeros({2, 3, 4}), classes, none()}}});
  const Tensor lists =
      values({0, 3, -1, 1, -1, 0, 0, 0, 2, 1, 0, 3, 1, -1, -1, -1, 2, 0, 3, -1}, {5, 4}, i64);
  samples("multilabel_margin_loss",
          {{"mean", {x, lists}},
           {"sum", {x, lists}, sum},
           {"none", {x, lists}, each},
           {"one row", {randn({3}), values({2, -1, 0}, {3}, i64)}, each}});
  refuses("multilabel_margin_loss",
          {{"target [5, 3] should have the shape of input [5, 4]", {x, zeros({5, 3}, i64)}},
           {"should be from 0 to 3", {x, integers(4, 5, {5, 4})}}});
  samples("multilabel_soft_margin_loss",
          {{"mean", {x, uniform(0, 1, {5, 4}), none()}},
           {"weights", {x, uniform(0, 1, {5, 4}), class_weights}, sum},
           {"none", {x, uniform(0, 1, {5, 4}), none()}, each}});
  refuses("multilabel_soft_margin_loss",
          {{"target [4] should have the shape", {x, zeros({4}), none()}}});
  samples("cosine_embedding_loss",
          {{"mean", {x, y, sign}},
           {"margin", {x, y, sign}, R"({"margin": 0.2, "reduction": "sum"})"},
           {"none", {x, y, sign}, each},
           {"one row", {randn({4}), randn({4}), values({1}, {})}}});
  refuses("cosine_embedding_loss", {{"target [5, 1] beside input1 [5, 4]", {x, y, zeros({5, 1})}},
                                    {"input2 is i64", {x, integers(0, 2, {5, 4}), sign}}});
  samples("triplet_margin_loss",
          {{"mean", {x, y, z}},
           {"swap", {x, y, z}, R"({"swap": true, "margin": 2, "reduction": "sum"})"},
           {"one", {x, y, z}, R"({"p": 1, "reduction": "none"})"},
           {"three", {x, y, z}, R"({"p": 3, "eps": 0.01, "reduction": "none"})"}});
  refuses("triplet_margin_loss",
          {{"margin is 0", {x, y, z}, R"({"margin": 0})"}, {"[5, 4]", {x, y, zeros({5, 3})}}});
  const Tensor same = values({1, 0, 0, 1, 0}, {5});
  samples("contrastive_loss", {{"mean", {x, y, same}, R"({"margin": 3})"},
                               {"none", {x, y, same}, R"({"margin": 2.5, "reduction": "none"})"},
                               {"sum", {x, y, same}, sum}});
  refuses("contrastive_loss",
          {{"target [2] should have the shape of the distances [5]", {x, y, zeros({2})}}});
  samples("info_nce_loss", {{"mean", {x, y}},
                            {"warm", {x, y}, R"({"temperature": 0.7, "reduction": "none"})"},
                            {"sum", {x, y}, R"({"temperature": 2, "reduction": "sum"})"}});
  refuses("info_nce_loss",
          {{"temperature is 0", {x, y}, R"({"temperature": 0})"},
           {"query [4] should be [N, D]", {zeros({4}), zeros({4})}},
           {"positive_key [1, 4] should have the shape of query [5, 4]", {x, zeros({1, 4})}}});
}

}  // namespace hebb::test
