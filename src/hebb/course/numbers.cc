// Numbers as the machine has them: pixels, and the bits of floating types.
#include <cmath>
#include <string>
#include <vector>

#include "hebb/course/worked_number.h"
#include "hebb/data/loader.h"
#include "hebb/data/tensors.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/tensor/type_info.h"

namespace hebb::course {
namespace {

void pixels(Checks& checks) {
  const Tensor picture = Tensor::from(std::vector<uint8_t>{0, 49, 128, 255}, {1, 1, 2, 2});
  for (const data::Batch& batch :
       data::Loader(data::from_tensors(picture, tensor({0})), {.batch_size = 1, .workers = 0})) {
    const auto values = batch.inputs.front().second.to_vector<double>();
    checks.near("0", 0, values[0], 0);
    checks.near("49", 0.19216, values[1], 5e-6);
    checks.near("255", 1, values[3], 0);
  }
}

// Whether 1 + step is another number than 1 in this type.
bool tells_apart(DType dtype, double step) {
  const Tensor one = ones({1}, dtype), added = full({1}, step, dtype);
  return (one + added).to(f64).item() > 1;
}

void bits_of_types(Checks& checks) {
  for (const auto& [dtype, exponent, mantissa] :
       {std::tuple(f32, 8, 23), std::tuple(f16, 5, 10), std::tuple(bf16, 8, 7)}) {
    const FloatInfo info = finfo(dtype);
    const std::string at(name(dtype));
    checks.equal(at + ": bits of the exponent", exponent, info.exponent_bits);
    checks.equal(at + ": bits of the mantissa", mantissa, info.mantissa_bits);
    checks.holds(at + ": 1 + eps is more than 1, and 1 + eps/2 is not",
                 tells_apart(dtype, info.eps) && !tells_apart(dtype, info.eps / 2));
    checks.holds(at + ": max is finite, and twice as much is not",
                 std::isfinite(full({1}, info.max, dtype).item()) &&
                     std::isinf((full({1}, info.max, dtype) * 2).item()));
  }
}

}  // namespace

constinit const WorkedNumber worked::A31 = {
    .id = "A31", .what = "pixels of 8 bits", .compute = pixels};
constinit const WorkedNumber worked::A49 = {
    .id = "A49", .what = "bits of FP32 and FP16", .compute = bits_of_types};

}  // namespace hebb::course
