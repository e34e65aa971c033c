// Writes a small set of drawn digits as IDX files where the examples look for Fashion-MNIST:
// render_small_set FOLDER So the examples can run as tests in seconds, and without any data.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hebb/data/glyphs.h"

namespace fs = std::filesystem;

static void write_idx(const fs::path& path, const std::vector<uint32_t>& sizes,
                      const std::vector<uint8_t>& values) {
  std::string bytes{'\0', '\0', '\x08', char(sizes.size())};
  for (uint32_t size : sizes)
    for (int shift : {24, 16, 8, 0})
      bytes += char(size >> shift & 0xff);
  bytes.append(values.begin(), values.end());
  std::ofstream(path, std::ios::binary) << bytes;
}

int main(int, char** argv) {
  const fs::path folder = fs::path(argv[1]) / "fashion-mnist";
  fs::create_directories(folder);
  int64_t index = 0;
  for (const auto& [part, count] : {std::pair{"train", 2000u}, std::pair{"t10k", 300u}}) {
    std::vector<uint8_t> pixels(count * 784), labels(count);
    for (uint32_t i = 0; i < count; ++i)
      hebb::data::render_glyph(1, index++, pixels.data() + i * 784, &labels[i]);
    write_idx(folder / (std::string(part) + "-images-idx3-ubyte"), {count, 28, 28}, pixels);
    write_idx(folder / (std::string(part) + "-labels-idx1-ubyte"), {count}, labels);
  }
}
