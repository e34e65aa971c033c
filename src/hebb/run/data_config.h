// [data] of a configuration.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"

namespace hebb {

// Shares of the samples, folds, a column, or a file of lists.
struct SplitConfig {
  // Add up to 1: train left out is what the others leave. With the other ways validation alone.
  double train = 0, validation = 0, test = 0;
  int64_t folds = 0, fold = 0;
  std::string column = {}, file = {};
  HEBB_FIELDS(train, validation, test, folds, fold, column, file)
  static constexpr Note notes[] = {
      {.field = "train", .what = "share to train on; left out, what the others leave of 1"},
      {.field = "validation",
       .what = "share that each epoch is measured on; beside folds a share of what is trained on"},
      {.field = "test",
       .what = "share that the finished run is measured on; 0 where the data have a test part"},
      {.field = "folds",
       .at_least = 0,
       .at_most = 1e6,
       .should = "at least 2, or 0 for none",
       .what = "so many parts of equal size instead of shares, one of which is the test"},
      {.field = "fold", .at_least = 0, .what = "the fold that is the test, from 0"},
      {.field = "column",
       .what = "of a table: its words train, validation and test say where a row goes; beside "
               "folds, its numbers are those of the folds"},
      {.field = "file",
       .what = "a .json or .npz file with the numbers of each part's samples, as hebb data split "
               "writes it"}};

  bool by_shares() const { return folds == 0 && column.empty() && file.empty(); }
};

struct Normalization {  // "none", "auto" (measured on the training part), mean and standard
                        // deviation per channel, or a step that scales a table's numbers
  enum class Kind { none, automatic, given, step } kind = Kind::none;
  std::vector<double> mean, std;
  std::string step = {};  // of a table's numbers: "quantile", "piecewise_linear 32"
};

struct DataConfig {
  std::string dataset;                  // a name or SPEC
  std::string train, validation, test;  // SPECs, instead of one dataset
  std::optional<SplitConfig> split;
  int64_t split_seed = 0;
  bool stratify = false;
  std::string group, time;                // columns of a table that decide how it is split
  std::string target;                     // the column of a table
  std::optional<std::string> id, weight;  // columns that name rows, and that weigh them
  std::vector<std::string> columns;       // of a table, to learn from; empty: all but the target
  std::vector<std::string> categorical;   // of these, categories whatever they look like
  std::vector<std::pair<std::string, std::string>> kinds;  // what columns hold
  std::vector<std::string> missing;  // words for what is missing, beside those that always are
  std::string impute = "auto";
  std::string separator, decimal, encoding;  // how the table is written; empty: as it looks
  std::optional<bool> header;
  Normalization normalize;
  std::optional<std::string> normalize_target;  // empty: as it suits the task and the loss
  std::vector<std::string> augment;
  int64_t workers = 1;
  int64_t limit = 0;  // 0: all samples
  HEBB_FIELDS(dataset, train, validation, test, split, split_seed, stratify, group, time, target,
              id, weight, columns, categorical, kinds, missing, impute, separator, decimal,
              encoding, header, normalize, normalize_target, augment, workers, limit)
  static constexpr Note notes[] = {
      {.field = "dataset",
       .what = "a known set, a folder of class folders, a table or an .npz file (hebb help data); "
               "its own test part stays one"},
      {.field = "train",
       .what = "the samples to train on, instead of dataset: \"train.csv\", \"photos/train\""},
      {.field = "validation", .what = "beside train: the samples that each epoch is measured on"},
      {.field = "test", .what = "beside train: the samples that the finished run is measured on"},
      {.field = "split",
       .what = "how the samples make parts: shares (0.7, 0.15 and 0.15 unless given), folds, a "
               "column or "
               "a file; see the keys below",
       .resolved = true},
      {.field = "split_seed",
       .at_least = 0,
       .what = "another seed, another split; the seed of the training changes nothing here"},
      {.field = "stratify", .what = "true: every part has the classes in the same proportions"},
      {.field = "group",
       .what = "a column of a table: rows that share its value, such as a patient, stay in one "
               "part"},
      {.field = "time",
       .what = "a column of a table, numbers or dates: the parts follow one another in its order, "
               "training first"},
      {.field = "target",
       .what = "the column of a table that is predicted; left out: the one called target, label, "
               "class or y",
       .resolved = true},
      {.field = "id",
       .what = "a column of a table that names its rows: it is never learned from, and stands "
               "beside predictions"},
      {.field = "weight",
       .what = "a column of numbers of at least 0: how much each row counts for the loss and the "
               "metrics"},
      {.field = "columns",
       .what = "the columns of a table to learn from: [\"rooms\", \"age\"]; left out: all that "
               "tell something, but the target"},
      {.field = "categorical",
       .what = "columns whose numbers are names of categories: [\"zip\", \"month\"]"},
      {.field = "kinds",
       .what =
           "what columns hold: { zip = \"category\" }; number, category, boolean, date, or text "
           "and identifier, left out",
       .resolved = true},
      {.field = "missing",
       .what = "words of a table for what is missing, beside empty cells, NA, null, ?, ...: "
               "[\"unknown\", \"-999\"]"},
      {.field = "impute",
       .one_of = {"auto", "drop", "error"},
       .what = "missing cells: \"auto\" puts the median or the usual word there, \"drop\" leaves "
               "their rows out, \"error\" refuses"},
      {.field = "separator",
       .what =
           "what stands between a table's cells: \",\", \";\", \"tab\"; left out, it is told by "
           "looking"},
      {.field = "decimal", .what = "\".\" or \",\" in a table's numbers; left out, by looking"},
      {.field = "encoding",
       .what = "of a table: \"utf-8\", \"utf-16\", \"windows-1252\"; left out, by looking"},
      {.field = "header", .what = "true: a table's first line holds names; left out, by looking"},
      {.field = "normalize",
       .aliases = {"normalise"},
       .what = "\"auto\": by mean and deviation; { mean = [...], std = [...] }; of a table also "
               "\"quantile\", \"piecewise_linear 32\""},
      {.field = "normalize_target",
       .aliases = {"normalise_target"},
       .one_of = {"auto", "none"},
       .otherwise = "\"auto\"",
       .what =
           "\"auto\": quantities are learned by mean and deviation; metrics and predictions are in "
           "their unit, the loss is not",
       .resolved = true},
      {.field = "augment",
       .what = "random changes of training pictures: [\"random_crop 28 padding=2\", "
               "\"horizontal_flip\"] (hebb help augment)"},
      {.field = "workers",
       .at_least = 0,
       .at_most = 256,
       .what = "threads that load data; the result is the same whatever their number",
       .resume = Resume::free},
      {.field = "limit",
       .at_least = 0,
       .should = "at least 1, or 0 for all",
       .what = "at most so many samples of each part, classes in proportion; 0: all"}};
};

}  // namespace hebb
