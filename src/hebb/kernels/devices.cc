#include "hebb/kernels/devices.h"

#include <mutex>
#include <unordered_map>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu_library.h"

namespace hebb {
namespace {

using ById = std::unordered_map<std::string_view, Kernels>;

struct Devices {
  std::mutex mutex;
  std::unordered_map<int, ById> kernels;
};
Devices& devices() {
  static Devices* all = new Devices;  // never destroyed: threads may still run when main returns
  return *all;
}

void add(Devices& all, Device::Kind device, std::span<const KernelsOfId> kernels) {
  ById& by_id = all.kernels[int(device)];
  for (const KernelsOfId& of_id : kernels)
    promise(by_id.emplace(of_id.id, of_id.kernels).second, "two lists of kernels for one id");
}

}  // namespace

const Kernels& kernels_of(Device::Kind device, KernelId id) {
  static const Kernels none;
  Devices& all = devices();
  std::lock_guard lock(all.mutex);
  if (device == Device::Kind::cpu && !all.kernels.contains(int(device)))
    add(all, device, cpu::kernels());
  const auto of_device = all.kernels.find(int(device));
  if (of_device == all.kernels.end())
    return none;
  const auto found = of_device->second.find(id.name);
  return found == of_device->second.end() ? none : found->second;
}

Device::Kind add_device(const DeviceMemory& memory, std::span<const KernelsOfId> kernels) {
  const Device::Kind device = add_device_memory(memory);
  Devices& all = devices();
  std::lock_guard lock(all.mutex);
  add(all, device, kernels);
  return device;
}

}  // namespace hebb
