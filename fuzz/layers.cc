// Lines of layers, after a first line with the shape of a sample ("1 28 28"), and blocks of one
// line: a model with no more parameters than are allowed, or an Error of one line of kind usage; of
// kind io where what a layer gives does not fit the little memory.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "hebb/base/error.h"
#include "hebb/nn/build.h"
#include "little_memory.h"

namespace {

using hebb::nn::LayerItem, hebb::nn::LayerList;

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

// "> line" is a residual, "| line" a branch beside the identity, "+ line" is there three times.
LayerItem item_of(const std::string& line) {
  if (line.size() < 2 || line[1] != ' ')
    return line;
  const LayerList rest = {line.substr(2)};
  if (line[0] == '>')
    return hebb::nn::ResidualBlock{.residual = rest, .shortcut = {}};
  if (line[0] == '|')
    return hebb::nn::ParallelBlock{.parallel = {{}, rest}};
  return line[0] == '+' ? hebb::nn::LayerGroup{.repeat = 3, .layers = rest} : LayerItem(line);
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
  LayerList layers;
  for (const std::string& line : lines)
    layers.push_back(item_of(line));
  const LittleMemory little;
  try {
    if (nn::build(layers, shape, most_parameters).parameter_count() > most_parameters)
      std::abort();
  } catch (const Error& e) {
    if ((e.kind() != ErrorKind::usage && e.kind() != ErrorKind::io) || e.details() != "")
      std::abort();
  }
  return 0;
}
