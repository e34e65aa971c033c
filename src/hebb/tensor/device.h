// Where tensors lie and calls run: the CPU, meta, and devices that a program adds while it runs
// (kernels/devices.h). Here is what tensors need of a device: names, memory, copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

class Allocator;

struct Device {
  // meta: shapes and dtypes, no memory and no values. Kinds that are added have the numbers after
  // it.
  enum class Kind : uint8_t { cpu, meta } kind = Kind::cpu;
  int16_t index = 0;
  friend bool operator==(const Device&, const Device&) = default;
  static const Device cpu;
};
inline constexpr Device Device::cpu{};
inline constexpr Device meta{.kind = Device::Kind::meta};

std::string to_string(const Device& device);  // "cpu", "meta", "cuda:0"
Device device_named(std::string_view name);  // of to_string(); "cuda" is "cuda:0". Error: none such
std::vector<Device> all_devices();           // those that have memory, the CPU first
void check_device(const Device& device);  // Error: there is no such device; names those there are

// What a device supplies for its memory. Functions may be called by several threads at once. Copies
// see what this thread's kernels have written, and are done when they return.
struct DeviceMemory {
  std::string_view name;               // "cuda"
  int count = 1;                       // of devices of this kind: cuda:0, cuda:1
  Allocator& (*allocator)(int index);  // lives as long as the program, see set_allocator()
  void (*from_host)(Device to, void* memory, const void* host, size_t bytes);
  void (*to_host)(Device from, void* host, const void* memory, size_t bytes);
  void (*between)(Device to, void* target, Device from, const void* source,
                  size_t bytes);             // two of this kind, or within one
  void* (*stream)(Device device) = nullptr;  // what this thread's kernels are queued on; null: none
};

// Gives the kind its number. Documented global: the list of devices. Error: the name is taken.
Device::Kind add_device_memory(const DeviceMemory& memory);

Allocator& allocator_of(const Device& device);
// Null: the device's own again. Storages release into the allocator that they came from.
void set_allocator(const Device& device, Allocator* allocator);

// Between any two devices with memory; through the host where they are of two kinds.
void copy_bytes(const Device& to, void* target, const Device& from, const void* source,
                size_t bytes);
void* stream_of(const Device& device);  // null on the CPU

}  // namespace hebb
