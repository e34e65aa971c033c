// Data sets from tables: .csv files, and .npz files with arrays for samples and targets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/dataset.h"

namespace hebb::data {

struct TableOptions {
  std::string target = {};  // column; empty: the one named target, label, class or y
  std::vector<std::string> feature_names =
      {};  // columns, in this order; empty: all columns of numbers but the target
  // Columns whose cells are kept as text (SourceInfo::kept), to split by; of an .npz file arrays
  // [N]. Nothing is learned from them unless feature_names names them.
  std::vector<std::string> kept = {};
  std::vector<std::string> class_names = {};  // numbers the classes; empty: as found, sorted
  std::optional<Task> task =
      std::nullopt;  // empty: text is classes; so are integers with at most 100 different values
                     // that come twice on the average; all else is a regression
  std::optional<Task> whole_numbers =
      std::nullopt;  // where task is empty: what whole numbers are, whatever they look like, also
                     // those written as 1.0
  Dims sample_shape = {};  // of samples that are no pictures, as the model takes them; empty: any
};

// Columns have the names in the first line, or, where that holds numbers or blanks, 1, 2, ...
// Features are f32 [columns], a regression's target f32 [1]. Columns of text and pandas' index are
// left out, and notes() says so, as it says what a target of whole numbers was taken for. Whole
// numbers that are written as 1.0 (pandas, where a column lacks a value) are a quantity unless task
// or whole_numbers says classes. Errors name the line and the column.
Dataset csv_table(const std::string& path, const TableOptions& options = {});

// Arrays x and y, or input and target; what they become is said at from_tensors, but that integers
// of x become f32, which all layers take. Labels are integers or text, [N] or [N, 1]; the set of
// them is the classes. Targets [N] of a regression become [N, 1]; floating ones that are whole
// numbers are classes where the options say so.
Dataset npz_table(const std::string& path, const TableOptions& options = {});

}  // namespace hebb::data
