// The worked numbers: an entry each, and the list of them.
#pragma once

#include <span>
#include <string_view>

#include "hebb/course/checks.h"

namespace hebb::course {

struct WorkedNumber {
  std::string_view id;    // "A07"
  std::string_view what;  // one sentence
  void (*compute)(Checks& checks);
};

std::span<const WorkedNumber* const> worked_numbers();  // in the order of their ids
// By its id, "A07" or "a07". Error (usage): there is none; the message names the nearest.
const WorkedNumber& worked_number(std::string_view id);

// Computed with seed 0, whatever was drawn before; the random numbers of the caller stay as they
// were.
Checks computed(const WorkedNumber& number);

namespace worked {
#define NUMBER(id) extern const WorkedNumber id;
#include "hebb/course/worked_numbers.def"
#undef NUMBER
}  // namespace worked

}  // namespace hebb::course
