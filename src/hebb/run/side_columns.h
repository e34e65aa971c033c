// Columns of the input that stand beside answers: the one that names rows (data.id), and those that
// a person asks for.
#pragma once

#include <string>
#include <vector>

namespace hebb {

// What they are called there: their own names, or input_NAME where a column of the answers has that
// name.
std::vector<std::string> side_names(const std::vector<std::string>& columns,
                                    const std::vector<std::string>& taken);

}  // namespace hebb
