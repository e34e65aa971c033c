// checkpoint.json beside a checkpoint.safetensors without tensors, whose checksum the seed holds:
// whatever is wrong is an Error of kind data.
#include "hebb/run/checkpoint_folder.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "hebb/base/error.h"
#include "hebb/formats/safetensors.h"

namespace {

std::filesystem::path make_folder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "hebb_fuzz_checkpoint_XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    std::abort();
  hebb::write_safetensors(std::filesystem::path(pattern) / "checkpoint.safetensors", {});
  return pattern;
}

struct Folder {
  std::filesystem::path path = make_folder();
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  static const Folder folder;
  std::ofstream(folder.path / "checkpoint.json", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), std::streamsize(size));
  try {
    (void)load_checkpoint(folder.path);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::data)
      std::abort();
  }
  return 0;
}
