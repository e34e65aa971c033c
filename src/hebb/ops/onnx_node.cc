// ops/onnx_node.cc: finds the form of a call or a node; forms without functions, where ONNX's
// operator is the entry's, operand for operand.

#include "hebb/ops/onnx_node.h"

#include <map>

#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/slot_names.h"

namespace hebb {
namespace {

std::string_view name_in_onnx(const OnnxForm& form, std::string_view field) {
  for (const OnnxRename& rename : form.attributes)
    if (rename.field == field)
      return rename.onnx;
  return {};
}

// The fields that the form names, as attributes; all fields also as keys, to compare them by.
class AttributeWriter : public FieldVisitor {
 public:
  explicit AttributeWriter(const OnnxForm& form) : form_(form) {}
  void field(std::string_view name, bool& v) override { add(name, v); }
  void field(std::string_view name, int64_t& v) override { add(name, v); }
  void field(std::string_view name, double& v) override { add(name, v); }
  void field(std::string_view name, std::string& v) override { add(name, std::string_view(v)); }
  void field(std::string_view name, DType& v) override { add(name, onnx_dtype(v)); }
  void field(std::string_view name, Dims& v) override { add(name, v); }
  void field(std::string_view, Device&) override {}  // ONNX says nothing of devices
  void field(std::string_view, std::vector<double>&) override {
    bug("no entry's form has a list of floating numbers");
  }
  bool optional(std::string_view name, bool has) override {
    if (!has)
      others.emplace(name, "none");
    return has;
  }

  OnnxAttributes named;
  std::map<std::string, std::string, std::less<>> others;  // as texts

 private:
  static std::string text(const Dims& value) { return to_string(value); }
  template <class T>
  static std::string text(const T& value) {
    return fmt::format("{}", value);
  }
  template <class T>
  void add(std::string_view name, const T& value) {
    const std::string_view onnx = name_in_onnx(form_, name);
    if (onnx.empty())
      others.emplace(name, text(value));
    else
      named.emplace_back(onnx, value);
  }
  const OnnxForm& form_;
};

class AttributeReader : public FieldVisitor {
 public:
  AttributeReader(const OnnxReader& node, const OnnxForm& form) : node_(node), form_(form) {}
  void field(std::string_view name, bool& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = node_.flag(onnx, v);
  }
  void field(std::string_view name, int64_t& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = node_.integer(onnx, v);
  }
  void field(std::string_view name, double& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = node_.real(onnx, v);
  }
  void field(std::string_view name, std::string& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = node_.text(onnx, v);
  }
  void field(std::string_view name, DType& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = dtype_from_onnx(node_.integer(onnx, onnx_dtype(v)));
  }
  void field(std::string_view name, Dims& v) override {
    if (const auto onnx = known(name); !onnx.empty())
      v = node_.ints(onnx, v);
  }
  void field(std::string_view, Device&) override {}
  void field(std::string_view, std::vector<double>&) override {}
  bool optional(std::string_view name, bool has) override {
    const std::string_view onnx = known(name);
    return has || (!onnx.empty() && node_.has(onnx));
  }

 private:
  std::string_view known(std::string_view name) const { return name_in_onnx(form_, name); }
  const OnnxReader& node_;
  const OnnxForm& form_;
};

OnnxAttributes named_attributes(const OnnxWriter& w) {
  AttributeWriter given(w.form);
  w.call.attrs().visit(given);
  if (!w.call.op().attributes)
    return {};
  AttributeWriter usual(w.form);
  Attrs(w.call.op().attributes, w.call.op().attributes->make()).visit(usual);
  for (const auto& [name, value] : given.others) {
    const auto found = usual.others.find(name);
    w.require(found != usual.others.end() && found->second == value,
              "ONNX's {} has no attribute for {}, which is not the usual one: {}", w.form.type,
              name, w.call.attrs().to_string());
  }
  return given.named;
}

OnnxValues write_same(OnnxWriter& w) {
  OnnxValues inputs;
  for (int slot = 0; slot < w.call.op().inputs.size(); ++slot) {
    if (!is_list(w.call.op().inputs[slot])) {
      inputs.push_back(w.in(slot));
      continue;
    }
    for (const OnnxValue& item : w.list(slot))
      inputs.push_back(item);
  }
  return {w.add(w.form.type, inputs, named_attributes(w), w.out())};
}

Tensors read_same(const OnnxReader& r, const Op& op) {
  std::vector<std::vector<Tensor>> slots;
  size_t next = 0;
  for (int slot = 0; slot < op.inputs.size(); ++slot) {
    std::vector<Tensor> tensors;
    if (is_list(op.inputs[slot]))
      for (; next < r.count(); ++next)
        tensors.push_back(r.in(next));
    else
      tensors.push_back(r.maybe(next++));
    slots.push_back(std::move(tensors));
  }
  r.require(next >= r.count(), "has {} inputs, should have {}", r.count(), next);
  Attrs attrs;
  if (op.attributes) {
    AttributeReader reader(r, r.form);
    const std::shared_ptr<void> value = op.attributes->make();
    op.attributes->visit(value.get(), reader);
    attrs = Attrs(op.attributes, value);
  }
  return call_slots(op, slots, attrs);
}

bool covers(const OnnxForm& form, int opset) {
  return form.since <= opset && (form.until == 0 || opset <= form.until);
}

}  // namespace

int user_results(const Call& call) {
  return call.op().results ? std::max(1, call.op().results(call)) : 1;
}

const OnnxForm* onnx_form_of(const Op& op, int opset) {
  for (const OnnxForm& form : op.onnx)
    if (covers(form, opset) && !form.only_read)
      return &form;
  return nullptr;
}

OnnxReading onnx_reading_of(std::string_view type, int opset) {
  for (const Op* op : all_ops())
    for (const OnnxForm& form : op->onnx)
      if (form.type == type && covers(form, opset) && !op->internal)
        return {op, &form};
  return {};
}

OnnxNodes to_onnx(const Call& call, const OnnxNames& names, int opset) {
  const Op& op = call.op();
  const OnnxForm* form = onnx_form_of(op, opset);
  check_in(form || op.no_onnx_because.empty(), ErrorKind::invalid, std::string(op.name),
           "has no form in ONNX: {}", op.no_onnx_because);
  check_in(form, ErrorKind::invalid, std::string(op.name), "has no form in opset {} of ONNX",
           opset);
  OnnxWriter writer(call, names, *form, opset);
  return writer.finish(form->to ? form->to(writer) : write_same(writer));
}

Tensors from_onnx(const OnnxNode& node, const OnnxInputs& inputs) {
  const bool standard = node.domain.empty() || node.domain == "ai.onnx";
  const OnnxReading reading =
      standard ? onnx_reading_of(node.op_type, inputs.opset) : OnnxReading();
  check_in(reading.form, ErrorKind::data, node.op_type,
           "is no operator that is read from opset {} of the domain '{}'", inputs.opset,
           node.domain);
  const OnnxReader reader(node, inputs, *reading.form);
  Tensors results =
      reading.form->from ? reading.form->from(reader) : read_same(reader, *reading.op);
  reader.refuse_unread();
  results.resize(std::max(results.size(), node.outputs.size()));
  for (size_t i = 0; i < node.outputs.size(); ++i)
    reader.require(results[i].defined() || node.outputs[i].empty(), "output {} is not computed", i);
  results.resize(node.outputs.size());
  return results;
}

namespace {
// The place is TensorProto.DataType's number.
constexpr std::optional<DType> by_number[] = {
    {},         DType::f32, DType::u8,  DType::i8,      DType::u16, DType::i16,
    DType::i32, DType::i64, {},         DType::boolean, DType::f16, DType::f64,
    DType::u32, DType::u64, DType::c64, DType::c128,    DType::bf16};
}  // namespace

int64_t onnx_dtype(DType dtype) {
  for (size_t i = 0; i < std::size(by_number); ++i)
    if (by_number[i] == dtype)
      return int64_t(i);
  bug("a dtype without a number in ONNX");
}

DType dtype_from_onnx(int64_t number) {
  const bool known = number >= 0 && number < int64_t(std::size(by_number));
  check(known && by_number[size_t(number)], "ONNX's data type {} is no dtype here", number);
  return *by_number[size_t(number)];
}

}  // namespace hebb
