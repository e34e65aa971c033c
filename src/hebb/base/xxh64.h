// XXH64, a fast 64-bit hash of bytes, to tell data sets apart; no protection against forgery (that
// is sha256.h). Source: Yann Collet, "xxHash fast digest algorithm", version 0.1.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hebb {

class Xxh64 {
 public:
  explicit Xxh64(uint64_t seed = 0);
  void add(const void* bytes, size_t count);
  uint64_t value() const;   // of all bytes added so far
  std::string hex() const;  // 16 lower-case digits

 private:
  void stripe(const unsigned char* data);  // 32 bytes

  std::array<uint64_t, 4> lanes_;
  std::array<unsigned char, 32> buffer_{};
  uint64_t seed_, bytes_ = 0;
};

}  // namespace hebb
