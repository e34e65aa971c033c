// Samples: elementwise arithmetic.
#include <cmath>

#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(arithmetic) {
  for (const char* name : {"add", "sub", "mul"}) {
    samples(name, {{"plain", {randn({4, 3}), randn({4, 3})}},
                   {"broadcast", {randn({4, 1, 3}), randn({2, 1})}},
                   {"number", {randn({5}), 2.5}},
                   {"0-d", {randn({}), randn({})}},
                   {"long", {randn({67}), randn({67})}},
                   {"integers", {integers(-9, 9, {7}), integers(-9, 9, {7}, i32)}},
                   {"empty", {zeros({0, 3}), randn({3})}}});
    refuses(name, {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}}});
  }
  samples("div", {{"plain", {randn({4, 3}), uniform(0.5, 2, {4, 3})}},
                  {"broadcast", {randn({4, 1, 3}), uniform(-2, -0.5, {2, 1})}},
                  {"number", {randn({5}), 2.5}},
                  {"long", {randn({67}), uniform(0.5, 2, {67})}},
                  {"integers", {integers(-9, 9, {7}), integers(1, 9, {7}, i32)}},
                  {"by zero",
                   {values({1, -1, 0}, {3}), zeros({3})},
                   {},
                   {{Check::gradient, "1/0 has no gradient"}}},
                  {"empty", {zeros({0, 3}), ones({3})}}});
  refuses("div", {{"[2, 3]", {zeros({2, 3}), zeros({2, 4})}}});
  samples("neg", {{"plain", {randn({4, 3})}},
                  {"long", {randn({67})}},
                  {"integers", {integers(-9, 9, {7})}},
                  {"0-d", {randn({})}},
                  {"empty", {zeros({0, 3})}}});
  for (const char* name : {"add", "sub"}) {
    samples(name,
            {{"alpha", {randn({4, 3}), randn({3})}, R"({"alpha": -2.5})"},
             {"whole alpha", {integers(-9, 9, {7}), integers(-9, 9, {7})}, R"({"alpha": 3})"}});
    refuses(name,
            {{"alpha is 0.5, but for i64",
              {integers(0, 3, {2}), integers(0, 3, {2})},
              R"({"alpha": 0.5})"},
             {"alpha is 1e+30", {integers(0, 3, {2}), integers(0, 3, {2})}, R"({"alpha": 1e30})"}});
  }
  for (const char* mode : {R"({"rounding_mode": "trunc"})", R"({"rounding_mode": "floor"})"})
    samples("div", {{mode, {values({-2.6, 3.7, 5.1}, {3}), values({1, -1.3, 2}, {3})}, mode},
                    {std::string("integers ") + mode,
                     {integers(-9, 9, {9}), values({1, 2, 3, -1, -2, -3, 0, 4, 5}, {9}, i64)},
                     mode}});
  refuses("div", {{"rounding_mode is 'up'", {ones({3}), ones({3})}, R"({"rounding_mode": "up"})"}});
  for (const char* name : {"floor_divide", "fmod", "remainder"})
    samples(name,
            {{"plain", {values({-2.6, 3.7, 5.1, -7.2}, {4}), values({1, -1.3, 2, -3}, {4})}},
             {"integers", {integers(-9, 9, {9}), values({1, 2, 3, -1, -2, -3, 0, 4, 5}, {9}, i64)}},
             {"number", {uniform(2.1, 2.9, {5}), 3}},
             {"empty", {zeros({0, 3}), ones({3})}}});
  samples("pow", {{"plain", {uniform(0.5, 2, {4, 3}), uniform(-2, 2, {4, 3})}},
                  {"broadcast", {uniform(0.5, 2, {4, 1}), uniform(-2, 2, {3})}},
                  {"square", {randn({7}), 2}},
                  {"cube", {randn({7}), 3.0}},
                  {"integers", {integers(-3, 4, {7}), integers(0, 4, {7})}},
                  {"empty", {zeros({0, 3}), ones({3})}}});
  for (const char* name : {"mul", "div"})
    samples(name, {{"complex", {randn({4, 3}, c64), randn({3}, c64)}},
                   {"complex and real", {randn({5}, c64), uniform(0.5, 2, {5})}},
                   {"real and complex", {randn({5}), randn({5}, c64)}}});
  samples("pow", {{"complex", {randn({5}, c64), 3}}});
  for (const char* name : {"addcmul", "addcdiv"})
    samples(
        name,
        {{"complex", {randn({4}, c64), randn({4}, c64), randn({4}, c64)}, R"({"value": 2.5})"}});
  refuses("pow", {{"negative", {integers(1, 5, {3}), -1}}});
  samples("atan2", {{"plain", {uniform(0.5, 2, {4, 3}), uniform(-2, -0.5, {4, 3})}},
                    {"broadcast", {uniform(0.5, 2, {4, 1}), uniform(-2, -0.5, {3})}}});
  for (const char* name : {"maximum", "minimum"})
    samples(name, {{"plain", {distinct({4, 3}), uniform(-9, 9, {4, 3})}},
                   {"number", {distinct({67}), 0.123}},
                   {"broadcast", {distinct({4, 1}), uniform(-9, 9, {3})}},
                   {"integers", {integers(-9, 9, {7}), integers(-9, 9, {7})}},
                   {"nan",
                    {values({1, NAN, 2}, {3}), values({NAN, 1, 3}, {3})},
                    {},
                    {{Check::gradient, "no differences of NaN"}}},
                   {"empty", {zeros({0, 3}), ones({3})}}});
  samples("clamp", {{"both", {distinct({67}), -0.523, 0.717}},
                    {"min", {distinct({4, 3}), -0.523, none()}},
                    {"max", {distinct({4, 3}), none(), 0.717}},
                    {"tensors", {distinct({4, 3}), uniform(-2, -1, {3}), uniform(1, 2, {4, 1})}},
                    {"crossed", {distinct({9}), full({9}, 0.717), full({9}, -0.523)}},
                    {"integers", {integers(-9, 9, {7}), -2, 3}},
                    {"empty", {zeros({0, 3}), 0, 1}}});
  refuses("clamp", {{"neither min nor max", {ones({3}), none(), none()}}});
  samples("clamp_backward", {{"both", {randn({67}), distinct({67}), -0.523, 0.717}},
                             {"min", {randn({4, 3}), distinct({4, 3}), -0.523, none()}},
                             {"max", {randn({4, 3}), distinct({4, 3}), none(), 0.717}}});
  samples("lerp", {{"plain", {randn({4, 3}), randn({4, 3}), uniform(0, 1, {4, 3})}},
                   {"number", {randn({7}), randn({7}), 0.3}},
                   {"complex", {randn({4, 3}, c64), randn({3}, c64), randn({4, 3}, c64)}},
                   {"complex, number", {randn({7}, c64), randn({7}, c64), 0.7}}});
  for (const char* name : {"addcmul", "addcdiv"})
    samples(name,
            {{"plain", {randn({4, 3}), randn({4, 3}), uniform(0.5, 2, {4, 3})}},
             {"value", {randn({4, 3}), randn({3}), uniform(0.5, 2, {4, 1})}, R"({"value": 2.5})"}});
  samples("square", {{"plain", {linspace(-2, 2, {4, 3})}},
                     {"integers", {integers(-9, 9, {7})}},
                     {"complex", {randn({7}, c64)}},
                     {"empty", {zeros({0, 3})}}});
  samples("rsub", {{"plain", {randn({4, 3}), randn({3})}},
                   {"number", {randn({4}), 2.5}, R"({"alpha": -2})"},
                   {"integers", {integers(-9, 9, {7}), integers(-9, 9, {7})}}});
}

}  // namespace hebb::test
