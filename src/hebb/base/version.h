// The version of this library: "0.1.0", as the project says.
#pragma once

namespace hebb {

const char* version();
const char* compiler();  // what it was built with: "g++ 12.2.0"

}  // namespace hebb
