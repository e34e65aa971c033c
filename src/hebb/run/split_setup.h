// The parts of a run's data, as [data] says: shares, folds, a column of the table, or a file of
// lists; by chance, in proportion of the classes, by groups, or by time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/data/splits.h"
#include "hebb/run/config.h"

namespace hebb {

struct SplitData {
  data::Dataset train, validation, test;  // the latter two may be empty
  std::vector<std::string> notes = {};    // what a person should know
};

// The columns that decide, for OpenOptions::kept.
std::vector<std::string> split_columns(const DataConfig& config);

// config.split is there. Errors name the key: a column that is not there or whose words say
// nothing, too few samples, groups or times for the parts.
SplitData split_data(const data::Dataset& all, const DataConfig& config);

// What the configuration of a run without a validation part should say to have one: a key and its
// value.
std::string key_for_validation(const DataConfig& config);

// Whether a split by a file can be trained on so many folds; other ways have any number of them.
// Error (usage): the file holds another number of folds, or none.
void check_folds_of_file(const SplitConfig& split, int64_t folds);

// What decides where a sample goes: stratify, group, time and split_seed of the configuration.
data::SplitBy split_by(const data::Dataset& all, const DataConfig& config,
                       std::vector<std::string>& notes);

}  // namespace hebb
