#include "hebb/base/xxh64.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "hebb/base/check.h"

namespace hebb {
namespace {

constexpr uint64_t p1 = 0x9E3779B185EBCA87, p2 = 0xC2B2AE3D27D4EB4F, p3 = 0x165667B19E3779F9,
                   p4 = 0x85EBCA77C2B2AE63, p5 = 0x27D4EB2F165667C5;

template <class T>
T read(const unsigned char* data) {  // little-endian on every machine
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value |= T(data[i]) << (8 * i);
  return value;
}

uint64_t round(uint64_t lane, uint64_t word) {
  return std::rotl(lane + word * p2, 31) * p1;
}
uint64_t merge(uint64_t sum, uint64_t lane) {
  return (sum ^ round(0, lane)) * p1 + p4;
}

}  // namespace

Xxh64::Xxh64(uint64_t seed) : lanes_{seed + p1 + p2, seed + p2, seed, seed - p1}, seed_(seed) {}

void Xxh64::stripe(const unsigned char* data) {
  for (size_t i = 0; i < 4; ++i)
    lanes_[i] = round(lanes_[i], read<uint64_t>(data + 8 * i));
}

void Xxh64::add(const void* bytes, size_t count) {
  if (count == 0)
    return;
  auto* data = static_cast<const unsigned char*>(bytes);
  const size_t used = size_t(bytes_ % 32);
  bytes_ += count;
  if (used > 0) {
    const size_t part = std::min(count, 32 - used);
    std::memcpy(buffer_.data() + used, data, part);
    if (used + part < 32)
      return;
    stripe(buffer_.data());
    data += part;
    count -= part;
  }
  for (; count >= 32; data += 32, count -= 32)
    stripe(data);
  if (count > 0)
    std::memcpy(buffer_.data(), data, count);
}

uint64_t Xxh64::value() const {
  uint64_t sum = seed_ + p5;
  if (bytes_ >= 32) {
    sum = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
          std::rotl(lanes_[3], 18);
    for (uint64_t lane : lanes_)
      sum = merge(sum, lane);
  }
  sum += bytes_;
  const unsigned char* data = buffer_.data();
  size_t left = size_t(bytes_ % 32);
  for (; left >= 8; data += 8, left -= 8)
    sum = std::rotl(sum ^ round(0, read<uint64_t>(data)), 27) * p1 + p4;
  if (left >= 4) {
    sum = std::rotl(sum ^ read<uint32_t>(data) * p1, 23) * p2 + p3;
    data += 4;
    left -= 4;
  }
  for (; left > 0; ++data, --left)
    sum = std::rotl(sum ^ *data * p5, 11) * p1;
  sum = (sum ^ sum >> 33) * p2;
  sum = (sum ^ sum >> 29) * p3;
  return sum ^ sum >> 32;
}

std::string Xxh64::hex() const {
  return fmt::format("{:016x}", value());
}

}  // namespace hebb
