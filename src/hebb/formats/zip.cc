#include "hebb/formats/zip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <set>

#include "hebb/base/check.h"
#include "hebb/formats/gzip.h"
#include "hebb/formats/inflate.h"

namespace hebb {
namespace {

constexpr uint32_t local_signature = 0x04034b50, central_signature = 0x02014b50,
                   end_signature = 0x06054b50, end64_signature = 0x06064b50,
                   locator_signature = 0x07064b50;
constexpr uint64_t max16 = 0xffff, max32 = 0xffffffff;
constexpr uint64_t deflate_ratio = 1032;  // deflate cannot do better (zlib's technical notes)

// Little-endian numbers, each read only when its bytes are there.
class Fields {
 public:
  Fields(std::string_view bytes, uint64_t at, std::string_view where)
      : bytes_(bytes), at_(at), where_(where) {}
  uint64_t number(int width) {
    need(uint64_t(width));
    uint64_t value = 0;
    for (int i = 0; i < width; ++i)
      value |= uint64_t(uint8_t(bytes_[at_ + uint64_t(i)])) << 8 * i;
    at_ += uint64_t(width);
    return value;
  }
  std::string_view text(uint64_t length) {
    need(length);
    const std::string_view part = bytes_.substr(at_, length);
    at_ += length;
    return part;
  }
  void skip(uint64_t length) { text(length); }
  uint64_t at() const { return at_; }
  bool empty() const { return at_ >= bytes_.size(); }

 private:
  void need(uint64_t length) {
    check_in(at_ <= bytes_.size() && length <= bytes_.size() - at_, ErrorKind::data, where_,
             "the zip archive is truncated or damaged at byte {}", at_);
  }
  std::string_view bytes_;
  uint64_t at_;
  std::string_view where_;
};

struct Directory {
  uint64_t offset, size, count;
};

Directory find_directory(std::string_view bytes, std::string_view where) {
  check_in(bytes.size() >= 22, ErrorKind::data, where, "is no zip archive ({} bytes)",
           bytes.size());
  const std::string_view signature("PK\5\6", 4);
  const uint64_t first = bytes.size() > 22 + max16 ? bytes.size() - 22 - max16 : 0;
  size_t at = bytes.rfind(signature, bytes.size() - 22);
  check_in(at != std::string_view::npos && at >= first, ErrorKind::data, where,
           "is no zip archive, or its end is missing");
  Fields end(bytes, at + 4, where);
  check_in(end.number(2) == 0 && end.number(2) == 0, ErrorKind::data, where,
           "is one part of a split zip archive");
  end.skip(2);
  Directory directory{};
  directory.count = end.number(2);
  directory.size = end.number(4);
  directory.offset = end.number(4);
  if (at >= 20 &&
      (directory.count == max16 || directory.size == max32 || directory.offset == max32)) {
    Fields locator(bytes, at - 20, where);
    if (locator.number(4) == locator_signature) {
      locator.skip(4);
      Fields end64(bytes, locator.number(8), where);
      check_in(end64.number(4) == end64_signature, ErrorKind::data, where,
               "the zip archive is damaged: its zip64 end is not where it should be");
      end64.skip(8 + 2 + 2 + 4 + 4 + 8);
      directory.count = end64.number(8);
      directory.size = end64.number(8);
      directory.offset = end64.number(8);
    }
  }
  check_in(directory.offset <= at && directory.size <= at - directory.offset, ErrorKind::data,
           where, "the zip archive is truncated: its directory is outside");
  return directory;
}

// The sizes and offset that did not fit into 32 bits.
void read_zip64(std::string_view extra, ZipMember& member, uint64_t& header,
                std::string_view where) {
  Fields fields(extra, 0, where);
  while (!fields.empty() && extra.size() - fields.at() >= 4) {
    const uint64_t id = fields.number(2), length = fields.number(2);
    Fields values(fields.text(length), 0, where);
    if (id != 1)
      continue;
    if (member.size == max32)
      member.size = values.number(8);
    if (member.packed == max32)
      member.packed = values.number(8);
    if (header == max32)
      header = values.number(8);
  }
}

void put(std::string& out, uint64_t value, int width) {
  for (int i = 0; i < width; ++i)
    out += char(value >> 8 * i & 0xff);
}

std::string deflated(std::string_view bytes) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_streamp)> guard(&stream, ::deflateEnd);
  std::string out;
  char buffer[65536];
  size_t done = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    const size_t part = std::min<size_t>(bytes.size() - done, 1u << 30);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + done));
    stream.avail_in = uInt(part);
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer);
      stream.avail_out = sizeof buffer;
      status = ::deflate(&stream, done + part == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
      out.append(buffer, sizeof buffer - stream.avail_out);
    } while (stream.avail_out == 0);
    done += part;
  }
  return out;
}

}  // namespace

ZipReader::ZipReader(std::string_view bytes, std::string where, uint64_t max_bytes)
    : bytes_(bytes), where_(std::move(where)) {
  const Directory directory = find_directory(bytes_, where_);
  Fields central(bytes_.substr(0, directory.offset + directory.size), directory.offset, where_);
  std::set<std::string_view> names;
  uint64_t total = 0;
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (uint64_t i = 0; i < directory.count; ++i) {
    check_in(central.number(4) == central_signature, ErrorKind::data, where_,
             "the zip archive is damaged: entry {} of its directory", i);
    ZipMember member;
    central.skip(2 + 2);
    const uint64_t flags = central.number(2), method = central.number(2);
    central.skip(4);
    member.crc = uint32_t(central.number(4));
    member.packed = central.number(4);
    member.size = central.number(4);
    const uint64_t name_length = central.number(2), extra_length = central.number(2),
                   comment_length = central.number(2);
    central.skip(2 + 2 + 4);
    uint64_t header = central.number(4);
    const std::string_view name = central.text(name_length);
    member.name = name;
    read_zip64(central.text(extra_length), member, header, where_);
    central.skip(comment_length);
    check_in(!(flags & 1), ErrorKind::data, where_, "member '{}' is encrypted", member.name);
    check_in(method == 0 || method == 8, ErrorKind::data, where_,
             "member '{}' is compressed by method {}; stored (0) and deflate (8) can be read",
             member.name, method);
    member.deflated = method == 8;
    check_in(names.insert(name).second, ErrorKind::data, where_, "holds member '{}' twice",
             member.name);

    Fields local(bytes_, header, where_);
    check_in(local.number(4) == local_signature, ErrorKind::data, where_,
             "the zip archive is damaged: member '{}' is not where it should be", member.name);
    local.skip(2 + 2 + 2 + 2 + 2 + 4 + 4 + 4);
    const uint64_t local_name = local.number(2), local_extra = local.number(2);
    check_in(local.text(local_name) == name, ErrorKind::data, where_,
             "the zip archive is damaged: member '{}' has two names", member.name);
    local.skip(local_extra);
    member.offset = local.at();
    local.skip(member.packed);
    ranges.emplace_back(header, local.at());
    const bool possible = member.deflated ? member.size / deflate_ratio <= member.packed
                                          : member.size == member.packed;
    check_in(possible, ErrorKind::data, where_, "member '{}' claims {} bytes out of {}",
             member.name, member.size, member.packed);
    check_in(member.size <= max_bytes - total, ErrorKind::data, where_,
             "unpacks to more than the {} bytes that are accepted here", max_bytes);
    total += member.size;
    members_.push_back(std::move(member));
  }
  std::sort(ranges.begin(), ranges.end());
  for (size_t i = 1; i < ranges.size(); ++i)
    check_in(ranges[i].first >= ranges[i - 1].second, ErrorKind::data, where_,
             "the zip archive is damaged: its members overlap");
}

const ZipMember* ZipReader::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const ZipMember& m) { return m.name == name; });
  return found == members_.end() ? nullptr : &*found;
}

std::string_view ZipReader::stored(const ZipMember& member) const {
  return bytes_.substr(member.offset, member.packed);
}

std::string ZipReader::read(const ZipMember& member) const {
  const std::string_view packed = stored(member);
  std::string out;
  if (!member.deflated) {
    out = packed;
  } else {
    Inflater inflater(Inflater::Wrapping::none, member.size);
    const Inflated how = inflater.read(packed);
    check_in(how != Inflated::too_large, ErrorKind::data, where_,
             "member '{}' unpacks to more than the {} bytes it claims", member.name, member.size);
    out = std::move(inflater).take();
    check_in(how == Inflated::whole && out.size() == member.size, ErrorKind::data, where_,
             "member '{}' is damaged", member.name);
  }
  check_in(crc32(out) == member.crc, ErrorKind::data, where_,
           "member '{}' is damaged: its checksum is wrong", member.name);
  return out;
}

void ZipWriter::add(std::string_view name, std::string_view bytes, bool deflate, uint64_t align) {
  check_in(name.size() < max16, ErrorKind::invalid, "zip",
           "a name of {} bytes cannot be written, should be shorter than {}", name.size(), max16);
  const std::string packed = deflate ? deflated(bytes) : std::string();
  const std::string_view data = deflate ? std::string_view(packed) : bytes;
  const uint64_t header = out_.size();
  const bool big = bytes.size() >= max32 || data.size() >= max32, far = header >= max32;
  const uint32_t crc = crc32(bytes);
  // 1 January 1980, the earliest date there is.
  const auto common = [&](std::string& to) {
    put(to, 0x0800, 2);  // names are UTF-8
    put(to, deflate ? 8 : 0, 2);
    put(to, 0, 2);
    put(to, 0x0021, 2);
    put(to, crc, 4);
    put(to, big ? max32 : data.size(), 4);
    put(to, big ? max32 : bytes.size(), 4);
    put(to, name.size(), 2);
  };
  std::string extra;
  if (big)
    put(extra, 1, 2), put(extra, 16, 2), put(extra, bytes.size(), 8), put(extra, data.size(), 8);
  if (!deflate && align > 1) {  // a field of zeros that fills up to the boundary
    const uint64_t begin = header + 30 + name.size() + extra.size() + 4,
                   fill = (align - begin % align) % align;
    put(extra, 0x4246, 2), put(extra, fill, 2);
    extra.append(fill, '\0');
  }
  put(out_, local_signature, 4);
  put(out_, big ? 45 : 20, 2);
  common(out_);
  put(out_, extra.size(), 2);
  out_.append(name).append(extra).append(data);

  std::string wide;
  if (big)
    put(wide, bytes.size(), 8), put(wide, data.size(), 8);
  if (far)
    put(wide, header, 8);
  put(directory_, central_signature, 4);
  put(directory_, 45, 2);
  put(directory_, wide.empty() ? 20 : 45, 2);
  common(directory_);
  put(directory_, wide.empty() ? 0 : wide.size() + 4, 2);
  put(directory_, 0, 2 + 2 + 2);  // comment, disk, internal
  put(directory_, 0, 4);
  put(directory_, far ? max32 : header, 4);
  directory_.append(name);
  if (!wide.empty())
    put(directory_, 1, 2), put(directory_, wide.size(), 2), directory_.append(wide);
  ++count_;
}

std::string ZipWriter::finish() && {
  const uint64_t offset = out_.size(), size = directory_.size();
  out_ += directory_;
  if (offset >= max32 || size >= max32 || count_ >= max16) {
    const uint64_t end64 = out_.size();
    put(out_, end64_signature, 4);
    put(out_, 44, 8);
    put(out_, 45, 2);
    put(out_, 45, 2);
    put(out_, 0, 8);
    put(out_, count_, 8);
    put(out_, count_, 8);
    put(out_, size, 8);
    put(out_, offset, 8);
    put(out_, locator_signature, 4);
    put(out_, 0, 4);
    put(out_, end64, 8);
    put(out_, 1, 4);
  }
  put(out_, end_signature, 4);
  put(out_, 0, 4);
  put(out_, std::min(count_, max16), 2);
  put(out_, std::min(count_, max16), 2);
  put(out_, std::min(size, max32), 4);
  put(out_, std::min(offset, max32), 4);
  put(out_, 0, 2);
  return std::move(out_);
}

}  // namespace hebb
