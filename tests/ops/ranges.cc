// Samples: new tensors, written in full and arange.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(ranges) {
  for (const char* name : {"zeros", "ones"})
    samples(name, {{"plain", {}, R"({"size": [2, 3]})"},
                   {"whole", {}, R"({"size": [2], "dtype": "int64"})"},
                   {"empty", {}, R"({"size": [0, 2]})"}});
  for (const char* name : {"zeros_like", "ones_like"})
    samples(name, {{"plain", {randn({2, 3})}}, {"bool", {randn({2})}, R"({"dtype": "bool"})"}});
  samples("full_like", {{"plain", {randn({2, 3}), 2.5}},
                        {"integers", {integers(0, 3, {2}), 7}},
                        {"dtype", {randn({2}), 7}, R"({"dtype": "int32"})"}});
  refuses("full_like", {{"should be one number", {zeros({2}), zeros({2})}},
                        {"which u8 does not hold", {zeros({2}, u8), 300}}});
  samples("eye", {{"square", {}, R"({"n": 3})"},
                  {"wide", {}, R"({"n": 2, "m": 4, "dtype": "float64"})"},
                  {"tall", {}, R"({"n": 3, "m": 1, "dtype": "int64"})"},
                  {"empty", {}, R"({"n": 0})"}});
  refuses("eye", {{"should be at least 0", {}, R"({"n": -1})"}});
  samples("linspace", {{"plain", {}, R"({"start": -1, "end": 2, "steps": 7})"},
                       {"whole", {}, R"({"start": 0, "end": 10, "steps": 4, "dtype": "int64"})"},
                       {"one", {}, R"({"start": 3, "end": 10, "steps": 1})"},
                       {"none", {}, R"({"start": 3, "end": 10, "steps": 0})"}});
  refuses("linspace", {{"steps is -1", {}, R"({"start": 0, "end": 1, "steps": -1})"},
                       {"should be finite", {}, R"({"start": 0, "end": "inf", "steps": 3})"}});
  samples("logspace",
          {{"plain", {}, R"({"start": -1, "end": 2, "steps": 5})"},
           {"base", {}, R"({"start": 0, "end": 3, "steps": 4, "base": 2, "dtype": "float64"})"}});
  refuses("logspace", {{"steps is -1", {}, R"({"start": 0, "end": 1, "steps": -1})"}});
  for (const char* name : {"tril_indices", "triu_indices"}) {
    samples(name, {{"square", {}, R"({"row": 3, "col": 3})"},
                   {"above", {}, R"({"row": 3, "col": 4, "offset": 1})"},
                   {"below", {}, R"({"row": 4, "col": 3, "offset": -2})"},
                   {"all or none", {}, R"({"row": 2, "col": 2, "offset": 5})"},
                   {"empty", {}, R"({"row": 0, "col": 3})"}});
    refuses(name, {{"should be at least 0", {}, R"({"row": -1, "col": 2})"}});
  }
}

}  // namespace hebb::test
