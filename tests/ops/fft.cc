// Samples: complex numbers, Fourier transforms, spectra of pieces of a signal, windows.
#include "ops/samples.h"

namespace hebb::test {
namespace {

const char* const no_complex_halves = "there are no complex halves";

}  // namespace

OPS_FAMILY(complex) {
  samples("view_as_real", {{"plain", {randn({3, 2}, c64)}},
                           {"double", {randn({2}, c128)}},
                           {"0-d", {randn({}, c64)}},
                           {"empty", {zeros({0}, c64)}}});
  refuses("view_as_real", {{"input is f32, should be complex", {zeros({2})}}});
  samples("view_as_complex",
          {{"plain", {randn({3, 4, 2})}}, {"one", {randn({2})}}, {"empty", {zeros({0, 2})}}});
  exempt("view_as_complex", {{Check::half, no_complex_halves}});
  refuses("view_as_complex", {{"last dimension of size 2", {zeros({2, 3})}},
                              {"last dimension of size 2", {zeros({})}},
                              {"should be f32 or f64", {zeros({2}, i64)}}});
  samples("real", {{"complex", {randn({3, 2}, c64)}}, {"real", {randn({3})}}});
  samples("imag", {{"complex", {randn({3, 2}, c64)}}});
  refuses("imag", {{"should be complex", {zeros({2})}}});
  samples("angle", {{"complex", {randn({3, 2}, c64)}},
                    {"real", {distinct({6})}},
                    {"integers", {integers(-3, 3, {4})}}});
  samples("complex",
          {{"plain", {randn({3, 2}), randn({3, 2})}}, {"broadcast", {randn({3, 1}), randn({2})}}});
  exempt("complex", {{Check::half, no_complex_halves}});
  refuses("complex", {{"should both be f32 or both f64", {zeros({2}), zeros({2}, f64)}}});
  samples("polar", {{"plain", {uniform(0.5, 2, {5}), uniform(-3, 3, {5})}}});
  exempt("polar", {{Check::half, no_complex_halves}});
  refuses("polar", {{"should both be f32 or both f64", {zeros({2}), zeros({2}, f64)}}});
}

OPS_FAMILY(fft) {
  for (const char* op : {"fft_fft", "fft_ifft"}) {
    samples(op, {{"real", {randn({2, 6})}},
                 {"complex", {randn({3, 5}, c64)}, R"({"dim": 0, "norm": "ortho"})"},
                 {"longer", {randn({4})}, R"({"n": 7, "norm": "forward"})"},
                 {"shorter", {randn({2, 9}, c64)}, R"({"n": 4})"},
                 {"one", {randn({1}, c64)}},
                 {"many lines", {randn({40, 12}, c64)}},
                 {"a prime", {randn({1, 37}, c64)}},
                 {"large factors", {randn({2, 3, 13 * 17})}},
                 {"integers", {integers(-5, 5, {8})}},
                 {"double", {randn({5}, c128)}},
                 {"no lines", {zeros({0, 4}, c64)}}});
    refuses(op, {{"number of points is 0", {zeros({0})}},
                 {"number of points is -2", {zeros({3})}, R"({"n": -2})"},
                 {"norm is 'half'", {zeros({3})}, R"({"norm": "half"})"},
                 {"dim is 1", {zeros({3})}, R"({"dim": 1})"},
                 {"at least one dimension", {zeros({})}}});
  }
  samples("fft_rfft", {{"even", {randn({2, 8})}},
                       {"odd", {randn({9, 2})}, R"({"dim": 0, "norm": "ortho"})"},
                       {"longer", {randn({4})}, R"({"n": 7})"},
                       {"one", {randn({3, 1})}},
                       {"two", {randn({3, 2})}},
                       {"many lines", {randn({50, 20})}},
                       {"a prime", {randn({2, 74})}},
                       {"bool", {integers(0, 2, {5}, boolean)}},
                       {"double", {randn({6}, f64)}}});
  refuses("fft_rfft",
          {{"should be real", {zeros({3}, c64)}}, {"number of points is 0", {zeros({0})}}});
  samples("fft_irfft", {{"even", {randn({2, 5}, c64)}},
                        {"odd", {randn({2, 5}, c64)}, R"({"n": 9, "norm": "forward"})"},
                        {"longer", {randn({3, 2}, c64)}, R"({"n": 11, "dim": 0})"},
                        {"shorter", {randn({7}, c64)}, R"({"n": 4})"},
                        {"one", {randn({2}, c64)}, R"({"n": 1})"},
                        {"many lines", {randn({50, 9}, c64)}},
                        {"real", {randn({4})}},
                        {"a prime", {randn({2, 38}, c64)}}});
  refuses("fft_irfft", {{"number of points is 0", {zeros({1})}}});
  for (const char* op : {"fft_fftn", "fft_ifftn"}) {
    samples(op, {{"all", {randn({2, 3, 4})}},
                 {"some", {randn({3, 4, 2}, c64)}, R"({"dim": [1, 0], "norm": "ortho"})"},
                 {"sizes", {randn({2, 3, 4}, c64)}, R"({"s": [5, -1]})"},
                 {"0-d", {randn({}, c64)}}});
    refuses(op, {{"names dimension 0 twice", {zeros({2, 2})}, R"({"dim": [0, -2]})"},
                 {"should have as many numbers", {zeros({2, 2})}, R"({"s": [2], "dim": [0, 1]})"},
                 {"more sizes than the input", {zeros({2})}, R"({"s": [2, 2]})"}});
  }
  for (const char* op : {"fft_fft2", "fft_ifft2"})
    samples(op,
            {{"plain", {randn({2, 3, 4})}},
             {"all", {randn({3, 4}, c64)}, R"({"s": [4, 3], "dim": [1, 0], "norm": "ortho"})"}});
  samples("fft_rfftn", {{"all", {randn({2, 3, 4})}},
                        {"sizes", {randn({3, 4, 2})}, R"({"s": [5, 3], "norm": "forward"})"},
                        {"some", {randn({3, 4, 2})}, R"({"dim": [2, 0]})"}});
  refuses("fft_rfftn",
          {{"at least one dimension", {zeros({})}}, {"should be real", {zeros({2}, c64)}}});
  samples("fft_irfftn", {{"all", {randn({2, 3, 4}, c64)}},
                         {"sizes", {randn({3, 4}, c64)}, R"({"s": [5, 7], "norm": "ortho"})"},
                         {"some", {randn({3, 4, 2}, c64)}, R"({"dim": [2, 0]})"}});
  refuses("fft_irfftn", {{"at least one dimension", {zeros({})}}});
  samples("fft_rfft2",
          {{"plain", {randn({2, 3, 4})}}, {"sizes", {randn({3, 5})}, R"({"s": [4, 4]})"}});
  samples("fft_irfft2", {{"plain", {randn({2, 3, 4}, c64)}},
                         {"sizes", {randn({3, 3}, c64)}, R"({"s": [2, 5]})"}});
  for (const char* op : {"fft_fftshift", "fft_ifftshift"})
    samples(op, {{"all", {randn({4, 5})}},
                 {"one", {randn({2, 5})}, R"({"dim": 1})"},
                 {"complex", {randn({3}, c64)}},
                 {"0-d", {randn({})}}});
  for (const char* op : {"fft_fftfreq", "fft_rfftfreq"}) {
    samples(op, {{"even", {}, R"({"n": 8, "d": 0.1})"},
                 {"odd", {}, R"({"n": 5, "dtype": "float64"})"},
                 {"one", {}}});
    refuses(op, {{"number of points is 0", {}, R"({"n": 0})"},
                 {"should be floating", {}, R"({"n": 3, "dtype": "int64"})"}});
  }
  samples("fft_c2c", {{"forwards", {randn({20, 6}, c64)}, R"({"dim": 1})"},
                      {"few", {randn({2, 30}, c64)}, R"({"dim": 1, "scale": 0.5})"},
                      {"backwards", {randn({6, 5}, c64)}, R"({"dim": 0, "inverse": true})"},
                      {"pictures", {randn({3, 20, 6}, c64)}, R"({"dim": 2, "across": 1})"},
                      {"apart", {randn({4, 2, 3}, c64)}, R"({"dim": 0, "across": 2})"}});
  samples("fft_r2c",
          {{"even", {randn({20, 6})}, R"({"dim": 1})"},
           {"odd", {randn({20, 7})}, R"({"dim": 1})"},
           {"few", {randn({7, 3})}, R"({"dim": 0, "scale": 0.5})"},
           {"pictures", {randn({3, 5, 6})}, R"({"dim": 2, "across": 1})"},
           {"even in pairs", {randn({20, 6})}, R"({"dim": 1, "paired": 3})"},
           {"odd in pairs", {randn({20, 7})}, R"({"dim": 1, "paired": 3})"},
           {"long in pairs", {randn({2, 512})}, R"({"dim": 1, "paired": 3, "scale": 0.01})"}});
  exempt("fft_r2c", {{Check::half, no_complex_halves}});
  refuses("fft_r2c", {{"should be f32 or f64", {zeros({4}, f16)}}});
  for (const char* op : {"fft_c2c", "fft_c2r"})
    refuses(op, {{"input is f32, should be complex", {zeros({4})}}});
  samples("fft_c2r", {{"even", {randn({20, 4}, c64)}, R"({"dim": 1, "n": 6, "inverse": true})"},
                      {"odd", {randn({20, 4}, c64)}, R"({"dim": 1, "n": 7, "inverse": true})"},
                      {"few", {randn({4, 3}, c64)}, R"({"dim": 0, "n": 7, "inverse": true})"},
                      {"even in pairs",
                       {randn({20, 4}, c64)},
                       R"({"dim": 1, "n": 6, "inverse": true, "paired": 3})"},
                      {"odd in pairs",
                       {randn({20, 4}, c64)},
                       R"({"dim": 1, "n": 7, "inverse": true, "paired": 3})"},
                      {"long in pairs",
                       {randn({2, 257}, c64)},
                       R"({"dim": 1, "n": 512, "inverse": true, "paired": 3, "scale": 0.01})"},
                      {"pictures",
                       {randn({3, 4, 5}, c64)},
                       R"({"dim": 1, "across": 2, "n": 6, "inverse": true})"}});
  for (const char* name : {"fft_hfft", "fft_hfftn", "fft_hfft2"})
    samples(name, {{"plain", {randn({3, 5}, c64)}},
                   {"ortho", {randn({3, 4}, c64)}, R"({"norm": "ortho"})"},
                   {"forward", {randn({2, 4}, c64)}, R"({"norm": "forward"})"}});
  samples("fft_hfft", {{"n", {randn({3, 5}, c64)}, R"({"n": 7, "dim": 0})"}});
  samples("fft_hfftn", {{"s", {randn({3, 4}, c64)}, R"({"s": [4, 7]})"}});
  for (const char* name : {"fft_ihfft", "fft_ihfftn", "fft_ihfft2"})
    samples(name, {{"plain", {randn({3, 6})}},
                   {"ortho", {randn({3, 5})}, R"({"norm": "ortho"})"},
                   {"forward", {randn({2, 4})}, R"({"norm": "forward"})"}});
  refuses("fft_fft", {{"the number of points is -1", {zeros({3})}, R"({"n": -1})"}});
  refuses("fft_hfft", {{"norm is 'none'", {zeros({3}, c64)}, R"({"norm": "none"})"}});
}

OPS_FAMILY(spectral) {
  const Slot window = uniform(0.5, 1, {8});
  samples("stft", {{"plain", {randn({20}), none()}, R"({"n_fft": 8})"},
                   {"window", {randn({2, 14}), window}, R"({"n_fft": 8, "hop_length": 3})"},
                   {"short window",
                    {randn({2, 13}), uniform(0.5, 1, {5})},
                    R"({"n_fft": 8, "win_length": 5, "normalized": true, "pad_mode": "constant"})"},
                   {"both sides",
                    {randn({20}), window},
                    R"({"n_fft": 8, "onesided": false, "center": false, "return_complex": false})"},
                   {"complex", {randn({20}, c64), none()}, R"({"n_fft": 7, "center": false})"}});
  refuses(
      "stft",
      {{"n_fft is 0", {zeros({20}), none()}},
       {"n_fft is 30, but there are 20 samples",
        {zeros({20}), none()},
        R"({"n_fft": 30, "center": false})"},
       {"hop_length is 0", {zeros({20}), none()}, R"({"n_fft": 8, "hop_length": 0})"},
       {"win_length is 9", {zeros({20}), none()}, R"({"n_fft": 8, "win_length": 9})"},
       {"window [7] should have the shape [8]", {zeros({20}), zeros({7})}, R"({"n_fft": 8})"},
       {"onesided is for real", {zeros({20}, c64), none()}, R"({"n_fft": 8, "onesided": true})"},
       {"should be [samples] or [batch, samples]", {zeros({2, 2, 20}), none()}, R"({"n_fft": 8})"},
       {"input is i64", {zeros({20}, i64), none()}, R"({"n_fft": 8})"}});
  samples("istft", {{"plain", {randn({5, 4}, c64), none()}, R"({"n_fft": 8})"},
                    {"window", {randn({2, 5, 3}, c64), window}, R"({"n_fft": 8, "hop_length": 3})"},
                    {"length",
                     {randn({5, 6}, c64), window},
                     R"({"n_fft": 8, "length": 20, "normalized": true})"},
                    {"short window",
                     {randn({5, 6}, c64), uniform(0.5, 1, {6})},
                     R"({"n_fft": 8, "win_length": 6, "hop_length": 2})"},
                    {"complex",
                     {randn({8, 4}, c64), none()},
                     R"({"n_fft": 8, "center": false, "onesided": false, "return_complex": true})"},
                    {"both sides", {randn({8, 4}, c64), none()}, R"({"n_fft": 8})"}});
  refuses("istft",
          {{"has 5 frequencies, should have 4", {zeros({5, 6}, c64), none()}, R"({"n_fft": 7})"},
           {"should be complex", {zeros({5, 6}), none()}, R"({"n_fft": 8})"},
           {"has no pieces", {zeros({5, 0}, c64), none()}, R"({"n_fft": 8})"},
           {"leave samples out", {zeros({5, 3}, c64), zeros({8})}, R"({"n_fft": 8})"},
           {"hop_length is 8, should be at most win_length, 2",
            {zeros({5, 3}, c64), none()},
            R"({"n_fft": 8, "win_length": 2, "hop_length": 8})"},
           {"length is 9223372036854775807",
            {zeros({5, 3}, c64), none()},
            R"({"n_fft": 8, "length": 9223372036854775807})"},
           {"return_complex needs all",
            {zeros({5, 6}, c64), none()},
            R"({"n_fft": 8, "return_complex": true})"}});
  for (const char* op :
       {"hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"}) {
    samples(op, {{"periodic", {}, R"({"window_length": 8})"},
                 {"symmetric", {}, R"({"window_length": 7, "periodic": false})"},
                 {"double", {}, R"({"window_length": 5, "dtype": "float64"})"},
                 {"one", {}, R"({"window_length": 1})"},
                 {"none", {}}});
    refuses(op, {{"window_length is -1", {}, R"({"window_length": -1})"},
                 {"should be floating", {}, R"({"window_length": 3, "dtype": "int64"})"}});
  }
  samples("window", {{"cosines", {}, R"({"length": 8, "period": 8, "a": 0.5, "b": 0.5})"},
                     {"kaiser", {}, R"({"kind": "kaiser", "length": 8, "period": 8, "a": 12})"},
                     {"triangle", {}, R"({"kind": "triangle", "length": 8, "period": 7})"}});
  samples(
      "melscale_fbanks",
      {{"htk", {}, R"({"n_freqs": 33, "n_mels": 8})"},
       {"slaney",
        {},
        R"({"n_freqs": 33, "n_mels": 8, "norm": "slaney", "mel_scale": "slaney", "f_min": 50})"}});
  refuses("melscale_fbanks",
          {{"f_min 9 should be at least 0 and below f_max 5", {}, R"({"f_min": 9, "f_max": 5})"},
           {"norm is 'l1'", {}, R"({"norm": "l1"})"},
           {"mel_scale is 'bark'", {}, R"({"mel_scale": "bark"})"},
           {"n_mels 0", {}, R"({"n_mels": 0})"}});
}

}  // namespace hebb::test
