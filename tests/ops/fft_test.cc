// Fourier transforms against their definition, for many lengths and every way of computing; and the
// way back.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <complex>
#include <numbers>

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/ops.h"
#include "ops/samples.h"

namespace hebb::op {
extern const Op fft_c2c, fft_r2c, fft_c2r;
}

namespace hebb::test {
namespace {

using Value = std::complex<double>;

std::vector<Value> as_numbers(const Tensor& t) {
  const std::vector<double> pairs = view_as_real(cast(t, c128)).to_vector<double>();
  std::vector<Value> out;
  for (size_t i = 0; i < pairs.size(); i += 2)
    out.emplace_back(pairs[i], pairs[i + 1]);
  return out;
}

// The largest difference of a line's transform from the definition, over the largest of it.
double error_of(const Tensor& x, const Tensor& transformed, double sign) {
  const std::vector<Value> in = as_numbers(x), got = as_numbers(transformed);
  const auto n = int64_t(in.size());
  double largest = 0, most = 0;
  for (size_t k = 0; k < got.size(); ++k) {
    Value sum = 0;
    for (int64_t j = 0; j < n; ++j)
      sum += in[size_t(j)] *
             std::polar(1.0, sign * 2 * std::numbers::pi * double(j * int64_t(k) % n) / double(n));
    largest = std::max(largest, std::abs(sum));
    most = std::max(most, std::abs(sum - got[k]));
  }
  return most / largest;
}

std::vector<int64_t> fft_lengths() {
  std::vector<int64_t> all;
  for (int64_t n = 1; n <= 70; ++n)
    all.push_back(n);
  for (int64_t n : {97, 101, 121, 128, 210, 243, 256, 289, 337, 360, 500, 521, 641, 1000, 1009})
    all.push_back(n);
  return all;
}

// Each length in both dtypes, as one line and as the last of many.
TEST(Fft, AgreesWithTheDefinition) {
  for (size_t set = 0; set < cpu::instruction_sets().size(); ++set) {
    const OneInstructionSet in_set(set);
    for (int64_t n : fft_lengths())
      for (DType dtype : {c64, c128})
        for (int64_t lines : {1, 19}) {
          SCOPED_TRACE(fmt::format("{} lines of {} {} in {}", lines, n, name(dtype),
                                   cpu::instruction_sets()[set]));
          const double bound = dtype == c64 ? 2e-6 : 1e-14 * 4;
          const auto last = [&](const Tensor& x) { return select(x, 0, lines - 1); };
          const Tensor x = cast(randn({lines, n}, c128), dtype);
          EXPECT_LT(error_of(last(x), last(fft_fft(x)), -1), bound);
          EXPECT_LT(error_of(last(x), last(fft_ifft(x, {}, -1, "forward")), 1), bound);
          const Tensor r = real(x), half = fft_rfft(r);
          EXPECT_LT(error_of(last(r), last(half), -1), bound);
          const Tensor back = fft_irfft(half, n);
          EXPECT_LT(amax(hebb::abs(back - r)).item(), bound * 5);
        }
  }
}

// Lines that are transformed as many short ones, against the plain kernel in f64; the ways in both
// directions, with one line for all threads and with a few.
TEST(Fft, LongLinesAgreeWithThePlainKernel) {
  const auto plainly = [](const Op& op, const auto& transform) {
    const OneKernel only(op, 1);
    return transform();
  };
  for (int64_t n : {1200, 2048, 6250, 46'080})
    for (int64_t lines : {1, 3, 21}) {
      if (lines * n > 200'000)
        continue;
      SCOPED_TRACE(fmt::format("{} lines of {}", lines, n));
      const Tensor x = randn({lines, n}, c64), r = real(x), exact = cast(x, c128), e = real(exact);
      const auto close = [](const Tensor& got, const Tensor& expected) {
        const Tensor apart = hebb::abs(cast(got, expected.dtype()) - expected);
        return amax(apart).item() / amax(hebb::abs(expected)).item() < 2e-6;
      };
      EXPECT_TRUE(close(fft_fft(x), plainly(op::fft_c2c, [&] { return fft_fft(exact); })));
      EXPECT_TRUE(close(fft_ifft(x), plainly(op::fft_c2c, [&] { return fft_ifft(exact); })));
      EXPECT_TRUE(close(fft_rfft(r), plainly(op::fft_r2c, [&] { return fft_rfft(e); })));
      // Imaginary parts of the first and the last number do not count.
      const Tensor half = slice(x, 1, Slice(0, n / 2 + 1)), exact_half = cast(half, c128);
      EXPECT_TRUE(
          close(fft_irfft(half), plainly(op::fft_c2r, [&] { return fft_irfft(exact_half); })));
    }
}

// Both dimensions at once, picture by picture, against one after the other in f64: more and fewer
// lines than a vector holds, one line too many for it, several pictures at a time, and large prime
// factors in either dimension.
TEST(Fft, TwoDimensionsAreOneAfterTheOther) {
  const auto apart = [](const Tensor& got, const Tensor& expected) {
    return amax(hebb::abs(cast(got, expected.dtype()) - expected)).item() /
           amax(hebb::abs(expected)).item();
  };
  for (size_t set = 0; set < cpu::instruction_sets().size(); ++set) {
    const OneInstructionSet in_set(set);
    for (const Dims& shape :
         {Dims{3, 16, 32}, Dims{2, 20, 33}, Dims{70, 6, 10}, Dims{1500, 3, 5}, Dims{5, 256, 34},
          Dims{1, 512, 256}, Dims{3, 37, 48}, Dims{2, 48, 74}, Dims{2, 1, 40}, Dims{2, 40, 1}})
      for (DType dtype : {c64, c128}) {
        SCOPED_TRACE(fmt::format("{} {} in {}", to_string(shape), name(dtype),
                                 cpu::instruction_sets()[set]));
        const double bound = dtype == c64 ? 2e-6 : 1e-14;
        const Tensor x = cast(complex(randn(shape, f64), randn(shape, f64)), dtype),
                     exact = cast(x, c128);
        const Tensor spectrum = fft_fft(fft_fft(exact, {}, 2), {}, 1);
        EXPECT_LT(apart(fft_fft2(x), spectrum), bound);
        EXPECT_LT(apart(fft_fft2(transpose(x), {}, {2, 1}), transpose(spectrum)), bound);
        EXPECT_LT(apart(fft_ifft2(x), fft_ifft(fft_ifft(exact, {}, 2), {}, 1)), bound);
        const Tensor r = real(x), half = fft_fft(fft_rfft(real(exact)), {}, 1);
        EXPECT_LT(apart(fft_rfft2(r), half), bound);
        EXPECT_LT(apart(fft_irfft2(cast(half, dtype), {-1, shape[2]}), real(exact)), bound * 5);
      }
  }
}

TEST(Fft, StepsAndOtherDimensions) {
  const Tensor x = randn({6, 10, 3}, c64), turned = permute(x, {1, 2, 0});
  EXPECT_EQ(difference(fft_fft(x, {}, 1), permute(fft_fft(turned, {}, 0), {2, 0, 1}), 0, 1e-6), "");
  EXPECT_EQ(difference(fft_fftn(x), fft_fft(fft_fft(fft_fft(x, {}, 0), {}, 1), {}, 2), 0, 1e-6),
            "");
  EXPECT_EQ(difference(fft_ifftn(fft_fftn(x)), x, 0, 1e-6), "");
  const Tensor r = randn({4, 5, 7});
  EXPECT_EQ(difference(fft_irfftn(fft_rfftn(r), r.shape()), r, 0, 1e-6), "");
  EXPECT_EQ(difference(fft_ifftshift(fft_fftshift(r)), r, 0, 0), "");
}

TEST(Fft, SignalsComeBackFromTheirPieces) {
  const Tensor x = randn({2, 200}, f64);
  for (const char* window : {"hann", "kaiser", "none"}) {
    const WindowOptions options{.dtype = f64};
    const Tensor w = *window == 'h'   ? hann_window(32, options)
                     : *window == 'k' ? kaiser_window(32, 12, options)
                                      : Tensor();
    StftAttrs forward{.n_fft = 32, .hop_length = 8};
    IstftAttrs back{.n_fft = 32, .hop_length = 8, .length = 200};
    EXPECT_LT(amax(hebb::abs(istft(stft(x, w, forward), w, back) - x)).item(), 1e-12) << window;
  }
}

TEST(Fft, MelFiltersAddUpToOneBetweenTheirTops) {
  const Tensor filters = melscale_fbanks({.n_freqs = 400, .n_mels = 20, .dtype = f64});
  const Tensor sums = sum(slice(filters, 0, Slice(20, 300)), {1});
  EXPECT_LT(amax(hebb::abs(sums - 1)).item(), 1e-12);
}

TEST(ComplexNumbers, ShareMemoryWithTheirParts) {
  Tensor z = test::randn({2, 3}, c64);
  Tensor pairs = view_as_real(z);
  pairs.fill_(2);
  EXPECT_EQ(real(z).sum().item(), 12);
  imag(z).zero_();
  EXPECT_EQ(hebb::abs(z).sum().item(), 12);
  Tensor back = view_as_complex(pairs);
  back.zero_();
  EXPECT_EQ(pairs.sum().item(), 0);
  // Parts that do not lie side by side are copied.
  const Tensor apart = test::randn({2, 3});
  const Tensor joined = view_as_complex(apart.t());
  EXPECT_EQ(real(joined).to_vector<float>(), apart[0].to_vector<float>());
  EXPECT_EQ(imag(joined).to_vector<float>(), apart[1].to_vector<float>());
  const Tensor odd = test::randn({5})[{Slice(1, 5)}].reshape({2, 2});
  EXPECT_EQ(real(view_as_complex(odd)).to_vector<float>(), odd.select(1, 0).to_vector<float>());
}

}  // namespace
}  // namespace hebb::test
