// Rows of an array as rows of a table: for a recipe that was made for columns.
#pragma once

#include <memory>

#include "hebb/data/schema.h"
#include "hebb/data/source.h"

namespace hebb::data {

// Null: the source's samples are no rows of as many numbers as there are fields, or a field is no
// number.
std::shared_ptr<const Source> rows_as_columns(std::shared_ptr<const Source> rows,
                                              const Schema& fields);

}  // namespace hebb::data
