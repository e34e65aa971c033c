// Which instruction sets Highway compiles kernels for: SSE2 (every x86-64 has it), AVX2 and
// AVX-512. Include before foreach_target.h, which would compile for others, too.
#pragma once

// Highway's setting for the sets to leave out. A processor with one of these runs the best of the
// others.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HEBB_NEWER_TARGETS)

#include <hwy/detect_targets.h>

#ifdef HWY_AVX3_ZEN4
#ifdef HWY_AVX3_SPR
#define HEBB_NEWER_TARGETS (HWY_AVX3_ZEN4 | HWY_AVX3_SPR)
#else
#define HEBB_NEWER_TARGETS HWY_AVX3_ZEN4
#endif
#else
#define HEBB_NEWER_TARGETS 0
#endif
