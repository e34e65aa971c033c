// Complex numbers and their parts. conj and abs are in math.h.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// [...] complex -> [..., 2], the real and the imaginary parts: a view.
Tensor view_as_real(const Tensor& input);
// [..., 2] of f32 or f64 -> [...]: a view where pairs lie side by side at an even place, else a
// copy.
Tensor view_as_complex(const Tensor& input);
Tensor real(const Tensor& input);  // the real part, a view; real numbers stay
Tensor imag(const Tensor& input);  // the same of the imaginary one. Error: a real input
// The angle in radians, from -π to π; of real numbers 0 or π.
Tensor angle(const Tensor& input);
Tensor complex(const Tensor& real, const Tensor& imag);  // of f32 or f64; broadcast
Tensor polar(const Tensor& abs, const Tensor& angle);    // of magnitude and angle in radians

}  // namespace hebb
