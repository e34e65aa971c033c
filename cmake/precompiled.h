// What nearly every file of the library includes, parsed once (target_precompile_headers in
// HebbTargets.cmake). Only headers that never change with our code; a file still includes what it
// uses itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
