// Samples: matrix products.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(matmul) {
  samples("bmm_broadcast", {{"matrices", {randn({4, 3}), randn({3, 5})}},
                            {"batch", {randn({2, 4, 3}), randn({2, 3, 5})}},
                            {"broadcast", {randn({2, 1, 4, 3}), randn({5, 3, 2})}},
                            {"transposed", {transpose(randn({3, 4})), transpose(randn({5, 3}))}},
                            {"heads of one sequence", {randn({1, 2, 5, 3}), randn({1, 2, 3, 5})}},
                            {"large", {randn({33, 65}), randn({65, 17})}},
                            {"empty sum", {zeros({2, 0}), zeros({0, 3})}},
                            {"empty", {zeros({0, 3}), randn({3, 2})}}});
  refuses("bmm_broadcast", {{"input [2, 3] has 3 columns but other [4, 3] has 4 rows",
                             {zeros({2, 3}), zeros({4, 3})}},
                            {"should have one dtype", {zeros({2, 3}), zeros({3, 2}, f64)}}});
  samples("matmul", {{"matrices", {randn({4, 3}), randn({3, 5})}},
                     {"vectors", {randn({3}), randn({3})}},
                     {"matrix vector", {randn({4, 3}), randn({3})}},
                     {"vector batch", {randn({3}), randn({2, 3, 4})}},
                     {"one", {randn({1, 1}), randn({1, 1})}},
                     {"complex", {randn({4, 3}, c64), randn({3, 2}, c64)}},
                     {"batch by one matrix", {randn({2, 3, 4}), randn({4, 5})}},
                     {"strided batch by one matrix", {transpose(randn({2, 4, 3})), randn({4, 5})}},
                     {"no batch", {zeros({2, 0, 4}), randn({4, 5})}}});
  samples("bmm_broadcast",
          {{"repeated", {randn({1, 3}).expand({4, 3}), randn({3, 1}).expand({3, 5})}},
           {"panels", {randn({2, 33, 16}), randn({2, 16, 130})}},
           {"panels, transposed", {transpose(randn({2, 16, 35})), transpose(randn({2, 128, 16}))}},
           {"panels, broadcast", {randn({2, 1, 32, 16}), randn({3, 16, 64})}},
           {"panels of one", {randn({32, 16}), randn({16, 261})}}});
  refuses("matmul", {{"input [2, 3] has 3 columns but other [4, 3] has 4 rows",
                      {zeros({2, 3}), zeros({4, 3})}},
                     {"at least one dimension", {zeros({}), zeros({3})}}});
}

}  // namespace hebb::test
