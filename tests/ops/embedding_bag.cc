// Samples: bags of embeddings.
#include "ops/samples.h"

namespace hebb::test {

OPS_FAMILY(embedding_bag) {
  const Tensor table = randn({6, 3}), rows = values({0, 2, 5, 1, 1, 4, 3, 0}, {8}, i64),
               starts = values({0, 3, 3, 5}, {4}, i64),
               matrix = values({0, 2, 5, 1, 1, 4}, {2, 3}, i64), factors = uniform(0.5, 2, {8});
  for (const std::string mode : {"mean", "sum", "max"}) {
    const auto attrs = [&](const std::string& more) {
      return R"({"mode": ")" + mode + "\"" + more + "}";
    };
    samples("embedding_bag",
            {{mode, {rows, table, starts, none()}, attrs("").c_str()},
             {mode + " of a matrix", {matrix, table, none(), none()}, attrs("").c_str()},
             {mode + ", padding",
              {rows, table, starts, none()},
              attrs(R"(, "padding_idx": -5)").c_str()},
             {mode + ", ends given",
              {rows, table, values({0, 3, 6}, {3}, i64), none()},
              attrs(R"(, "include_last_offset": true)").c_str()},
             {mode + " of nothing",
              {zeros({0}, i64), table, zeros({2}, i64), none()},
              attrs("").c_str()},
             {mode + ", no bags", {zeros({0, 3}, i64), table, none(), none()}, attrs("").c_str()}});
  }
  samples(
      "embedding_bag",
      {{"weighted", {rows, table, starts, factors}, R"({"mode": "sum"})"},
       {"by frequency",
        {rows, table, starts, none()},
        R"({"scale_grad_by_freq": true})",
        {{Check::gradient, "it is scaled"}}},
       {"weighted, padding",
        {rows, table, starts, factors},
        R"({"mode": "sum", "padding_idx": 1})"},
       {"weighted matrix", {matrix, table, none(), uniform(0.5, 2, {2, 3})}, R"({"mode": "sum"})"},
       {"narrow", {values({0, 2, 5}, {3}, u8), table, values({0, 1}, {2}, i32), none()}}});
  samples("embedding_bag_rows", {{"sum", {rows, table, starts, factors}, R"({"mode": "sum"})"},
                                 {"max", {rows, table, starts, none()}, R"({"mode": "max"})"}});
  refuses("embedding_bag",
          {{"input holds 6 at element 1, should be from 0 to 5",
            {values({0, 6}, {1, 2}, i64), table, none(), none()}},
           {"offsets[0] is 1, should be 0", {rows, table, values({1, 2}, {2}, i64), none()}},
           {"offsets do not fall", {rows, table, values({0, 4, 2}, {3}, i64), none()}},
           {"an input of one dimension needs offsets", {rows, table, none(), none()}},
           {"offsets are for an input of one dimension", {matrix, table, starts, none()}},
           {"per_sample_weights are for mode sum", {rows, table, starts, factors}},
           {"scale_grad_by_freq is for mean and sum",
            {rows, table, starts, none()},
            R"({"mode": "max", "scale_grad_by_freq": true})"},
           {"mode is 'min'", {rows, table, starts, none()}, R"({"mode": "min"})"},
           {"padding_idx is 6", {rows, table, starts, none()}, R"({"padding_idx": 6})"}});
}

}  // namespace hebb::test
