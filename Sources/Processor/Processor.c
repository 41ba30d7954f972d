#include "Processor.h"

static const char *const names[PROCESSOR_COUNT] = {
  "sse3", "ssse3", "sse4.1", "sse4.2", "popcnt", "movbe", "avx", "f16c", "fma", "avx2", "bmi",
  "bmi2", "lzcnt", "adx", "gfni", "vaes", "vpclmulqdq", "avxvnni", "avx512f", "avx512cd",
  "avx512dq", "avx512bw", "avx512vl", "avx512ifma", "avx512vbmi", "avx512vbmi2", "avx512vnni",
  "avx512bitalg", "avx512vpopcntdq", "avx512bf16", "avx512fp16", "xop", "fma4", "tbm",
};

const char *processor_set_name(int set) {
  return set >= 0 && set < PROCESSOR_COUNT ? names[set] : "";
}

#ifdef __x86_64__

#include <cpuid.h>

/// Where the processor tells of an instruction set: leaf, subleaf, register and bit of CPUID, and what
/// the system must keep of a thread for it, as bits of XCR0.
///
/// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID; AMD64
/// Architecture Programmer's Manual, volume 3, appendix E.
struct place {
  int set;
  unsigned leaf, subleaf;
  enum { A, B, C, D } word;
  int bit;
  unsigned state;
};

enum { NONE = 0, YMM = 0x06, ZMM = 0xE6, EXTENDED = 0x80000001u };

static const struct place places[] = {
  { PROCESSOR_SSE3, 1, 0, C, 0, NONE },
  { PROCESSOR_SSSE3, 1, 0, C, 9, NONE },
  { PROCESSOR_SSE41, 1, 0, C, 19, NONE },
  { PROCESSOR_SSE42, 1, 0, C, 20, NONE },
  { PROCESSOR_MOVBE, 1, 0, C, 22, NONE },
  { PROCESSOR_POPCNT, 1, 0, C, 23, NONE },
  { PROCESSOR_FMA, 1, 0, C, 12, YMM },
  { PROCESSOR_AVX, 1, 0, C, 28, YMM },
  { PROCESSOR_F16C, 1, 0, C, 29, YMM },
  { PROCESSOR_BMI, 7, 0, B, 3, NONE },
  { PROCESSOR_AVX2, 7, 0, B, 5, YMM },
  { PROCESSOR_BMI2, 7, 0, B, 8, NONE },
  { PROCESSOR_AVX512F, 7, 0, B, 16, ZMM },
  { PROCESSOR_AVX512DQ, 7, 0, B, 17, ZMM },
  { PROCESSOR_ADX, 7, 0, B, 19, NONE },
  { PROCESSOR_AVX512IFMA, 7, 0, B, 21, ZMM },
  { PROCESSOR_AVX512CD, 7, 0, B, 28, ZMM },
  { PROCESSOR_AVX512BW, 7, 0, B, 30, ZMM },
  { PROCESSOR_AVX512VL, 7, 0, B, 31, ZMM },
  { PROCESSOR_AVX512VBMI, 7, 0, C, 1, ZMM },
  { PROCESSOR_AVX512VBMI2, 7, 0, C, 6, ZMM },
  { PROCESSOR_GFNI, 7, 0, C, 8, NONE },
  { PROCESSOR_VAES, 7, 0, C, 9, YMM },
  { PROCESSOR_VPCLMULQDQ, 7, 0, C, 10, YMM },
  { PROCESSOR_AVX512VNNI, 7, 0, C, 11, ZMM },
  { PROCESSOR_AVX512BITALG, 7, 0, C, 12, ZMM },
  { PROCESSOR_AVX512VPOPCNTDQ, 7, 0, C, 14, ZMM },
  { PROCESSOR_AVX512FP16, 7, 0, D, 23, ZMM },
  { PROCESSOR_AVXVNNI, 7, 1, A, 4, YMM },
  { PROCESSOR_AVX512BF16, 7, 1, A, 5, ZMM },
  { PROCESSOR_LZCNT, EXTENDED, 0, C, 5, NONE },
  { PROCESSOR_XOP, EXTENDED, 0, C, 11, YMM },
  { PROCESSOR_FMA4, EXTENDED, 0, C, 16, YMM },
  { PROCESSOR_TBM, EXTENDED, 0, C, 21, NONE },
};

/// The registers that the system keeps from one thread to the next: XCR0, 0 where it does not say.
static unsigned kept_state(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 27)) return 0;
  __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return a;
}

uint64_t processor_has(void) {
  unsigned state = kept_state();
#ifdef __APPLE__
  // macOS keeps the wide registers from a thread's first use of them on, and does not say so before.
  if ((state & YMM) == YMM) state |= ZMM;
#endif
  uint64_t sets = 0;
  for (unsigned index = 0; index < sizeof places / sizeof places[0]; index++) {
    const struct place *place = &places[index];
    unsigned words[4] = { 0, 0, 0, 0 };
    if (!__get_cpuid_count(place->leaf, place->subleaf, &words[A], &words[B], &words[C], &words[D]))
      continue;
    int is_there = words[place->word] >> place->bit & 1 && (state & place->state) == place->state;
    if (is_there) sets |= (uint64_t)1 << place->set;
  }
  return sets;
}

#else

// The builds for other processors use what all of their kind have.
uint64_t processor_has(void) { return ~(uint64_t)0; }

#endif

#if defined(__x86_64__)

enum { FLUSH_TO_ZERO = 1 << 15, DENORMALS_ARE_ZERO = 1 << 6 };

uint64_t processor_flush_subnormals(void) {
  unsigned before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
  return before;
}

void processor_restore_arithmetic(uint64_t before) { __builtin_ia32_ldmxcsr((unsigned)before); }

#elif defined(__aarch64__)

enum { FLUSH_TO_ZERO = 1 << 24 };

uint64_t processor_flush_subnormals(void) {
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | FLUSH_TO_ZERO));
  return before;
}

void processor_restore_arithmetic(uint64_t before) { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }

#else

uint64_t processor_flush_subnormals(void) { return 0; }
void processor_restore_arithmetic(uint64_t before) {}

#endif
