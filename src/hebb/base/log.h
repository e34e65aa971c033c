// Warnings: one line each on standard error, or wherever a program sends them.
#pragma once

#include <functional>
#include <string_view>

namespace hebb {

void warn(std::string_view line);       // "warning: line"; thread-safe
void warn_once(std::string_view line);  // the same line is not said twice in one process
// Documented global: the handler of warnings. Empty: standard error. Several threads may call it at
// once, and it may warn itself. A thread that was about to call it may still do so after another
// one was set. Returns the one before.
std::function<void(std::string_view line)> set_warning_handler(
    std::function<void(std::string_view line)> handler);

}  // namespace hebb
