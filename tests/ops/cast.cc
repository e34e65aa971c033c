// Samples: copies and casts.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(cast) {
  samples("clone", {{"plain", {randn({4, 3})}},
                    {"strided", {transpose(randn({4, 3}))}},
                    {"integers", {integers(0, 9, {4})}},
                    {"empty", {zeros({0, 3})}}});
  samples("cast", {{"up", {randn({4, 3})}, R"({"dtype": "f64"})"},
                   {"to integers", {randn({5})}, R"({"dtype": "i32"})"},
                   {"from bool", {integers(0, 2, {5}, boolean)}, R"({"dtype": "f32"})"}});
  samples("to_device", {{"plain", {randn({4, 3})}, R"({"device": "cpu"})"},
                        {"strided", {transpose(randn({4, 3}))}},
                        {"integers", {integers(0, 9, {4})}},
                        {"empty", {zeros({0, 3})}}});
  exempt("to_device", {{Check::reference, "values only move; tests/device has devices to move to"},
                       {Check::f64_reference, "values only move"}});
  exempt("cast", {{Check::f64, "the attribute names the dtype"},
                  {Check::half, "the attribute names the dtype"}});
}

}  // namespace hebb::test
