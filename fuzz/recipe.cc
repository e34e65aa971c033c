// recipe.json: whatever is wrong is an Error of kind data; what is read is written and read the
// same.
#include "hebb/data/recipe.h"

#include <cstdlib>
#include <string_view>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace hebb;
  try {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const data::Recipe recipe = data::parse_recipe(text, "recipe.json");
    (void)recipe.words();
    (void)recipe.picture_steps();
    if (data::parse_recipe(recipe.to_json(), "again").to_json() != recipe.to_json())
      std::abort();
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::data)
      std::abort();
  }
  return 0;
}
