#include "hebb/tensor/device.h"

#include <array>
#include <atomic>
#include <charconv>
#include <cstring>
#include <memory>
#include <mutex>

#include "hebb/base/check.h"
#include "hebb/tensor/storage.h"

namespace hebb {
namespace {

constexpr size_t most_kinds = 16;
constexpr size_t first_added = size_t(Device::Kind::meta) + 1;

struct Added {
  explicit Added(const DeviceMemory& memory)
      : memory(memory), replaced(new std::atomic<Allocator*>[size_t(memory.count)]()) {}
  DeviceMemory memory;
  std::unique_ptr<std::atomic<Allocator*>[]> replaced;  // by index; null: the device's own
};

// By kind; read without a lock, never taken away.
std::array<std::atomic<Added*>, most_kinds>& kinds() {
  static std::array<std::atomic<Added*>, most_kinds> all{};
  return all;
}

const Added* find(const Device& device) {
  if (size_t(device.kind) >= most_kinds)
    return nullptr;
  const Added* added = kinds()[size_t(device.kind)].load(std::memory_order_acquire);
  return added && device.index >= 0 && device.index < added->memory.count ? added : nullptr;
}

std::string known_names() {
  std::string names;
  for (const Device& device : all_devices())
    names += to_string(device) + ", ";
  return names + "meta";
}

const Added& get(const Device& device) {
  const Added* added = find(device);
  check(added != nullptr, "there is no device '{}'; there are {}", to_string(device),
        known_names());
  return *added;
}

std::string kind_name(Device::Kind kind) {
  if (kind == Device::Kind::cpu)
    return "cpu";
  if (kind == Device::Kind::meta)
    return "meta";
  const Added* added = size_t(kind) < most_kinds ? kinds()[size_t(kind)].load() : nullptr;
  return added ? std::string(added->memory.name) : fmt::format("unknown{}", int(kind));
}

}  // namespace

std::string to_string(const Device& device) {
  if (device == Device::cpu)
    return "cpu";
  if (device == meta)
    return "meta";
  return fmt::format("{}:{}", kind_name(device.kind), device.index);
}

Device device_named(std::string_view name) {
  if (name == "meta")
    return meta;
  for (const Device& device : all_devices())
    if (const std::string full = to_string(device);
        name == full || fmt::format("{}:0", name) == full)
      return device;
  fail(ErrorKind::invalid, "", "there is no device '{}'; there are {}", name, known_names());
}

std::vector<Device> all_devices() {
  std::vector<Device> all = {Device::cpu};
  for (size_t kind = first_added; kind < most_kinds; ++kind)
    if (const Added* added = kinds()[kind].load(std::memory_order_acquire))
      for (int i = 0; i < added->memory.count; ++i)
        all.push_back({.kind = Device::Kind(kind), .index = int16_t(i)});
  return all;
}

void check_device(const Device& device) {
  if (device != Device::cpu && device != meta)
    get(device);
}

Device::Kind add_device_memory(const DeviceMemory& memory) {
  static std::mutex adding;
  std::lock_guard lock(adding);
  promise(memory.count >= 1 && memory.count <= INT16_MAX && memory.allocator && memory.from_host &&
              memory.to_host && memory.between,
          "a device needs a count, an allocator and three copies");
  bool taken = memory.name == "cpu" || memory.name == "meta";
  size_t kind = first_added;
  for (; kind < most_kinds && kinds()[kind].load(); ++kind)
    taken |= kinds()[kind].load()->memory.name == memory.name;
  check(!taken, "there is a device '{}' already", memory.name);
  check(kind < most_kinds, "the device '{}' is one kind too many; at most {} can be added",
        memory.name, most_kinds - first_added);
  kinds()[kind].store(new Added(memory), std::memory_order_release);
  return Device::Kind(kind);
}

Allocator& allocator_of(const Device& device) {
  if (device == Device::cpu)
    return cpu_allocator();
  const Added& added = get(device);
  Allocator* replaced = added.replaced[size_t(device.index)].load(std::memory_order_acquire);
  return replaced ? *replaced : added.memory.allocator(device.index);
}

void set_allocator(const Device& device, Allocator* allocator) {
  if (device == Device::cpu)
    return set_cpu_allocator(allocator);
  get(device).replaced[size_t(device.index)].store(allocator, std::memory_order_release);
}

void copy_bytes(const Device& to, void* target, const Device& from, const void* source,
                size_t bytes) {
  if (bytes == 0)
    return;
  if (from == Device::cpu && to == Device::cpu) {
    std::memmove(target, source, bytes);
  } else if (from == Device::cpu) {
    get(to).memory.from_host(to, target, source, bytes);
  } else if (to == Device::cpu) {
    get(from).memory.to_host(from, target, source, bytes);
  } else if (to.kind == from.kind) {
    get(to).memory.between(to, target, from, source, bytes);
  } else {
    const Storage host(bytes, cpu_allocator());
    copy_bytes(Device::cpu, host.data(), from, source, bytes);
    copy_bytes(to, target, Device::cpu, host.data(), bytes);
  }
}

void* stream_of(const Device& device) {
  if (device == Device::cpu)
    return nullptr;
  const DeviceMemory& memory = get(device).memory;
  return memory.stream ? memory.stream(device) : nullptr;
}

}  // namespace hebb
