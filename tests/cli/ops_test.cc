// hebb ops and hebb ops run, from outside: files, JSON, exit status, messages.

#include <map>
#include <string>

#include "hebb/formats/npz.h"
#include "hebb/ops/create.h"
#include "support/program.h"

namespace hebb {
namespace {

using OpsCommand = ProgramTest;

TEST_F(OpsCommand, ListsOperators) {
  ASSERT_EQ(run("ops --json"), 0);
  const auto all = nlohmann::json::parse(out);
  bool found = false;
  for (const auto& op : all) {
    for (const char* key : {"name", "inputs", "attributes", "onnx", "onnx_where", "differentiable",
                            "what", "source", "precision"})
      EXPECT_TRUE(op.contains(key)) << key;
    EXPECT_NE(op["name"], "bmm_broadcast");  // internal
    found |= op["name"] == "add" && op["onnx"] == "Add" && op["differentiable"] == true;
  }
  EXPECT_TRUE(found);
  ASSERT_EQ(run("ops"), 0);
  EXPECT_NE(out.find("matmul"), std::string::npos);
  ASSERT_EQ(run("ops add"), 0);
  EXPECT_NE(out.find("ONNX           Add, with Mul, Or, since opset 13\n"), std::string::npos)
      << out;
  ASSERT_EQ(run("ops exp"), 0);
  EXPECT_NE(out.find("ONNX           Exp, since opset 13\n"), std::string::npos) << out;
  ASSERT_EQ(run("ops gelu"), 0);  // a form for each range of opsets
  EXPECT_NE(out.find("ONNX           Gelu, since opset 20\n"
                     "               in Erf, Tanh, Mul, Add, opsets 13 to 19\n"),
            std::string::npos)
      << out;
  ASSERT_EQ(run("ops reshape"), 0);
  EXPECT_NE(out.find("               reads Flatten, since opset 13\n"), std::string::npos) << out;
  ASSERT_EQ(run("ops to_device"), 0);
  EXPECT_NE(out.find("ONNX           in Identity, since opset 13\n"), std::string::npos) << out;
  ASSERT_EQ(run("ops expm1"), 0);
  EXPECT_NE(out.find("ONNX           none, ONNX has no such operator; Exp less 1"),
            std::string::npos);
  for (const auto& [name, where] : std::map<std::string, nlohmann::json>{
           {"dropout", "not in training"}, {"one_hot", "with num_classes"}, {"mul", nullptr}}) {
    ASSERT_EQ(run("--json ops " + name), 0);
    EXPECT_EQ(nlohmann::json::parse(out)[0]["onnx_where"], where) << name;
  }
  ASSERT_EQ(run("--json ops mish"), 0);
  EXPECT_EQ(nlohmann::json::parse(out)[0]["onnx_forms"], nlohmann::json::parse(R"([
              {"type": "Mish", "nodes": null, "since": 18, "until": null, "where": null,
               "only_read": false},
              {"type": null, "nodes": "Softplus, Tanh, Mul", "since": 13, "until": 17,
               "where": null, "only_read": false}])"));
  ASSERT_EQ(run("--json ops expm1"), 0);
  EXPECT_EQ(nlohmann::json::parse(out)[0]["onnx_forms"], nlohmann::json::array());
  ASSERT_EQ(run("--json ops sum"), 0);
  EXPECT_EQ(nlohmann::json::parse(out)[0]["attributes"]["keepdim"], false);
}

TEST_F(OpsCommand, ShowsAnEntry) {
  ASSERT_EQ(run("ops argmax"), 0) << err;
  EXPECT_EQ(out,
            "argmax(input, dim: int? = none, keepdim: bool = false)\n"
            "The index of the largest element along a dimension, or among all in row-major order.\n"
            "\n"
            "operands       input            tensor\n"
            "attributes     dim              int? = none\n"
            "               keepdim          bool = false\n"
            "results        out\n"
            "source         torch.argmax\n"
            "gradient       none: indices are whole numbers\n"
            "kernels        argmax, on the CPU one\n"
            "ONNX           ArgMax, with Reshape, since opset 13\n"
            "precision      widest: under mixed precision in the widest of its operands\n"
            "promotion      none: operands are taken as they are\n");
  ASSERT_EQ(run("ops prelu"), 0) << err;
  for (const char* line :
       {"gradient       yes, of its parts\n", "promotion      that of its parts\n",
        "precision      low: under mixed precision in f16 or bf16\n",
        "operands       input            tensor\n"
        "               weight           tensor\n"})
    EXPECT_NE(out.find(line), std::string::npos) << out;
  ASSERT_EQ(run("ops expm1"), 0) << err;
  for (const char* line :
       {"gradient       yes\n", "precision      f32: under mixed precision in f32\n",
        "promotion      to the common dtype of its operands, of integers f32\n"})
    EXPECT_NE(out.find(line), std::string::npos) << out;
}

TEST_F(OpsCommand, SaysWhyInJson) {
  const auto entry = [&](const std::string& name) {
    EXPECT_EQ(run("--json ops " + name), 0) << err;
    const auto all = nlohmann::json::parse(out);
    EXPECT_EQ(all.size(), 1u);
    return all[0];
  };
  const auto mul = entry("mul");
  EXPECT_EQ(mul["precision"], "widest");
  EXPECT_EQ(mul["source"], "torch.mul");
  EXPECT_FALSE(mul.contains("no_gradient_because"));
  EXPECT_FALSE(mul.contains("no_onnx_because"));
  const auto argsort = entry("argsort");
  EXPECT_EQ(argsort["no_gradient_because"], "indices are whole numbers");
  EXPECT_TRUE(entry("expm1").contains("no_onnx_because"));
  EXPECT_EQ(entry("softmax")["precision"], "f32");
  EXPECT_EQ(entry("conv2d")["precision"], "low");
}

TEST_F(OpsCommand, WritesPages) {
  ASSERT_EQ(run("ops --pages " + in("pages")), 0) << err;
  EXPECT_NE(out.find("index.md leads to them"), std::string::npos) << out;
  EXPECT_NE(read("pages/index.md").find("[softmax](softmax.md#softmax)"), std::string::npos);
  const std::string page = read("pages/arithmetic.md");
  EXPECT_NE(page.find("## add\n\n`add(input, other, alpha: float = 1.0)`\n\nThe sum input + alpha "
                      "other.\n\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("| ONNX | Add, with Mul, Or, since opset 13 |\n"), std::string::npos) << page;
  EXPECT_NE(page.find("| clamp_backward | The gradient of clamp"), std::string::npos) << page;
  const std::string layers = read("pages/layers.md");
  EXPECT_NE(layers.find("## conv2d\n\n`conv2d OUT KERNEL"), std::string::npos) << layers;
  EXPECT_NE(layers.find("| bias | true | whether a bias is added |\n"), std::string::npos)
      << layers;
  EXPECT_NE(layers.find("\n## prelu\n"), std::string::npos);
  const auto count = entries_of(at("pages")).size();

  // Again, over what was written before; as JSON the paths.
  write("pages/loss.md", "<!-- Written by hebb ops --pages. Changes will be lost. -->\nold\n");
  ASSERT_EQ(run("ops --json --pages " + in("pages")), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(out).size(), count);
  EXPECT_EQ(read("pages/loss.md").find("old"), std::string::npos);
}

TEST_F(OpsCommand, WritesPagesIntoNoOtherFolder) {
  write("mine/index.md", "# My pages\n");
  expect_refusal(2, "ops --pages " + in("mine"),
                 "holds index.md, which is none of these pages; name an empty or a new folder");
  EXPECT_EQ(read("mine/index.md"), "# My pages\n");
  EXPECT_EQ(entries_of(at("mine")).size(), 1u);
  write("file", "text");
  expect_refusal(2, "ops --pages " + in("file"), "is no folder");
  fs::create_directories(at("nested/folder"));
  expect_refusal(2, "ops --pages " + in("nested"), "holds folder, which is none of these pages");
  expect_refusal(2, "ops add --pages " + in("pages"), "leave the operator out");
  EXPECT_FALSE(fs::exists(at("pages")));
}

TEST_F(OpsCommand, RunsForwardAndBackward) {
  write_npz(in("in.npz"), {{"input", tensor({1., 2.})}, {"other", tensor({3., 4.})}});
  write_npz(in("gy.npz"), {{"out", ones({2})}});
  ASSERT_EQ(run("ops run mul --inputs " + in("in.npz") + " --outputs " + in("out.npz") +
                " --grad-outputs " + in("gy.npz") + " --grads " + in("gx.npz")),
            0)
      << err;
  EXPECT_EQ(read_npz(in("out.npz")).at("out").to_vector<double>(), (std::vector<double>{3, 8}));
  EXPECT_EQ(read_npz(in("gx.npz")).at("other").to_vector<double>(), (std::vector<double>{1, 2}));
}

TEST_F(OpsCommand, TakesNumbersForOperandsAndNoInputs) {
  write_npz(in("in.npz"), {{"input", tensor({1., 2.})}});
  ASSERT_EQ(run("ops run mul --inputs " + in("in.npz") + " --attrs '{\"other\": 2.5}' --outputs " +
                in("out.npz")),
            0)
      << err;
  EXPECT_EQ(describe(read_npz(in("out.npz")).at("out")), "f32[2]");
  ASSERT_EQ(run("ops run arange --json --attrs '{\"end\": 3}' --outputs " + in("out.npz")), 0)
      << err;
  EXPECT_EQ(
      out, "{\"outputs\":[{\"name\":\"out\",\"dtype\":\"i64\",\"shape\":[3]}],\"gradients\":[]}\n");
}

TEST_F(OpsCommand, SaysWhatIsWrong) {
  const std::string end = " --outputs " + in("out.npz");
  write_npz(in("in.npz"), {{"input", zeros({2, 3})}, {"other", zeros({2, 3})}});
  const auto expect = [&](int status, const std::string& arguments, std::string_view words) {
    EXPECT_EQ(run(arguments), status) << arguments;
    EXPECT_NE(err.find(words), std::string::npos) << err;
    EXPECT_EQ(out, "");
  };
  expect(2, "ops run mull --json" + end, "did you mean 'full' or 'mul'?");
  expect(2, "ops run slice_backward" + end, "unknown operator 'slice_backward'");
  expect(2, "ops mull", "did you mean 'full' or 'mul'?");
  expect(2, "ops max_pool_backward", "unknown operator 'max_pool_backward'");
  expect(2, "opps", "did you mean 'ops'?");
  expect(2, "ops run mul", "--outputs is required");
  expect(2, "ops run mul --inputs " + in("in.npz") + " --attrs '{\"alhpa\": 1}'" + end,
         "mul: has no attribute 'alhpa'");
  expect(2, "ops run arange --attrs '{\"stpe\": 1}'" + end, "did you mean 'step'?");
  const std::string sum = "ops run sum --inputs " + in("one.npz") + end + " --attrs ";
  write_npz(in("one.npz"), {{"input", zeros({2, 3})}});
  expect(2, sum + "'{\"dim\": \"x\"}'", "attribute 'dim' is \"x\"");
  expect(2, sum + "'{\"dim\": 5}'", "dim is 5, but the tensor has 2 dimensions");
  expect(2, sum + "'{\"dtype\": \"float23\"}'", "there is no dtype 'float23'");
  expect(2, sum + "'{dim: 5}'", "no JSON");
  expect(2, sum + "'{\"dim\": " + std::string(50'000, '[') + "'",
         "the attributes are no JSON: nested deeper than 64 levels");
  expect(2,
         "ops run gelu --inputs " + in("one.npz") + end + " --attrs '{\"approximate\": \"fast\"}'",
         "should be 'none' or 'tanh'");
  expect(2, "ops run relu" + end, "the operand 'input' is missing");
  expect(1, "ops run matmul --inputs " + in("in.npz") + " --attrs '{}'" + end,
         "matmul: input [2, 3] has 3 columns");
  expect(2, "ops run mul --grads x.npz" + end, "belong together");
  expect(2, "ops run add --inputs " + in("in.npz") + " --outputs " + in("in.npz"),
         "is read by this command, and is not written over");
  expect(2, "ops run mul --grads o.npz --grad-outputs o.npz --outputs ./o.npz",
         "name the same file");
  expect(1, "ops run sum --inputs " + in("in.npz") + end, "unknown operand 'other'");
  expect(2, "ops run mul --inputs " + in("none.npz") + end, "there is no such file");
  expect(1, "ops run matmul --inputs " + in("in.npz") + end, "matmul: input [2, 3] has 3 columns");
  expect(2, "ops run mul --inputs " + in("in.npz") + " --outputs /proc/none/out.npz",
         "there is no folder /proc/none");
  // The same file is wrong in the same way, whatever attributes stand beside it.
  for (const char* attributes : {"{}", "{\"alpha\": 2}", "{\"alpha\": 3}"}) {
    write_npz(in("odd.npz"), {{"input", zeros({2, 3})}, {"other", zeros({4, 5})}});
    expect(1, "ops run add --inputs " + in("odd.npz") + " --attrs '" + attributes + "'" + end,
           "add: ");
  }
  write_npz(in("gy.npz"), {{"out", ones({5})}});
  expect(1, sum + "'{\"dim\": 1}' --grad-outputs " + in("gy.npz") + " --grads " + in("gx.npz"),
         "a gradient of shape [5] for a tensor of shape [2]");
  expect(2, "ops run reshape --inputs " + in("one.npz") + " --attrs '{\"shape\": [7]}'" + end,
         "reshape: ");
  EXPECT_FALSE(fs::exists(in("out.npz")));
}

}  // namespace
}  // namespace hebb
