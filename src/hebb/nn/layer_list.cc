#include "hebb/nn/layer_list.h"

namespace hebb::nn {

LayerList::LayerList() = default;
LayerList::LayerList(std::initializer_list<LayerItem> items) : vector(items) {}
LayerList::LayerList(size_t count, const LayerItem& item) : vector(count, item) {}
LayerList::LayerList(const LayerList& other) = default;
LayerList::LayerList(LayerList&& other) noexcept = default;
LayerList& LayerList::operator=(const LayerList& other) = default;
LayerList& LayerList::operator=(LayerList&& other) noexcept = default;
LayerList::~LayerList() = default;

const std::string* first_line(const LayerList& layers) {
  if (layers.empty())
    return nullptr;
  const LayerItem& first = layers.front();
  if (const auto* group = std::get_if<LayerGroup>(&first))
    return first_line(group->layers);
  if (const auto* block = std::get_if<ResidualBlock>(&first))
    return first_line(block->residual);
  if (const auto* block = std::get_if<ParallelBlock>(&first))
    return block->parallel.empty() ? nullptr : first_line(block->parallel.front());
  return std::get_if<std::string>(&first);
}

const std::string* last_line(const LayerList& layers) {
  if (layers.empty())
    return nullptr;
  if (const auto* group = std::get_if<LayerGroup>(&layers.back()))
    return last_line(group->layers);
  return std::get_if<std::string>(&layers.back());
}

}  // namespace hebb::nn
