// hebb ops: the operators as a table, one operator's page, pages of all, and `ops run`, which runs
// one on arrays in files.

#include <fmt/format.h>

#include <memory>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/named_file.h"
#include "hebb/cli/ops_page.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/attrs_json.h"
#include "hebb/ops/named.h"
#include "hebb/ops/parse_attributes.h"
#include "hebb/ops/slot_names.h"

namespace hebb::cli {
namespace {

const Op& operator_named(const std::string& name) {
  if (const Op* op = find_op(name); op && !op->internal)
    return *op;
  std::vector<std::string> names;
  for (const Op* op : all_ops())
    if (!op->internal)
      names.emplace_back(op->name);
  throw Error(ErrorKind::usage, "",
              nearest_words(name, names).empty()
                  ? fmt::format("unknown operator '{}'; `hebb ops` lists them", name)
                  : unknown_word("operator", name, names));
}

Json attributes_json(const Op& op) {
  if (!op.attributes)
    return Json::object();
  return parse_json(attrs_to_json(Attrs(op.attributes, op.attributes->make())));
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}

Json onnx_forms_json(const Op& op) {
  Json forms = Json::array();
  for (const OnnxForm& form : op.onnx)
    forms.push_back({{"type", text_or_null(form.type)},
                     {"nodes", text_or_null(form.nodes)},
                     {"since", form.since},
                     {"until", form.until == 0 ? Json() : Json(form.until)},
                     {"where", text_or_null(form.where)},
                     {"only_read", form.only_read}});
  return forms;
}

Json describe_op(const Op& op) {
  const OnnxForm newest = op.onnx.empty() ? OnnxForm() : op.onnx[0];
  Json inputs = Json::array();
  for (std::string_view slot : op.inputs)
    inputs.push_back(slot);
  Json all = {{"name", op.name},
              {"inputs", inputs},
              {"attributes", attributes_json(op)},
              {"onnx", text_or_null(newest.type)},
              {"onnx_where", text_or_null(newest.where)},
              {"onnx_forms", onnx_forms_json(op)},
              {"differentiable", op.differentiable()},
              {"what", op.what},
              {"source", op.source},
              {"precision", precision_word(op.precision)}};
  if (!op.no_gradient_because.empty())
    all["no_gradient_because"] = op.no_gradient_because;
  if (!op.no_onnx_because.empty())
    all["no_onnx_because"] = op.no_onnx_because;
  return all;
}

void list(const Global& global) {
  Json all = Json::array();
  size_t count = 0;
  for (const Op* op : all_ops()) {
    if (op->internal)
      continue;
    ++count;
    if (global.json)
      all.push_back(describe_op(*op));
    else
      print_line(fmt::format("{:24} {:8} {:24} {}", op->name,
                             op->differentiable() ? "gradient" : "", onnx_form(*op),
                             signature(*op)));
  }
  if (global.json)
    print_json(all);
  else if (!global.quiet)
    print_line(fmt::format(
        "{} operators; `hebb ops NAME` shows one, `hebb ops run NAME --help` how to run it",
        count));
}

void page(const Op& op, const Global& global) {
  if (global.json)
    return print_json(Json::array({describe_op(op)}));
  print_line(signature(op));
  print_line(std::string(op.what));
  print_line("");
  for (const auto& [name, fact] : facts_of(op))
    print_line(fmt::format("{:14} {}", name, fact));
}

void write_all_pages(const std::string& folder, const Global& global) {
  Json written = Json::array();
  for (const fs::path& page : write_pages(folder))
    written.push_back(page.string());
  if (global.json)
    print_json(written);
  else if (!global.quiet)
    print_line(fmt::format("wrote {} pages; {} leads to them", written.size(),
                           written[0].get<std::string>()));
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

// The attributes without those of the operator's own: numbers that stand for operands.
Json operands_among(const Op& op, const Json& attributes) {
  Json numbers = Json::object();
  for (std::string_view slot : op.inputs)
    if (const auto found = attributes.find(std::string(plain(slot))); found != attributes.end())
      numbers[found.key()] = *found;
  return numbers;
}

// What the operator says to these operands; empty: it takes them.
std::string refusal(const Op& op, const NamedTensors& inputs, std::string_view attributes) {
  try {
    run_by_name(op, inputs, attributes, nullptr);
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

// Whether the remedy is on the command line: no file was given, or the attributes make the
// difference: without them the operands are taken, or refused for another reason. A file whose
// arrays do not fit each other is refused in the same way with any attributes.
bool is_about_command_line(const Op& op, const Error& error, const NamedTensors& inputs,
                           const RunOptions& options) {
  const bool of_values = error.kind() == ErrorKind::invalid;
  if (options.inputs.empty())
    return of_values || error.kind() == ErrorKind::data;
  const Json attributes = parse_attributes(options.attributes),
             numbers = operands_among(op, attributes);
  if (!of_values || numbers.size() == attributes.size())
    return false;
  const std::string with =
      refusal(op, inputs, options.attributes);  // empty: it was the gradients' file
  return !with.empty() && with != refusal(op, inputs, to_text(numbers));
}

RunByName run_as_asked(const Op& op, const NamedTensors& inputs, const RunOptions& options,
                       const NamedTensors* result_gradients) {
  try {
    return run_by_name(op, inputs, options.attributes, result_gradients);
  } catch (const Error& error) {
    if (!is_about_command_line(op, error, inputs, options))
      throw;
    throw Error(ErrorKind::usage, error.where(), error.message(), error.details());
  }
}

fs::path place_of(const std::string& file) {
  std::error_code error;
  return file.empty() ? fs::path() : fs::weakly_canonical(fs::absolute(file, error), error);
}

void run_operator(const RunOptions& options, const Global& global) {
  const Op& op = operator_named(options.name);
  check_in(
      options.result_gradients.empty() == options.gradients.empty(), ErrorKind::usage, "",
      "--grad-outputs and --grads belong together: gradients of the results in, of the inputs out");
  for (const std::string& file : {options.outputs, options.gradients})
    if (!file.empty())
      check_output_file(file);
  check_in(place_of(options.outputs) != place_of(options.gradients), ErrorKind::usage, "",
           "--outputs and --grads name the same file");
  for (const std::string& file : {options.inputs, options.result_gradients}) {
    if (!file.empty())
      check_input_file(file);
    check_not_read(options.outputs, file);
    check_not_read(options.gradients, file);
  }
  const NamedTensors inputs = options.inputs.empty() ? NamedTensors() : read_npz(options.inputs);
  NamedTensors result_gradients;
  if (!options.result_gradients.empty())
    result_gradients = read_npz(options.result_gradients);
  const RunByName done = run_as_asked(
      op, inputs, options, options.result_gradients.empty() ? nullptr : &result_gradients);
  write_npz(options.outputs, done.results);
  if (!options.gradients.empty())
    write_npz(options.gradients, done.gradients);
  if (global.json)
    return print_json(
        Json{{"outputs", shapes(done.results)}, {"gradients", shapes(done.gradients)}});
  if (global.quiet)
    return;
  for (const auto& [name, tensor] : done.results)
    print_line(fmt::format("{} {}", name, describe(tensor)));
  for (const auto& [name, tensor] : done.gradients)
    print_line(fmt::format("gradient of {} {}", name, describe(tensor)));
}

}  // namespace

void add_ops_command(Command& hebb, const Global& global) {
  const auto options = std::make_shared<RunOptions>();
  const auto pages = std::make_shared<std::string>();
  Command ops = hebb.add("ops", "the operators: a table, one operator's page, or a run");
  ops.option("name", options->name, "the operator whose page is wanted");
  ops.option("--pages", *pages, "a folder to write Markdown pages of all operators and layers to")
      .type_name("DIR");
  Command run = ops.add("run", "run an operator on arrays in .npz files");
  run.option("name", options->name, "the operator").required();
  run.option(
      "--inputs", options->inputs,
      ".npz of operands by name: input, weight, ...; items of a list are tensors0, tensors1, ...");
  run.option("--attrs", options->attributes,
             "attributes as JSON; a number may stand for an operand");
  run.option("--outputs", options->outputs,
             ".npz to write: out, or out0, out1, ... where there are several")
      .required();
  run.option("--grad-outputs", options->result_gradients,
             ".npz of gradients of the results, by the results' names");
  run.option("--grads", options->gradients,
             ".npz to write: gradients of the floating operands, by their names");
  ops.example("hebb ops conv2d");
  run.example(
      "hebb ops run add --inputs in.npz --outputs out.npz        # in.npz: arrays input and other; "
      "out.npz: out");
  ops.run([ops, run, options, pages, &global] {
    const bool all_pages = ops.was_given("--pages");
    check_in(!all_pages || !(run.was_given() || ops.was_given("name")), ErrorKind::usage, "",
             "--pages writes those of all operators; leave the operator out");
    if (run.was_given())
      run_operator(*options, global);
    else if (all_pages)
      write_all_pages(*pages, global);
    else if (ops.was_given("name"))
      page(operator_named(options->name), global);
    else
      list(global);
  });
}

}  // namespace hebb::cli
