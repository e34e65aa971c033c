#include <algorithm>
#include <cctype>
#include <string>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/course/worked_number.h"
#include "hebb/ops/random_key.h"

namespace hebb::course {
namespace {

constexpr const WorkedNumber* all[] = {
#define NUMBER(id) &worked::id,
#include "hebb/course/worked_numbers.def"
#undef NUMBER
};

}  // namespace

std::span<const WorkedNumber* const> worked_numbers() {
  return all;
}

const WorkedNumber& worked_number(std::string_view id) {
  std::string upper(id);
  for (char& c : upper)
    c = char(std::toupper(static_cast<unsigned char>(c)));
  std::vector<std::string> ids;
  for (const WorkedNumber* number : all) {
    if (number->id == upper)
      return *number;
    ids.emplace_back(number->id);
  }
  throw Error(ErrorKind::usage, "", unknown_word("worked number", id, ids));
}

Checks computed(const WorkedNumber& number) {
  const RandomScope random;
  manual_seed(0);
  Checks checks;
  number.compute(checks);
  return checks;
}

}  // namespace hebb::course
