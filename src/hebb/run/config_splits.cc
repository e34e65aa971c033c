// How a configuration divides its data.
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/run/config_check.h"

namespace hebb {
namespace {

void check_shares(const SplitConfig& s, const std::string& place) {
  const double sum = s.train + s.validation + s.test;
  check_in(s.train > 0 && s.validation >= 0 && s.test >= 0, ErrorKind::usage, place,
           "the parts of 'data.split' should be above 0 for train and not below it for the "
           "others: train {}, validation {}, test {}",
           s.train, s.validation, s.test);
  check_in(std::fabs(sum - 1) < 1e-9, ErrorKind::usage, place,
           "'data.split' adds up to {}, should be 1: train {}, validation {}, test {}", sum,
           s.train, s.validation, s.test);
}

void check_parts(const DataConfig& d, const std::string& place) {
  const SplitConfig& s = *d.split;
  if (s.by_shares())
    return check_shares(s, place);
  check_in(s.train == 0 && s.test == 0, ErrorKind::usage, place,
           "'data.split' has shares and {}; it should be one of them",
           s.folds > 0        ? "folds"
           : s.column.empty() ? "a file"
                              : "a column");
  check_in(s.column.empty() || s.file.empty(), ErrorKind::usage, place,
           "'data.split' has a column and a file; it should be one of them");
  check_in(s.folds != 1, ErrorKind::usage, place,
           "'data.split.folds' is 1, should be at least 2, or 0 for none");
  check_in(s.folds == 0 || s.fold < s.folds, ErrorKind::usage, place,
           "'data.split.fold' is {}, should be from 0 to {}", s.fold, s.folds - 1);
  check_in(s.validation >= 0 && s.validation < 1, ErrorKind::usage, place,
           "'data.split.validation' is {}, should be at least 0 and below 1: a share of the "
           "samples that are not in the test part",
           s.validation);
  const bool chosen = !s.column.empty() || !s.file.empty();
  check_in(!chosen || s.validation > 0 || (d.group.empty() && d.time.empty() && !d.stratify),
           ErrorKind::usage, place,
           "'data.split' takes the parts from a {}, so 'data.{}' has nothing to choose",
           s.column.empty() ? "file" : "column",
           d.stratify       ? "stratify"
           : d.time.empty() ? "group"
                            : "time");
}

}  // namespace

void complete_shares(SplitConfig& s, const ConfigPlaces& places, bool of_folds) {
  if (!s.by_shares())
    return;
  const bool beside_folds = of_folds && places.set_value("data.split.validation") &&
                            !places.set_value("data.split.train");
  if (beside_folds)
    s.train = s.test = 0;
  if (beside_folds || !places.was_read("data.split.train"))
    s.train = std::round((1 - s.validation - s.test) * 1e12) / 1e12;  // 0.7, not 0.7000000000000001
}

void check_split(const DataConfig& d, const ConfigPlaces& places) {
  if (d.split)
    check_parts(d, places.of("data.split"));
  check_in(d.time.empty() || d.group.empty(), ErrorKind::usage, places.of("data.time"),
           "'data.time' and 'data.group' both say what belongs together; it should be one of them");
  check_in(d.time.empty() || !d.stratify, ErrorKind::usage, places.of("data.time"),
           "'data.time' puts the parts in an order, which leaves nothing for 'data.stratify' to "
           "choose; it should be one of them");
}

}  // namespace hebb
