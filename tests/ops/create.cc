// Samples: new tensors.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(create) {
  samples("full", {{"number", {2.5}, R"({"shape": [2, 3]})"},
                   {"an integer", {7}, R"({"shape": 4})"},
                   {"a bool", {true}, R"({"shape": 4})"},
                   {"integers", {7}, R"({"shape": 4, "dtype": "i64"})"},
                   {"empty", {1}, R"({"shape": [0, 3]})"}});
  refuses("full",
          {{"one number", {zeros({2})}, R"({"shape": 3})"},
           {"fill_value is 300, which u8 does not hold", {300}, R"({"shape": 3, "dtype": "u8"})"},
           {"one number", {zeros({1, 1})}, R"({"shape": 3})"},
           {"should be", {1}, R"({"shape": "wide"})"}});
  samples("arange", {{"step", {}, R"({"start": 1, "end": 2, "step": 0.25, "dtype": "f32"})"},
                     {"down", {}, R"({"start": 3, "end": -3, "step": -2})"},
                     {"empty", {}, R"({"start": 3, "end": 3})"},
                     {"fractions", {}, R"({"end": 1, "step": 0.25})"}});
  refuses("arange",
          {{"the first value is 1e+300, which i64 does not hold",
            {},
            R"({"start": 1e300, "end": 1e301, "step": 1e300, "dtype": "i64"})"},
           {"the last value is 299, which u8 does not hold", {}, R"({"end": 300, "dtype": "u8"})"},
           {"the step not 0", {}, R"({"start": 0, "end": 3, "step": 0})"},
           {"more elements than can be counted", {}, R"({"end": 1e300})"},
           {"does not lead", {}, R"({"start": 0, "end": 3, "step": -1})"},
           {"did you mean 'step'", {}, R"({"stepp": 1})"}});
}

}  // namespace hebb::test
