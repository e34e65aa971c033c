// Samples: random numbers with given parameters. The key is given, so each sample is a plain
// function of its operands.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(distributions) {
  const std::vector<Exemption> others = {{Check::f64, "f64 takes other words of the key"},
                                         {Check::half, "f64 takes other words of the key"}};
  samples("exponential", {{"plain", {key()}, R"({"size": [4, 3], "lambd": 2})"},
                          {"empty", {key()}, R"({"size": [0]})"}});
  refuses("exponential",
          {{"lambd is 0", {key()}, R"({"size": [2], "lambd": 0})"},
           {"dtype is i64, should be floating", {key()}, R"({"size": [2], "dtype": "i64"})"}});
  samples("cauchy", {{"plain", {key()}, R"({"size": [4, 3], "median": 2, "sigma": 0.5})"},
                     {"0-d", {key()}, R"({"size": []})"},
                     {"empty", {key()}, R"({"size": [0, 3]})"}});
  refuses("cauchy", {{"sigma is 0", {key()}, R"({"size": [2], "sigma": 0})"},
                     {"dtype is i64", {key()}, R"({"size": [2], "dtype": "i64"})"}});
  samples("log_normal", {{"plain", {key()}, R"({"size": [4, 3], "mean": -1, "std": 0.5})"},
                         {"0-d", {key()}, R"({"size": []})"},
                         {"empty", {key()}, R"({"size": [0, 3]})"}});
  refuses("log_normal", {{"std is -1", {key()}, R"({"size": [2], "std": -1})"},
                         {"dtype is i64", {key()}, R"({"size": [2], "dtype": "i64"})"}});
  samples("geometric", {{"plain", {key()}, R"({"size": [4, 3], "p": 0.2})"},
                        {"integers", {key()}, R"({"size": [7], "p": 0.01, "dtype": "u8"})"},
                        {"0-d", {key()}, R"({"size": []})"},
                        {"empty", {key()}, R"({"size": [0, 3]})"}});
  refuses("geometric", {{"p is 1", {key()}, R"({"size": [2], "p": 1})"},
                        {"p is 0", {key()}, R"({"size": [2], "p": 0})"},
                        {"dtype is bool", {key()}, R"({"size": [2], "dtype": "bool"})"},
                        {"dtype is c64", {key()}, R"({"size": [2], "dtype": "c64"})"}});
  samples("standard_gamma", {{"plain", {uniform(0.2, 5, {40}), key()}},
                             {"logarithms", {uniform(0.01, 2, {40}), key()}, R"({"log": true})"}});
  samples("gamma", {{"plain", {uniform(0.5, 5, {4, 3}), uniform(0.5, 2, {3}), key()}},
                    {"number", {uniform(0.5, 5, {9}), 2, key()}}});
  refuses("gamma",
          {{"the concentration holds -1, should be above 0", {values({1, -1}, {2}), 1.0, key()}},
           {"one parameter should be a tensor", {2.0, 1.0, key()}}});
  samples("beta", {{"plain", {uniform(0.5, 5, {4, 3}), uniform(0.5, 2, {3}), key()}},
                   {"small", {full({5}, 1e-3), 1e-3, key()}}});
  samples("dirichlet",
          {{"rows", {uniform(0.3, 3, {4, 3}), key()}}, {"small", {full({5}, 1e-4), key()}}});
  refuses("dirichlet", {{"at least one dimension", {ones({}), key()}}});
  samples("poisson", {{"plain", {uniform(0, 30, {40}), key()}},
                      {"integers", {values({2, 1, 100}, {3}), key()}}});
  refuses("poisson", {{"input holds -1", {values({1, -1}, {2}), key()}},
                      {"should be floating", {ones({2}, i64), key()}}});
  samples("binomial", {{"plain", {full({40}, 50), uniform(0, 1, {40}), key()}},
                       {"few", {full({9}, 5), full({9}, 0.25), key()}}});
  refuses("binomial", {{"count holds 1.5", {full({2}, 1.5), full({2}, 0.5), key()}},
                       {"prob holds 2", {full({2}, 3), full({2}, 2), key()}},
                       {"should have one shape", {full({2}, 3), full({3}, 0.5), key()}}});
  samples("multinomial",
          {{"one", {uniform(0, 1, {2, 5}), key()}},
           {"again", {uniform(0, 1, {5}), key()}, R"({"num_samples": 9, "replacement": true})"},
           {"all", {uniform(0.1, 1, {5}), key()}, R"({"num_samples": 5})"}});
  refuses("multinomial",
          {{"row 0 of input has 1 weights above 0, but 2 samples are wanted",
            {values({0, 1, 0}, {3}), key()},
            R"({"num_samples": 2})"},
           {"input holds -1", {values({-1, 1}, {2}), key()}},
           {"num_samples is 4, should be at most 3", {ones({3}), key()}, R"({"num_samples": 4})"},
           {"num_samples is 0", {ones({3}), key()}, R"({"num_samples": 0})"},
           {"one or two dimensions", {ones({2, 2, 2}), key()}}});
  samples("rrelu",
          {{"evaluation", {uniform(0.1, 2, {4, 3}), key()}},
           {"training", {values({-1, 2, -3, 0.5}, {4}), key()}, R"({"training": true})", others},
           {"slopes", {values({-1, 2, -3, 0.5}, {4}), key()}, R"({"lower": 0.2, "upper": 0.4})"}});
  refuses("rrelu", {{"lower not above upper", {ones({2}), key()}, R"({"lower": 1})"}});
  samples("gumbel_softmax", {{"soft", {randn({4, 3}), key()}},
                             {"dim", {randn({4, 3}), key()}, R"({"tau": 0.5, "dim": 0})"},
                             {"hard",
                              {randn({4, 3}), key()},
                              R"({"hard": true})",
                              {{Check::gradient, "the gradient is that of the softmax"}}}});
  refuses("gumbel_softmax", {{"tau is 0", {ones({2}), key()}, R"({"tau": 0})"}});
  samples("straight_through", {{"plain",
                                {randn({3}), randn({3})},
                                {},
                                {{Check::gradient, "the gradient is another tensor's"}}}});
  exempt("gumbel_softmax", others);
  for (const char* name : {"exponential", "cauchy", "log_normal", "geometric", "gamma", "beta",
                           "dirichlet", "poisson", "binomial", "multinomial", "gumbel_softmax"})
    exempt(name,
           {{Check::reference,
             "PyTorch's generator draws other numbers; distributions_test.cc looks at moments"}});
  exempt("straight_through", {{Check::f64_reference, "no sample of gumbel_softmax is PyTorch's"}});
  exempt("gumbel_softmax", {{Check::f64_reference, "PyTorch's generator draws other numbers"}});
  for (const char* name : {"standard_gamma", "gamma", "beta", "dirichlet"})
    exempt(name, {{Check::gradient,
                   "what is drawn for another concentration are other numbers; "
                   "distributions_test.cc looks at the slopes' moments"},
                  {Check::f64_reference, "PyTorch's generator draws other numbers"}});
  samples("log_gamma_slope", {{"plain", {uniform(0.1, 9, {4, 3}), uniform(-2, 2, {4, 3})}},
                              {"far below", {uniform(0.01, 0.1, {3}), uniform(-900, -50, {3})}}});
}

}  // namespace hebb::test
