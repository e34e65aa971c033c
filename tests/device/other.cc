#include "device/other.h"

#include <array>
#include <cstring>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/kernels/devices.h"

namespace hebb::test {
namespace {

constexpr int count = 2;
char streams[count];  // only their addresses matter
thread_local Runner last;

// What there are kernels for. Elementwise operators share an id: these of them.
constexpr std::array<std::string_view, 16> ids = {"copy",
                                                  "reshape_copy",
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
                                                  "uniform",
                                                  "slice_backward"};
constexpr std::string_view elementwise[] = {"add", "sub",    "mul",  "div",
                                            "neg", "square", "relu", "relu_backward"};

void* readable(void* address) {
  for (int i = 0; i < count; ++i)
    if (void* open = other_memory(i).readable(address))
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
  OtherKernel(PreparedKernel kernel, const Signature& s)
      : kernel_(std::move(kernel)), inputs_(s.in.size()), outputs_(s.out.size()) {
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
  if (id.name == "elementwise" &&
      std::find(std::begin(elementwise), std::end(elementwise), s.op) == std::end(elementwise))
    return nullptr;
  Signature on_cpu = s;
  on_cpu.device = Device::cpu;
  for (Operands* operands : {&on_cpu.in, &on_cpu.out})
    for (Operand& operand : *operands)
      operand.device = Device::cpu;
  for (Prepare of_cpu : kernels_of(Device::Kind::cpu, id))
    if (PreparedKernel kernel = of_cpu(on_cpu))
      return make_kernel<OtherKernel>(std::move(kernel), s);
  return nullptr;
}

template <size_t I>
PreparedKernel prepare_id(const Signature& s) {
  return prepare(KernelId{ids[I]}, s);
}

constexpr auto library = []<size_t... I>(std::index_sequence<I...>) {
  return std::array<KernelsOfId, sizeof...(I)>{KernelsOfId{ids[I], {&prepare_id<I>}}...};
}
(std::make_index_sequence<ids.size()>());

Device::Kind kind() {
  static const Device::Kind kind =
      add_device({.name = "other",
                  .count = count,
                  .allocator = [](int index) -> Allocator& { return other_memory(index); },
                  .from_host =
                      [](Device to, void* memory, const void* host, size_t bytes) {
                        std::memcpy(other_memory(to.index).readable(memory), host, bytes);
                      },
                  .to_host =
                      [](Device from, void* host, const void* memory, size_t bytes) {
                        std::memcpy(host, other_memory(from.index).readable(memory), bytes);
                      },
                  .between =
                      [](Device to, void* target, Device from, const void* source, size_t bytes) {
                        std::memmove(other_memory(to.index).readable(target),
                                     other_memory(from.index).readable(source), bytes);
                      },
                  .stream = [](Device device) { return other_stream(device.index); }},
                 library);
  return kind;
}

}  // namespace

Device other(int index) {
  return {.kind = kind(), .index = int16_t(index)};
}

OtherMemory& other_memory(int index) {
  // Never destroyed: tensors in static objects may live longer.
  static OtherMemory* all[count] = {new OtherMemory(size_t(64) << 20),
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
