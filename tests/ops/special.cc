// Samples: special functions, element by element.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(special) {
  const auto on = [](const char* name, double low, double high, const char* attrs = "{}") {
    samples(name, {{"plain", {uniform(low, high, {4, 3})}, attrs},
                   {"strided", {transpose(uniform(low, high, {3, 5}))}, attrs},
                   {"0-d", {uniform(low, high, {})}, attrs},
                   {"empty", {zeros({0, 3})}, attrs}});
  };
  on("lgamma", 0.3, 5);
  on("digamma", 1.6, 5);
  on("polygamma", 0.8, 4, R"({"n": 2})");
  on("mvlgamma", 1.3, 5, R"({"p": 3})");
  on("erfinv", -0.9, 0.9);
  on("special_erfcx", -1, 4);
  on("special_ndtr", -3, 3);
  on("special_ndtri", 0.05, 0.95);
  on("special_log_ndtr", -4, 3);
  on("special_entr", 0.1, 3);
  on("i0", -3, 3);
  on("special_i0e", 0.1, 4);
  on("special_i1", -3, 3);
  on("special_i1e", 0.2, 4);
  on("logit", 0.1, 0.9);
  samples("logit", {{"kept inside", {uniform(0, 1, {9})}, R"({"eps": 0.2})"}});
  samples("lgamma",
          {{"below 0", {values({-0.5, -1.3, -2.7}, {3})}}, {"integers", {integers(1, 9, {4})}}});
  samples("digamma", {{"below 0", {values({-0.4, -1.3, -2.6}, {3})}}});
  samples("polygamma", {{"first", {uniform(0.5, 4, {5})}, R"({"n": 1})"},
                        {"digamma", {uniform(1.6, 4, {5})}},
                        {"below 0", {values({-0.4, -1.3, -2.6}, {3})}, R"({"n": 1})"}});
  refuses("polygamma", {{"n is -1, should be from 0 to 170", {ones({3})}, R"({"n": -1})"}});
  refuses("mvlgamma", {{"p is 0, should be at least 1", {ones({3})}, R"({"p": 0})"}});

  for (const char* name : {"xlogy", "special_xlog1py"})
    samples(name, {{"plain", {randn({4, 3}), uniform(0.3, 3, {4, 3})}},
                   {"broadcast", {uniform(0.5, 2, {4, 1}), uniform(0.3, 3, {3})}},
                   {"number", {randn({4}), 2.5}},
                   {"integers", {integers(0, 4, {5}), integers(1, 5, {5})}},
                   {"empty", {zeros({0, 3}), ones({3})}}});
  samples("special_zeta", {{"plain", {3.5, uniform(0.5, 4, {4, 3})}},
                           {"number", {2, uniform(0.5, 4, {5})}},
                           {"empty", {2, zeros({0, 3})}}});
  for (const char* name : {"logaddexp", "logaddexp2"})
    samples(name, {{"plain", {randn({4, 3}), randn({4, 3})}},
                   {"broadcast", {randn({4, 1}), randn({3})}},
                   {"far apart", {values({-90, 90, 0}, {3}), values({90, -89, 50}, {3})}},
                   {"number", {randn({4}), 0.5}},
                   {"empty", {zeros({0, 3}), zeros({3})}}});
  samples("logaddexp", {{"complex", {randn({4, 3}, c64), randn({3}, c64)}},
                        {"complex and real", {randn({4}, c64), randn({4})}}});
  refuses("logaddexp2", {{"not defined", {randn({4}, c64), randn({4}, c64)}}});
  for (const char* name : {"special_gammainc", "special_gammaincc"})
    samples(name, {{"plain", {uniform(0.3, 4, {4, 3}), uniform(0.2, 6, {4, 3})}},
                   {"large", {uniform(30, 60, {5}), uniform(30, 60, {5})}},
                   {"broadcast", {uniform(0.3, 4, {4, 1}), uniform(0.2, 6, {3})}},
                   {"edges",
                    {values({0, 0, 1, -1, 2}, {5}), values({0, 1, 0, 1, -1}, {5})},
                    {},
                    {{Check::gradient, "the edges of the function"}}}});
  exempt("special_gammainc", {{Check::second_gradient, "there is none by the first operand"}});
  exempt("special_gammaincc", {{Check::second_gradient, "there is none by the first operand"}});
  samples("gammainc_by_shape", {{"plain", {uniform(0.3, 40, {4, 3}), uniform(0.2, 40, {4, 3})}}});
}

}  // namespace hebb::test
