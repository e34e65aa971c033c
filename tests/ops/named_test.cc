// Attributes from JSON and calls by name.

#include "hebb/ops/named.h"

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "hebb/ops/attrs_json.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

struct Everything {
  bool flag = false;
  int64_t count = 1;
  double ratio = 0.5;
  std::string mode = "mean";
  DType dtype = f32;
  Dims size = {1, 1};
  std::vector<double> scales;
  std::optional<int64_t> maybe;
  std::optional<DType> kind = i64;
  HEBB_FIELDS(flag, count, ratio, mode, dtype, size, scales, maybe, kind)
};
constexpr Op everything = {
    .name = "everything",
    .what = "Nothing: its attributes are read.",
    .source = "this test",
    .inputs = {"input", "bias?", "tensors*"},
    .attributes = attrs_type<Everything>,
};

const Everything& read(std::string_view json) {
  static Attrs attrs;
  attrs = attrs_from_json(everything, json);
  return attrs.as<Everything>();
}
std::string message(std::string_view json) {
  try {
    attrs_from_json(everything, json);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(AttrsJson, ReadsEveryKind) {
  const Everything& e = read(
      R"({"flag": true, "count": -3, "ratio": 2, "mode": "sum", "dtype": "float64", "size": [2, 3], "scales": [0.5, 2], "maybe": 7, "kind": null})");
  EXPECT_TRUE(e.flag);
  EXPECT_EQ(e.count, -3);
  EXPECT_EQ(e.ratio, 2);
  EXPECT_EQ(e.mode, "sum");
  EXPECT_EQ(e.dtype, f64);
  EXPECT_EQ(e.size, (Dims{2, 3}));
  EXPECT_EQ(e.scales, (std::vector<double>{0.5, 2}));
  EXPECT_EQ(e.maybe, 7);
  EXPECT_EQ(e.kind, std::nullopt);
}

TEST(AttrsJson, KeepsDefaultsAndTakesNumbersForLists) {
  EXPECT_EQ(read("").count, 1);
  EXPECT_EQ(read("{}").kind, i64);
  EXPECT_EQ(read(R"({"size": 3})").size, (Dims{3}));
  EXPECT_EQ(read(R"({"scales": 2})").scales, (std::vector<double>{2}));
  EXPECT_EQ(read(R"({"mode": 2})").mode, "2");
  EXPECT_EQ(read(R"({"dtype": "torch.int32"})").dtype, i32);
  EXPECT_TRUE(std::isinf(read(R"({"ratio": -Infinity})").ratio));
  EXPECT_TRUE(std::isnan(read(R"({"mode": "NaN \" Infinity", "ratio": NaN})").ratio));
  EXPECT_EQ(read(R"({"mode": "NaN \" Infinity"})").mode, "NaN \" Infinity");
}

TEST(AttrsJson, RefusesWhatDoesNotFit) {
  EXPECT_NE(message(R"({"coutn": 1})")
                .find("everything: unknown attribute 'coutn'; did you mean 'count'?"),
            std::string::npos);
  EXPECT_NE(message(R"({"count": 1.5})").find("attribute 'count' is 1.5, should be a whole number"),
            std::string::npos);
  EXPECT_NE(message(R"({"count": 18446744073709551615})").find("whole number"), std::string::npos);
  EXPECT_NE(message(R"({"flag": 1})").find("true or false"), std::string::npos);
  EXPECT_NE(message(R"({"size": [1, "a"]})").find("list"), std::string::npos);
  EXPECT_NE(message(R"({"dtype": "float33"})").find("float33"), std::string::npos);
  EXPECT_NE(message("{").find("no JSON"), std::string::npos);
  EXPECT_NE(message("[1]").find("should be a JSON object"), std::string::npos);
}

TEST(AttrsJson, GoesBothWays) {
  const Attrs attrs =
      attrs_from_json(everything, R"({"size": [2], "ratio": "-inf", "maybe": 3, "scales": [1]})");
  EXPECT_EQ(attrs_from_json(everything, attrs_to_json(attrs)), attrs);
  EXPECT_EQ(attrs_summary(everything.attributes),
            "flag: bool = false, count: int = 1, ratio: float = 0.5, mode: str = \"mean\", dtype: "
            "dtype = \"f32\", size: ints = [1,1], "
            "scales: floats = [], "
            "maybe: int? = none, kind: dtype = \"i64\"");
}

std::string call_message(const NamedTensors& operands, std::string_view json) {
  try {
    call_by_name(everything, operands, json);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CallByName, FindsOperandsListsAndNumbers) {
  const Call call = call_by_name(
      everything, {{"input", zeros({2})}, {"tensors0", zeros({3})}, {"tensors1", zeros({4})}},
      R"({"bias": 2, "count": 4})");
  EXPECT_EQ(operand_names(call),
            (std::vector<std::string>{"input", "bias", "tensors0", "tensors1"}));
  EXPECT_TRUE(call.in(1).is_number());
  EXPECT_EQ(call.list(2).size(), 2u);
  EXPECT_EQ(call.attributes<Everything>().count, 4);
  EXPECT_FALSE(call_by_name(everything, {{"input", zeros({2})}}, R"({"bias": null})").has(1));
}

TEST(CallByName, RefusesWhatDoesNotFit) {
  EXPECT_NE(call_message({}, "").find("everything: the operand 'input' is missing"),
            std::string::npos);
  EXPECT_NE(call_message({{"input", zeros({1})}, {"bais", zeros({1})}}, "")
                .find("unknown operand 'bais'; did you mean 'bias'?"),
            std::string::npos);
  EXPECT_NE(call_message({{"input", zeros({1})}, {"tensors1", zeros({1})}}, "")
                .find("unknown operand 'tensors1'"),
            std::string::npos);
  EXPECT_NE(call_message({{"input", zeros({1})}}, R"({"input": 2})").find("given twice"),
            std::string::npos);
  EXPECT_NE(call_message({{"input", zeros({1})}}, R"({"bias": "x"})")
                .find("only a number can stand for it"),
            std::string::npos);
}

TEST(CallByName, RefusesPiecesOfOtherOperators) {
  try {
    call_by_name(*find_op("slice_backward"), {{"grad", zeros({2})}}, R"({"shape": [6]})");
    ADD_FAILURE() << "was not refused";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("slice_backward: is a piece of other operators"),
              std::string::npos)
        << error.what();
  }
}

TEST(RunByName, AnswersResultsAndGradients) {
  const NamedTensors gy = {{"out", ones({2})}};
  const RunByName run = run_by_name(
      *find_op("mul"), {{"input", values({1, 2}, {2})}, {"other", values({3, 4}, {2})}}, "", &gy);
  EXPECT_EQ(run.results.at("out").to_vector<double>(), (std::vector<double>{3, 8}));
  EXPECT_EQ(run.gradients.at("input").to_vector<double>(), (std::vector<double>{3, 4}));
  EXPECT_EQ(run.gradients.at("other").to_vector<double>(), (std::vector<double>{1, 2}));
}

}  // namespace
}  // namespace hebb::test
