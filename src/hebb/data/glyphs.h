// The data set that the program renders itself: digits 0..9, drawn as strokes of several shapes,
// white on black. It stands in where there is neither data nor a network. Sample `index` of `seed`
// is a pure function of the two, so any order and any thread will do.
#pragma once

#include <cstdint>
#include <string_view>

namespace hebb::data {

constexpr std::string_view glyphs_name = "glyphs";

constexpr int glyph_side = 28;  // pixels
constexpr int glyph_classes = 10;

// pixels: [28, 28], rows from the top, 0..255; label: 0..9, each once in every ten samples that
// begin at a multiple of ten.
void render_glyph(uint64_t seed, int64_t index, uint8_t* pixels, uint8_t* label);

}  // namespace hebb::data
