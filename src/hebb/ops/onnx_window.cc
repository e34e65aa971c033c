#include "hebb/ops/onnx_window.h"

#include "hebb/ops/pad.h"

namespace hebb {

OnnxWindow onnx_window(const OnnxReader& r, const Dims& kernel) {
  const size_t n = kernel.size();
  const Tensor& x = r.in(0);
  r.require(x.dim() == int64_t(n) + 2, "input {} should have {} dimensions", describe(x), n + 2);
  const Dims pads = r.ints("pads", Dims(2 * n, 0));
  const std::string automatic = r.text("auto_pad", "NOTSET");
  OnnxWindow window{r.ints("strides", Dims(n, 1)), r.ints("dilations", Dims(n, 1)), {}, {}};
  r.require(window.stride.size() == n && window.dilation.size() == n && pads.size() == 2 * n,
            "strides {}, dilations {} and pads {} should be for {} dimensions", window.stride,
            window.dilation, pads, n);
  const bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  r.require(same || automatic == "NOTSET" || automatic == "VALID", "auto_pad is '{}'", automatic);
  for (size_t i = 0; i < n; ++i) {
    r.require(window.stride[i] >= 1, "strides {} should be at least 1", window.stride);
    if (!same) {
      const bool none = automatic == "VALID";
      window.before.push_back(none ? 0 : pads[i]);
      window.after.push_back(none ? 0 : pads[n + i]);
      continue;
    }
    const int64_t size = x.size(int64_t(i) + 2), stride = window.stride[i],
                  out = (size + stride - 1) / stride,
                  reach = window.dilation[i] * (kernel[i] - 1) + 1,
                  total = std::max<int64_t>(0, (out - 1) * stride + reach - size);
    const int64_t less = total / 2, more = total - less;
    window.before.push_back(automatic == "SAME_UPPER" ? less : more);
    window.after.push_back(automatic == "SAME_UPPER" ? more : less);
  }
  return window;
}

Tensor padded_for_onnx(const Tensor& x, const OnnxWindow& window, double value) {
  Dims sizes;  // the last dimension first
  for (size_t i = window.before.size(); i-- > 0;) {
    sizes.push_back(window.before[i]);
    sizes.push_back(window.after[i]);
  }
  return pad(x, sizes, "constant", value);
}

Dims both_sides(const Dims& before, const Dims& after) {
  Dims all = before;
  for (int64_t size : after)
    all.push_back(size);
  return all;
}

}  // namespace hebb
