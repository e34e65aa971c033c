// Samples: power means of windows, and normalisation by neighbouring channels.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(lp_pool) {
  samples("lp_pool1d", {{"plain", {randn({2, 3, 7})}, R"({"kernel_size": 2})"},
                        {"three",
                         {uniform(0.2, 2, {2, 3, 7})},
                         R"({"norm_type": 3, "kernel_size": 3, "stride": 2, "ceil_mode": true})"},
                        {"one sample", {randn({3, 6})}, R"({"kernel_size": 3, "stride": 1})"}});
  samples(
      "lp_pool2d",
      {{"plain", {randn({1, 2, 5, 4})}, R"({"kernel_size": 2})"},
       {"half", {uniform(0.2, 2, {1, 2, 5, 4})}, R"({"norm_type": 0.5, "kernel_size": [2, 3]})"},
       {"four",
        {randn({1, 2, 6, 5})},
        R"({"norm_type": 4, "kernel_size": [3, 2], "stride": [2, 1]})"}});
  samples("lp_pool2d", {{"one sample", {randn({2, 4, 3})}, R"({"kernel_size": 2})"}});
  samples("lp_pool3d", {{"plain", {randn({1, 2, 4, 2, 3})}, R"({"kernel_size": 2})"},
                        {"one sample", {randn({2, 4, 2, 3})}, R"({"kernel_size": 2})"}});
  for (const char* op : {"lp_pool1d", "lp_pool2d", "lp_pool3d"})
    refuses(op, {{"norm_type is 0", {zeros({1, 2, 3})}, R"({"norm_type": 0, "kernel_size": 2})"},
                 {"kernel_size is missing", {zeros({1, 2, 3})}, "{}"}});
  samples("local_response_norm",
          {{"plain", {randn({2, 7, 3, 2})}, R"({"size": 5})"},
           {"all", {randn({1, 4, 3})}, R"({"size": 3, "alpha": 0.7, "beta": 0.6, "k": 2})"},
           {"even", {randn({1, 5, 2, 2, 1})}, R"({"size": 4, "alpha": 0.5})"},
           {"more than channels", {randn({1, 2, 3})}, R"({"size": 9, "alpha": 0.5})"},
           {"empty", {zeros({0, 3, 2})}, R"({"size": 3})"},
           {"integers", {integers(-99, 99, {2, 7, 3})}, R"({"size": 3, "alpha": 0.5})"}});
  refuses("local_response_norm",
          {{"input is i32, should be floating or i64", {zeros({1, 2, 3}, i32)}, R"({"size": 3})"},
           {"at least 3 dimensions", {zeros({2, 3})}, R"({"size": 3})"},
           {"size is 0", {zeros({1, 2, 3})}, R"({"size": 0})"}});
}

}  // namespace hebb::test
