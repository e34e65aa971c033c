// The one exception of the library. Its first line stands alone: what is wrong, where, what would
// be right.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace hebb {

// The kind of error. exit_status() below maps it to the program's exit status.
enum class ErrorKind {
  usage,       // the remedy is on the command line or in the configuration: exit status 2
  invalid,     // a value, shape or type that the called function cannot take
  data,        // a file whose content is wrong, damaged or hostile
  io,          // the machine: a missing file, no permission, a full disk, no network
  gate,        // a check said no: exit status 3
  interrupted  // the user or the system asked to stop
};

// message: "conv2d: input has 3 channels but weight [64, 1, 3, 3] expects 1"; details: at most two
// lines (operands, hint).
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string where, std::string message, std::string details = {});

  // "where: message", then the details, indented; control characters escaped (base/printable.h)
  const char* what() const noexcept override { return text_.c_str(); }
  ErrorKind kind() const { return kind_; }
  const std::string& where() const { return where_; }  // an operator, a file, a key; may be empty
  const std::string& message() const { return message_; }
  const std::string& details() const { return details_; }
  int exit_status() const;

  // The same error, named after its caller where it had no name yet.
  Error with_where(std::string_view where) const;
  Error with_details(std::string_view lines) const;  // the same error with more lines below it

 private:
  ErrorKind kind_;
  std::string where_, message_, details_, text_;
};

// A bug of ours, never the user's mistake. Throws std::logic_error whose text says "bug".
[[noreturn]] void bug(std::string_view what);

}  // namespace hebb
