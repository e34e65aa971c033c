// An operator's entry in words: what `hebb ops NAME` prints, and the Markdown pages of
// `hebb ops --pages`, of operators and layers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hebb/base/file.h"
#include "hebb/ops/op.h"

namespace hebb::cli {

std::string signature(const Op& op);  // "add(input, other, alpha: float = 1.0)"

std::string onnx_form(const Op& op);  // and for which calls: "Add (alpha = 1)"; empty: none

// "low", "f32" or "widest".
std::string_view precision_word(Precision precision);

// ("source", "torch.add"), ("gradient", "yes"), ...: all that an entry says of an operator but its
// signature and meaning. An empty name: one more line of the fact before.
using Facts = std::vector<std::pair<std::string, std::string>>;
Facts facts_of(const Op& op);

// Writes a page for each family, layers.md for the layers, and index.md, which leads to them;
// answers with their paths. Pages that were written before are replaced. Error: the folder holds
// anything else.
std::vector<fs::path> write_pages(const fs::path& folder);

}  // namespace hebb::cli
