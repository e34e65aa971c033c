#include "hebb/run/leak_notes.h"

#include "hebb/base/check.h"
#include "hebb/base/counted.h"
#include "hebb/data/leaks.h"

namespace hebb {

void note_leaks(const data::Dataset& train, const data::Dataset& validation,
                const data::Dataset& test, std::vector<std::string>& notes) {
  for (const auto& [name, part] : {std::pair("validation", &validation), std::pair("test", &test)})
    if (const data::Repeats repeats = data::repeated_samples(*part, train); repeats.samples > 0)
      notes.push_back(fmt::format(
          "{}: {} of the {} samples of the {} part {} in the training part, too ({} is such a "
          "one); data.group keeps what belongs together in one part",
          part->name(), counted(repeats.samples), counted(part->size()), name,
          repeats.samples == 1 ? "is" : "are", repeats.example));
  for (const data::Giveaway& column : data::columns_that_give_away(train))
    notes.push_back(fmt::format(
        "{}: column '{}' alone tells {}; if it is not known before the answer is, leave it out "
        "of data.columns",
        train.name(), column.name,
        train.task() == data::Task::classification
            ? fmt::format("the class of {:.1f} % of the samples", 100 * column.right)
            : fmt::format("the target to {:.2f} % of its variance", 100 * column.right)));
}

}  // namespace hebb
