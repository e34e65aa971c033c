#include "hebb/formats/inflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "hebb/base/memory.h"

namespace hebb {
namespace {

constexpr uint64_t usual_ratio = 16;  // of what is unpacked to what is packed, at most

// By the end of a gzip file: the size of its last member, modulo 2^32.
uint64_t size_told(std::string_view packed) {
  uint64_t out = 0;
  for (size_t i = 0; i < 4 && packed.size() >= 18; ++i)
    out |= uint64_t(uint8_t(packed[packed.size() - 4 + i])) << 8 * i;
  return out;
}

}  // namespace

Inflater::Inflater(Wrapping wrapping, uint64_t max_bytes)
    : wrapping_(wrapping), max_bytes_(max_bytes) {
  if (inflateInit2(&z_, wrapping == Wrapping::gzip ? MAX_WBITS + 16 : -MAX_WBITS) != Z_OK)
    throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&z_);
}

// Whether it was a whole stream of the size that is told, which could be believed. If not, what is
// there is as before.
bool Inflater::read_at_once(std::string_view packed) {
  const uint64_t told = wrapping_ == Wrapping::gzip ? size_told(packed) : max_bytes_ - written_;
  if (told > max_bytes_ - written_ || told > usual_ratio * packed.size())
    return false;
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> unpack(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!unpack)
    throw std::bad_alloc();
  reserve_large(out_, written_ + told);
  out_.resize(std::max<size_t>(out_.size(), written_ + told));
  const auto read = wrapping_ == Wrapping::gzip ? libdeflate_gzip_decompress_ex
                                                : libdeflate_deflate_decompress_ex;
  size_t used = 0, made = 0;
  if (read(unpack.get(), packed.data(), packed.size(), out_.data() + written_,
           out_.size() - written_, &used, &made) != LIBDEFLATE_SUCCESS)
    return false;
  used_ = used;
  written_ += made;
  return true;
}

Inflated Inflater::read(std::string_view packed) {
  if (read_at_once(packed))
    return Inflated::whole;
  constexpr size_t step = std::numeric_limits<uInt>::max() / 2;  // zlib counts in 32 bits
  inflateReset(&z_);
  used_ = 0;
  while (true) {
    if (written_ == out_.size()) {
      if (written_ > max_bytes_)
        return Inflated::too_large;
      // One byte more than allowed shows whether there is more.
      out_.resize(size_t(std::min(max_bytes_ + 1, room_for(packed.size()))));
    }
    const size_t in = std::min(packed.size() - used_, step),
                 room = std::min(out_.size() - written_, step);
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + used_));
    z_.avail_in = uInt(in);
    z_.next_out = reinterpret_cast<Bytef*>(out_.data() + written_);
    z_.avail_out = uInt(room);
    const int status = inflate(&z_, Z_NO_FLUSH);
    used_ += in - z_.avail_in;
    written_ += room - z_.avail_out;
    if (status == Z_STREAM_END)
      return written_ > max_bytes_ ? Inflated::too_large : Inflated::whole;
    if (status == Z_MEM_ERROR)
      throw std::bad_alloc();
    if (status != Z_OK && status != Z_BUF_ERROR)
      return Inflated::damaged;
    if (used_ == packed.size() && z_.avail_out > 0)
      return Inflated::truncated;
  }
}

// By how much came out of the part of the stream that was read; at most four times as much as there
// is, since the rest may be packed in another way.
uint64_t Inflater::room_for(size_t packed) const {
  const uint64_t now = out_.size();
  const double ratio = used_ > 0 ? 1.05 * double(packed) / double(used_) : 1;
  const uint64_t told = std::min(uint64_t(double(now) * std::min(ratio, 4.0)), 4 * now);
  return std::max<uint64_t>({now + now / 2, told, 4 * packed, 1 << 16});
}

std::string Inflater::take() && {
  out_.resize(written_);
  return std::move(out_);
}

}  // namespace hebb
