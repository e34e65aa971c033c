// What a model is made of, as a configuration says it: lines that name layers, and blocks that hold
// lists of their own.
//
//   LayerList net = {"conv2d 16 3 padding=1",
//                    ResidualBlock{.residual = {"relu", "conv2d 16 3 padding=1"}},
//                    "flatten", "linear 10"};
//
// The fields of a block are its keys in TOML and its names in a state dict.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/nn/blocks.h"

namespace hebb::nn {

struct LayerItem;

// A vector of the items that are defined below, whose own members are defined in a .cc file: so a
// block, which an item may be, can have lists with default values in every compiler.
class LayerList : public std::vector<LayerItem> {
 public:
  LayerList();
  LayerList(std::initializer_list<LayerItem> items);
  LayerList(size_t count, const LayerItem& item);
  template <std::input_iterator Iterator>
  LayerList(Iterator first, Iterator last) {
    assign(first, last);
  }
  LayerList(const LayerList& other);
  LayerList(LayerList&& other) noexcept;
  LayerList& operator=(const LayerList& other);
  LayerList& operator=(LayerList&& other) noexcept;
  ~LayerList();
};

// nn::Residual. { residual = [...], shortcut = [...] }; a shortcut without layers is the identity.
struct ResidualBlock {
  LayerList residual = {}, shortcut = {};
  HEBB_FIELDS(residual, shortcut)
};

// nn::Parallel. { parallel = [[...], [...]], join = "cat" }; a branch without layers is the
// identity.
struct ParallelBlock {
  std::vector<LayerList> parallel = {};
  Join join = Join::cat;
  HEBB_FIELDS(parallel, join)
};

// nn::Sequential. { layers = [...] } is one of these layers; { repeat = 4, layers = [...] } is one
// that holds so many of them, one after another, each with weights of its own.
struct LayerGroup {
  std::optional<int64_t> repeat = {};
  LayerList layers = {};
  HEBB_FIELDS(repeat, layers)
};

struct LayerItem : std::variant<std::string, ResidualBlock, ParallelBlock, LayerGroup> {
  using variant::variant;
  LayerItem() = default;
  LayerItem(const char* line) : variant(std::string(line)) {}
};

// Calls f(block, key) for a block of each kind; key is the field that a block of this kind always
// has. What reads blocks from a file chooses among them by it.
template <class F>
void for_each_block_kind(F&& f) {
  f(ResidualBlock{}, std::string_view("residual"));
  f(ParallelBlock{}, std::string_view("parallel"));
  f(LayerGroup{}, std::string_view("layers"));
}

// The line of the layer that sees the input first, of the first branch where there are several;
// null: there is none.
const std::string* first_line(const LayerList& layers);
// The line of the layer that gives what the list gives; null where that is a block's sum or join.
const std::string* last_line(const LayerList& layers);

}  // namespace hebb::nn
