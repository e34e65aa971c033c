// Deflate streams (RFC 1951) unpacked in memory, bare or as gzip (RFC 1952). What is unpacked
// grows with what really comes out, whatever a header claims. libdeflate, which is twice as fast,
// unpacks streams whose size is told; zlib the others, and it says what is wrong with one.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace hebb {

enum class Inflated { whole, truncated, damaged, too_large };

class Inflater {
 public:
  enum class Wrapping { none, gzip };
  Inflater(Wrapping wrapping, uint64_t max_bytes);  // max_bytes: of all streams together
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Unpacks the stream at the beginning of `packed`, behind those before it.
  Inflated read(std::string_view packed);
  size_t used() const { return used_; }  // bytes of `packed` that the last stream took
  const char* message() const { return z_.msg ? z_.msg : "wrong data"; }  // of a damaged one
  std::string take() &&;

 private:
  bool read_at_once(std::string_view packed);
  uint64_t room_for(size_t packed) const;  // bytes that the output should grow to

  const Wrapping wrapping_;
  z_stream z_{};
  uint64_t max_bytes_;
  std::string out_;
  size_t used_ = 0, written_ = 0;
};

}  // namespace hebb
