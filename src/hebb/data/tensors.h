// Data sets that lie in memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/tensor/tensor_dict.h"

namespace hebb::data {

struct TensorOptions {
  std::string name = "tensors";
  std::vector<std::string> class_names =
      {};  // as many as there are classes; empty: "0", "1", ... up to the largest label
  std::vector<std::string> feature_names = {};
  std::string target_name = {};
  std::vector<KeptColumn> kept = {};  // as many cells as samples
  std::string id = {};                // of these, the one that names samples
  std::vector<double> weights = {};   // how much each sample counts, at least 0; empty: each 1
  std::string weight = {};            // what they are called in a file
  std::vector<std::string> notes = {};
  HEBB_FIELDS(name, class_names, feature_names, target_name, kept, id, weights, weight, notes)
};

// x [N, ...]: u8 [N, C, H, W] are pictures, and so are u8 [N, H, W], grey ones, and u8 [N, H, W, 1
// or 3] as Keras has them, which are put in our order (notes() says so); integers stay (token ids)
// as i64; all else becomes f32, f64 after it was normalised. y: integers [N] are classes from 0;
// floating [N] or [N, ...] are the targets of a regression. The values are shared where they need
// no conversion: do not change them.
Dataset from_tensors(const Tensor& x, const Tensor& y, const TensorOptions& options = {});

// The same with inputs beside x and targets beside y, [N, ...] each: floating ones become f32,
// integers i64, bool stays. Batches hold them by these names; the recipe prepares x alone.
//   from_tensors({{"x", rows}, {"codes", codes}}, {{"y", prices}})
// Error (invalid): there is no x or no y.
Dataset from_tensors(const TensorDict& inputs, const TensorDict& targets,
                     const TensorOptions& options = {});

}  // namespace hebb::data
