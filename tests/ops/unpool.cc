// Samples: the reverse of max pooling, and pooling at random places.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(unpool) {
  samples("max_unpool1d", {{"plain",
                            {randn({1, 2, 3}), values({0, 3, 4, 1, 2, 5}, {1, 2, 3}, i64)},
                            R"({"kernel_size": 2})"},
                           {"one sample",
                            {randn({2, 2}), values({0, 4, 1, 3}, {2, 2}, i64)},
                            R"({"kernel_size": 2, "stride": 2, "output_size": [5]})"}});
  const Tensor places = values({0, 3, 9, 15, 5, 2, 8, 10}, {1, 2, 2, 2}, i64);
  samples(
      "max_unpool2d",
      {{"plain", {randn({1, 2, 2, 2}), places}, R"({"kernel_size": 2})"},
       {"whole shape",
        {randn({1, 2, 2, 2}), places},
        R"({"kernel_size": 2, "output_size": [1, 2, 5, 4]})"},
       {"padding",
        {randn({1, 2, 2, 2}), values({0, 3, 6, 5, 5, 2, 8, 1}, {1, 2, 2, 2}, i64)},
        R"({"kernel_size": 3, "stride": 2, "padding": 1})"},
       {"integers",
        {integers(1, 9, {1, 1, 2, 1}), values({0, 3}, {1, 1, 2, 1}, i64)},
        R"({"kernel_size": 2})"},
       {"no samples", {zeros({0, 2, 2, 2}), zeros({0, 2, 2, 2}, i64)}, R"({"kernel_size": 2})"}});
  samples("max_unpool3d", {{"plain",
                            {randn({1, 1, 1, 2, 1}), values({5, 12}, {1, 1, 1, 2, 1}, i64)},
                            R"({"kernel_size": 2})"}});
  samples("max_unpool2d", {{"one sample",
                            {randn({2, 1, 2}), values({0, 3, 1, 2}, {2, 1, 2}, i64)},
                            R"({"kernel_size": 2})"}});
  samples("max_unpool3d", {{"one sample",
                            {randn({1, 1, 2, 1}), values({5, 12}, {1, 1, 2, 1}, i64)},
                            R"({"kernel_size": 2})"}});
  samples("max_unpool", {{"plain", {randn({1, 2, 2, 2}), places}, R"({"size": [4, 4]})"}});
  refuses("max_unpool2d",
          {{"indices holds 16 at element 1, should be from 0 to 15",
            {zeros({1, 1, 2, 2}), values({0, 16, 1, 2}, {1, 1, 2, 2}, i64)},
            R"({"kernel_size": 2})"},
           {"indices [1, 2] should have the shape of input [1, 1, 2, 2]",
            {zeros({1, 1, 2, 2}), zeros({1, 2}, i64)},
            R"({"kernel_size": 2})"},
           {"output_size [9, 4] should be between 2 and 6 in spatial dimension 0",
            {zeros({1, 1, 2, 2}), zeros({1, 1, 2, 2}, i64)},
            R"({"kernel_size": 2, "output_size": [9, 4]})"},
           {"kernel_size is missing", {zeros({1, 1, 2, 2}), zeros({1, 1, 2, 2}, i64)}, "{}"}});

  const Tensor pictures = distinct({1, 2, 7, 6}), volumes = distinct({1, 1, 4, 5, 4});
  samples("fractional_max_pool2d",
          {{"plain",
            {pictures, uniform(0, 1, {1, 2, 2}), key()},
            R"({"kernel_size": 2, "output_size": [3, 4]})"},
           {"drawn", {pictures, none(), key()}, R"({"kernel_size": 3, "output_ratio": 0.5})"},
           {"indices",
            {pictures, uniform(0, 1, {1, 2, 2}), key()},
            R"({"kernel_size": [2, 3], "output_size": 2, "return_indices": true})"},
           {"one window",
            {distinct({2, 3, 3}), none(), key()},
            R"({"kernel_size": 3, "output_size": 1})"}});
  samples("fractional_max_pool3d",
          {{"plain",
            {volumes, uniform(0, 1, {1, 1, 3}), key()},
            R"({"kernel_size": 2, "output_size": [2, 3, 2]})"},
           {"drawn", {volumes, none(), key()}, R"({"kernel_size": 2, "output_ratio": 0.5})"}});
  samples("fractional_max_pool", {{"plain",
                                   {pictures, uniform(0, 1, {1, 2, 2}, f64)},
                                   R"({"kernel": [2, 2], "size": [3, 4]})"},
                                  {"one window",
                                   {pictures, uniform(0, 1, {1, 2, 2}, f64)},
                                   R"({"kernel": [7, 6], "size": [1, 1]})"}});
  refuses("fractional_max_pool2d", {{"output_size and output_ratio are missing",
                                     {pictures, none(), key()},
                                     R"({"kernel_size": 2})"},
                                    {"7 windows of 2 do not fit into the size 7",
                                     {pictures, none(), key()},
                                     R"({"kernel_size": 2, "output_size": 7})"},
                                    {"should be [1, 2, 2]",
                                     {pictures, zeros({2, 2}), key()},
                                     R"({"kernel_size": 2, "output_size": 3})"},
                                    {"_random_samples holds 2",
                                     {pictures, full({1, 2, 2}, 2), key()},
                                     R"({"kernel_size": 2, "output_size": 3})"},
                                    {"output_ratio is 2",
                                     {pictures, none(), key()},
                                     R"({"kernel_size": 2, "output_ratio": 2})"}});
}

}  // namespace hebb::test
