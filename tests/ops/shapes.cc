// Samples: other shapes of the same elements.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(shapes) {
  samples("broadcast_to", {{"plain", {randn({3, 1})}, R"({"shape": [2, 3, 4]})"},
                           {"kept", {randn({1, 3})}, R"({"shape": [2, -1]})"},
                           {"0-d", {randn({})}, R"({"shape": [3]})"},
                           {"empty", {randn({1, 3})}, R"({"shape": [0, 3]})"}});
  refuses("broadcast_to", {{"cannot become 4", {zeros({2, 3})}, R"({"shape": [2, 4]})"}});
  samples("flatten", {{"all", {randn({2, 3, 2})}},
                      {"some", {randn({2, 3, 2, 2})}, R"({"start_dim": 1, "end_dim": 2})"},
                      {"strided", {transpose(randn({3, 4}))}},
                      {"0-d", {randn({})}},
                      {"empty", {zeros({2, 0, 3})}, R"({"start_dim": 1})"}});
  refuses("flatten", {{"start_dim 1 comes after end_dim 0",
                       {zeros({2, 3})},
                       R"({"start_dim": 1, "end_dim": 0})"}});
  samples("unflatten", {{"plain", {randn({2, 6})}, R"({"dim": 1, "sizes": [2, 3]})"},
                        {"inferred", {randn({6, 2})}, R"({"dim": -2, "sizes": [3, -1]})"},
                        {"strided", {transpose(randn({6, 4}))}, R"({"dim": 0, "sizes": [2, 2]})"},
                        {"empty", {zeros({0, 2})}, R"({"dim": 0, "sizes": [0, 3]})"}});
  refuses("unflatten", {{"sizes [2, 2] do not make 6, the size of dimension 1",
                         {zeros({2, 6})},
                         R"({"dim": 1, "sizes": [2, 2]})"},
                        {"one of them may be -1", {zeros({6})}, R"({"dim": 0, "sizes": [-1, -1]})"},
                        {"one of them may be -1", {zeros({6})}, R"({"dim": 0, "sizes": [-2, -3]})"},
                        {"one of them may be -1", {zeros({0})}, R"({"dim": 0, "sizes": [0, -1]})"},
                        {"sizes are missing", {zeros({6})}, R"({"dim": 0})"},
                        {"0-d tensor", {zeros({})}, R"({"dim": 0, "sizes": [1]})"}});
  samples("transpose", {{"plain", {randn({2, 3, 4})}, R"({"dim0": 0, "dim1": 2})"},
                        {"negative", {randn({2, 3})}, R"({"dim0": -1, "dim1": 0})"},
                        {"itself", {randn({2, 3})}, R"({"dim0": 1, "dim1": 1})"},
                        {"0-d", {randn({})}, R"({"dim0": 0, "dim1": 0})"}});
  refuses("transpose", {{"dim1 is 2", {zeros({2, 3})}, R"({"dim0": 0, "dim1": 2})"}});
  samples("swapaxes", {{"plain", {randn({2, 3, 4})}, R"({"axis0": 0, "axis1": -1})"}});
  refuses("swapaxes", {{"is 5", {zeros({2, 3})}, R"({"axis0": 5, "axis1": 0})"}});
  samples("movedim",
          {{"one", {randn({2, 3, 4})}, R"({"source": 0, "destination": 2})"},
           {"two", {randn({2, 3, 4, 2})}, R"({"source": [0, -1], "destination": [1, 0]})"},
           {"0-d", {randn({})}, R"({"source": [], "destination": []})"}});
  refuses("movedim",
          {{"equally many", {zeros({2, 3})}, R"({"source": [0, 1], "destination": [1]})"},
           {"name each dimension once",
            {zeros({2, 3})},
            R"({"source": [0, 0], "destination": [0, 1]})"},
           {"name each dimension once",
            {zeros({2, 3})},
            R"({"source": [0, 1], "destination": [1, 1]})"}});
  samples("narrow", {{"plain", {randn({5, 3})}, R"({"dim": 0, "start": 1, "length": 3})"},
                     {"from the end", {randn({2, 5})}, R"({"dim": -1, "start": -3, "length": 2})"},
                     {"nothing", {randn({2})}, R"({"dim": 0, "start": 2, "length": 0})"}});
  refuses("narrow", {{"length is 3, should be from 0 to 2",
                      {zeros({5})},
                      R"({"dim": 0, "start": 3, "length": 3})"},
                     {"start is 6, should be from -5 to 5",
                      {zeros({5})},
                      R"({"dim": 0, "start": 6, "length": 0})"},
                     {"length is -1", {zeros({5})}, R"({"dim": 0, "start": 1, "length": -1})"},
                     {"0-d tensor", {zeros({})}, R"({"dim": 0})"}});
  samples("unbind", {{"rows", {randn({3, 2})}}, {"columns", {randn({2, 3})}, R"({"dim": -1})"}});
  refuses("unbind",
          {{"nothing comes out", {zeros({2, 0})}, R"({"dim": 1})"}, {"0-d tensor", {zeros({})}}});
  samples("tile", {{"plain", {randn({2, 3})}, R"({"dims": [2, 1]})"},
                   {"shorter", {randn({2, 3})}, R"({"dims": [2]})"},
                   {"longer", {randn({2})}, R"({"dims": [2, 1, 3]})"},
                   {"nothing", {randn({2, 3})}, R"({"dims": [0, 2]})"}});
  refuses("tile", {{"negative number -1", {zeros({2})}, R"({"dims": [-1]})"}});
  for (const char* name : {"atleast_1d", "atleast_2d", "atleast_3d"})
    samples(name, {{"0-d", {randn({})}},
                   {"vector", {randn({3})}},
                   {"matrix", {randn({2, 3})}},
                   {"four", {randn({1, 2, 1, 3})}},
                   {"empty", {zeros({0})}}});
  samples("rot90", {{"once", {randn({2, 3})}},
                    {"twice", {randn({2, 3, 2})}, R"({"k": 2, "dims": [1, 2]})"},
                    {"back", {randn({2, 3})}, R"({"k": -1, "dims": [0, 1]})"},
                    {"other way", {randn({2, 3})}, R"({"k": 5, "dims": [1, -2]})"},
                    {"not at all", {randn({2, 3})}, R"({"k": 4})"}});
  refuses("rot90", {{"should name two dimensions", {zeros({2, 3})}, R"({"dims": [0]})"},
                    {"name one dimension twice", {zeros({2, 3})}, R"({"dims": [0, -2]})"},
                    {"at least two dimensions", {zeros({3})}, R"({})"}});
  samples("fliplr", {{"plain", {randn({2, 3})}}, {"more", {randn({2, 3, 2})}}});
  refuses("fliplr", {{"at least two dimensions", {zeros({3})}}});
  samples("flipud", {{"plain", {randn({2, 3})}}, {"vector", {randn({3})}}});
  refuses("flipud", {{"0-d tensor", {zeros({})}}});
  samples("t", {{"matrix", {randn({3, 4})}}, {"vector", {randn({3})}}, {"number", {randn({})}}});
  refuses("t", {{"should be a matrix", {zeros({2, 2, 2})}}});
  samples("adjoint", {{"real", {randn({2, 3, 4})}}, {"complex", {randn({3, 2}, c64)}}});
  refuses("adjoint", {{"at least two dimensions", {zeros({3})}}});
  samples("broadcast_tensors", {{"two", {list({randn({3, 1}), randn({4})})}},
                                {"numbers", {list({randn({}), randn({2, 2})})}},
                                {"one", {list({randn({3})})}}});
  refuses("broadcast_tensors", {{"do not broadcast", {list({zeros({3}), zeros({2})})}}});
  samples("unravel_index", {{"plain", {integers(0, 24, {5})}, R"({"shape": [2, 3, 4]})"},
                            {"one", {integers(0, 4, {2, 2})}, R"({"shape": [4]})"},
                            {"beyond", {integers(20, 40, {5})}, R"({"shape": [2, 3]})"}});
  refuses("unravel_index", {{"should have no size 0", {zeros({2}, i64)}, R"({"shape": [2, 0]})"}});
}

}  // namespace hebb::test
