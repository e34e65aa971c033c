// Where a test finds what it needs, whether ctest starts it or a person.
#pragma once

#include "hebb/base/file.h"

namespace hebb {

fs::path reference_folder();  // stored values: tests/reference of the source
fs::path program();           // hebb, which the build puts beside the test programs

}  // namespace hebb
