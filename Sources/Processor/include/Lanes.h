// What Swift's SIMD types do number by number: square roots, the choice between two, and all that moves
// numbers between lanes.
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

/// Sixteen numbers: lane i has source[rows[i] * stride] up to i = last, and beyond it what the last has.
LANES processor_float16 processor_gather16(
    const float *source, long stride, const long *rows, long last) {
  processor_float16 lanes;
  for (long i = 0; i < 16; i++) lanes[i] = source[rows[i < last ? i : last] * stride];
  return lanes;
}

// Sixteen rows of sixteen numbers change places in four rounds. A round joins two rows to two others: the
// lower halves of both, and the upper ones. JOIN(low) takes parts of 8, 4, 2 or 1 numbers for halves.
#define JOIN_LOW_8(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define JOIN_HIGH_8(a, b) \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define JOIN_LOW_4(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define JOIN_HIGH_4(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define JOIN_LOW_2(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define JOIN_HIGH_2(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define JOIN_LOW_1(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define JOIN_HIGH_1(a, b) \
  __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#define ROUND(size) \
  for (int i = 0; i < 16; i++) { \
    if (i & size) continue; \
    processor_float16 a = rows[i], b = rows[i + size]; \
    rows[i] = JOIN_LOW_##size(a, b); \
    rows[i + size] = JOIN_HIGH_##size(a, b); \
  }

/// Writes sixteen columns of sixteen rows as rows. The strides count numbers.
LANES void processor_transpose16(
    const float *source, long source_stride, float *target, long target_stride) {
  processor_float16 rows[16];
  for (int i = 0; i < 16; i++) __builtin_memcpy(&rows[i], source + i * source_stride, 64);
  ROUND(8) ROUND(4) ROUND(2) ROUND(1)
  for (int i = 0; i < 16; i++) __builtin_memcpy(target + i * target_stride, &rows[i], 64);
}

/// The sums of sixteen rows of sixteen numbers, one after another. Each is taken in the same order.
LANES processor_float16 processor_totals16(const float *source) {
  processor_float16 rows[16];
  __builtin_memcpy(rows, source, sizeof(rows));
  for (int i = 0; i < 8; i++)
    rows[i] = JOIN_LOW_8(rows[i], rows[i + 8]) + JOIN_HIGH_8(rows[i], rows[i + 8]);
  for (int i = 0; i < 4; i++)
    rows[i] = JOIN_LOW_4(rows[i], rows[i + 4]) + JOIN_HIGH_4(rows[i], rows[i + 4]);
  for (int i = 0; i < 2; i++)
    rows[i] = JOIN_LOW_2(rows[i], rows[i + 2]) + JOIN_HIGH_2(rows[i], rows[i + 2]);
  return JOIN_LOW_1(rows[0], rows[1]) + JOIN_HIGH_1(rows[0], rows[1]);
}

#undef JOIN_LOW_8
#undef JOIN_HIGH_8
#undef JOIN_LOW_4
#undef JOIN_HIGH_4
#undef JOIN_LOW_2
#undef JOIN_HIGH_2
#undef JOIN_LOW_1
#undef JOIN_HIGH_1
#undef ROUND
#undef LANES
