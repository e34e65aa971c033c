// What a sample holds: named fields, each of a kind, a dtype and a shape. Sources say their schema;
// steps map one schema to another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb::data {

// "Picture" is a kind and no dtype: a file's bytes, its levels and its values 0..1 all are
// pictures.
enum class FieldKind : uint8_t { number, category, text, tokens, picture, mask, boxes, time };
std::span<const std::string_view> words_of(FieldKind);  // "number", "category", ...

struct Field {
  std::string name;
  FieldKind kind = FieldKind::number;
  DType dtype = DType::f32;
  Dims shape = {};  // of one sample; -1 where it varies
  // Of a category: its classes. Of numbers in a row: the columns they come from. Of a table's
  // number: the sign of its unit. Of a time: the form in which a table writes it. Empty: none.
  std::vector<std::string> labels = {};

  bool operator==(const Field&) const = default;
};

using Schema = std::vector<Field>;

const Field* find_field(const Schema& schema, std::string_view name);  // null: there is none
const Field* find_target(const Schema& schema);  // the last y: before it may stand a table's column
std::string describe(const Field& field);        // "x: picture u8[1, 28, 28]"
std::string describe(const Schema& schema);      // separated by commas

// Whether a value of `given` can stand where `wanted` is asked for: the same kind and shape (a
// wanted -1 takes any size), the same labels where both have some, and the same dtype, but that one
// floating dtype stands for another.
bool fits(const Field& given, const Field& wanted);

// The name of a model's input, and of the target, in every schema.
inline constexpr std::string_view input_field = "x", target_field = "y";
// Numbers of words that a layer embeds, beside x.
inline constexpr std::string_view codes_field = "codes";
// The times of each sequence, beside x [T, ...].
inline constexpr std::string_view lengths_field = "lengths";

}  // namespace hebb::data
