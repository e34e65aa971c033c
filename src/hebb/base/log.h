// Warnings: one line each on standard error, or wherever a program sends them.
#pragma once

#include <functional>
#include <string_view>

namespace hebb {

void warn(std::string_view line);       // "warning: line"; thread-safe
void warn_once(std::string_view line);  // the same line is not said twice in one process
// Documented global: where warnings go. Empty: standard error. Threads that warn at once call it at
// once; it may warn itself, and after another one was set it may still be called by a thread that
// was about to.
void set_warning_handler(std::function<void(std::string_view line)> handler);

}  // namespace hebb
