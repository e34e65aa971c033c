#include "hebb/nn/layer_lines.h"

#include <algorithm>
#include <cctype>
#include <typeinfo>

#include "hebb/base/check.h"
#include "hebb/base/describe_as_lines.h"
#include "hebb/nn/build.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

constexpr std::string_view layer_names[] = {
#define LAYER(name) #name,
#include "hebb/nn/layers.def"
#undef LAYER
};

// "batch_norm2d" -> "batchnorm2d", as "BatchNorm2d" becomes, too.
std::string letters_of(std::string_view name) {
  std::string out;
  for (char c : name)
    if (c != '_')
      out += char(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

[[noreturn]] void refuse(size_t i, Module& layer, std::string_view why) {
  fail(ErrorKind::usage, "", "layer {}, {}, {}; `hebb help layers` shows those that are known", i,
       layer.describe(), why);
}

// "Linear 128" -> "linear 128"; "ReLU()" -> "relu"
std::string line_of(size_t i, Module& layer) {
  std::string text;
  {
    const DescribeAsLines lines;
    text = layer.describe();
  }
  const size_t end = std::min(text.find_first_of(" ("), text.size());
  const std::string type = letters_of(text.substr(0, end));
  for (const std::string_view name : layer_names)
    if (letters_of(name) == type)
      return std::string(name) + (end < text.size() && text[end] == ' ' ? text.substr(end) : "");
  refuse(i, layer, "is none that a line of a configuration can name");
}

// Building draws random keys and numbers modules; afterwards the program goes on as if it had not.
struct KeepRandomState {
  RandomState before = random_state();
  ~KeepRandomState() { set_random_state(before); }
};

}  // namespace

std::vector<std::string> layer_lines(Sequential& model, const Dims& input) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < model.size(); ++i)
    lines.push_back(line_of(i, model[i].module()));
  const KeepRandomState keep;
  Sequential built = build(lines, input);
  for (size_t i = 0; i < model.size(); ++i) {
    Module &mine = model[i].module(), &again = built[i].module();
    if (typeid(mine) != typeid(again) || mine.describe() != again.describe())
      refuse(i, mine, "is not what its line \"" + lines[i] + "\" makes");
  }
  const StateDict mine = model.state_dict(), again = built.state_dict();
  promise(mine.size() == again.size(), "layers with the same options have other parameters");
  for (size_t i = 0; i < mine.size(); ++i)
    check_in(mine[i].second.dtype() == again[i].second.dtype(), ErrorKind::usage, "",
             "{} is {}, should be {}: a run's weights are as its layers make them", mine[i].first,
             describe(mine[i].second), name(again[i].second.dtype()));
  return lines;
}

}  // namespace hebb::nn
