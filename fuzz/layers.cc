// Lines of layers, after a first line with the shape of a sample ("1 28 28"): a model with no more
// parameters than are allowed, or an Error of one line of kind usage; of kind io where what a layer
// gives does not fit the little memory.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "hebb/base/error.h"
#include "hebb/nn/build.h"
#include "little_memory.h"

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// Sizes from 1 to 99, four at most; of no more than 1000 numbers.
bool read_shape(std::string_view line, hebb::Dims& shape) {
  int64_t numbers = 1;
  for (size_t at = 0; at < line.size(); ++at) {
    int size = 0;
    const auto [end, error] = std::from_chars(line.data() + at, line.data() + line.size(), size);
    if (error != std::errc() || size < 1 || size > 99 || shape.size() == 4 ||
        (numbers *= size) > 1000)
      return false;
    shape.push_back(size);
    at = size_t(end - line.data());
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  constexpr int64_t most_parameters = 2000;
  std::vector<std::string> lines = lines_of({reinterpret_cast<const char*>(data), size});
  Dims shape;
  if (lines.size() > 9 || !read_shape(lines[0], shape))
    return -1;
  lines.erase(lines.begin());
  const LittleMemory little;
  try {
    if (nn::build(lines, shape, most_parameters).parameter_count() > most_parameters)
      std::abort();
  } catch (const Error& e) {
    if ((e.kind() != ErrorKind::usage && e.kind() != ErrorKind::io) || e.details() != "")
      std::abort();
  }
  return 0;
}
