// Time that passes. Apart from <chrono>, which takes a compiler a fifth of a second, so that public
// headers need not include it.
#pragma once

namespace hebb {

double steady_seconds();  // of a clock that never goes back; only differences mean something

}  // namespace hebb
