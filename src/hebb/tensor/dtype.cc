#include "hebb/tensor/dtype.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "hebb/base/check.h"

namespace hebb {
namespace {

struct Facts {
  std::string_view name, torch_name;
  int64_t bytes;
};
constexpr std::array<Facts, num_dtypes> facts{{{"bool", "bool", 1},
                                               {"u8", "uint8", 1},
                                               {"i8", "int8", 1},
                                               {"u16", "uint16", 2},
                                               {"i16", "int16", 2},
                                               {"u32", "uint32", 4},
                                               {"i32", "int32", 4},
                                               {"u64", "uint64", 8},
                                               {"i64", "int64", 8},
                                               {"f16", "float16", 2},
                                               {"bf16", "bfloat16", 2},
                                               {"f32", "float32", 4},
                                               {"f64", "float64", 8},
                                               {"c64", "complex64", 8},
                                               {"c128", "complex128", 16}}};

bool is_unsigned(DType d) {
  return d == DType::u8 || d == DType::u16 || d == DType::u32 || d == DType::u64;
}

DType signed_of_bytes(int64_t bytes) {
  switch (bytes) {
    case 1:
      return DType::i8;
    case 2:
      return DType::i16;
    case 4:
      return DType::i32;
    default:
      return DType::i64;
  }
}

DType promote_integers(DType a, DType b) {
  if (is_unsigned(a) == is_unsigned(b))
    return item_size(a) >= item_size(b) ? a : b;
  const DType u = is_unsigned(a) ? a : b, s = is_unsigned(a) ? b : a;
  if (item_size(s) > item_size(u))
    return s;
  check(u != DType::u64, "{} and {} have no common integer type; cast one of them", name(a),
        name(b));
  return signed_of_bytes(2 * item_size(u));
}

// In this order: bool, integers, floats, complex. A higher class always wins over a lower one of
// another rank.
int class_of(DType d) {
  if (is_complex(d))
    return 3;
  if (is_floating(d))
    return 2;
  return is_integral(d) ? 1 : 0;
}

// Three ranks: 0 tensors with dimensions, 1 0-d tensors, 2 numbers.
size_t rank_of(const PromotionOperand& operand) {
  if (operand.number)
    return 2;
  return operand.zero_dim ? 1 : 0;
}

// The dtype of a plain number, whose width does not count.
DType without_width(DType d) {
  if (is_complex(d))
    return DType::c64;
  return is_floating(d) ? DType::f32 : d;
}

}  // namespace

std::string_view name(DType d) {
  return facts[size_t(d)].name;
}
std::ostream& operator<<(std::ostream& out, DType dtype) {
  return out << name(dtype);
}
int64_t item_size(DType d) {
  return facts[size_t(d)].bytes;
}

DType dtype_from_name(std::string_view text) {
  for (int i = 0; i < num_dtypes; ++i)
    if (facts[i].name == text || facts[i].torch_name == text)
      return DType(i);
  fail(ErrorKind::invalid, "",
       "there is no dtype '{}'; there are bool, u8 ... i64, f16, bf16, f32, f64, c64, c128", text);
}

DType real_of(DType d) {
  if (d == DType::c64)
    return DType::f32;
  return d == DType::c128 ? DType::f64 : d;
}

DType promote(DType a, DType b) {
  if (a == b)
    return a;
  if (class_of(a) < class_of(b))
    std::swap(a, b);
  switch (class_of(a)) {
    case 3:
      return a == DType::c64 && (b == DType::f64 || b == DType::c128) ? DType::c128 : a;
    case 2:
      if (!is_floating(b))
        return a;
      if ((a == DType::f16 && b == DType::bf16) || (a == DType::bf16 && b == DType::f16))
        return DType::f32;
      return std::max(a, b);
    case 1:
      return is_integral(b) ? promote_integers(a, b) : a;
  }
  return a;
}

DType result_type(std::span<const PromotionOperand> operands) {
  // A later rank only matters when its class is higher.
  std::array<DType, 3> of_rank{};
  std::array<bool, 3> seen{};
  for (const PromotionOperand& o : operands) {
    const size_t rank = rank_of(o);
    const DType dtype = o.number ? without_width(o.dtype) : o.dtype;
    of_rank[rank] = seen[rank] ? promote(of_rank[rank], dtype) : dtype;
    seen[rank] = true;
  }
  DType result = DType::boolean;
  bool any = false;
  for (size_t rank = 0; rank < 3; ++rank) {
    if (!seen[rank])
      continue;
    if (!any) {
      result = of_rank[rank];
      any = true;
    } else if (is_floating(result) && is_complex(of_rank[rank])) {
      result = result == DType::f64 ? DType::c128 : DType::c64;  // keeps its width
    } else if (class_of(of_rank[rank]) > class_of(result)) {
      result = promote(result, of_rank[rank]);
    }
  }
  return result;
}

}  // namespace hebb
