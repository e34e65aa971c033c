// Samples: linear systems of tensors.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(tensor_solve) {
  const Tensor a = values({4, 1, -2, 0.5, 1, 5, 0.25, 1, -1, 0, 6, 2, 0.5, 1, -1, 7}, {2, 2, 4}),
               wide = values({4, 1, -2, 0.5, 1, 5, 0.25, 1, -1, 0, 6, 2, 0.5, 1, -1, 7}, {4, 2, 2});
  samples("linalg_tensorinv",
          {{"two and one", {a}, R"({"ind": 2})"}, {"one and two", {wide}, R"({"ind": 1})"}});
  refuses("linalg_tensorinv",
          {{"ind is 0, should be from 1", {a}, R"({"ind": 0})"},
           {"ind is 3, should be from 1", {a}, R"({"ind": 3})"},
           {"have the product 2, but the others have 8", {a}, R"({"ind": 1})"}});
  samples("linalg_tensorsolve", {{"matrix", {a, randn({2, 2})}},
                                 {"vector", {wide, randn({4})}},
                                 {"moved", {a, randn({4})}, R"({"dims": [0, 1]})"}});
  refuses("linalg_tensorsolve", {{"as many elements as B", {a, zeros({3})}},
                                 {"at least as many dimensions", {zeros({2}), zeros({2, 2})}}});
}

}  // namespace hebb::test
