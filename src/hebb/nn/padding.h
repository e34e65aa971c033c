// What is put around sequences, pictures and volumes: x [N, C, spatial...] -> [N, C, spatial'...].
// Numbers as in PyTorch, the last dimension first: left, right, top, bottom, front, back; or one
// for all; negative ones cut off. Operator: ops/pad.h.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

template <int N>
struct PadOptions {
  Extent<2 * N> padding;
  HEBB_FIELDS(padding)
  static constexpr Note notes[] = {
      {.field = "padding",
       .place = 1,
       .needed = true,
       .what = "at each side; or left, right, top, bottom, ...: 1,1,2,0",
       .shown = Shown::plain}};
};

enum class PadMode : uint8_t { zero, reflection, replication, circular };

template <int N, PadMode mode>
struct Padding : Module {
  explicit Padding(PadOptions<N> options) : options_(std::move(options)) {}
  explicit Padding(Extent<2 * N> padding) : Padding(PadOptions<N>{std::move(padding)}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  PadOptions<N> options_;
};

struct ZeroPad1d : Padding<1, PadMode::zero> {
  using Padding::Padding;
};
struct ZeroPad2d : Padding<2, PadMode::zero> {
  using Padding::Padding;
};
struct ZeroPad3d : Padding<3, PadMode::zero> {
  using Padding::Padding;
};
struct ReflectionPad1d : Padding<1, PadMode::reflection> {  // without repeating the edge
  using Padding::Padding;
};
struct ReflectionPad2d : Padding<2, PadMode::reflection> {
  using Padding::Padding;
};
struct ReflectionPad3d : Padding<3, PadMode::reflection> {
  using Padding::Padding;
};
struct ReplicationPad1d : Padding<1, PadMode::replication> {  // the edge
  using Padding::Padding;
};
struct ReplicationPad2d : Padding<2, PadMode::replication> {
  using Padding::Padding;
};
struct ReplicationPad3d : Padding<3, PadMode::replication> {
  using Padding::Padding;
};
struct CircularPad1d : Padding<1, PadMode::circular> {  // from the other side
  using Padding::Padding;
};
struct CircularPad2d : Padding<2, PadMode::circular> {
  using Padding::Padding;
};
struct CircularPad3d : Padding<3, PadMode::circular> {
  using Padding::Padding;
};

template <int N>
struct ConstantPadOptions {
  Extent<2 * N> padding;
  double value = 0;
  HEBB_FIELDS(padding, value)
  static constexpr Note notes[] = {
      {.field = "padding",
       .place = 1,
       .needed = true,
       .what = "at each side; or left, right, top, bottom, ...: 1,1,2,0"},
      {.field = "value", .place = 2, .needed = true, .what = "what is put there"}};
};
template <int N>
struct ConstantPad : Module {
  explicit ConstantPad(ConstantPadOptions<N> options) : options_(std::move(options)) {}
  ConstantPad(Extent<2 * N> padding, double value)
      : ConstantPad(ConstantPadOptions<N>{std::move(padding), value}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  ConstantPadOptions<N> options_;
};
struct ConstantPad1d : ConstantPad<1> {
  using ConstantPad::ConstantPad;
};
struct ConstantPad2d : ConstantPad<2> {
  using ConstantPad::ConstantPad;
};
struct ConstantPad3d : ConstantPad<3> {
  using ConstantPad::ConstantPad;
};

}  // namespace hebb::nn
