// Devices, where tensors lie and calls run: the CPU, meta, and those that a program adds while it
// runs (kernels/devices.h). This file has what tensors need of a device: names, memory, copies.
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
// The inverse of to_string(); "cuda" means "cuda:0". Error: there is no such device.
Device device_named(std::string_view name);
std::vector<Device> all_devices();  // those that have memory, the CPU first
// Error: there is no such device; the message names those that exist.
void check_device(const Device& device);

// The functions of a device's memory. Several threads may call them at once. A copy sees what this
// thread's kernels wrote before it, and is complete when it returns.
struct DeviceMemory {
  std::string_view name;               // "cuda"
  int count = 1;                       // how many devices: cuda:0, cuda:1
  Allocator& (*allocator)(int index);  // lives as long as the program, see set_allocator()
  void (*from_host)(Device to, void* memory, const void* host, size_t bytes);
  void (*to_host)(Device from, void* host, const void* memory, size_t bytes);
  // Between two devices of this kind, or within one.
  void (*between)(Device to, void* target, Device from, const void* source, size_t bytes);
  void* (*stream)(Device device) = nullptr;  // the queue of this thread's kernels; null: none
};

// Adds a kind of device and returns its number. Documented global: the list of devices. Error: the
// name is taken.
Device::Kind add_device_memory(const DeviceMemory& memory);

Allocator& allocator_of(const Device& device);
// Null restores the device's own allocator. Storages release into the allocator that they came
// from.
void set_allocator(const Device& device, Allocator* allocator);

// Copies between any two devices with memory; through the host when their kinds differ.
void copy_bytes(const Device& to, void* target, const Device& from, const void* source,
                size_t bytes);
void* stream_of(const Device& device);  // null on the CPU

}  // namespace hebb
