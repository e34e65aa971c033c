// What makes a device: its memory (tensor/device.h), and which kernels it has for an id. An
// operator's entry names an id (kernel::softmax); every device's library has one list from ids to
// kernels, best first, the plain one last.
#pragma once

#include <span>

#include "hebb/base/fixed_list.h"
#include "hebb/kernels/kernel.h"
#include "hebb/tensor/storage.h"

namespace hebb {

using Kernels = FixedList<Prepare, 4>;

struct KernelsOfId {
  std::string_view id;
  Kernels kernels;
};

// The device's kernels for this id; none when it has none. Opens the device's library on first use.
const Kernels& kernels_of(Device::Kind device, KernelId id);

// Adds a device, with one memory for each index and the same kernels for all. Memories and kernels
// must live as long as the program. The CPU exists from the beginning. Documented global: the list
// of devices. Error: the name is taken.
Device::Kind add_device(const DeviceMemory& memory, std::span<const KernelsOfId> kernels);

}  // namespace hebb
