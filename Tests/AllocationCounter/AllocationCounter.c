// A program that defines `malloc` itself has all of its libraries use that one, the Swift runtime's
// included. These count, where they are asked to, and hand the request on to the C library.

#include "AllocationCounter.h"

#include <errno.h>
#include <stddef.h>

static _Thread_local int isCounting;
static _Thread_local long count;

void startCountingAllocations(void) {
  count = 0;
  isCounting = 1;
}

long stopCountingAllocations(void) {
  isCounting = 0;
  return count;
}

#if defined(__GLIBC__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count += isCounting;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count += isCounting;
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count += isCounting;
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += isCounting;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count += isCounting;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

#endif
