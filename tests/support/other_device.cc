#include "support/other_device.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/op.h"

namespace hebb::test {
namespace {

constexpr int others = 2;
char streams[others];  // only their addresses matter
thread_local Runner last;

OtherMemory& whole_memory() {
  static auto* one = new OtherMemory(size_t(256) << 20);  // as other_memory()
  return *one;
}

constexpr std::string_view ids[] = {
#define KERNELS(id, ...) #id,
#include "hebb/kernels/cpu/kernels.def"
#undef KERNELS
};

// What other() has kernels for. Elementwise operators share an id: these of them.
constexpr std::string_view handful[] = {"copy",
                                        "reshape_copy",
                                        "slice_backward",
                                        "elementwise",
                                        "elementwise_scalar",
                                        "matmul",
                                        "linear",
                                        "sum",
                                        "mean",
                                        "log_softmax",
                                        "log_softmax_backward",
                                        "class_cross_entropy",
                                        "class_cross_entropy_backward",
                                        "sgd",
                                        "adam",
                                        "uniform"};
constexpr std::string_view handful_elementwise[] = {"add", "sub",    "mul",  "div",
                                                    "neg", "square", "relu", "relu_backward"};
// Whether a kernel has one more output, a count in the host's memory: as the entries say.
bool counts(std::string_view id) {
  static const std::set<std::string_view> counted = [] {
    std::set<std::string_view> names;
    for (const Op* op : all_ops())
      if (!op->counted.empty())
        names.insert(op->kernel.name);
    return names;
  }();
  return counted.contains(id);
}

template <size_t N>
bool holds(const std::string_view (&list)[N], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

void* readable(void* address) {
  for (const OtherMemory* memory : {&other_memory(0), &other_memory(1), &whole_memory()})
    if (void* open = memory->readable(address))
      return open;
  return address;  // of a plain number or a key, or null
}

class ReadablePacking : public Packing {
 public:
  explicit ReadablePacking(std::shared_ptr<const Packing> packing) : packing_(std::move(packing)) {
    bytes = packing_->bytes;
    form = packing_->form;
  }
  void pack(const void* from, void* to) const override {
    packing_->pack(readable(const_cast<void*>(from)), readable(to));
  }

 private:
  std::shared_ptr<const Packing> packing_;
};

class OtherKernel : public Kernel {
 public:
  OtherKernel(PreparedKernel kernel, size_t inputs, size_t outputs)
      : kernel_(std::move(kernel)), inputs_(inputs), outputs_(outputs) {
    name = kernel_->name;
    scratch_bytes = kernel_->scratch_bytes;
    wants_in = kernel_->wants_in;
    gives_out = kernel_->gives_out;
    reuse = kernel_->reuse;
    for (const auto& packing : kernel_->packs)
      packs.push_back(packing ? std::make_shared<ReadablePacking>(packing) : nullptr);
  }
  void run(const Buffers& b) const override {
    last = b.on;
    SmallVector<void*, 8> in, out;
    for (size_t i = 0; i < inputs_; ++i)
      in.push_back(readable(b.in[i]));
    for (size_t i = 0; i < outputs_; ++i)
      out.push_back(readable(b.out[i]));
    kernel_->run({in.data(), out.data(), readable(b.scratch), {.threads = b.on.threads}});
  }

 private:
  PreparedKernel kernel_;
  size_t inputs_, outputs_;
};

PreparedKernel prepare(KernelId id, const Signature& s) {
  for (const Operand& operand : s.in)
    promise(!operand.defined || operand.device == s.device || operand.device == Device::cpu,
            "an operand is on a third device");
  if (s.device.kind == other().kind && id.name == "elementwise" &&
      !holds(handful_elementwise, s.op))
    return nullptr;
  Signature on_cpu = s;
  on_cpu.device = Device::cpu;
  for (Operands* operands : {&on_cpu.in, &on_cpu.out})
    for (Operand& operand : *operands)
      operand.device = Device::cpu;
  for (Prepare of_cpu : kernels_of(Device::Kind::cpu, id))
    if (PreparedKernel kernel = of_cpu(on_cpu))
      return make_kernel<OtherKernel>(std::move(kernel), s.in.size(),
                                      s.out.size() + counts(id.name));
  return nullptr;
}

template <size_t I>
PreparedKernel prepare_id(const Signature& s) {
  return prepare(KernelId{ids[I]}, s);
}

constexpr auto all_kernels = []<size_t... I>(std::index_sequence<I...>) {
  return std::array<KernelsOfId, sizeof...(I)>{KernelsOfId{ids[I], {&prepare_id<I>}}...};
}
(std::make_index_sequence<std::size(ids)>());

// Both ends are this process' memory, so one function serves all three copies.
void copy(void* to, const void* from, size_t bytes) {
  std::memmove(readable(to), readable(const_cast<void*>(from)), bytes);
}
DeviceMemory memory_of(std::string_view name, int count, Allocator& (*allocator)(int)) {
  return {
      .name = name,
      .count = count,
      .allocator = allocator,
      .from_host = [](Device, void* memory, const void* host, size_t n) { copy(memory, host, n); },
      .to_host = [](Device, void* host, const void* memory, size_t n) { copy(host, memory, n); },
      .between = [](Device, void* to, Device, const void* from, size_t n) { copy(to, from, n); },
  };
}

Device::Kind kind_of_other() {
  static const Device::Kind kind = [] {
    std::vector<KernelsOfId> kernels;
    for (const KernelsOfId& of_id : all_kernels)
      if (holds(handful, of_id.id))
        kernels.push_back(of_id);
    DeviceMemory memory =
        memory_of("other", others, [](int index) -> Allocator& { return other_memory(index); });
    memory.stream = [](Device device) { return other_stream(device.index); };
    return add_device(memory, kernels);
  }();
  return kind;
}

}  // namespace

Device other(int index) {
  return {.kind = kind_of_other(), .index = int16_t(index)};
}

Device whole() {
  static const Device::Kind kind = add_device(
      memory_of("whole", 1, [](int) -> Allocator& { return whole_memory(); }), all_kernels);
  return {.kind = kind};
}

OtherMemory& other_memory(int index) {
  // Never destroyed: tensors in static objects may live longer.
  static OtherMemory* all[others] = {new OtherMemory(size_t(64) << 20),
                                     new OtherMemory(size_t(16) << 20)};
  return *all[index];
}

Runner last_runner() {
  return last;
}
void* other_stream(int index) {
  return &streams[index];
}

}  // namespace hebb::test
