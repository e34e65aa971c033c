#include "hebb/cli/ops_page.h"

#include <fmt/format.h>

#include <fstream>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/cli/option_text.h"
#include "hebb/kernels/devices.h"
#include "hebb/nn/build.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/slot_names.h"

namespace hebb::cli {
namespace {

// The first line of every page, by which it is known.
constexpr std::string_view mark = "<!-- Written by hebb ops --pages. Changes will be lost. -->";

std::string operand_text(std::string_view slot) {
  if (is_optional(slot))
    return "tensor, may be left out";
  if (is_list(slot))
    return fmt::format("list of tensors ({0}0, {0}1, ...)", plain(slot));
  return "tensor";
}

std::string results_text(const Op& op) {
  std::string text;
  for (std::string_view output : op.outputs)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", output);
  return text;
}

std::string gradient_text(const Op& op) {
  if (!op.differentiable())
    return fmt::format("none: {}", op.no_gradient_because);
  return op.compose ? "yes, of its parts" : "yes";
}

std::string kernels_text(const Op& op) {
  if (op.compose)
    return "a composite of other operators";
  if (!op.kernel)
    return "none: a view";
  const int count = kernels_of(Device::Kind::cpu, op.kernel).size();
  return fmt::format("{}, on the CPU {}", op.kernel.name,
                     count == 1 ? "one" : fmt::format("{}, the best one that fits", count));
}

// "Softplus, with Mul, Div, since opset 13", "in Erf, Mul, Add, opsets 13 to 19".
std::string onnx_text(const OnnxForm& form) {
  std::string text(form.type);
  if (!form.nodes.empty())
    text += fmt::format("{}{}", form.type.empty() ? "in " : ", with ", form.nodes);
  if (text.empty())
    text = "in Identity";
  if (!form.where.empty())
    text += fmt::format(" ({})", form.where);
  if (form.until == 0)
    return fmt::format("{}{}, since opset {}", form.only_read ? "reads " : "", text, form.since);
  return fmt::format("{}, opsets {} to {}", text, form.since, form.until);
}

std::string precision_text(const Op& op) {
  const std::string_view dtype = op.precision == Precision::low   ? "f16 or bf16"
                                 : op.precision == Precision::f32 ? "f32"
                                                                  : "the widest of its operands";
  return fmt::format("{}: under mixed precision in {}", precision_word(op.precision), dtype);
}

std::string_view promotion_text(const Op& op) {
  if (op.compose)
    return "that of its parts";
  if (op.promote_to)
    return "to the dtype that its attributes name";
  if (op.promotion_by)
    return "as its attributes say, to the common dtype or to a floating one";
  switch (op.promotion) {
    case Promotion::none:
      return "none: operands are taken as they are";
    case Promotion::common:
      return "to the common dtype of its operands, as torch.result_type";
    case Promotion::floating:
      return "to the common dtype of its operands, of integers f32";
  }
  return "";
}

// Adds `text` under `name`, or as one more line of it.
void add_line(Facts& facts, std::string_view name, std::string text, bool is_first) {
  facts.emplace_back(is_first ? name : "", std::move(text));
}

bool is_page(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    return false;
  std::ifstream in(file);
  std::string start(mark.size(), ' ');
  return in.read(start.data(), std::streamsize(start.size())) && start == mark;
}

void check_holds_only_pages(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) && !error)
    return;
  check_in(fs::is_directory(folder, error), ErrorKind::usage, folder.string(),
           "is no folder; name an empty or a new one for the pages");
  for (const fs::path& entry : entries_of(folder))
    check_in(is_page(entry), ErrorKind::usage, folder.string(),
             "holds {}, which is none of these pages; name an empty or a new folder",
             entry.filename().string());
}

// In a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|')
      out += '\\';
    out += c;
  }
  return out;
}

std::string section(const Op& op) {
  std::string text =
      fmt::format("## {}\n\n`{}`\n\n{}\n\n| | |\n| --- | --- |\n", op.name, signature(op), op.what);
  for (const auto& [name, fact] : facts_of(op))
    text += fmt::format("| {} | {} |\n", name, cell(fact));
  return text + "\n";
}

std::string family_page(const OpFamily& family) {
  std::string text =
      fmt::format("{}\n# {}\n\n{}. [All families](index.md)\n\n", mark, family.name, family.what);
  std::string pieces;
  for (const Op* op : family.ops) {
    if (op->internal)
      pieces += fmt::format("| {} | {} |\n", op->name, cell(op->what));
    else
      text += section(*op);
  }
  if (pieces.empty())
    return text;
  return text +
         "## Pieces\n\nParts and gradients of operators, which are not called by name.\n\n"
         "| entry | what |\n| --- | --- |\n" +
         pieces;
}

std::string index_page() {
  std::string text = fmt::format(
      "{}\n# Operators\n\nThe layers are on [a page of their own](layers.md).\n\n| family | what | "
      "operators |\n| --- | --- | --- |\n",
      mark);
  for (const OpFamily& family : op_families()) {
    std::string links;
    for (const Op* op : family.ops)
      if (!op->internal)
        links += fmt::format("{}[{}]({}.md#{})", links.empty() ? "" : ", ", op->name, family.name,
                             op->name);
    text += fmt::format("| [{0}]({0}.md) | {1} | {2} |\n", family.name, cell(family.what), links);
  }
  return text;
}

// A layer as a line of a configuration has it; a program's struct has the same options.
std::string layer_section(const SpecHelp& layer) {
  std::string text = fmt::format("## {}\n\n`{}`\n\n{}\n\n", layer.name, layer.usage, layer.what);
  const std::vector<OptionHelp> options = options_help(*layer.options);
  if (!options.empty())
    text += "| argument | default | what |\n| --- | --- | --- |\n";
  for (const OptionHelp& option : options)
    text += fmt::format("| {} | {} | {} |\n", option.key,
                        option.note->needed ? "" : cell(option.value), cell(option_text(option)));
  return text + "\n";
}

std::string layers_page() {
  std::string links, sections;
  for (const SpecHelp& layer : nn::layer_help()) {
    links += fmt::format("{}[{}](#{})", links.empty() ? "" : ", ", layer.name, layer.name);
    sections += layer_section(layer);
  }
  return fmt::format(
      "{}\n# Layers\n\nAs lines of a configuration have them. In a program they are structs of "
      "`hebb::nn` with PyTorch's names (`conv2d` is `nn::Conv2d`). Arguments in capitals need no "
      "name in their place, and "
      "sizes of what comes in are left out in a configuration. [Operators](index.md)\n\n{}\n\n{}",
      mark, links, sections);
}

}  // namespace

std::string signature(const Op& op) {
  std::string text;
  for (std::string_view slot : op.inputs)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", slot);
  const std::string attributes = attrs_summary(op.attributes);
  if (!attributes.empty())
    text += (text.empty() ? "" : ", ") + attributes;
  return fmt::format("{}({})", op.name, text);
}

std::string onnx_form(const Op& op) {
  if (op.onnx.empty())
    return "";
  const OnnxForm& form = op.onnx[0];
  return form.where.empty() || form.type.empty() ? std::string(form.type)
                                                 : fmt::format("{} ({})", form.type, form.where);
}

std::string_view precision_word(Precision precision) {
  switch (precision) {
    case Precision::low:
      return "low";
    case Precision::f32:
      return "f32";
    case Precision::widest:
      return "widest";
  }
  return "";
}

Facts facts_of(const Op& op) {
  Facts facts;
  for (std::string_view slot : op.inputs)
    add_line(facts, "operands", fmt::format("{:16} {}", plain(slot), operand_text(slot)),
             slot == op.inputs[0]);
  const std::vector<AttrHelp> attributes = attrs_help(op.attributes);
  for (const AttrHelp& attr : attributes)
    add_line(facts, "attributes", fmt::format("{:16} {} = {}", attr.name, attr.type, attr.usual),
             &attr == &attributes.front());
  facts.emplace_back("results", results_text(op));
  facts.emplace_back("source", op.source);
  facts.emplace_back("gradient", gradient_text(op));
  facts.emplace_back("kernels", kernels_text(op));
  for (const OnnxForm& form : op.onnx)
    add_line(facts, "ONNX", onnx_text(form), &form == op.onnx.begin());
  if (op.onnx.empty())
    facts.emplace_back("ONNX", fmt::format("none, {}", op.no_onnx_because));
  facts.emplace_back("precision", precision_text(op));
  facts.emplace_back("promotion", promotion_text(op));
  return facts;
}

std::vector<fs::path> write_pages(const fs::path& folder) {
  check_holds_only_pages(folder);
  make_folders(folder);
  std::vector<fs::path> pages = {folder / "index.md"};
  write_file_atomic(pages[0], index_page());
  pages.push_back(folder / "layers.md");
  write_file_atomic(pages.back(), layers_page());
  for (const OpFamily& family : op_families()) {
    pages.push_back(folder / fmt::format("{}.md", family.name));
    write_file_atomic(pages.back(), family_page(family));
  }
  return pages;
}

}  // namespace hebb::cli
