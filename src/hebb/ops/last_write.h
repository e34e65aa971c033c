// Who wrote to a storage last. Only errors ask: each thread remembers its newest writes, and what
// another thread or code with a pointer wrote has no name.
#pragma once

#include <string_view>

#include "hebb/tensor/storage.h"

namespace hebb {

// After the write was counted. by: a name that lives as long as the program.
void note_write(const Storage& storage, std::string_view by);
std::string_view last_writer(const Storage& storage);  // empty: not known

}  // namespace hebb
