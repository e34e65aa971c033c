#include "hebb/formats/inflate.h"

#include <algorithm>
#include <limits>
#include <new>

namespace hebb {

Inflater::Inflater(Wrapping wrapping, uint64_t max_bytes) : max_bytes_(max_bytes) {
  if (inflateInit2(&z_, wrapping == Wrapping::gzip ? MAX_WBITS + 16 : -MAX_WBITS) != Z_OK)
    throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&z_);
}

Inflated Inflater::read(std::string_view packed) {
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
