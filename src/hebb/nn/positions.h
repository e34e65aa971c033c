// Where a token stands in its sequence, added to it: x [N, length, width] -> the same shape.
// offset: the place of the first one, while a model answers token by token.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

// A trained row for each place. Rows begin normal, with a standard deviation of 0.02.
struct PositionsOptions {
  Size places = 0;  // the longest sequence; 0 in a line: that of the input
  Size width;
  HEBB_FIELDS(places, width)
  static constexpr Note notes[] = {{.field = "places",
                                    .key = "num_positions",
                                    .aliases = {"length", "max_length"},
                                    .place = 1,
                                    .at_least = 0,
                                    .what = "the longest sequence; 0: that of the input"},
                                   {.field = "width", .key = "embed_dim", .inferred = true}};
};
struct Positions : Module {
  Param weight;  // [places, width]
  explicit Positions(PositionsOptions options);
  Positions(Size places, Size width) : Positions(PositionsOptions{places, width}) {}
  Tensor forward(const Tensor& x, int64_t offset = 0) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)
};

// Sines and cosines of place / base^(2 i / width) in columns 2 i and 2 i + 1; nothing is trained.
// Source: Vaswani et al. 2017.
struct SinusoidalPositions : Module {
  double base;
  explicit SinusoidalPositions(double base = 10000) : base(base) {}
  Tensor forward(const Tensor& x, int64_t offset = 0) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
