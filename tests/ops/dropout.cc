// Samples: the dropout family. The key is given, so each sample is a plain function of its
// operands.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(dropout) {
  const Tensor row = randn({3, 4, 5}), picture = randn({2, 5, 3, 2}),
               volume = randn({2, 3, 2, 1, 2});
  samples("dropout1d", {{"plain", {row, key()}},
                        {"one sample", {randn({6, 4}), key()}, R"({"p": 0.3})"},
                        {"all", {row, key()}, R"({"p": 1})"},
                        {"off", {row, key()}, R"({"training": false})"},
                        {"empty", {zeros({0, 3, 2}), key()}}});
  samples("dropout2d", {{"plain", {picture, key()}},
                        {"sequences", {row, key()}, R"({"p": 0.3})"},
                        {"off", {picture, key()}, R"({"training": false})"},
                        {"none", {picture, key()}, R"({"p": 0})"}});
  samples("dropout3d", {{"plain", {volume, key()}},
                        {"one sample", {randn({6, 2, 1, 2}), key()}, R"({"p": 0.3})"}});
  for (const char* op : {"alpha_dropout", "feature_alpha_dropout"})
    samples(op, {{"plain", {picture, key()}, R"({"training": true})"},
                 {"seldom", {row, key(3)}, R"({"training": true, "p": 0.2})"},
                 {"all", {row, key()}, R"({"training": true, "p": 1})"},
                 {"off", {row, key()}}});
  samples("stochastic_depth",
          {{"rows", {picture, key()}, R"({"p": 0.5, "mode": "row"})"},
           {"batch", {picture, key()}, R"({"p": 0.3, "mode": "batch"})"},
           {"off", {picture, key()}, R"({"p": 0.3, "mode": "row", "training": false})"}});
  refuses("stochastic_depth", {{"mode is 'rows', should be row or batch",
                                {picture, key()},
                                R"({"p": 0.5, "mode": "rows"})"}});
  for (const char* op : {"dropout1d", "dropout2d", "dropout3d"})
    refuses(op, {{"p is 1.5, should be a probability", {row, key()}, R"({"p": 1.5})"},
                 {"input is i64", {integers(0, 3, {2, 3, 4}), key()}},
                 {"should have", {zeros({2}), key()}}});
  refuses("alpha_dropout", {{"p is -1", {row, key()}, R"({"p": -1})"}});
  refuses("feature_alpha_dropout", {{"should be [N, C, ...]", {zeros({3}), key()}}});
  samples("drop_block2d",
          {{"plain", {randn({2, 2, 7, 6}), key()}, R"({"p": 0.3, "block_size": 3})"},
           {"large", {randn({1, 2, 3, 5}), key()}, R"({"p": 0.5, "block_size": 9})"},
           {"evaluation",
            {randn({1, 1, 3, 3}), key()},
            R"({"p": 0.5, "block_size": 3, "training": false})"}});
  samples("drop_block3d",
          {{"plain", {randn({1, 2, 3, 5, 4}), key()}, R"({"p": 0.3, "block_size": 3})"}});
  for (const char* name : {"drop_block2d", "drop_block3d"})
    exempt(name, {{Check::reference, "PyTorch's generator draws other numbers"},
                  {Check::f64_reference, "PyTorch's generator draws other numbers"}});
  refuses("drop_block2d",
          {{"is 2, should be odd", {zeros({1, 1, 4, 4}), key()}, R"({"p": 0.5, "block_size": 2})"},
           {"should have 4 dimensions", {zeros({1, 4, 4}), key()}, R"({"p": 0.5})"},
           {"p is 2", {zeros({1, 1, 4, 4}), key()}, R"({"p": 2})"}});
}

}  // namespace hebb::test
