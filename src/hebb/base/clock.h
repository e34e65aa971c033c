// A steady clock. Public headers include this instead of <chrono>, which takes a fifth of a second
// to compile.
#pragma once

namespace hebb {

double steady_seconds();  // monotonic; only differences mean something

}  // namespace hebb
