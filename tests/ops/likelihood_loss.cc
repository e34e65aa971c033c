// Samples: negative log-likelihoods of numbers.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(likelihood_loss) {
  const Tensor x = randn({4, 3}), counts = values({0, 0.5, 2, 5, 3, 0, 3, 7, 2, 4, 0, 6}, {4, 3});
  samples("poisson_nll_loss", {{"mean", {x, counts}},
                               {"full", {x, counts}, R"({"full": true, "reduction": "sum"})"},
                               {"plain input",
                                {uniform(0.2, 4, {4, 3}), counts},
                                R"({"log_input": false, "eps": 0.001, "reduction": "none"})"}});
  refuses("poisson_nll_loss", {{"input is i64", {integers(0, 3, {2}), integers(0, 3, {2})}},
                               {"[4, 3]", {x, zeros({2, 2})}}});
  const std::vector<Exemption> cut{{Check::gradient, "below eps the gradient is that of eps"}};
  samples("gaussian_nll_loss",
          {{"mean", {x, randn({4, 3}), uniform(0.3, 2, {4, 3})}},
           {"one for each row",
            {x, randn({4, 3}), uniform(0.3, 2, {4})},
            R"({"full": true, "reduction": "sum"})"},
           {"column", {x, randn({4, 3}), uniform(0.3, 2, {4, 1})}, R"({"reduction": "none"})"},
           {"number", {x, randn({4, 3}), 0.5}},
           {"below eps", {x, randn({4, 3}), zeros({4, 3})}, R"({"eps": 0.5})", cut}});
  refuses("gaussian_nll_loss",
          {{"var [2] should have the shape of input [4, 3]", {x, x, ones({2})}},
           {"eps is 0", {x, x, ones({4, 3})}, R"({"eps": 0})"},
           {"var holds negative values", {x, x, full({4, 3}, -1e-3)}},
           {"var holds negative values", {x, x, -0.5}}});
}

}  // namespace hebb::test
