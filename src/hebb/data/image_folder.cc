#include "hebb/data/image_folder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <string_view>
#include <system_error>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/nearest.h"
#include "hebb/base/utf8.h"
#include "hebb/base/xxh64.h"
#include "hebb/data/in_parallel.h"
#include "hebb/formats/image.h"

namespace hebb::data {
namespace {

constexpr size_t looked_at = 16;  // pictures, to find out the shape

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

// With \xE9 for bytes that a terminal or JSON may not take.
std::string in_ascii(std::string_view name) {
  std::string out;
  for (char c : name)
    out += c >= 0x20 && c < 0x7f ? std::string(1, c) : fmt::format("\\x{:02X}", uint8_t(c));
  return out;
}

// PNG and JPEG by their first bytes.
bool is_picture(const fs::path& path) {
  std::array<char, 4> first{};
  std::ifstream file(path, std::ios::binary);
  check_in(file.is_open(), ErrorKind::io, path.string(), "cannot be read: {}",
           std::generic_category().message(errno));
  file.read(first.data(), first.size());
  const std::string_view bytes(first.data(), first.size());
  return bytes == "\x89PNG" || bytes.starts_with("\xFF\xD8\xFF");
}

std::vector<fs::path> class_folders(const fs::path& folder) {
  std::error_code error;
  check_in(fs::exists(folder, error) || error, ErrorKind::usage, folder.string(),
           "there is no such folder{}",
           folder.is_absolute() ? "" : fmt::format(" in {}", fs::current_path().string()));
  check_in(fs::is_directory(folder, error) || error, ErrorKind::usage, folder.string(),
           "is a file, should be a folder with a folder of pictures for each class");
  std::vector<fs::path> out;
  for (const fs::path& path : entries_of(folder))
    if (std::error_code ignored; fs::is_directory(path, ignored) && !is_hidden(path))
      out.push_back(path);
  check_in(!out.empty(), ErrorKind::data, folder.string(),
           "holds no class folders; should hold a folder with PNG or JPEG pictures for each class");
  for (const fs::path& path : out) {
    const std::string name = path.filename().string();
    check_in(valid_utf8(name) == name.size(), ErrorKind::data, folder.string(),
             "the name of a class folder is no UTF-8: \"{}\"; rename it", in_ascii(name));
  }
  constexpr std::array<std::string_view, 5> parts = {"train", "test", "val", "valid", "validation"};
  const bool only_parts = std::all_of(out.begin(), out.end(), [&](const fs::path& p) {
    return std::find(parts.begin(), parts.end(), p.filename().string()) != parts.end();
  });
  check_in(!only_parts, ErrorKind::usage, folder.string(),
           "holds parts, not classes; give {} as the data",
           fmt::join(
               [&] {
                 std::vector<std::string> paths;
                 for (const fs::path& p : out)
                   paths.push_back(p.string());
                 return paths;
               }(),
               " or "));
  return out;
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> out;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (is_hidden(it->path()))
      it.disable_recursion_pending();
    else if (it->is_regular_file(ignored))
      out.push_back(it->path());
  }
  check_in(!error, ErrorKind::io, folder.string(), "the folder cannot be read: {}",
           error.message());
  std::sort(out.begin(), out.end());
  return out;
}

PictureShape shape_of_first(const std::vector<fs::path>& files) {
  PictureShape shape;
  for (size_t i = 0; i < looked_at; ++i) {
    const Image image = read_image(files[i * files.size() / looked_at]);
    if (i == 0)
      shape = {1, image.height, image.width};
    if (image.channels > 1)
      shape.channels = 3;
  }
  return shape;
}

class ImageFolder : public Source {
 public:
  ImageFolder(const fs::path& folder, const ImageFolderOptions& options) {
    info_.name = folder.string();
    info_.class_names = options.class_names;
    const std::vector<fs::path> classes = class_folders(folder);
    if (options.class_names.empty())
      for (const fs::path& path : classes)
        info_.class_names.push_back(path.filename().string());
    for (const fs::path& path : classes)
      add_class(path);
    if (left_out_ > 0)
      info_.notes.push_back(
          fmt::format("{}: {} {} neither PNG nor JPEG and left out (the first: {}; {})",
                      folder.string(), left_out_, left_out_ == 1 ? "file is" : "files are",
                      first_left_out_.string(), looks_like_file(first_left_out_)));
    info_.size = int64_t(files_.size());
    read_files_by(options);
    bytes_ = product(info_.sample_shape);
    if (bytes_ <= options.keep_bytes / std::max<int64_t>(1, info_.size)) {
      kept_ = Tensor::empty({info_.size, bytes_}, u8);
      state_ = std::vector<std::atomic<uint8_t>>(files_.size());
    }
  }

  const void* in_memory(int64_t index) const override {
    if (state_.empty() || state_[size_t(index)].load(std::memory_order_acquire) != kept)
      return nullptr;
    return kept_.data<uint8_t>() + index * bytes_;
  }

  void read(int64_t index, void* to) const override {
    if (const void* values = in_memory(index)) {
      std::memcpy(to, values, size_t(bytes_));
      return;
    }
    const std::string file = read_file(files_[size_t(index)], max_image_bytes);
    Record record;
    record.where = files_[size_t(index)].string();
    record.add(input_field).refer(u8, {int64_t(file.size())}, file.data());
    recipe_.apply(record, 0, 1, nullptr);
    add_size(record.at(input_field).shape());
    recipe_.apply(record, 1, recipe_.picture_steps(), nullptr);
    const void* picture = record.at(input_field).bytes();
    std::memcpy(to, picture, size_t(bytes_));
    uint8_t expected = absent;
    if (state_.empty() || !state_[size_t(index)].compare_exchange_strong(expected, being_kept))
      return;
    std::memcpy(kept_.data<uint8_t>() + index * bytes_, picture, size_t(bytes_));
    state_[size_t(index)].store(kept, std::memory_order_release);
  }

  std::optional<PictureSizes> sizes_read() const override {
    const std::lock_guard lock(sizes_mutex_);
    return sizes_;
  }

  int64_t label(int64_t index) const override { return labels_[size_t(index)]; }
  std::string sample_name(int64_t index) const override { return files_[size_t(index)].string(); }

  uint64_t hash() const override {  // of the files as they are, whatever shape they are resized to;
                                    // parts of a set ask for it in turn
    std::call_once(hashed_, [&] { hash_ = hash_files(); });
    return hash_;
  }

 private:
  void read_files_by(const ImageFolderOptions& options) {
    if (options.recipe) {
      recipe_ = *options.recipe;
    } else {
      const PictureShape shape =
          options.shape == PictureShape{} ? shape_of_first(files_) : options.shape;
      check_in((shape.channels == 1 || shape.channels == 3) && shape.height > 0 && shape.width > 0,
               ErrorKind::usage, info_.name,
               "pictures cannot have the shape [{}, {}, {}], should be [1 or 3, height, width]",
               shape.channels, shape.height, shape.width);
      recipe_ = picture_recipe(shape);
    }
    check_in(recipe_.picture_steps() > 0, ErrorKind::usage, info_.name,
             "is a folder of pictures, and the model takes {}", describe(recipe_.input()));
    const Schema levels = recipe_.map(recipe_.input(), 0, recipe_.picture_steps(), false);
    info_.sample_shape = find_field(levels, input_field)->shape;
  }

  uint64_t hash_files() const {
    std::vector<uint64_t> of_file(files_.size());
    in_parallel(info_.size, 16, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const std::string bytes = read_file(files_[size_t(i)], max_image_bytes);
        Xxh64 sum;
        sum.add(bytes.data(), bytes.size());
        of_file[size_t(i)] = sum.value();
      }
    });
    Xxh64 sum;
    for (const std::string& name : info_.class_names)
      sum.add(name.c_str(), name.size() + 1);
    for (size_t i = 0; i < files_.size(); ++i) {
      sum.add(&of_file[i], sizeof of_file[i]);
      sum.add(&labels_[i], sizeof labels_[i]);
    }
    return sum.value();
  }

  void add_size(const Dims& decoded) const {
    const int height = int(decoded[1]), width = int(decoded[2]);
    const std::lock_guard lock(sizes_mutex_);
    if (!sizes_)
      sizes_ = PictureSizes{height, height, width, width};
    sizes_->least_height = std::min(sizes_->least_height, height);
    sizes_->most_height = std::max(sizes_->most_height, height);
    sizes_->least_width = std::min(sizes_->least_width, width);
    sizes_->most_width = std::max(sizes_->most_width, width);
  }

  enum State : uint8_t { absent, being_kept, kept };

  void add_class(const fs::path& path) {
    const std::string name = path.filename().string();
    const auto known = std::find(info_.class_names.begin(), info_.class_names.end(), name);
    if (known == info_.class_names.end())
      fail(ErrorKind::data, path.string(), "there is no class '{}'; known are {}", name,
           known_words(name, info_.class_names));
    const std::vector<fs::path> candidates = files_below(path);
    std::vector<uint8_t> picture(candidates.size());
    in_parallel(int64_t(candidates.size()), 64, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        picture[size_t(i)] = is_picture(candidates[size_t(i)]);
    });
    const size_t before = files_.size();
    for (size_t i = 0; i < candidates.size(); ++i) {
      const fs::path& file = candidates[i];
      if (picture[i]) {
        files_.push_back(file);
        labels_.push_back(known - info_.class_names.begin());
      } else {
        check_in(!is_picture_name(file), ErrorKind::data, file.string(),
                 "is not a PNG or JPEG picture, though its name says so; {}",
                 looks_like_file(file));
        if (left_out_++ == 0)
          first_left_out_ = file;
      }
    }
    check_in(files_.size() > before, ErrorKind::data, path.string(),
             "the class folder holds no PNG or JPEG picture, which are the ones that are read{}",
             candidates.empty() ? ""
                                : fmt::format("; {}: {}", candidates[0].filename().string(),
                                              looks_like_file(candidates[0])));
  }

  fs::path first_left_out_;
  std::vector<fs::path> files_;
  std::vector<int64_t> labels_;
  int64_t left_out_ = 0, bytes_ = 0;  // bytes_: of a picture
  Recipe recipe_;
  Tensor kept_;  // decoded pictures, where they fit
  mutable std::mutex sizes_mutex_;
  mutable std::optional<PictureSizes> sizes_;
  mutable std::once_flag hashed_;
  mutable uint64_t hash_ = 0;
  mutable std::vector<std::atomic<uint8_t>> state_;  // of each kept picture; none: nothing is kept
};

}  // namespace

Dataset image_folder(const std::string& folder, const ImageFolderOptions& options) {
  return Dataset(std::make_shared<ImageFolder>(folder, options));
}

}  // namespace hebb::data
