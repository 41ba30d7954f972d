// The instruction sets that a module may use, and those that this processor has.
#pragma once
#include <stdint.h>

/// An instruction set: its bit in the sets below. Those of x86-64 that compilers use unasked.
enum processor_set {
  PROCESSOR_SSE3, PROCESSOR_SSSE3, PROCESSOR_SSE41, PROCESSOR_SSE42, PROCESSOR_POPCNT,
  PROCESSOR_MOVBE, PROCESSOR_AVX, PROCESSOR_F16C, PROCESSOR_FMA, PROCESSOR_AVX2, PROCESSOR_BMI,
  PROCESSOR_BMI2, PROCESSOR_LZCNT, PROCESSOR_ADX, PROCESSOR_GFNI, PROCESSOR_VAES,
  PROCESSOR_VPCLMULQDQ, PROCESSOR_AVXVNNI, PROCESSOR_AVX512F, PROCESSOR_AVX512CD,
  PROCESSOR_AVX512DQ, PROCESSOR_AVX512BW, PROCESSOR_AVX512VL, PROCESSOR_AVX512IFMA,
  PROCESSOR_AVX512VBMI, PROCESSOR_AVX512VBMI2, PROCESSOR_AVX512VNNI, PROCESSOR_AVX512BITALG,
  PROCESSOR_AVX512VPOPCNTDQ, PROCESSOR_AVX512BF16, PROCESSOR_AVX512FP16, PROCESSOR_XOP,
  PROCESSOR_FMA4, PROCESSOR_TBM, PROCESSOR_COUNT
};

/// The instruction sets that whatever includes this header is compiled for.
///
/// A Swift module that calls this function learns with which -march it was built.
static inline uint64_t processor_compiled_for(void) {
  uint64_t sets = 0;
#define NEEDS(name) sets |= (uint64_t)1 << PROCESSOR_##name
#ifdef __SSE3__
  NEEDS(SSE3);
#endif
#ifdef __SSSE3__
  NEEDS(SSSE3);
#endif
#ifdef __SSE4_1__
  NEEDS(SSE41);
#endif
#ifdef __SSE4_2__
  NEEDS(SSE42);
#endif
#ifdef __POPCNT__
  NEEDS(POPCNT);
#endif
#ifdef __MOVBE__
  NEEDS(MOVBE);
#endif
#ifdef __AVX__
  NEEDS(AVX);
#endif
#ifdef __F16C__
  NEEDS(F16C);
#endif
#ifdef __FMA__
  NEEDS(FMA);
#endif
#ifdef __AVX2__
  NEEDS(AVX2);
#endif
#ifdef __BMI__
  NEEDS(BMI);
#endif
#ifdef __BMI2__
  NEEDS(BMI2);
#endif
#ifdef __LZCNT__
  NEEDS(LZCNT);
#endif
#ifdef __ADX__
  NEEDS(ADX);
#endif
#ifdef __GFNI__
  NEEDS(GFNI);
#endif
#ifdef __VAES__
  NEEDS(VAES);
#endif
#ifdef __VPCLMULQDQ__
  NEEDS(VPCLMULQDQ);
#endif
#ifdef __AVXVNNI__
  NEEDS(AVXVNNI);
#endif
#ifdef __AVX512F__
  NEEDS(AVX512F);
#endif
#ifdef __AVX512CD__
  NEEDS(AVX512CD);
#endif
#ifdef __AVX512DQ__
  NEEDS(AVX512DQ);
#endif
#ifdef __AVX512BW__
  NEEDS(AVX512BW);
#endif
#ifdef __AVX512VL__
  NEEDS(AVX512VL);
#endif
#ifdef __AVX512IFMA__
  NEEDS(AVX512IFMA);
#endif
#ifdef __AVX512VBMI__
  NEEDS(AVX512VBMI);
#endif
#ifdef __AVX512VBMI2__
  NEEDS(AVX512VBMI2);
#endif
#ifdef __AVX512VNNI__
  NEEDS(AVX512VNNI);
#endif
#ifdef __AVX512BITALG__
  NEEDS(AVX512BITALG);
#endif
#ifdef __AVX512VPOPCNTDQ__
  NEEDS(AVX512VPOPCNTDQ);
#endif
#ifdef __AVX512BF16__
  NEEDS(AVX512BF16);
#endif
#ifdef __AVX512FP16__
  NEEDS(AVX512FP16);
#endif
#ifdef __XOP__
  NEEDS(XOP);
#endif
#ifdef __FMA4__
  NEEDS(FMA4);
#endif
#ifdef __TBM__
  NEEDS(TBM);
#endif
#undef NEEDS
  return sets;
}

/// The instruction sets that this processor has and the system lets programs use.
uint64_t processor_has(void);

/// The name of an instruction set, as GCC and Clang write it behind -m.
const char *processor_set_name(int set);

/// Has this thread take subnormal numbers for 0, and returns how it treated them before.
uint64_t processor_flush_subnormals(void);

/// Has this thread treat subnormal numbers as `processor_flush_subnormals` found it.
void processor_restore_arithmetic(uint64_t before);
