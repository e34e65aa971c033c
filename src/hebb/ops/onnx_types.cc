#include "hebb/ops/onnx_types.h"

#include <initializer_list>

#include "hebb/base/fixed_list.h"

namespace hebb {
namespace {

class DTypes {
 public:
  constexpr DTypes() = default;
  constexpr DTypes(std::initializer_list<DType> dtypes) {
    for (DType dtype : dtypes)
      bits_ |= 1u << unsigned(dtype);
  }
  constexpr bool has(DType dtype) const { return bits_ >> unsigned(dtype) & 1; }
  friend constexpr DTypes operator|(DTypes a, DTypes b) {
    DTypes both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }

 private:
  unsigned bits_ = 0;
};

constexpr DTypes of(std::initializer_list<DType> dtypes) {
  return dtypes;
}
constexpr DTypes truth{DType::boolean}, longs{DType::i64}, index{DType::i32, DType::i64},
    old_real{DType::f16, DType::f32, DType::f64},
    real = old_real | DTypes{DType::bf16}, whole{DType::u8, DType::u16, DType::u32, DType::u64,
                                                 DType::i8, DType::i16, DType::i32, DType::i64},
    wide = real | DTypes{DType::u32, DType::u64, DType::i32, DType::i64}, number = whole | real,
    old_number = whole | old_real, any = number | truth;

struct Row {
  std::string_view type;
  int since;
  FixedList<DTypes, 7> inputs;
};

// Written by tests/reference/onnx_types.py from the schemas of ONNX, from opset 13 on.
constexpr Row rows[] = {
    {"Abs", 13, {number}},
    {"Acos", 7, {old_real}},
    {"Acos", 22, {real}},
    {"Acosh", 9, {old_real}},
    {"Acosh", 22, {real}},
    {"Add", 13, {wide}},
    {"Add", 14, {number}},
    {"AffineGrid", 20, {real, longs}},
    {"And", 7, {truth}},
    {"ArgMax", 13, {number}},
    {"ArgMin", 13, {number}},
    {"Asin", 7, {old_real}},
    {"Asin", 22, {real}},
    {"Asinh", 9, {old_real}},
    {"Asinh", 22, {real}},
    {"Atan", 7, {old_real}},
    {"Atan", 22, {real}},
    {"Atanh", 9, {old_real}},
    {"Atanh", 22, {real}},
    {"Attention", 23, {real, real, real, any, real}},
    {"Attention", 24, {real, real, real, any, real, real, longs}},
    {"AveragePool", 11, {old_real}},
    {"AveragePool", 22, {real}},
    {"BatchNormalization", 9, {old_real}},
    {"BatchNormalization", 14, {real}},
    {"BitShift", 11, {of({u8, u16, u32, u64})}},
    {"BitShift", 28, {whole}},
    {"BitwiseAnd", 18, {whole}},
    {"BitwiseNot", 18, {whole}},
    {"BitwiseOr", 18, {whole}},
    {"BitwiseXor", 18, {whole}},
    {"Cast", 13, {any}},
    {"Ceil", 13, {real}},
    {"Celu", 12, {of({f32})}},
    {"Celu", 28, {real}},
    {"Clip", 13, {number}},
    {"Col2Im", 18, {any, longs}},
    {"Compress", 11, {of({boolean, u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64}), truth}},
    {"Compress", 28, {any, truth}},
    {"Concat", 13, {any}},
    {"ConstantOfShape", 9, {longs}},
    {"Conv", 11, {old_real}},
    {"Conv", 22, {real}},
    {"ConvTranspose", 11, {old_real}},
    {"ConvTranspose", 22, {real}},
    {"Cos", 7, {old_real}},
    {"Cos", 22, {real}},
    {"Cosh", 9, {old_real}},
    {"Cosh", 22, {real}},
    {"CumSum", 11, {of({u32, u64, i32, i64, f32, f64}), index}},
    {"CumSum", 14, {wide, index}},
    {"Det", 11, {old_real}},
    {"Det", 22, {real}},
    {"DeformConv", 19, {old_real}},
    {"DeformConv", 22, {real}},
    {"DepthToSpace", 13, {any}},
    {"Div", 13, {wide}},
    {"Div", 14, {number}},
    {"Dropout", 13, {real, old_real, truth}},
    {"Dropout", 22, {real, real, truth}},
    {"Einsum", 12, {old_number}},
    {"Elu", 6, {old_real}},
    {"Elu", 22, {real}},
    {"Equal", 13, {any}},
    {"Erf", 13, {real}},
    {"Exp", 13, {real}},
    {"Expand", 13, {any, longs}},
    {"Flatten", 13, {any}},
    {"Floor", 13, {real}},
    {"GRU", 7, {old_real, old_real, old_real, old_real, of({i32}), old_real}},
    {"GRU", 22, {real, real, real, real, of({i32}), real}},
    {"Gather", 13, {any, index}},
    {"GatherElements", 13, {any, index}},
    {"Gelu", 20, {real}},
    {"Gemm", 13, {wide}},
    {"GlobalAveragePool", 1, {old_real}},
    {"GlobalAveragePool", 22, {real}},
    {"GlobalMaxPool", 1, {old_real}},
    {"GlobalMaxPool", 22, {real}},
    {"Greater", 13, {number}},
    {"GreaterOrEqual", 12, {old_number}},
    {"GreaterOrEqual", 16, {number}},
    {"GridSample",
     16,
     {of({boolean, u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64}), old_real}},
    {"GridSample", 22, {any, real}},
    {"GroupNormalization", 21, {real}},
    {"HardSigmoid", 6, {old_real}},
    {"HardSigmoid", 22, {real}},
    {"HardSwish", 14, {old_real}},
    {"HardSwish", 22, {real}},
    {"Identity", 13, {any}},
    {"InstanceNormalization", 6, {old_real}},
    {"InstanceNormalization", 22, {real}},
    {"IsInf", 10, {of({f32, f64})}},
    {"IsInf", 20, {real}},
    {"IsNaN", 13, {real}},
    {"LRN", 13, {real}},
    {"LSTM", 7, {old_real, old_real, old_real, old_real, of({i32}), old_real}},
    {"LSTM", 22, {real, real, real, real, of({i32}), real}},
    {"LayerNormalization", 17, {real}},
    {"LeakyRelu", 6, {old_real}},
    {"LeakyRelu", 16, {real}},
    {"Less", 13, {number}},
    {"LessOrEqual", 12, {old_number}},
    {"LessOrEqual", 16, {number}},
    {"Log", 13, {real}},
    {"LogSoftmax", 13, {real}},
    {"LpPool", 11, {old_real}},
    {"LpPool", 22, {real}},
    {"MatMul", 13, {wide}},
    {"Max", 13, {number}},
    {"MaxPool", 12, {of({u8, i8, f16, f32, f64})}},
    {"MaxPool", 22, {of({u8, i8, f16, bf16, f32, f64})}},
    {"MaxRoiPool", 1, {old_real}},
    {"MaxRoiPool", 22, {real}},
    {"MaxUnpool", 11, {old_real, longs}},
    {"MaxUnpool", 22, {real, longs}},
    {"Min", 13, {number}},
    {"Mish", 18, {old_real}},
    {"Mish", 22, {real}},
    {"Mod", 13, {number}},
    {"Mul", 13, {wide}},
    {"Mul", 14, {number}},
    {"Neg", 13, {of({i8, i16, i32, i64, f16, bf16, f32, f64})}},
    {"NegativeLogLikelihoodLoss", 13, {old_real, index, old_real}},
    {"NegativeLogLikelihoodLoss", 22, {real, index, real}},
    {"NonMaxSuppression", 11, {of({f32}), of({f32}), longs, of({f32})}},
    {"NonZero", 13, {any}},
    {"Not", 1, {truth}},
    {"OneHot",
     11,
     {old_number, old_number, of({boolean, u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64})}},
    {"OneHot", 28, {old_number, old_number, any}},
    {"Or", 7, {truth}},
    {"PRelu", 9, {of({u32, u64, i32, i64, f16, f32, f64})}},
    {"PRelu", 16, {wide}},
    {"Pad", 13, {any, longs, any}},
    {"Pad", 18, {any, longs, any, index}},
    {"Pow", 13, {of({i32, i64, f16, bf16, f32, f64}), old_number}},
    {"Pow", 15, {of({i32, i64, f16, bf16, f32, f64}), number}},
    {"RMSNormalization", 23, {real}},
    {"RNN", 7, {old_real, old_real, old_real, old_real, of({i32}), old_real}},
    {"RNN", 22, {real, real, real, real, of({i32}), real}},
    {"Range", 11, {of({i16, i32, i64, f32, f64})}},
    {"Range", 27, {of({i16, i32, i64, f16, bf16, f32, f64})}},
    {"Reciprocal", 13, {real}},
    {"ReduceL1", 13, {wide}},
    {"ReduceL1", 18, {wide, longs}},
    {"ReduceL2", 13, {wide}},
    {"ReduceL2", 18, {wide, longs}},
    {"ReduceLogSumExp", 13, {wide}},
    {"ReduceLogSumExp", 18, {wide, longs}},
    {"ReduceLogSumExp", 28, {real, longs}},
    {"ReduceMax", 13, {of({u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64})}},
    {"ReduceMax", 18, {of({u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64}), longs}},
    {"ReduceMax", 20, {of({boolean, u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64}), longs}},
    {"ReduceMean", 13, {wide}},
    {"ReduceMean", 18, {wide, longs}},
    {"ReduceMin", 13, {of({u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64})}},
    {"ReduceMin", 18, {of({u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64}), longs}},
    {"ReduceMin", 20, {of({boolean, u8, u32, u64, i8, i32, i64, f16, bf16, f32, f64}), longs}},
    {"ReduceProd", 13, {wide}},
    {"ReduceProd", 18, {wide, longs}},
    {"ReduceSum", 13, {wide, longs}},
    {"Relu", 13, {real}},
    {"Relu", 14, {of({i8, i16, i32, i64, f16, bf16, f32, f64})}},
    {"Reshape", 13, {any, longs}},
    {"Resize", 13, {any, old_real, of({f32}), longs}},
    {"RoiAlign", 10, {old_real, old_real, longs}},
    {"RoiAlign", 22, {real, real, longs}},
    {"Round", 11, {old_real}},
    {"Round", 22, {real}},
    {"ScatterElements", 13, {any, index, any}},
    {"Selu", 6, {old_real}},
    {"Selu", 22, {real}},
    {"Shrink", 9, {old_number}},
    {"Sigmoid", 13, {real}},
    {"Sign", 13, {number}},
    {"Sin", 7, {old_real}},
    {"Sin", 22, {real}},
    {"Sinh", 9, {old_real}},
    {"Sinh", 22, {real}},
    {"Slice", 13, {any, index}},
    {"Softmax", 13, {real}},
    {"SoftmaxCrossEntropyLoss", 13, {real, index, real}},
    {"Softplus", 1, {old_real}},
    {"Softplus", 22, {real}},
    {"Softsign", 1, {old_real}},
    {"Softsign", 22, {real}},
    {"Split", 13, {any, longs}},
    {"Sqrt", 13, {real}},
    {"Squeeze", 13, {any, longs}},
    {"Sub", 13, {wide}},
    {"Sub", 14, {number}},
    {"Swish", 24, {real}},
    {"Tan", 7, {old_real}},
    {"Tan", 22, {real}},
    {"Tanh", 13, {real}},
    {"ThresholdedRelu", 10, {old_real}},
    {"ThresholdedRelu", 22, {real}},
    {"Tile", 13, {any, longs}},
    {"TopK", 11, {old_number, longs}},
    {"TopK", 24, {number, longs}},
    {"Transpose", 13, {any}},
    {"Trilu", 14, {any, longs}},
    {"Unique", 11, {of({boolean, u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64})}},
    {"Unique", 28, {any}},
    {"Unsqueeze", 13, {any, longs}},
    {"Where", 9, {truth, of({boolean, u8, u16, u32, u64, i8, i16, i32, i64, f16, f32, f64})}},
    {"Where", 16, {truth, any}},
    {"Xor", 7, {truth}},
};

}  // namespace

OnnxTakes onnx_takes(std::string_view type, int opset, size_t input, DType dtype) {
  const Row* newest = nullptr;
  bool is_known = false;
  for (const Row& row : rows) {
    is_known |= row.type == type;
    if (row.type == type && row.since <= opset)
      newest = &row;  // they stand in the order of their opsets
  }
  if (!newest)
    return is_known ? OnnxTakes::not_yet : OnnxTakes::unknown;
  const int last = newest->inputs.size() - 1;
  const DTypes& dtypes = newest->inputs[input < size_t(last) ? int(input) : last];
  return dtypes.has(dtype) ? OnnxTakes::yes : OnnxTakes::no;
}

}  // namespace hebb
