// hebb ops: the operators as a table, one operator's page, and `ops run`, which runs one on arrays in files.

#include <fmt/format.h>

#include <cctype>
#include <memory>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/cli/commands.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/named.h"
#include "hebb/ops/parse_attributes.h"

namespace hebb::cli {
namespace {

const Op& operator_named(const std::string& name) {
  if (const Op* op = find_op(name); op && !op->internal) return *op;
  std::vector<std::string> names;
  for (const Op* op : all_ops())
    if (!op->internal) names.emplace_back(op->name);
  throw Error(ErrorKind::usage, "",
              nearest_words(name, names).empty() ? fmt::format("unknown operator '{}'; `hebb ops` lists them", name)
                                                 : unknown_word("operator", name, names));
}

std::string signature(const Op& op) {
  std::string text;
  for (std::string_view slot : op.inputs) text += fmt::format("{}{}", text.empty() ? "" : ", ", slot);
  const std::string attributes = attrs_summary(op.attributes);
  if (!attributes.empty()) text += (text.empty() ? "" : ", ") + attributes;
  return fmt::format("{}({})", op.name, text);
}

// The ONNX operator and for which calls it is this one: "Add (alpha = 1)".
std::string onnx_form(const Op& op) {
  return op.onnx.where.empty() ? std::string(op.onnx.type) : fmt::format("{} ({})", op.onnx.type, op.onnx.where);
}

Json attributes_json(const Op& op) {
  if (!op.attributes) return Json::object();
  return parse_json(attrs_to_json(Attrs(op.attributes, op.attributes->make())));
}

Json describe_op(const Op& op) {
  Json inputs = Json::array();
  for (std::string_view slot : op.inputs) inputs.push_back(slot);
  return {{"name", op.name},
          {"inputs", inputs},
          {"attributes", attributes_json(op)},
          {"onnx", op.onnx.type.empty() ? Json() : Json(op.onnx.type)},
          {"onnx_where", op.onnx.where.empty() ? Json() : Json(op.onnx.where)},
          {"differentiable", op.differentiable()}};
}

void list(const Global& global) {
  Json all = Json::array();
  size_t count = 0;
  for (const Op* op : all_ops()) {
    if (op->internal) continue;
    ++count;
    if (global.json) all.push_back(describe_op(*op));
    else print_line(fmt::format("{:24} {:8} {:24} {}", op->name, op->differentiable() ? "gradient" : "", onnx_form(*op), signature(*op)));
  }
  if (global.json) print_json(all);
  else if (!global.quiet)
    print_line(fmt::format("{} operators; `hebb ops NAME` shows one, `hebb ops run NAME --help` how to run it", count));
}

void page(const Op& op, const Global& global) {
  if (global.json) return print_json(Json::array({describe_op(op)}));
  print_line(signature(op));
  for (std::string_view slot : op.inputs)
    print_line(fmt::format("  {:16} {}", slot.substr(0, slot.find_first_of("?*")),
                           slot.ends_with('?')   ? "tensor, may be left out"
                           : slot.ends_with('*') ? fmt::format("list of tensors ({0}0, {0}1, ...)", slot.substr(0, slot.size() - 1))
                                                 : "tensor"));
  std::string outputs;
  for (std::string_view output : op.outputs) outputs += fmt::format("{}{}", outputs.empty() ? "" : ", ", output);
  print_line(fmt::format("results        {}", outputs));
  print_line(fmt::format("gradient       {}", op.differentiable() ? op.compose ? "yes, of its parts" : "yes" : "none"));
  print_line(fmt::format("kernels        {}", op.compose          ? "a composite of other operators"
                                              : op.kernels.size() ? std::to_string(op.kernels.size())
                                                                  : "none: a view"));
  print_line(fmt::format("ONNX           {}",
                         op.onnx.type.empty() ? "no single operator" : fmt::format("{}, since opset {}", onnx_form(op), op.onnx.since)));
}

struct RunOptions {
  std::string name, inputs, attributes, outputs, result_gradients, gradients;
};

Json shapes(const NamedTensors& tensors) {
  Json all = Json::array();
  for (const auto& [name, tensor] : tensors)
    all.push_back({{"name", name},
                   {"dtype", hebb::name(tensor.dtype())},
                   {"shape", std::vector<int64_t>(tensor.shape().begin(), tensor.shape().end())}});
  return all;
}

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool holds_word(std::string_view text, std::string_view word) {
  for (size_t at = 0; (at = text.find(word, at)) != text.npos; at += word.size()) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word_char(text[at - 1])) && (end == text.size() || !is_word_char(text[end]))) return true;
  }
  return false;
}

// Whether the remedy is on the command line: the refusal is about an attribute that was given there, or about operands where no file was.
bool is_about_command_line(const Error& error, const RunOptions& options) {
  if (options.inputs.empty() && error.kind() == ErrorKind::data) return true;
  if (error.kind() != ErrorKind::invalid) return false;
  const Json attributes = parse_attributes(options.attributes);
  for (const auto& [name, value] : attributes.items())
    if (holds_word(error.message(), name)) return true;
  return false;
}

RunByName run_as_asked(const Op& op, const NamedTensors& inputs, const RunOptions& options, const NamedTensors* result_gradients) {
  try {
    return run_by_name(op, inputs, options.attributes, result_gradients);
  } catch (const Error& error) {
    if (!is_about_command_line(error, options)) throw;
    throw Error(ErrorKind::usage, error.where(), error.message(), error.details());
  }
}

void run_operator(const RunOptions& options, const Global& global) {
  const Op& op = operator_named(options.name);
  check_in(options.result_gradients.empty() == options.gradients.empty(), ErrorKind::usage, "",
           "--grad-outputs and --grads belong together: gradients of the results in, of the inputs out");
  const NamedTensors inputs = options.inputs.empty() ? NamedTensors() : read_npz(options.inputs);
  NamedTensors result_gradients;
  if (!options.result_gradients.empty()) result_gradients = read_npz(options.result_gradients);
  const RunByName done = run_as_asked(op, inputs, options, options.result_gradients.empty() ? nullptr : &result_gradients);
  write_npz(options.outputs, done.results);
  if (!options.gradients.empty()) write_npz(options.gradients, done.gradients);
  if (global.json) return print_json(Json{{"outputs", shapes(done.results)}, {"gradients", shapes(done.gradients)}});
  if (global.quiet) return;
  for (const auto& [name, tensor] : done.results) print_line(fmt::format("{} {}", name, describe(tensor)));
  for (const auto& [name, tensor] : done.gradients) print_line(fmt::format("gradient of {} {}", name, describe(tensor)));
}

}  // namespace

void add_ops_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<RunOptions>();
  Command ops = hebb.add("ops", "the operators: a table, one operator's page, or a run");
  ops.option("name", options->name, "the operator whose page is wanted");
  Command run = ops.add("run", "run an operator on arrays in .npz files");
  run.option("name", options->name, "the operator").required();
  run.option("--inputs", options->inputs, ".npz of operands by name: input, weight, ...; items of a list are tensors0, tensors1, ...");
  run.option("--attrs", options->attributes, "attributes as JSON; a number may stand for an operand");
  run.option("--outputs", options->outputs, ".npz to write: out, or out0, out1, ... where there are several").required();
  run.option("--grad-outputs", options->result_gradients, ".npz of gradients of the results, by the results' names");
  run.option("--grads", options->gradients, ".npz to write: gradients of the floating operands, by their names");
  ops.run([ops, run, options, &global] {
    if (run.was_given()) run_operator(*options, global);
    else if (ops.was_given("name")) page(operator_named(options->name), global);
    else list(global);
  });
}

}  // namespace hebb::cli
