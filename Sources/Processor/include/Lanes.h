// What Swift's SIMD types do number by number: square roots, and the choice between two.
#pragma once

typedef float processor_float8 __attribute__((ext_vector_type(8)));
typedef float processor_float16 __attribute__((ext_vector_type(16)));
typedef int processor_int8 __attribute__((ext_vector_type(8)));
typedef int processor_int16 __attribute__((ext_vector_type(16)));

#define LANES static inline __attribute__((always_inline))

/// The square root of each number, rounded to the nearest.
LANES processor_float8 processor_square_roots(processor_float8 x) {
  return __builtin_elementwise_sqrt(x);
}

/// In each lane a where the condition is above 0, and b where it is not, or is no number.
LANES processor_float8 processor_choose8(
    processor_float8 condition, processor_float8 a, processor_float8 b) {
  processor_int8 mask = condition > 0;
  return (processor_float8)(((processor_int8)a & mask) | ((processor_int8)b & ~mask));
}

/// The same of sixteen numbers.
LANES processor_float16 processor_choose16(
    processor_float16 condition, processor_float16 a, processor_float16 b) {
  processor_int16 mask = condition > 0;
  return (processor_float16)(((processor_int16)a & mask) | ((processor_int16)b & ~mask));
}

#undef LANES
