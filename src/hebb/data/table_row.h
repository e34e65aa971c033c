// From the cells of a row to the fields of a record: the one way, for training and prediction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/missing_words.h"
#include "hebb/data/record.h"
#include "hebb/data/schema.h"
#include "hebb/formats/csv_number.h"

namespace hebb::data {

// Why a cell cannot be a field's value: "is 'abc', should be a number". Empty: it can. value: of a
// number or a time, NaN where it is missing; of a word nothing. may_miss: a recipe fills what is
// missing. remedy: ends the sentence where something else stands than should be there.
std::string cell_trouble(const RowCell& cell, const Field& field, bool may_miss, double& value,
                         std::string_view remedy = {});

// Fields in a row's order: values of the record's fields, which it has or gets. places: in which
// cell each field stands. missing: further words for what is missing. Error (data): a cell that
// cannot be used; names its column.
void read_row(std::span<const RowCell> cells, std::span<const size_t> places, const Schema& fields,
              const MissingWords& missing, bool may_miss, Record& record);

}  // namespace hebb::data
