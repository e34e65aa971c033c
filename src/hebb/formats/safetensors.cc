#include "hebb/formats/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/json.h"
#include "hebb/ops/copy.h"
#include "hebb/tensor/to_host.h"

namespace hebb {
namespace {

using SortedJson =
    nlohmann::json;  // sorted by name: looking up stays quick, whatever a hostile file holds
constexpr uint64_t most_header_bytes = 100'000'000;

struct FileType {
  std::string_view name;
  int bits;
  std::optional<DType> dtype = {};
};
const FileType file_types[] = {{"BOOL", 8, DType::boolean},
                               {"U8", 8, DType::u8},
                               {"I8", 8, DType::i8},
                               {"U16", 16, DType::u16},
                               {"I16", 16, DType::i16},
                               {"F16", 16, DType::f16},
                               {"BF16", 16, DType::bf16},
                               {"U32", 32, DType::u32},
                               {"I32", 32, DType::i32},
                               {"F32", 32, DType::f32},
                               {"U64", 64, DType::u64},
                               {"I64", 64, DType::i64},
                               {"F64", 64, DType::f64},
                               {"C64", 64, DType::c64},
                               {"F8_E4M3", 8},
                               {"F8_E5M2", 8},
                               {"F8_E8M0", 8},
                               {"F6_E2M3", 6},
                               {"F6_E3M2", 6},
                               {"F4", 4}};

const FileType* type_of(std::string_view name) {
  const auto found = std::find_if(std::begin(file_types), std::end(file_types),
                                  [&](const FileType& t) { return t.name == name; });
  return found == std::end(file_types) ? nullptr : found;
}

// JSON whose objects name nothing twice and which is not nested deeper than a header is.
SortedJson parse_header(std::string_view text, std::string_view where) {
  std::vector<std::set<std::string>> names;
  const auto watch = [&](int depth, SortedJson::parse_event_t event, SortedJson& value) {
    check_in(depth <= 3, ErrorKind::data, where, "the header is nested too deeply");
    if (event == SortedJson::parse_event_t::object_start)
      names.emplace_back();
    if (event == SortedJson::parse_event_t::object_end)
      names.pop_back();
    if (event == SortedJson::parse_event_t::key)
      check_in(names.back().insert(value.get<std::string>()).second, ErrorKind::data, where,
               "the header holds '{}' twice", value.get<std::string>());
    return true;
  };
  try {
    return SortedJson::parse(text, watch);
  } catch (const SortedJson::exception&) {
    fail(ErrorKind::data, where, "the header is no JSON");
  }
}

std::optional<uint64_t> whole(const SortedJson& json) {
  if (!json.is_number_unsigned())
    return std::nullopt;
  return json.get<uint64_t>();
}

SafetensorsEntry read_entry(const std::string& name, const SortedJson& json,
                            std::string_view where) {
  const auto need = [&](bool holds, std::string_view what) {
    check_in(holds, ErrorKind::data, where, "tensor '{}': {}", name, what);
  };
  need(json.is_object() && json.contains("dtype") && json.contains("shape") &&
           json.contains("data_offsets"),
       "the header should give dtype, shape and data_offsets");
  SafetensorsEntry entry;
  entry.name = name;
  need(json["dtype"].is_string(), "dtype should be a text");
  entry.dtype = json["dtype"];
  const FileType* type = type_of(entry.dtype);
  check_in(type, ErrorKind::data, where, "tensor '{}': unknown dtype '{}'", name, entry.dtype);
  need(json["shape"].is_array(), "shape should be a list of sizes");
  for (const SortedJson& size : json["shape"]) {
    const std::optional<uint64_t> value = whole(size);
    need(value && *value <= uint64_t(1) << 62, "shape should be a list of sizes");
    entry.shape.push_back(int64_t(*value));
  }
  const SortedJson& offsets = json["data_offsets"];
  need(offsets.is_array() && offsets.size() == 2 && whole(offsets[0]) && whole(offsets[1]),
       "data_offsets should be [begin, end]");
  entry.begin = *whole(offsets[0]);
  entry.end = *whole(offsets[1]);
  need(entry.begin <= entry.end, "data_offsets end before they begin");
  const std::optional<int64_t> bits =
      checked_product(entry.shape, type->bits);  // of F4 there may be no whole number of bytes
  check_in(bits && *bits % 8 == 0 && uint64_t(*bits) / 8 == entry.end - entry.begin,
           ErrorKind::data, where,
           "tensor '{}': {} {} does not take the {} bytes that data_offsets give it", name,
           entry.dtype, to_string(entry.shape), entry.end - entry.begin);
  return entry;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : file_(std::make_unique<MappedFile>(path)), bytes_(file_->bytes()), where_(path.string()) {
  open();
}
SafetensorsFile::SafetensorsFile(std::string_view bytes, std::string where)
    : bytes_(bytes), where_(std::move(where)) {
  open();
}
SafetensorsFile::~SafetensorsFile() = default;

void SafetensorsFile::open() {
  check_in(bytes_.size() >= 8, ErrorKind::data, where_, "is no safetensors file ({} bytes)",
           bytes_.size());
  uint64_t length = 0;
  for (size_t i = 0; i < 8; ++i)
    length |= uint64_t(uint8_t(bytes_[i])) << 8 * i;
  // A header of 640 bytes begins like a pickle; what follows the length tells them apart.
  const bool has_header = bytes_.size() > 8 && bytes_[8] == '{';
  check_in(
      has_header || !(bytes_.starts_with("PK\3\4") || bytes_.starts_with("\x80\2")),
      ErrorKind::data, where_,
      "is no safetensors file but a zip archive or a pickle, such as torch.save writes; write it "
      "with safetensors.torch.save_file(model.state_dict(), FILE)");
  check_in(length <= most_header_bytes, ErrorKind::data, where_,
           "is no safetensors file, or its header is larger than {} bytes", most_header_bytes);
  check_in(length <= bytes_.size() - 8, ErrorKind::data, where_,
           "is truncated: the header should have {} bytes", length);
  const std::string_view header = bytes_.substr(8, length);
  values_ = bytes_.substr(8 + length);
  check_in(header.starts_with('{'), ErrorKind::data, where_,
           "is no safetensors file: the header does not begin with '{{'");
  const SortedJson json = parse_header(header, where_);
  for (const auto& [name, value] : json.items()) {
    if (name != "__metadata__") {
      entries_.push_back(read_entry(name, value, where_));
      continue;
    }
    check_in(value.is_object(), ErrorKind::data, where_, "__metadata__ should map texts to texts");
    for (const auto& [key, text] : value.items()) {
      check_in(text.is_string(), ErrorKind::data, where_, "__metadata__ '{}' should be a text",
               key);
      metadata_[key] = text;
    }
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t at = 0;
  for (const SafetensorsEntry& entry : entries_) {
    check_in(entry.begin >= at, ErrorKind::data, where_, "tensor '{}' overlaps the one before it",
             entry.name);
    check_in(entry.begin == at, ErrorKind::data, where_,
             "there is a hole of {} bytes before tensor '{}'", entry.begin - at, entry.name);
    at = entry.end;
    check_in(at <= values_.size(), ErrorKind::data, where_,
             "is truncated: tensor '{}' ends at byte {} of {}", entry.name, at, values_.size());
  }
  check_in(at == values_.size(), ErrorKind::data, where_, "holds {} bytes behind the last tensor",
           values_.size() - at);
}

Tensor SafetensorsFile::read(const SafetensorsEntry& entry) const {
  const FileType* type = type_of(entry.dtype);
  check_in(type && type->dtype, ErrorKind::data, where_, "tensor '{}' is {}, which cannot be read",
           entry.name, entry.dtype);
  Tensor out = Tensor::empty(entry.shape, *type->dtype);
  const std::string_view values = values_.substr(entry.begin, entry.end - entry.begin);
  char* to = static_cast<char*>(out.raw_data());
  if (!values.empty())
    std::memcpy(to, values.data(), values.size());
  if (out.dtype() == DType::boolean)
    for (size_t i = 0; i < values.size(); ++i)
      to[i] = to[i] != 0;
  return out;
}

namespace {

NamedTensors read_all(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  NamedTensors tensors;
  for (const SafetensorsEntry& entry : file.entries())
    tensors.emplace(entry.name, file.read(entry));
  return tensors;
}

NamedTensors read_shards(const std::filesystem::path& path) {
  const std::string where = path.string();
  const SortedJson index = parse_header(read_file(path, most_header_bytes), where);
  const bool listed =
      index.is_object() && index.contains("weight_map") && index["weight_map"].is_object();
  check_in(listed, ErrorKind::data, where, "has no weight_map of tensors to files");
  struct Shard {
    explicit Shard(const std::filesystem::path& path) : file(path) {
      for (const SafetensorsEntry& entry : file.entries())
        entries.emplace(entry.name, &entry);
    }
    SafetensorsFile file;
    std::map<std::string_view, const SafetensorsEntry*> entries;
  };
  std::map<std::string, std::unique_ptr<Shard>> shards;
  NamedTensors tensors;
  for (const auto& [name, value] : index["weight_map"].items()) {
    check_in(value.is_string(), ErrorKind::data, where,
             "weight_map '{}' should be the name of a file", name);
    const std::filesystem::path shard = value.get<std::string>();
    check_in(shard == shard.filename() && shard != ".." && shard != ".", ErrorKind::data, where,
             "'{}' is no plain file name beside the index", shard.string());
    auto& opened = shards[shard.string()];
    if (!opened)
      opened = std::make_unique<Shard>(path.parent_path() / shard);
    const auto found = opened->entries.find(name);
    check_in(found != opened->entries.end(), ErrorKind::data, where, "tensor '{}' is not in {}",
             name, shard.string());
    tensors.emplace(name, opened->file.read(*found->second));
  }
  return tensors;
}

std::string_view name_of(DType dtype) {
  for (const FileType& type : file_types)
    if (type.dtype == dtype)
      return type.name;
  return {};
}

}  // namespace

NamedTensors read_safetensors(const std::filesystem::path& path) {
  return path.extension() == ".json" ? read_shards(path) : read_all(path);
}

std::string encode_safetensors(const NamedTensors& tensors, const Metadata& metadata) {
  std::vector<std::pair<std::string, Tensor>> ordered(tensors.begin(), tensors.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return item_size(a.second.dtype()) > item_size(b.second.dtype());
  });
  Json header = Json::object();
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  uint64_t at = 0;
  for (const auto& [name, tensor] : ordered) {
    check_in(name != "__metadata__", ErrorKind::invalid, "safetensors",
             "a tensor cannot be called __metadata__");
    check_in(!is_complex(tensor.dtype()), ErrorKind::invalid, "safetensors",
             "tensor '{}' is {}, which the format does not have", name, hebb::name(tensor.dtype()));
    const uint64_t end = at + uint64_t(tensor.nbytes());
    header[name] = {{"dtype", name_of(tensor.dtype())},
                    {"shape", std::vector<int64_t>(tensor.shape().begin(), tensor.shape().end())},
                    {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text;
  try {
    text = to_text(header);
  } catch (const Json::exception&) {
    fail(ErrorKind::invalid, "safetensors", "names and metadata should be UTF-8");
  }
  text.append((8 - text.size() % 8) % 8, ' ');
  check_in(text.size() <= most_header_bytes, ErrorKind::invalid, "safetensors",
           "the header would be larger than {} bytes", most_header_bytes);
  std::string out;
  out.reserve(8 + text.size() + at);
  for (int i = 0; i < 8; ++i)
    out += char(uint64_t(text.size()) >> 8 * i & 0xff);
  out += text;
  for (const auto& [name, tensor] : ordered) {
    const Tensor here = to_host(tensor);
    Tensor values = here;
    if (!here.is_contiguous()) {
      values = Tensor::empty(tensor.shape(), tensor.dtype());
      copy_values(here, values);
    }
    out.append(static_cast<const char*>(values.raw_data()), size_t(values.nbytes()));
  }
  return out;
}

void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                       const Metadata& metadata) {
  write_file_atomic(path, encode_safetensors(tensors, metadata));
}

}  // namespace hebb
