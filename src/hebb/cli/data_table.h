// What `hebb data stats` says of a table: how it is written, what its columns hold, and why.
#pragma once

#include "hebb/base/json.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/table_source.h"

namespace hebb::cli {

void add_table(const data::TableSource& table, Json& out);
void print_table(const data::Dataset& data, const data::TableSource& table,
                 const data::DatasetStats& stats);

}  // namespace hebb::cli
