// Samples: signs, neighbours, exponents, shifts and divisors of numbers; closeness.
#include <complex>
#include <limits>
#include <vector>

#include "hebb/tensor/element_types.h"
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(numeric) {
  const double inf = std::numeric_limits<double>::infinity(),
               nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* name : {"positive", "deg2rad", "rad2deg", "nan_to_num"})
    samples(name, {{"plain", {randn({4, 3})}},
                   {"strided", {transpose(randn({3, 5}))}},
                   {"integers", {integers(-9, 9, {5})}},
                   {"0-d", {randn({})}},
                   {"empty", {zeros({0, 3})}}});
  refuses("positive", {{"input is bool, should be a number", {ones({3}, boolean)}}});
  samples(
      "nan_to_num",
      {{"others",
        {values({nan, inf, -inf, 2}, {4})},
        {},
        {{Check::gradient, "infinite values"},
         {Check::half, "the largest number of f16 is another"},
         {Check::f64, "the largest number of f64 is another"}}},
       {"given", {values({nan, inf, -inf, 2}, {4})}, R"({"nan": 7, "posinf": 8, "neginf": -9})"},
       {"complex", {randn({4}, c64)}},
       {"others, complex",
        {Tensor::from(
            std::vector<std::complex<float>>{{float(nan), 1}, {float(-inf), 2}, {3, float(inf)}},
            {3})},
        R"({"nan": 7, "posinf": 8, "neginf": -9})",
        {{Check::gradient, "infinite values"}}}});
  const std::vector<Exemption> wide = {{Check::f64, "f64 comes out"},
                                       {Check::half, "f64 comes out"}};
  samples("float_power", {{"plain", {uniform(0.5, 2, {4, 3}), uniform(-2, 2, {3})}, {}, wide},
                          {"integers", {integers(1, 5, {4}), integers(-3, 3, {4})}},
                          {"number", {uniform(0.5, 2, {4}), 2.5}, {}, wide}});
  samples("hypot", {{"plain", {randn({4, 3}), randn({4, 3})}},
                    {"broadcast", {randn({4, 1}), randn({3})}},
                    {"large",
                     {full({3}, 3e30), full({3}, 4e30)},
                     {},
                     {{Check::gradient, "steps are too small beside these numbers"}}},
                    {"empty", {zeros({0, 3}), zeros({3})}}});
  samples("copysign", {{"plain", {uniform(0.2, 2, {4, 3}), randn({4, 3})}},
                       {"zeros",
                        {randn({4}), values({0.0, -0.0, 0.0, -0.0}, {4})},
                        {},
                        {{Check::gradient, "the sign of 0 is a kink"}}},
                       {"number", {randn({4}), -1.0}},
                       {"integers", {integers(1, 9, {4}), -1}}});
  samples("signbit", {{"plain", {values({-1, -0.0, 0, 2, -3}, {5})}},
                      {"integers", {integers(-9, 9, {5})}},
                      {"bool", {ones({2}, boolean)}}});
  for (const char* name : {"fmax", "fmin"})
    samples(name, {{"plain", {distinct({4, 3}), randn({4, 3})}},
                   {"broadcast", {distinct({4, 1}), randn({3})}},
                   {"NaN",
                    {values({nan, 1, nan}, {3}), values({2, nan, nan}, {3})},
                    {},
                    {{Check::gradient, "NaN has no slope"}}},
                   {"integers", {integers(-9, 9, {5}), integers(-9, 9, {5})}},
                   {"number", {distinct({4}), 0.1}}});
  samples("heaviside", {{"plain", {values({-1.5, 0, 2, 0}, {4}), values({1, 2, 3, 0.5}, {4})}},
                        {"number", {values({-1.5, 0, 2}, {3}), 0.5}},
                        {"integers", {integers(-1, 2, {6}), integers(3, 9, {6})}}});
  samples("nextafter", {{"plain", {uniform(-2, -1, {4, 3}), uniform(1, 2, {3})}},
                        {"edges",
                         {values({1, 0, -2, 3}, {4}), values({2, -1, -2, inf}, {4})},
                         {},
                         {{Check::gradient, "a number that has arrived does not move"}}},
                        {"NaN",
                         {values({nan, 1}, {2}), values({1, nan}, {2})},
                         {},
                         {{Check::gradient, "NaN has no slope"}}}});
  refuses("nextafter", {{"should be floating", {integers(0, 3, {3}), integers(0, 3, {3})}}});
  samples("ldexp", {{"plain", {randn({4, 3}), integers(-3, 4, {3}, i32)}},
                    {"floating", {randn({4}), uniform(-2, 2, {4})}},
                    {"integers", {integers(1, 9, {4}), integers(0, 4, {4})}},
                    {"number", {randn({4}), 3}}});
  samples("frexp", {{"plain",
                     {values({1, 0.3, -17.5, 0, 100}, {5})},
                     {},
                     {{Check::gradient, "0 has no exponent"}}},
                    {"away from 0", {uniform(1.1, 1.9, {2, 3})}},
                    {"empty", {zeros({0, 2})}}});
  samples("frexp_exponent", {{"plain", {values({1, 0.3, -17.5, 0, 100}, {5})}}});
  refuses("frexp", {{"input is i64, should be floating", {integers(0, 3, {3})}}});
  for (const char* name : {"isposinf", "isneginf"})
    samples(name, {{"plain", {values({inf, -inf, nan, 0, 3}, {5})}},
                   {"integers", {integers(0, 3, {3})}}});
  samples("isreal", {{"plain", {randn({3})}}, {"complex", {randn({3}, c64)}}});
  for (const char* name : {"isclose", "allclose"}) {
    samples(name,
            {{"plain", {values({1, 2, 3}, {3}, f64), values({1 + 1e-7, 2.1, 3}, {3}, f64)}},
             {"equal", {values({1, 2}, {2}), values({1, 2}, {2})}},
             {"others", {values({nan, inf, inf}, {3}), values({nan, inf, -inf}, {3})}},
             {"NaN", {values({nan, inf}, {2}), values({nan, inf}, {2})}, R"({"equal_nan": true})"},
             {"tolerant",
              {values({1, 2}, {2}), values({1.3, 2.1}, {2})},
              R"({"rtol": 0.1, "atol": 0.1})"},
             {"integers", {integers(0, 9, {4}), integers(0, 9, {4})}},
             {"complex", {randn({3}, c64), randn({3}, c64)}}});
    refuses(name, {{"should be at least 0", {ones({2}), ones({2})}, R"({"rtol": -1})"}});
  }
  samples("equal", {{"yes", {values({1, 2}, {2}), values({1, 2}, {2})}},
                    {"no", {values({1, 2}, {2}), values({1, 3}, {2})}},
                    {"NaN", {values({nan}, {1}), values({nan}, {1})}},
                    {"empty", {zeros({0}), zeros({0})}}});
  for (const char* name : {"gcd", "lcm"}) {
    samples(name, {{"plain", {integers(-30, 30, {4, 3}), integers(-30, 30, {3})}},
                   {"zeros", {values({0, 0, 5}, {3}, i64), values({0, 7, 0}, {3}, i64)}},
                   {"narrow", {integers(0, 12, {5}, u8), integers(0, 12, {5}, u8)}},
                   {"number", {integers(-30, 30, {4}), 12}}});
    refuses(name, {{"the operands are f32, should be integers", {ones({3}), ones({3})}}});
  }
  for (const char* name : {"bitwise_left_shift", "bitwise_right_shift"}) {
    samples(name,
            {{"plain", {integers(0, 100, {4, 3}, u8), integers(0, 8, {3}, u8)}},
             {"signed", {integers(-100, 100, {6}), integers(0, 5, {6})}},
             {"too far", {values({5, -5, 5, -5}, {4}, i32), values({32, 40, -1, 31}, {4}, i32)}},
             {"number", {integers(-100, 100, {6}, i32), 3}}});
    refuses(name, {{"should be integers", {ones({3}), ones({3})}}});
  }
}

}  // namespace hebb::test
