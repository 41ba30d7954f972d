// Square roots of many numbers at once, which Swift's SIMD types take one by one.
#pragma once

typedef float processor_float8 __attribute__((ext_vector_type(8)));

/// The square root of each number, rounded to the nearest.
static inline __attribute__((always_inline)) processor_float8 processor_square_roots(
    processor_float8 x) {
  return __builtin_elementwise_sqrt(x);
}
