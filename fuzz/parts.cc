// Lists of the samples of parts, and times in cells: whatever is wrong is an Error of kind data.
#include <cstdlib>
#include <string_view>

#include "hebb/base/error.h"
#include "hebb/data/instant.h"
#include "hebb/data/part_file.h"

namespace {

template <class F>
void expect_data_error(F&& f) {
  try {
    f();
  } catch (const hebb::Error& e) {
    if (e.kind() != hebb::ErrorKind::data)
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  expect_data_error([&] { hebb::data::parse_parts(text, "parts.json"); });
  std::vector<std::string> cells(1);
  for (const char c : text) {
    if (c == '\n')
      cells.emplace_back();
    else
      cells.back() += c;
  }
  expect_data_error([&] {
    hebb::data::instants_of(cells, "column", [](size_t i) { return std::to_string(i); });
  });
  return 0;
}
