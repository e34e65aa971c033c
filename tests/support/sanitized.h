// Under sanitizers OpenMP has one thread (tests/CMakeLists.txt says why): what needs several is skipped there.
#pragma once

namespace hebb {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace hebb
