// The peer of bench/inference.cc, in ONNX Runtime's C API. peers/inference.sh builds it.
//   onnxruntime MODEL.onnx INPUT.f32 EXPECTED.f32 [--threads N] [--rounds N]
// All graph optimisations, sequential execution, spinning threads (--threads: 2 unless told), and
// the same memory for input and output in every call. Its answer is held against EXPECTED first:
// exit 1 when they differ.

#include <onnxruntime_c_api.h>

#include <memory>
#include <numeric>

#include "../support/answers.h"
#include "../support/arguments.h"
#include "../support/time_calls.h"

namespace {

const OrtApi& ort() {
  static const OrtApi* const api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (!api)
    throw std::runtime_error(std::string("ONNX Runtime ") + OrtGetApiBase()->GetVersionString() +
                             " is older than its headers");
  return *api;
}

void check(OrtStatus* status) {
  if (!status)
    return;
  const std::string message = ort().GetErrorMessage(status);
  ort().ReleaseStatus(status);
  throw std::runtime_error("ONNX Runtime: " + message);
}

template <class T>
using Owned = std::unique_ptr<T, void(ORT_API_CALL*)(T*)>;

// make: fills in a pointer, and answers with a status.
template <class T, class F>
Owned<T> owned(void(ORT_API_CALL* release)(T*), F&& make) {
  T* made = nullptr;
  check(make(&made));
  return {made, release};
}

struct Slot {  // the model's only input, or its only output
  std::string name;
  std::vector<int64_t> shape;
  size_t count() const {
    return size_t(std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>()));
  }
};

Slot slot_of(OrtSession* session, decltype(OrtApi::SessionGetInputName) get_name,
             decltype(OrtApi::SessionGetInputTypeInfo) get_type) {
  OrtAllocator* allocator = nullptr;
  check(ort().GetAllocatorWithDefaultOptions(&allocator));
  char* name = nullptr;
  check(get_name(session, 0, allocator, &name));
  Slot slot{name, {}};
  check(ort().AllocatorFree(allocator, name));
  const auto type = owned<OrtTypeInfo>(
      ort().ReleaseTypeInfo, [&](OrtTypeInfo** out) { return get_type(session, 0, out); });
  const OrtTensorTypeAndShapeInfo* info = nullptr;
  check(ort().CastTypeInfoToTensorInfo(type.get(), &info));
  size_t rank = 0;
  check(ort().GetDimensionsCount(info, &rank));
  slot.shape.resize(rank);
  check(ort().GetDimensions(info, slot.shape.data(), rank));
  return slot;
}

Owned<OrtValue> tensor_over(std::vector<float>& values, const Slot& slot) {
  const auto memory = owned<OrtMemoryInfo>(ort().ReleaseMemoryInfo, [](OrtMemoryInfo** out) {
    return ort().CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, out);
  });
  return owned<OrtValue>(ort().ReleaseValue, [&](OrtValue** out) {
    return ort().CreateTensorWithDataAsOrtValue(
        memory.get(), values.data(), values.size() * sizeof(float), slot.shape.data(),
        slot.shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, out);
  });
}

Owned<OrtSessionOptions> session_options(int threads) {
  auto options = owned<OrtSessionOptions>(ort().ReleaseSessionOptions, ort().CreateSessionOptions);
  check(ort().SetIntraOpNumThreads(options.get(), threads));
  check(ort().SetSessionExecutionMode(options.get(), ORT_SEQUENTIAL));
  check(ort().SetSessionGraphOptimizationLevel(options.get(), ORT_ENABLE_ALL));
  check(ort().AddSessionConfigEntry(options.get(), "session.intra_op.allow_spinning", "1"));
  return options;
}

int run(const Arguments& arguments) {
  const std::string model = arguments.text("MODEL.onnx");
  const auto environment = owned<OrtEnv>(ort().ReleaseEnv, [](OrtEnv** out) {
    return ort().CreateEnv(ORT_LOGGING_LEVEL_WARNING, "bench", out);
  });
  const auto options = session_options(int(arguments.number("--threads", 2, 1)));
  const auto session = owned<OrtSession>(ort().ReleaseSession, [&](OrtSession** out) {
    return ort().CreateSession(environment.get(), model.c_str(), options.get(), out);
  });

  const Slot in = slot_of(session.get(), ort().SessionGetInputName, ort().SessionGetInputTypeInfo);
  const Slot out =
      slot_of(session.get(), ort().SessionGetOutputName, ort().SessionGetOutputTypeInfo);
  std::vector<float> x = read_floats(arguments.text("INPUT.f32"), in.count());
  const std::vector<float> expected = read_floats(arguments.text("EXPECTED.f32"), out.count());
  std::vector<float> y(out.count());
  const auto input = tensor_over(x, in), output = tensor_over(y, out);
  const auto call = [&] {
    const char* const names_in[] = {in.name.c_str()};
    const char* const names_out[] = {out.name.c_str()};
    const OrtValue* const inputs[] = {input.get()};
    OrtValue* outputs[] = {output.get()};
    check(ort().Run(session.get(), nullptr, names_in, inputs, 1, names_out, 1, outputs));
  };

  call();
  if (!answers_agree(y, expected, arguments.text("EXPECTED.f32")))
    return 1;
  const CallTimes times = time_calls(call, arguments.number("--rounds", 0, 1));
  print_call_times(std::string("ONNX Runtime ") + OrtGetApiBase()->GetVersionString() + " " + model,
                   times, mean_magnitude(y));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(Arguments(argc, argv,
                         {.positional = {"MODEL.onnx", "INPUT.f32", "EXPECTED.f32"},
                          .options = {"--threads", "--rounds"},
                          .flags = {}}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "onnxruntime: %s\n", error.what());
    return 2;
  }
}
