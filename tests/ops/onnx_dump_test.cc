// The nodes of all samples, with operands and results, as a file of JSON lines: what
// tests/reference/check_onnx.py runs elsewhere. HEBB_ONNX_DUMP names the file that is to stay.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "hebb/base/check.h"
#include "hebb/ops/copy.h"
#include "ops/onnx_samples.h"
#include "support/temp_folder.h"

namespace hebb::test {
namespace {

using Json = nlohmann::json;

Json tensor_json(const Tensor& tensor) {
  Tensor dense = Tensor::empty(tensor.shape(), tensor.dtype());
  copy_values(tensor, dense);
  const auto* bytes = static_cast<const unsigned char*>(dense.raw_data());
  std::string hex;
  for (int64_t i = 0; i < dense.nbytes(); ++i)
    hex += fmt::format("{:02x}", bytes[i]);
  return {{"dtype", onnx_dtype(tensor.dtype())},
          {"shape", std::vector<int64_t>(tensor.shape().begin(), tensor.shape().end())},
          {"bytes", hex}};
}

Json attribute_json(const OnnxAttribute& attribute) {
  Json json = {{"name", attribute.name}};
  std::visit(
      [&]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, Tensor>)
          json["tensor"] = tensor_json(value);
        else
          json["value"] = value;
        json["is_float"] = std::is_same_v<T, float> || std::is_same_v<T, std::vector<float>>;
      },
      attribute.value);
  return json;
}

Json node_json(const OnnxNode& node) {
  Json attributes = Json::array();
  for (const OnnxAttribute& attribute : node.attributes)
    attributes.push_back(attribute_json(attribute));
  return {{"op_type", node.op_type},
          {"inputs", node.inputs},
          {"outputs", node.outputs},
          {"attributes", attributes}};
}

Json sample_json(const OnnxSample& sample, const OnnxNodes& graph) {
  Json json = {{"nodes", Json::array()},
               {"constants", Json::object()},
               {"inputs", Json::object()},
               {"outputs", Json::object()}};
  for (const OnnxNode& node : graph.nodes)
    json["nodes"].push_back(node_json(node));
  for (const auto& [name, tensor] : graph.constants)
    json["constants"][name] = tensor_json(tensor);
  for (const auto& [name, tensor] : sample.operands)
    json["inputs"][name] = tensor_json(tensor);
  for (size_t i = 0; i < sample.names.results.size(); ++i)
    json["outputs"][sample.names.results[i]] = tensor_json(sample.call.out(int(i)));
  return json;
}

// One line for each sample and opset; gives their number.
int write_samples(const Tried& tried, std::ostream& out) {
  int written = 0;
  for (const Sample& sample : onnx_samples(tried))
    for (int opset : onnx_opsets(*tried.op)) {
      const OnnxSample one =
          onnx_sample(*tried.op, slots_of(sample.operands), sample.attrs.of(*tried.op));
      try {
        Json json = sample_json(one, to_onnx(one.call, one.names, opset));
        json["op"] = tried.op->name;
        json["label"] = sample.label;
        json["opset"] = opset;
        json["tolerance"] = sample.tolerance;
        out << json.dump() << '\n';
        ++written;
      } catch (const Error&) {  // refused, as onnx_test.cc checks
      }
    }
  return written;
}

using OnnxDump = TempFolder;

TEST_F(OnnxDump, WritesAllSamples) {
  const char* wanted = std::getenv("HEBB_ONNX_DUMP");
  const fs::path file = wanted ? fs::path(wanted) : folder_ / "samples.jsonl";
  std::ofstream out(file);
  ASSERT_TRUE(out) << file;
  int written = 0;
  for (const Tried* tried : all_tried())
    written += write_samples(*tried, out);
  EXPECT_GT(written, 1000);
  out.close();
  std::ifstream in(file);
  std::string line;
  for (; std::getline(in, line); --written)
    ASSERT_TRUE(Json::parse(line).contains("nodes"));
  EXPECT_EQ(written, 0) << "lines that were written and are not there";
}

}  // namespace
}  // namespace hebb::test
