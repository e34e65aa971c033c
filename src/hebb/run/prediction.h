// What a model says of one record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hebb/base/error.h"

namespace hebb {

struct Prediction {
  // "shoe.png"; "rows.csv:7", by its line; "rows.npz:7", by its row, counted from 0.
  std::string input;
  std::optional<Error> error = {};  // why there is no prediction
  // Of a classification: the likeliest class, and the probability of each. Else -1 and the numbers.
  int64_t index = -1;
  std::vector<double> values = {};
  // Of quantities: the interval around each number, where the run has one (Predictor::level).
  std::vector<double> lower = {}, upper = {};
  std::vector<std::string> warnings = {};  // what is unusual about the record
  std::vector<std::string> sides = {};  // cells of the columns that stand beside (Predictor::sides)

  std::string reason() const;  // of the error, in one line; "" where there is none
};

}  // namespace hebb
