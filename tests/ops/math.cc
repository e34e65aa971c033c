// Samples: functions of one number.
#include "ops/samples.h"

namespace hebb::test {

static void try_on(const char* name, double low, double high) {
  samples(name, {{"plain", {uniform(low, high, {4, 3})}},
                 {"long", {uniform(low, high, {67})}},
                 {"strided", {transpose(uniform(low, high, {5, 7}))}},
                 {"0-d", {uniform(low, high, {})}},
                 {"empty", {zeros({0, 3})}}});
}

OPS_FAMILY(math) {
  for (const char* name :
       {"exp", "expm1", "exp2", "sin", "cos", "atan", "sinh", "cosh", "asinh", "erf", "erfc"})
    try_on(name, -2, 2);
  for (const char* name : {"log", "log2", "log10", "sqrt", "rsqrt", "reciprocal"})
    try_on(name, 0.5, 3);
  try_on("log1p", -0.5, 3);
  try_on("tan", -1.2, 1.2);
  try_on("asin", -0.9, 0.9);
  try_on("acos", -0.9, 0.9);
  try_on("atanh", -0.8, 0.8);
  try_on("acosh", 1.3, 4);
  try_on("sinc", 0.1, 3);
  try_on("abs", 0.1, 2);
  try_on("sign", -2, -0.1);
  samples("round", {{"decimals", {values({1.254, -0.126, 2.348, 17}, {4})}, R"({"decimals": 2})"},
                    {"before the point", {values({1234, 1272, -349}, {3})}, R"({"decimals": -2})"},
                    {"beyond the dtype", {values({1.25, 1e30, -3}, {3})}, R"({"decimals": 40})"},
                    {"beyond the dtype, before the point",
                     {values({1.25, 1e30}, {2})},
                     R"({"decimals": -60})"}});
  refuses("round", {{"has none", {integers(0, 9, {3})}, R"({"decimals": 1})"},
                    {"from -308 to 308", {zeros({3})}, R"({"decimals": 400})"}});
  for (const char* name : {"floor", "ceil", "round", "trunc", "frac"})
    try_on(name, 1.05, 1.45);
  for (const char* name : {"abs", "sign", "floor", "round"})
    samples(name, {{"integers", {integers(-9, 9, {7})}}});
  for (const char* name :
       {"exp",   "expm1",      "exp2",  "log",   "log1p", "log2", "log10", "sqrt",
        "rsqrt", "reciprocal", "sin",   "cos",   "tan",   "asin", "acos",  "atan",
        "sinh",  "cosh",       "asinh", "acosh", "atanh", "sinc", "abs",   "conj"})
    samples(name, {{"complex", {randn({7}, c64)}}});
  samples("conj", {{"real", {randn({3})}}, {"integers", {integers(-9, 9, {3})}}});
  samples("exp", {{"integers", {integers(-3, 3, {7})}}});
  samples("sgn", {{"real", {uniform(0.1, 2, {4, 3})}},
                  {"complex", {randn({7}, c64)}},
                  {"zero", {zeros({2}, c64)}, {}, {{Check::gradient, "0 has no direction"}}}});
}

}  // namespace hebb::test
