// A switch for options_repr() (base/options.h): layers describe themselves as PyTorch prints them,
// or, while this object lives, as the line of a configuration that makes them. So one description
// of a layer's options serves both.
#pragma once

namespace hebb {

// For this thread: options_repr("Linear", ...) gives "Linear 128 bias=false", which options_line()
// writes, in place of "Linear(in_features=784, out_features=128, bias=False)".
class DescribeAsLines {
 public:
  DescribeAsLines();
  ~DescribeAsLines();
  DescribeAsLines(const DescribeAsLines&) = delete;
  DescribeAsLines& operator=(const DescribeAsLines&) = delete;

 private:
  bool before_;
};

// Whether one lives in this thread.
bool describing_as_lines();

}  // namespace hebb
