// Every sample of every entry that has a form in ONNX: its nodes, read back, give the numbers of
// the call. A sample that a form does not say is refused with words. What the nodes mean to others
// is checked with tests/reference/check_onnx.py.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "hebb/base/check.h"
#include "hebb/ops/ops.h"
#include "ops/onnx_samples.h"

namespace hebb::test {
namespace {

Tensors computed(const OnnxNodes& graph, std::map<std::string, Tensor> values,
                 const OnnxNames& names, int opset) {
  std::map<std::string, Tensor> constants;
  for (const auto& [name, tensor] : graph.constants)
    constants[name] = values[name] = tensor;
  for (const OnnxNode& node : graph.nodes) {
    OnnxInputs inputs;
    inputs.opset = opset;
    for (const std::string& name : node.inputs) {
      promise(name.empty() || values.count(name), "a node reads what nothing wrote");
      inputs.values.push_back(name.empty() ? Tensor() : values[name]);
      inputs.constants.push_back(constants.count(name) ? constants[name] : Tensor());
    }
    const Tensors results = from_onnx(node, inputs);
    for (size_t i = 0; i < results.size(); ++i)
      if (!node.outputs[i].empty())
        values[node.outputs[i]] = results[i];
  }
  Tensors results;
  for (const std::string& name : names.results)
    results.push_back(values.at(name));
  return results;
}

std::set<std::string> types_of(const OnnxForm& form) {
  std::set<std::string> types;
  std::string all = fmt::format("{}, {}", form.type, form.nodes), word;
  for (char c : all + ",") {
    if (c != ',' && c != ' ')
      word += c;
    else if (!word.empty())
      types.insert(std::exchange(word, ""));
  }
  return types;
}

std::string refusal_of(const OnnxSample& sample, int opset) {
  try {
    to_onnx(sample.call, sample.names, opset);
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

// The form's dtypes, not its restrictions: "ONNX's Celu takes no f64 in opset 12".
bool is_about_dtypes(const std::string& refusal) {
  return refusal.find(" takes no ") != std::string::npos &&
         refusal.find(" in opset ") != std::string::npos;
}

class Onnx : public testing::TestWithParam<std::string> {};

TEST_P(Onnx, NodesReadBackGiveTheSame) {
  const Tried& tried = test::tried(GetParam());
  std::set<std::string> written;
  std::map<int, int> said;  // samples of each opset
  for (const Sample& sample : onnx_samples(tried)) {
    const OnnxSample one =
        onnx_sample(*tried.op, slots_of(sample.operands), sample.attrs.of(*tried.op));
    for (int opset : onnx_opsets(*tried.op)) {
      SCOPED_TRACE(fmt::format("{}/{} in opset {}", GetParam(), sample.label, opset));
      const OnnxForm& form = *onnx_form_of(*tried.op, opset);
      OnnxNodes graph;
      try {
        graph = to_onnx(one.call, one.names, opset);
      } catch (const Error& error) {
        EXPECT_EQ(error.where(), tried.op->name);
        EXPECT_EQ(error.message().find('\n'), std::string::npos);
        EXPECT_NE(error.message().find("ONNX"), std::string::npos) << error.message();
        EXPECT_TRUE(!form.where.empty() || is_about_dtypes(error.message()))
            << "where is empty, but: " << error.message();
        continue;
      }
      ++said[opset];
      for (size_t i = 0; i < one.call.inputs().size(); ++i) {
        const Tensor& operand = one.call.inputs()[i];
        EXPECT_EQ(!operand.defined() || operand.is_number(), one.names.operands[i].empty());
      }
      for (const OnnxNode& node : graph.nodes) {
        written.insert(node.op_type);
        EXPECT_TRUE(types_of(form).count(node.op_type) || node.op_type == "Cast" ||
                    node.op_type == "Identity")
            << "the entry does not list " << node.op_type;
      }
      const auto expected = std::span(one.call.outputs()).first(one.names.results.size());
      try {
        const Tensors got = computed(graph, one.operands, one.names, opset);
        EXPECT_EQ(difference(got, expected, 2e-5 * sample.tolerance, 2e-6 * sample.tolerance), "");
        for (size_t i = 0; i < got.size(); ++i)
          EXPECT_EQ(got[i].dtype(), expected[i].dtype());
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
  for (int opset : onnx_opsets(*tried.op))
    EXPECT_GT(said[opset], 0) << "no sample is said in opset " << opset;
  for (const OnnxForm& form : tried.op->onnx)
    for (const std::string& type : types_of(form))
      EXPECT_TRUE(form.only_read || written.count(type)) << "no sample is written in " << type;
}

INSTANTIATE_TEST_SUITE_P(Ops, Onnx, testing::ValuesIn(operators_where([](const Op& op) {
                           return !op.onnx.empty();
                         })),
                         [](const auto& info) { return parameter_name(info.param); });

// Calls that a form does not say, by the words of the refusal. Entries whose `where` says that
// there are some need one.
struct OnnxRefusal {
  std::string op, words;
  std::vector<Slot> operands;
  SampleAttrs attrs = {};
  int opset = 21;
};

std::vector<OnnxRefusal> onnx_refusals() {
  const Slot image = randn({1, 2, 5, 5}), line = randn({1, 2, 5}), volume = randn({1, 1, 5, 5, 5});
  const char* const ceil = R"({"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": true})";
  const char* const out = R"({"kernel_size": 3, "stride": 3, "padding": 1, "ceil_mode": true})";
  const char* const two = R"({"output_size": 2})";
  // Of two hidden units: over so many times, and one for no samples.
  const auto network = [](int64_t gates, int64_t times, int64_t projection = 0) {
    const int64_t rows = gates * 2, state = projection ? projection : 2;
    std::vector<Tensor> weights = {randn({rows, 3}), randn({rows, state}), randn({rows}),
                                   randn({rows})};
    if (projection)
      weights.push_back(randn({projection, 2}));
    std::vector<Slot> slots = {randn({times, 2, 3}), none(), none()};
    if (gates == 4)
      slots.push_back(none());
    slots.push_back(Slot(weights));
    return slots;
  };
  const auto cell = [](int64_t gates) {
    std::vector<Slot> slots = {zeros({0, 3}), zeros({0, 2})};
    if (gates == 4)
      slots.push_back(zeros({0, 2}));
    slots.push_back(randn({gates * 2, 3}));
    slots.push_back(randn({gates * 2, 2}));
    slots.push_back(none());
    slots.push_back(none());
    return slots;
  };
  return {
      {"batch_norm",
       "keeps another variance",
       {image, zeros({2}), ones({2})},
       R"({"training": true})"},
      {"einsum",
       "as many dimensions in every operand",
       {list({randn({2, 3}), randn({3})})},
       R"({"equation": "...,...->..."})"},
      {"linalg_matrix_norm", "no singular values", {randn({3, 3})}, R"({"ord": "nuc"})"},
      {"linalg_norm", "no singular values", {randn({3, 3})}, R"({"ord": 2})"},
      {"max_pool1d", "starts in the padding", {randn({1, 2, 4})}, ceil},
      {"max_pool2d", "starts in the padding", {randn({1, 2, 4, 4})}, ceil},
      {"max_pool3d", "starts in the padding", {randn({1, 2, 4, 4, 4})}, ceil},
      {"avg_pool1d", "sticks out", {randn({1, 2, 6})}, out},
      {"avg_pool2d", "sticks out", {randn({1, 2, 6, 6})}, out},
      {"avg_pool3d", "sticks out", {randn({1, 1, 6, 6, 6})}, out},
      {"adaptive_avg_pool1d", "does not divide", {line}, two},
      {"adaptive_avg_pool2d", "does not divide", {image}, two},
      {"adaptive_avg_pool3d", "does not divide", {volume}, two},
      {"adaptive_max_pool1d", "does not divide", {line}, two},
      {"adaptive_max_pool2d", "does not divide", {image}, two},
      {"adaptive_max_pool3d", "does not divide", {volume}, two},
      {"mean", "mean of nothing", {zeros({0, 2})}},
      {"round", "at most 6 are written out", {randn({3})}, R"({"decimals": 20})"},
      {"pad", "wraps and cuts off", {randn({1, 3})}, R"({"pad": [1, -1], "mode": "circular"})"},
      {"nonzero", "0-d input", {ones({})}},
      {"cross_entropy",
       "no label_smoothing",
       {randn({2, 3}), integers(0, 3, {2})},
       R"({"label_smoothing": 0.1})"},
      {"nll_loss",
       "no label_smoothing",
       {randn({2, 3}), integers(0, 3, {2})},
       R"({"label_smoothing": 0.1})"},
      {"one_hot", "needs num_classes", {integers(0, 3, {2})}},
      {"equal", "shapes are compared when a graph is made", {ones({2}), ones({3})}},
      {"bitwise_left_shift", "takes no i64", {integers(0, 9, {3}), integers(0, 3, {3})}},
      {"bitwise_right_shift", "takes no i64", {integers(0, 9, {3}), integers(0, 3, {3})}},
      {"tensor_split", "do not make 5", {randn({5})}, R"({"indices_or_sections": [3, 1]})"},
      {"scatter",
       "has a reduction from opset 16 on",
       {randn({3}), zeros({2}, i64), randn({2}), none()},
       R"({"reduce": "add"})",
       15},
      {"scatter_reduce",
       "has no means",
       {randn({3}), zeros({2}, i64), randn({2})},
       R"({"reduce": "mean"})"},
      {"interpolate", "mode area", {image}, R"({"size": 2, "mode": "area"})"},
      {"interpolate",
       "has antialias from opset 18 on",
       {image},
       R"({"size": 2, "mode": "bilinear", "antialias": true})",
       17},
      {"grid_sample",
       "has volumes from opset 20 on",
       {volume, zeros({1, 2, 2, 2, 3})},
       R"({"align_corners": true})",
       16},
      {"affine_grid",
       "has one pixel at -1",
       {randn({1, 2, 3})},
       R"({"size": [1, 1, 1, 2], "align_corners": true})"},
      {"lp_pool1d", "takes magnitudes", {line}, R"({"norm_type": 3, "kernel_size": 2})"},
      {"lp_pool2d", "takes magnitudes", {image}, R"({"norm_type": 3, "kernel_size": 2})"},
      {"lp_pool3d",
       "counts what lies behind the end",
       {volume},
       R"({"kernel_size": 2, "ceil_mode": true})"},
      {"local_response_norm", "has its middle elsewhere", {line}, R"({"size": 4})"},
      {"roi_align",
       "moves boxes by half a pixel",
       {image, zeros({1, 5})},
       R"({"output_size": 2, "aligned": true})",
       13},
      {"layer_norm", "no empty tensors", {zeros({0, 3})}, R"({"normalized_shape": [3]})"},
      {"group_norm", "no empty tensors", {zeros({0, 2, 3})}, R"({"num_groups": 2})"},
      {"instance_norm", "no empty tensors", {zeros({0, 2, 3})}},
      {"rms_norm", "no empty tensors", {zeros({0, 3})}, R"({"normalized_shape": [3]})"},
      {"pad", "wraps from opset 19", {randn({1, 3})}, R"({"pad": [1, 1], "mode": "circular"})", 17},
      {"dropout", "draws from a state of its own", {randn({3}), key()}, R"({"training": true})"},
      {"rnn_tanh", "takes no empty sequences", network(1, 0)},
      {"rnn_relu", "takes no empty sequences", network(1, 0)},
      {"gru", "takes no empty sequences", network(3, 0)},
      {"lstm", "takes no empty sequences", network(4, 0)},
      {"lstm", "has no projection", network(4, 2, 1), R"({"proj_size": 1})"},
      {"rnn_tanh_cell", "takes no empty sequences", cell(1)},
      {"rnn_relu_cell", "takes no empty sequences", cell(1)},
      {"gru_cell", "takes no empty sequences", cell(3)},
      {"lstm_cell", "takes no empty sequences", cell(4)},
      {"scaled_dot_product_attention",
       "draws from a random state of its own",
       {randn({2, 3}), randn({2, 3}), randn({2, 3}), none(), none()},
       R"({"dropout_p": 0.5})"},
      {"celu", "ONNX's Celu takes no f64 in opset 21", {randn({3}, f64)}},
      {"exp", "ONNX's Exp takes no c64 in opset 21", {randn({3}, c64)}},
      {"expm1", "has no form in ONNX: ONNX has no such operator", {randn({3})}},
      {"layer_norm",
       "has no form in opset 16 of ONNX",
       {randn({2, 3})},
       R"({"normalized_shape": [3]})",
       16},
  };
}

TEST(OnnxForms, RefuseWhatOnnxDoesNotSay) {
  std::set<std::string_view> refused;
  for (const OnnxRefusal& refusal : onnx_refusals()) {
    SCOPED_TRACE(refusal.op);
    const Op& op = *find_op(refusal.op);
    refused.insert(op.name);
    const OnnxSample sample = onnx_sample(op, slots_of(refusal.operands), refusal.attrs.of(op));
    const std::string message = refusal_of(sample, refusal.opset);
    EXPECT_NE(message.find(refusal.words), std::string::npos) << message;
  }
  for (const Op* op : all_ops())
    for (const OnnxForm& form : op->onnx)
      EXPECT_TRUE(form.where.empty() || refused.count(op->name))
          << op->name << ": nothing shows that only some calls have a form: " << form.where;
}

// Nodes that other programs write and to_onnx() does not, or not so.
struct Foreign {
  OnnxNode node;
  Tensors inputs;
  Tensors expected;
  int opset = 17;
};

std::vector<Foreign> foreign_nodes() {
  const Tensor x = values({-2, -1, 0, 1, 2, 3}, {2, 3}), positive = values({1, 2, 4}, {3});
  const auto node = [](std::string type, std::vector<OnnxAttribute> attributes = {},
                       size_t outputs = 1) {
    OnnxNode made{.op_type = std::move(type),
                  .inputs = {},
                  .outputs = {},
                  .attributes = std::move(attributes)};
    for (size_t i = 0; i < outputs; ++i)
      made.outputs.push_back(fmt::format("y{}", i));
    return made;
  };
  const auto ints = [](std::vector<int64_t> list) {
    return Tensor::from(list, {int64_t(list.size())});
  };
  const Tensor image = linspace(1, 9, {1, 1, 3, 3}), kernel = ones({1, 1, 2, 2});
  // One unit, whose weights are 1 and 0.5, over the times of 1, 2, -4.
  const Tensor series = values({1, 2, -4}, {3, 1, 1}), w = ones({1, 1, 1}),
               r = full({1, 1, 1}, 0.5);
  const std::vector<std::string> relu = {"Relu"};
  return {
      {node("RNN", {{"activations", relu}}, 2),
       {series, w, r},
       {values({1, 2.5, 0}, {3, 1, 1, 1}), values({0}, {1, 1, 1})}},
      {node("RNN", {{"activations", relu}, {"direction", std::string("reverse")}}, 2),
       {series, w, r},
       {values({2, 2, 0}, {3, 1, 1, 1}), values({2}, {1, 1, 1})}},
      {node("RNN", {{"activations", relu}, {"layout", int64_t(1)}}, 2),
       {reshape(series, {1, 3, 1}), w, r, values({0.25, 0.25}, {1, 2})},
       {values({1.5, 3.25, 0}, {1, 3, 1, 1}), values({0}, {1, 1, 1})}},
      {node("LSTM", {{"input_forget", int64_t(1)}}),
       {series, ones({1, 4, 1}), ones({1, 4, 1})},
       {}},
      {node("Flatten", {{"axis", int64_t(0)}}), {x}, {reshape(x, {1, 6})}},
      {node("ThresholdedRelu", {{"alpha", 1.f}}), {x}, {values({0, 0, 0, 0, 2, 3}, {2, 3})}},
      {node("Shrink", {{"lambd", 1.f}, {"bias", 0.5f}}),
       {x},
       {values({-1.5, 0, 0, 0, 1.5, 2.5}, {2, 3})}},
      {node("HardSigmoid"), {x}, {values({0.1, 0.3, 0.5, 0.7, 0.9, 1}, {2, 3})}},
      {node("PRelu"), {x, values({1, 2, 3}, {3})}, {values({-2, -2, 0, 1, 2, 3}, {2, 3})}},
      {node("Max"), {x, zeros({2, 3}), ones({3})}, {values({1, 1, 1, 1, 2, 3}, {2, 3})}},
      {node("Min"), {x, zeros({2, 3})}, {values({-2, -1, 0, 0, 0, 0}, {2, 3})}},
      {node("Clip"), {x}, {x}},
      {node("Div"), {ints({-7, 7}), ints({2, 2})}, {ints({-3, 3})}},
      {node("Mod"), {ints({-7, 7}), ints({2, -2})}, {ints({1, -1})}},
      {node("Pow"), {ints({2, 3}), values({2, 2}, {2})}, {ints({4, 9})}},
      {node("IsInf", {{"detect_negative", int64_t(0)}}),
       {values({-INFINITY, INFINITY, 0}, {3})},
       {values({0, 1, 0}, {3}, boolean)}},
      {node("Transpose"), {x}, {transpose(x, 0, 1).contiguous()}},
      {node("Reshape"), {x, ints({0, -1, 1})}, {reshape(x, {2, 3, 1})}},
      {node("Expand"), {positive, ints({2, 1})}, {expand(positive, {2, 3})}},
      {node("Slice"),
       {x, ints({5, -1}), ints({-9, -9}), ints({0, 1}), ints({-1, -2})},
       {values({3, 1, 0, -2}, {2, 2})}},
      {node("Unsqueeze"), {positive, ints({-1, 0})}, {reshape(positive, {1, 3, 1})}},
      {node("Squeeze"), {reshape(positive, {1, 3, 1})}, {positive}},
      {node("ReduceSum", {{"noop_with_empty_axes", int64_t(1)}}), {x}, {x}},
      {node("ReduceMean", {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t(0)}}),
       {x},
       {values({-1, 2}, {2})}},
      {node("ReduceL1", {{"keepdims", int64_t(0)}}), {ints({-3, 4})}, {values({7}, {}, i64)}},
      {node("ArgMax",
            {{"axis", int64_t(0)}, {"keepdims", int64_t(0)}, {"select_last_index", int64_t(1)}}),
       {values({1, 3, 3, 2}, {4})},
       {values({2}, {}, i64)}},
      {node("CumSum", {{"exclusive", int64_t(1)}, {"reverse", int64_t(1)}}),
       {positive, ints({0})},
       {values({6, 4, 0}, {3})}},
      {node("Split", {}, 2), {x, Tensor()}, {slice(x, 0, Slice(0, 1)), slice(x, 0, Slice(1, 2))}},
      {node("Gather", {{"axis", int64_t(1)}}),
       {x, values({-1, 0}, {1, 2}, i64)},
       {values({0, -2, 3, 1}, {2, 1, 2})}},
      {node("OneHot", {{"axis", int64_t(0)}}),
       {ints({-1, 0, 7}), ints({2}), values({5, 9}, {2})},
       {values({5, 9, 5, 9, 5, 5}, {2, 3})}},
      {node("Trilu"), {x}, {values({-2, -1, 0, 0, 2, 3}, {2, 3})}},
      {node("Gemm", {{"alpha", 2.f}, {"beta", 0.5f}, {"transA", int64_t(1)}}),
       {x, ones({2, 1}), values({2}, {1})},
       {values({-1, 3, 7}, {3, 1})}},
      {node("Conv", {{"auto_pad", std::string("SAME_UPPER")}}),
       {image, kernel},
       {values({12, 16, 9, 24, 28, 15, 15, 17, 9}, {1, 1, 3, 3})}},
      {node("Conv", {{"pads", std::vector<int64_t>{1, 1, 0, 0}}}),
       {image, kernel},
       {values({1, 3, 5, 5, 12, 16, 11, 24, 28}, {1, 1, 3, 3})}},
      {node("DeformConv", {{"pads", std::vector<int64_t>{1, 1, 0, 0}}}),
       {image, kernel, zeros({1, 8, 3, 3})},
       {values({1, 3, 5, 5, 12, 16, 11, 24, 28}, {1, 1, 3, 3})},
       19},
      {node("ConvTranspose", {{"pads", std::vector<int64_t>{1, 1, 0, 0}}}),
       {image, kernel},
       {values({12, 16, 9, 24, 28, 15, 15, 17, 9}, {1, 1, 3, 3})}},
      {node("MaxPool", {{"kernel_shape", std::vector<int64_t>{2, 2}},
                        {"pads", std::vector<int64_t>{1, 1, 0, 0}}}),
       {image},
       {values({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 3, 3})}},
      {node("AveragePool", {{"kernel_shape", std::vector<int64_t>{2, 2}},
                            {"pads", std::vector<int64_t>{1, 1, 0, 0}}}),
       {image},
       {values({1, 1.5, 2.5, 2.5, 3, 4, 5.5, 6, 7}, {1, 1, 3, 3})}},
      {node("Pad"), {positive, ints({1}), Tensor(), ints({0})}, {}},
      {node("Compress", {{"axis", int64_t(1)}}),
       {x, values({0, 1}, {2}, boolean)},
       {values({-1, 2}, {2, 1})}},
      {node("Dropout", {}, 2), {positive}, {positive, ones({3}, boolean)}},
  };
}

TEST(OnnxForms, ReadNodesOfOtherPrograms) {
  for (const Foreign& foreign : foreign_nodes()) {
    SCOPED_TRACE(foreign.node.op_type);
    try {
      const Tensors got = from_onnx(foreign.node, {foreign.inputs, foreign.inputs, foreign.opset});
      EXPECT_EQ(difference(got, foreign.expected, 1e-5, 1e-6), "");
    } catch (const Error& error) {
      EXPECT_TRUE(foreign.expected.empty()) << error.what();
    }
  }
}

// What no entry reads, and what has to be known and is not.
TEST(OnnxForms, RefuseNodes) {
  const auto refusal = [](OnnxNode node, Tensors inputs, bool known = true) {
    node.outputs = {"y"};
    try {
      from_onnx(node, {inputs, known ? inputs : Tensors(), 17});
      return std::string("it was read");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  const Tensor x = ones({2, 3}), two = Tensor::from(std::vector<int64_t>{3, 2}, {2});
  const auto node = [](std::string type, std::vector<OnnxAttribute> attributes = {},
                       std::string domain = "") {
    return OnnxNode{std::move(type), std::move(domain), {}, {}, std::move(attributes)};
  };
  for (const auto& [words, message] : std::vector<std::pair<std::string, std::string>>{
           {"Loop: is no operator that is read from opset 17", refusal(node("Loop"), {x})},
           {"of the domain 'com.microsoft'", refusal(node("Add", {}, "com.microsoft"), {x, x})},
           {"Relu: attribute 'slope' is not known", refusal(node("Relu", {{"slope", 1.f}}), {x})},
           {"Elu: attribute 'alpha' should be a floating number",
            refusal(node("Elu", {{"alpha", int64_t(1)}}), {x})},
           {"Reshape: input 1 should be a constant", refusal(node("Reshape"), {x, two}, false)},
           {"Reshape: input 1 is missing", refusal(node("Reshape"), {x})},
           {"ONNX's data type 8 is no dtype here",
            refusal(node("Cast", {{"to", int64_t(8)}}), {x})},
           {"Relu: has 2 inputs, should have 1", refusal(node("Relu"), {x, x})},
           {"Gelu: is no operator that is read from opset 17", refusal(node("Gelu"), {x})},
           {"Slice: a step is 0",
            refusal(node("Slice"), {x, Tensor::from(std::vector<int64_t>{0}, {1}),
                                    Tensor::from(std::vector<int64_t>{1}, {1}), Tensor(),
                                    Tensor::from(std::vector<int64_t>{0}, {1})})},
       })
    EXPECT_NE(message.find(words), std::string::npos) << message;
}

TEST(OnnxForms, NumberDTypes) {
  for (int i = 0; i < num_dtypes; ++i)
    EXPECT_EQ(dtype_from_onnx(onnx_dtype(DType(i))), DType(i));
  EXPECT_EQ(onnx_dtype(f32), 1);
  EXPECT_EQ(onnx_dtype(bf16), 16);
  EXPECT_THROW(dtype_from_onnx(8), Error);   // strings
  EXPECT_THROW(dtype_from_onnx(17), Error);  // 8-bit floating numbers
}

}  // namespace
}  // namespace hebb::test
