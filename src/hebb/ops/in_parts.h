// Why a composite has no ONNX form: shared by entries whose parts have one.
#pragma once

#include <string_view>

namespace hebb {

inline constexpr std::string_view in_parts =
    "ONNX has no such operator; a graph holds the operators that it is written in";

}  // namespace hebb
