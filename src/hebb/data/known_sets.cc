#include "hebb/data/known_sets.h"

#include <cstdlib>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/sha256.h"
#include "hebb/data/download.h"
#include "hebb/formats/gzip.h"

namespace hebb::data {
namespace {

fs::path environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

fs::path user_cache() {
  if (const fs::path cache = environment("XDG_CACHE_HOME"); cache.is_absolute())
    return cache / "hebb" / "data";
  if (const fs::path home = environment("HOME"); !home.empty())
    return home / ".cache" / "hebb" / "data";
  return {};
}

// Plain or gzipped; with a dot ("train-images.idx3-ubyte") as its archives unpack, too.
std::optional<fs::path> file_in(const fs::path& folder, const KnownFile& file) {
  std::string dotted(file.name);
  if (const size_t at = dotted.find("-idx"); at != std::string::npos)
    dotted[at] = '.';
  for (const std::string& name : {std::string(file.name), dotted})
    for (const char* ending : {".gz", ""}) {
      const fs::path path = folder / (name + ending);
      std::error_code error;  // a folder that may not be entered holds nothing for us
      if (fs::is_regular_file(path, error))
        return path;
    }
  return std::nullopt;
}

bool is_known_file(const KnownFile& file, const fs::path& path) {
  try {
    verify_known_file(file, path);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// All sets call their files the same: those that lie in no folder of their set may be another
// one's, which labels tell quickly.
bool holds_another_set(const KnownSet& set, const fs::path& folder) {
  for (const KnownSet& other : known_sets())
    for (const KnownFile* labels : {&other.train_labels, &other.test_labels})
      if (const auto found = file_in(folder, *labels);
          other.name != set.name && found && is_known_file(*labels, *found))
        return true;
  return false;
}

// The first folder that holds the file, or another one of the set: then the set lies there without
// it, and another folder's would be of another set.
std::optional<fs::path> begun_folder(const KnownSet& set, const KnownFile& file,
                                     const std::vector<fs::path>& folders) {
  const auto begun = [&](const fs::path& folder) {
    for (const KnownFile* known :
         {&file, &set.train_images, &set.train_labels, &set.test_images, &set.test_labels})
      if (file_in(folder, *known))
        return true;
    return false;
  };
  for (const fs::path& root : folders) {
    for (std::string_view name : set.folders)
      if (begun(root / name))
        return root / name;
    if (begun(root) && !holds_another_set(set, root))
      return root;
  }
  return std::nullopt;
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const std::vector<KnownSet> sets = {
      {.name = "fashion-mnist",
       .what = "articles of clothing, grey, 28x28",
       .licence = "MIT",
       .home = "https://github.com/zalandoresearch/fashion-mnist",
       .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                   "Sneaker", "Bag", "Ankle boot"},
       .train_images = {"train-images-idx3-ubyte", 47040016,
                        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
       .train_labels = {"train-labels-idx1-ubyte", 60008,
                        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
       .test_images = {"t10k-images-idx3-ubyte", 7840016,
                       "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
       .test_labels = {"t10k-labels-idx1-ubyte", 10008,
                       "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
       .folders = {"fashion-mnist", "fashion_mnist", "FashionMNIST/raw"},
       .urls =
           {"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"}},
      {.name = "mnist",
       .what = "handwritten digits, grey, 28x28",
       .licence = "CC BY-SA 3.0",
       .home = "http://yann.lecun.com/exdb/mnist",
       .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
       .train_images = {"train-images-idx3-ubyte", 47040016,
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
       .train_labels = {"train-labels-idx1-ubyte", 60008,
                        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
       .test_images = {"t10k-images-idx3-ubyte", 7840016,
                       "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
       .test_labels = {"t10k-labels-idx1-ubyte", 10008,
                       "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
       .folders = {"mnist", "MNIST/raw"},
       .urls = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/"}},
  };
  return sets;
}

const KnownSet* find_known_set(std::string_view name) {
  for (const KnownSet& set : known_sets())
    if (set.name == name)
      return &set;
  return nullptr;
}

std::vector<fs::path> data_folders(const fs::path& given) {
  if (!given.empty())
    return {given};
  std::vector<fs::path> out;
  for (const fs::path& folder : {environment("HEBB_DATA"), fs::path("data"), user_cache()})
    if (!folder.empty())
      out.push_back(folder);
  return out;
}

fs::path download_folder(const fs::path& given) {
  for (const fs::path& folder : {given, environment("HEBB_DATA"), user_cache()})
    if (!folder.empty())
      return folder;
  return "data";
}

std::optional<fs::path> find_known_file(const KnownSet& set, const KnownFile& file,
                                        const std::vector<fs::path>& folders) {
  const auto folder = begun_folder(set, file, folders);
  return folder ? file_in(*folder, file) : std::nullopt;
}

std::optional<fs::path> folder_of_set(const KnownSet& set, const std::vector<fs::path>& folders) {
  fs::path folder;
  for (const KnownFile* file :
       {&set.train_images, &set.train_labels, &set.test_images, &set.test_labels}) {
    const auto found = find_known_file(set, *file, folders);
    if (!found)
      return std::nullopt;
    folder = found->parent_path();
  }
  return folder;
}

void verify_known_file(const KnownFile& file, const fs::path& path) {
  const std::string whole = read_file(path, file.bytes + (1 << 20));
  std::string unpacked;
  std::string_view bytes = whole;
  if (is_gzip(bytes))
    bytes = unpacked = gunzip(bytes, path.string(), file.bytes);
  check_in(bytes.size() == file.bytes, ErrorKind::data, path.string(),
           "is not {}: {} bytes unpacked, should be {}", file.name, bytes.size(), file.bytes);
  const std::string sum = sha256_hex(bytes);
  check_in(sum == file.sha256, ErrorKind::data, path.string(),
           "is not {}: its SHA-256 is {}, should be {}", file.name, sum, file.sha256);
}

fs::path get_known_file(const KnownSet& set, const KnownFile& file, const fs::path& given,
                        const DownloadProgress& progress) {
  const std::vector<fs::path> folders = data_folders(given);
  const auto begun =
      begun_folder(set, file, folders);  // a set that is there in part is completed there
  if (begun)
    if (const auto found = file_in(*begun, file))
      return *found;
  const fs::path folder = begun ? *begun : download_folder(given) / set.folders.front();
  fs::path to = folder / (std::string(file.name) + ".gz");
  DownloadOptions options;
  options.max_bytes =
      file.bytes + (1 << 20);  // packed, it is smaller; nothing honest is much larger
  if (progress)
    options.progress = [&](uint64_t done, uint64_t total) {
      return progress(file.name, done, total);
    };
  std::string reasons;
  for (std::string_view url : set.urls) {
    try {
      download(
          std::string(url) + std::string(file.name) + ".gz", to,
          [&](const fs::path& path) { verify_known_file(file, path); }, options);
      return to;
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::interrupted)
        throw;
      if (!reasons.empty())
        reasons += '\n';
      reasons += e.where() + ": " + e.message();
    }
  }
  std::string searched;
  if (begun)
    searched = begun->string() + ", which holds other files of the set";
  else
    for (const fs::path& root : folders)
      searched += (searched.empty() ? "" : ", ") + (root / set.folders.front()).string();
  throw Error(
      ErrorKind::io, std::string(set.name),
      fmt::format(
          "{} is not in {}, and cannot be downloaded{}", file.name, searched,
          given.empty()
              ? "; HEBB_DATA names the folder where data sets lie, if it is another one"
              : "; where a folder is named, HEBB_DATA and the user's cache are not looked at"),
      reasons);
}

}  // namespace hebb::data
