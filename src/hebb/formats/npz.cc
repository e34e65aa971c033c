#include "hebb/formats/npz.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/utf8.h"
#include "hebb/formats/zip.h"
#include "hebb/ops/copy.h"
#include "hebb/tensor/to_host.h"
#include "hebb/tensor/unrecorded_view.h"

static_assert(std::endian::native == std::endian::little,
              "values are copied as they lie in memory");

namespace hebb {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr size_t most_texts = size_t(1) << 24;  // each takes far more memory than in the file
constexpr size_t most_dims = 64;                // NumPy's own limit

struct NumpyType {
  DType dtype;
  std::string_view code;
};
constexpr NumpyType numpy_types[] = {
    {DType::boolean, "b1"}, {DType::i8, "i1"},   {DType::i16, "i2"}, {DType::i32, "i4"},
    {DType::i64, "i8"},     {DType::u8, "u1"},   {DType::u16, "u2"}, {DType::u32, "u4"},
    {DType::u64, "u8"},     {DType::f16, "f2"},  {DType::f32, "f4"}, {DType::f64, "f8"},
    {DType::c64, "c8"},     {DType::c128, "c16"}};

std::string_view code_of(DType dtype) {
  for (const NumpyType& type : numpy_types)
    if (type.dtype == dtype)
      return type.code;
  bug("a dtype that NumPy does not have");
}

struct NpyHeader {
  DType dtype = DType::f32;
  bool big_endian = false, fortran = false;
  std::string_view descr;
  int64_t text_width = 0, text_bytes = 0;  // of text: characters a cell, bytes a character
  Dims shape;
};

[[noreturn]] void unknown_type(std::string_view descr, std::string_view where) {
  fail(ErrorKind::data, where,
       "holds values of type '{}'; bool, integers, f2, f4, f8 and complex c8, c16 can be read, and "
       "text as the "
       "labels of a data set",
       std::string(descr));
}

// The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  NpyHeader parse() {
    NpyHeader header;
    bool descr = false, order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr" && !std::exchange(descr, true))
        type(header);
      else if (key == "fortran_order" && !std::exchange(order, true))
        header.fortran = boolean();
      else if (key == "shape" && !std::exchange(shape, true))
        header.shape = tuple();
      else
        broken();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    space();
    if (!descr || !order || !shape || !text_.empty())
      broken();
    return header;
  }

 private:
  [[noreturn]] void broken() const {
    fail(ErrorKind::data, where_, "the npy header is damaged: {}",
         std::string(text_.substr(0, 40)));
  }
  void space() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n'))
      text_.remove_prefix(1);
  }
  bool accept(char c) {
    space();
    if (text_.empty() || text_[0] != c)
      return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      broken();
  }
  std::string_view string() {
    space();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"'))
      broken();
    const size_t end = text_.find(text_[0], 1);
    if (end == std::string_view::npos)
      broken();
    const std::string_view value = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return value;
  }
  bool boolean() {
    space();
    for (const auto& [word, value] :
         {std::pair<std::string_view, bool>{"True", true}, {"False", false}})
      if (text_.starts_with(word)) {
        text_.remove_prefix(word.size());
        return value;
      }
    broken();
  }
  Dims tuple() {
    Dims shape;
    expect('(');
    while (!accept(')')) {
      space();
      int64_t size = 0;
      size_t digits = 0;
      for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
        if (digits >= 18)
          broken();
        size = size * 10 + (text_[digits] - '0');
      }
      if (digits == 0 || shape.size() >= most_dims)
        broken();
      text_.remove_prefix(digits);
      if (!text_.empty() && text_[0] == 'L')
        text_.remove_prefix(1);  // Python 2 wrote 3L
      shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }
  void type(NpyHeader& header) {
    space();
    if (text_.starts_with('['))
      fail(ErrorKind::data, where_,
           "holds structures with named fields; plain numbers can be read");
    const std::string_view descr = header.descr = string();
    std::string_view code = descr;
    if (!code.empty() && (code[0] == '<' || code[0] == '>' || code[0] == '=' || code[0] == '|')) {
      header.big_endian = code[0] == '>';
      code.remove_prefix(1);
    }
    if (code.starts_with('O'))
      fail(ErrorKind::data, where_,
           "holds Python objects, which are not read; .astype(str) makes words text, "
           ".astype(float) makes numbers");
    if (code == "?")
      code = "b1";
    for (const NumpyType& type : numpy_types)
      if (type.code == code) {
        header.dtype = type.dtype;
        return;
      }
    if (code.starts_with('U') || code.starts_with('S')) {
      header.text_bytes = code[0] == 'U' ? 4 : 1;
      const char *begin = code.data() + 1, *end = code.data() + code.size();
      const auto [rest, error] = std::from_chars(begin, end, header.text_width);
      if (error == std::errc() && rest == end && *begin != '-')
        return;
    }
    unknown_type(descr, where_);
  }

  std::string_view text_, where_;
};

// Reverses the bytes of every number; a complex value is two numbers.
void swap_bytes(char* data, int64_t bytes, DType dtype) {
  const int64_t width = item_size(dtype) / (is_complex(dtype) ? 2 : 1);
  for (int64_t i = 0; i < bytes; i += width)
    std::reverse(data + i, data + i + width);
}

// Takes the header from the bytes; what remains are the values.
NpyHeader take_header(std::string_view& bytes, std::string_view where) {
  check_in(bytes.starts_with(magic) && bytes.size() >= 10, ErrorKind::data, where,
           "is no npy file");
  const int major = bytes[6];
  check_in(major >= 1 && major <= 3, ErrorKind::data, where,
           "is an npy file of version {}; 1 to 3 can be read", major);
  const size_t width = major == 1 ? 2 : 4, begin = 8 + width;
  size_t length = 0;
  check_in(bytes.size() >= begin, ErrorKind::data, where, "is truncated");
  for (size_t i = 0; i < width; ++i)
    length |= size_t(uint8_t(bytes[8 + i])) << 8 * i;
  check_in(length <= bytes.size() - begin, ErrorKind::data, where,
           "is truncated: the header should have {} bytes", length);
  const NpyHeader header = HeaderParser(bytes.substr(begin, length), where).parse();
  bytes.remove_prefix(begin + length);
  return header;
}

void check_size(const NpyHeader& header, std::string_view data, int64_t each, std::string_view type,
                std::string_view where) {
  const std::optional<int64_t> needed = checked_product(header.shape, each);
  check_in(needed && uint64_t(*needed) == data.size(), ErrorKind::data, where,
           "holds {} bytes of values, but {}{} takes {}", data.size(), type,
           to_string(header.shape), needed ? std::to_string(*needed) : "more than memory can hold");
}

Tensor tensor_of(const NpyHeader& header, std::string_view data, std::string_view where) {
  if (header.text_bytes > 0)
    unknown_type(header.descr, where);
  check_size(header, data, item_size(header.dtype), name(header.dtype), where);
  Dims shape = header.shape;
  if (header.fortran)
    std::reverse(shape.begin(), shape.end());
  Tensor values = Tensor::empty(shape, header.dtype);
  char* to = static_cast<char*>(values.raw_data());
  if (!data.empty())
    std::memcpy(to, data.data(), data.size());
  if (header.big_endian)
    swap_bytes(to, int64_t(data.size()), header.dtype);
  if (header.dtype == DType::boolean)
    for (size_t i = 0; i < data.size(); ++i)
      to[i] = to[i] != 0;  // a bool that is neither would be undefined behaviour
  if (!header.fortran || header.shape.size() < 2)
    return values;
  Tensor out = Tensor::empty(header.shape, header.dtype);
  Dims strides = values.strides();
  std::reverse(strides.begin(), strides.end());
  copy_values(unrecorded_view(values, header.shape, strides, 0), out);
  return out;
}

// One cell: its characters up to the zeros that fill it.
std::string text_of(const NpyHeader& header, std::string_view cell, std::string_view where) {
  std::string out;
  if (header.text_bytes == 1) {
    out = cell.substr(0, cell.find_last_not_of('\0') + 1);
  } else {
    for (; !cell.empty(); cell.remove_prefix(4)) {
      uint32_t code = 0;
      for (size_t i = 0; i < 4; ++i)
        code |= uint32_t(uint8_t(cell[header.big_endian ? 3 - i : i])) << 8 * i;
      check_in(code < 0x110000, ErrorKind::data, where, "holds text that is no Unicode");
      append_utf8(code, out);
    }
    out.resize(out.find_last_not_of('\0') + 1);
  }
  check_in(valid_utf8(out) == out.size(), ErrorKind::data, where,
           "holds text that is no {}; .astype(str) or .decode() in NumPy makes it Unicode",
           header.text_bytes == 1 ? "UTF-8" : "Unicode");
  return out;
}

TextArray texts_of(const NpyHeader& header, std::string_view data, std::string_view where) {
  const std::optional<int64_t> each = checked_product(Dims{header.text_width}, header.text_bytes);
  check_in(each && (*each > 0 || checked_product(header.shape, 1) == 0), ErrorKind::data, where,
           "holds text of type '{}', which has no size", std::string(header.descr));
  check_size(header, data, *each, header.descr, where);
  check_in(data.empty() || data.size() / size_t(*each) <= most_texts, ErrorKind::data, where,
           "holds {} texts, of which at most {} are read", data.size() / size_t(*each), most_texts);
  TextArray out{header.shape, {}};
  for (; !data.empty(); data.remove_prefix(size_t(*each)))
    out.values.push_back(text_of(header, data.substr(0, size_t(*each)), where));
  return out;
}

}  // namespace

Tensor decode_npy(std::string_view bytes, std::string_view where) {
  const NpyHeader header = take_header(bytes, where);
  return tensor_of(header, bytes, where);
}

std::string encode_npy(const Tensor& tensor) {
  const DType dtype = tensor.dtype() == DType::bf16 ? DType::f32 : tensor.dtype();
  const Tensor here = to_host(tensor);
  Tensor values = here;
  if (dtype != tensor.dtype() || !tensor.is_contiguous()) {
    values = Tensor::empty(tensor.shape(), dtype);
    copy_values(here, values);
  }
  std::string shape;
  for (int64_t size : tensor.shape())
    shape += fmt::format("{}{}", shape.empty() ? "" : ", ", size);
  if (tensor.dim() == 1)
    shape += ",";
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}",
                                   item_size(dtype) == 1 ? '|' : '<', code_of(dtype), shape);
  header.append(63 - (10 + header.size()) % 64,
                ' ');  // so that the values begin at a multiple of 64
  header += '\n';
  check(header.size() <= 0xffff, "npy: a shape of {} dimensions cannot be written", tensor.dim());
  std::string out(magic);
  out += std::string_view("\1\0", 2);
  out += char(header.size() & 0xff);
  out += char(header.size() >> 8);
  return out + header +
         std::string(static_cast<const char*>(values.raw_data()), size_t(values.nbytes()));
}

namespace {

// Calls take with the name, the bytes and the words for messages of each array; false: it was
// there.
void each_array(
    std::string_view bytes, std::string_view where,
    FunctionRef<bool(const std::string& name, std::string_view bytes, const std::string& label)>
        take) {
  check_in(!bytes.starts_with(magic), ErrorKind::data, where,
           "is one array (.npy), not an .npz archive of named arrays");
  const ZipReader zip(bytes, std::string(where));
  for (const ZipMember& member : zip.members()) {
    if (member.name.ends_with('/'))
      continue;
    std::string name = member.name;
    if (name.ends_with(".npy"))
      name.resize(name.size() - 4);
    const std::string label = fmt::format("{}: array '{}'", where, name);
    check_in(take(name, zip.read(member), label), ErrorKind::data, where, "holds array '{}' twice",
             name);
  }
}

}  // namespace

NamedTensors decode_npz(std::string_view bytes, std::string_view where) {
  NamedTensors tensors;
  each_array(bytes, where,
             [&](const std::string& name, std::string_view array, const std::string& label) {
               return tensors.emplace(name, decode_npy(array, label)).second;
             });
  return tensors;
}

NpzArrays decode_npz_arrays(std::string_view bytes, std::string_view where) {
  NpzArrays out;
  each_array(bytes, where,
             [&](const std::string& name, std::string_view array, const std::string& label) {
               const NpyHeader header = take_header(array, label);
               if (header.text_bytes > 0)
                 return !out.numbers.contains(name) &&
                        out.texts.emplace(name, texts_of(header, array, label)).second;
               return !out.texts.contains(name) &&
                      out.numbers.emplace(name, tensor_of(header, array, label)).second;
             });
  return out;
}

std::string encode_npz(const NamedTensors& tensors, bool compress) {
  ZipWriter zip;
  for (const auto& [name, tensor] : tensors)
    zip.add(name + ".npy", encode_npy(tensor), compress);
  return std::move(zip).finish();
}

NamedTensors read_npz(const std::filesystem::path& path) {
  return decode_npz(read_file(path), path.string());
}
NpzArrays read_npz_arrays(const std::filesystem::path& path) {
  return decode_npz_arrays(read_file(path), path.string());
}
Tensor read_npy(const std::filesystem::path& path) {
  return decode_npy(read_file(path), path.string());
}
void write_npz(const std::filesystem::path& path, const NamedTensors& tensors, bool compress) {
  write_file_atomic(path, encode_npz(tensors, compress));
}
void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write_file_atomic(path, encode_npy(tensor));
}

}  // namespace hebb
