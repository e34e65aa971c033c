// Data sets from tables: .csv, .tsv and .jsonl files, also as .gz and .xz, and .npz files with
// arrays for samples and targets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/data/dataset.h"
#include "hebb/formats/csv_dialect.h"

namespace hebb::data {

// How a table of text is read.
struct TableReading {
  CsvWishes written = {};  // how the file is written; what is left open is told by looking
  std::vector<std::pair<std::string, std::string>> kinds = {};  // of columns: {"zip", "category"}
  std::vector<std::string> categorical = {};                    // columns that are categories
  std::vector<std::string> missing = {};  // further words for what is missing; where a recipe is
                                          // given, its own are taken
  std::string impute = "auto";  // of a missing cell: "auto" keeps its row, and the recipe puts
                                // something there; "drop" leaves the row out; "error" refuses it
};

struct TableOptions {
  std::string target = {};    // column; empty: the one named target, label, class or y
  bool guess_target = false;  // where there is no such column, the last one
  std::vector<std::string> feature_names =
      {};  // columns, in this order; empty: all that something can be learnt from but the target
  // Columns whose cells are kept as text (SourceInfo::kept), to split by; of an .npz file arrays
  // [N]. Nothing is learned from them unless feature_names names them.
  std::vector<std::string> kept = {};
  // Columns that are never learned from: whose cells name the rows (SourceInfo::id), and whose
  // numbers, at least 0, say how much each row counts for loss and metrics. Of an .npz file arrays
  // [N]. Where `recipe` is given they may be missing.
  std::string id = {}, weight = {};
  std::vector<std::string> class_names = {};  // numbers the classes; empty: as found, sorted
  std::optional<Task> task =
      std::nullopt;  // empty: text is classes; so are integers with at most 100 different values
                     // that come twice on the average; all else is a regression
  std::optional<Task> whole_numbers =
      std::nullopt;  // where task is empty: what whole numbers are, whatever they look like, also
                     // those written as 1.0
  bool token_ids = false;  // whole numbers of an .npz file's x stay what they are, i64
  Dims sample_shape = {};  // of samples that are no pictures, as the model takes them; empty: any

  TableReading reading = {};
  std::optional<Recipe> recipe =
      std::nullopt;  // of a model that is there: its columns, and what they hold
};

// Columns have the names in the first line, or, where that holds numbers or blanks, 1, 2, ... What
// a column holds is told by all of its cells (column_kind.h). Identifiers, sentences, columns of
// one value and empty ones are left out, and notes() says so, as it says what a target of whole
// numbers was taken for. The data set's recipe is fitted on all of its rows: words become columns
// of 0 and 1, dates their parts, missing numbers the median; a run fits its own on the training
// part. A regression's target is f32 [1]. Whole numbers that are written as 1.0 (pandas, where a
// column lacks a value) are a quantity unless task or whole_numbers says classes. Errors name the
// line and the column.
Dataset csv_table(const std::string& path, const TableOptions& options = {});
// The same of a file with a JSON object a line (jsonl.h), whatever its name; csv_table takes those
// whose name ends in .jsonl, too.
Dataset jsonl_table(const std::string& path, const TableOptions& options = {});

// Arrays x and y, or input and target; what they become is said at from_tensors, but that integers
// of x become f32, which all layers take. Labels are integers or text, [N] or [N, 1]; the set of
// them is the classes. Targets [N] of a regression become [N, 1]; floating ones that are whole
// numbers are classes where the options say so.
Dataset npz_table(const std::string& path, const TableOptions& options = {});

}  // namespace hebb::data
