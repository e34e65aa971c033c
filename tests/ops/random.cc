// Samples: random tensors and dropout. The key is given, so each sample is a plain function of its
// operands.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(random) {
  samples("uniform", {{"plain", {key()}, R"({"size": [4, 3], "low": -2, "high": 3})"},
                      {"long", {key()}, R"({"size": [5001]})"},
                      {"empty", {key()}, R"({"size": [0, 2]})"}});
  samples("normal", {{"plain", {key()}, R"({"size": [4, 3], "mean": 2, "std": 3})"},
                     {"odd", {key()}, R"({"size": [2051]})"},
                     {"empty", {key()}, R"({"size": [0, 2]})"}});
  for (const char* name : {"rand", "randn"})
    samples(name, {{"plain", {key()}, R"({"size": [4, 3]})"},
                   {"double", {key()}, R"({"size": [7], "dtype": "float64"})"}});
  samples("randint", {{"plain", {key()}, R"({"low": -3, "high": 7, "size": [40]})"},
                      {"narrow", {key()}, R"({"high": 2, "size": [3, 3], "dtype": "uint8"})"}});
  samples("randperm", {{"plain", {key()}, R"({"n": 10})"}, {"none", {key()}, R"({"n": 0})"}});
  samples("bernoulli",
          {{"plain", {uniform(0, 1, {40}), key()}}, {"empty", {zeros({0, 3}), key()}}});
  for (const char* name : {"dropout", "dropout_backward"})
    samples(name, {{"plain", {randn({4, 3}), key()}},
                   {"long", {randn({5003}), key(7)}, R"({"p": 0.3})"},
                   {"strided", {transpose(randn({5, 7})), key()}},
                   {"all", {randn({9}), key()}, R"({"p": 1})"},
                   {"empty", {zeros({0, 3}), key()}}});
  samples("dropout", {{"off", {randn({9}), key()}, R"({"training": false})"},
                      {"none", {randn({9}), key()}, R"({"p": 0})"}});
  for (const char* name :
       {"uniform", "normal", "rand", "randn", "randint", "randperm", "bernoulli", "dropout"})
    exempt(name,
           {{Check::reference,
             "PyTorch's generator draws other numbers; random_test.cc looks at distributions"}});
  refuses("dropout", {{"p is 1.5, should be a probability", {ones({3}), key()}, R"({"p": 1.5})"},
                      {"dtype is i64", {integers(0, 3, {3}), key()}},
                      {"should be one u64 number", {ones({3}), ones({})}}});
  refuses("uniform", {{"their distance", {key()}, R"({"size": [2], "low": -3e38, "high": 3e38})"},
                      {"low not above high", {key()}, R"({"size": [2], "low": 2})"}});
  refuses("normal", {{"std is -1", {key()}, R"({"size": [2], "std": -1})"}});
  refuses("randint",
          {{"the largest value is 999, which u8 does not hold",
            {key()},
            R"({"low": 0, "high": 1000, "size": [2], "dtype": "u8"})"},
           {"low is -1, which u8 does not hold",
            {key()},
            R"({"low": -1, "high": 3, "size": [2], "dtype": "u8"})"},
           {"low is 3, should be below high", {key()}, R"({"low": 3, "high": 3, "size": [2]})"}});
  refuses("randperm", {{"n is -1", {key()}, R"({"n": -1})"}});
  refuses("bernoulli", {{"should be probabilities", {values({0.5, 1.5}, {2}), key()}},
                        {"should be probabilities", {values({-0.5}, {1}), key()}}});
  for (const char* name : {"rand_like", "randn_like"})
    samples(name, {{"plain", {zeros({3, 4}), key()}},
                   {"another dtype", {zeros({5}, i64), key(2)}, R"({"dtype": "float32"})"}});
  samples("randint_like", {{"plain", {zeros({3, 4}), key()}, R"({"low": -3, "high": 9})"},
                           {"integers", {zeros({7}, i32), key(2)}, R"({"high": 5})"}});
  for (const char* name : {"rand_like", "randn_like", "randint_like"})
    exempt(name,
           {{Check::reference,
             "PyTorch's generator draws other numbers; random_test.cc looks at distributions"}});
  for (const char* name : {"rand_like", "randn_like"})
    exempt(name, {{Check::f64, "f64 takes other words of the key"},
                  {Check::half, "f64 takes other words of the key"}});
  refuses("randint_like", {{"low is 0, should be below high", {zeros({2}), key()}}});
}

}  // namespace hebb::test
