#include "Supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

/// Where a program lies in the memory of its process.
struct layout {
  uint64_t base, code, code_end;
};

/// Reads where a program lies in the memory of its process.
static int find_program(pid_t process, const char *program, struct layout *layout) {
  char path[32] = "/proc/", text[1 << 14], digits[12];
  size_t at = strlen(path), count = 0;
  for (pid_t rest = process; rest; rest /= 10) digits[count++] = (char)('0' + rest % 10);
  while (count) path[at++] = digits[--count];
  memcpy(path + at, "/maps", 6);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t length = 0;
  ssize_t read_now;
  while (length < sizeof text - 1
         && (read_now = read(file, text + length, sizeof text - 1 - length)) > 0)
    length += (size_t)read_now;
  close(file);
  text[length] = 0;
  int is_found = 0;
  for (char *line = text; line && *line;) {
    char *next = strchr(line, '\n');
    if (next) *next++ = 0;
    char *rest;
    uint64_t start = strtoull(line, &rest, 16), end = 0;
    if (*rest == '-') end = strtoull(rest + 1, &rest, 16);
    if (strstr(rest, program)) {
      // The first part of the file is mapped first.
      if (!is_found++) layout->base = start;
      if (strncmp(rest, " r-xp", 5) == 0) {
        layout->code = start;
        layout->code_end = end;
        return 1;
      }
    }
    line = next;
  }
  return 0;
}

static int is_code(const struct layout *layout, uint64_t address) {
  return address >= layout->code && address < layout->code_end;
}

/// Copies memory of another process.
static int copy(pid_t process, uint64_t address, void *into, size_t size) {
  struct iovec own = {into, size}, other = {(void *)(uintptr_t)address, size};
  return process_vm_readv(process, &own, 1, &other, 1, 0) == (ssize_t)size;
}

/// Adds a return address; addresses outside the program's code are left out.
static void add_call(struct sandbox_sample *sample, const struct layout *layout, uint64_t address) {
  if (!is_code(layout, address) || sample->count == SANDBOX_DEPTH) return;
  sample->calls[sample->count++] = address - layout->base;
}

/// Adds the calls of a chain of frames, each of which begins with the address of the one around it.
static void add_frames(
  pid_t process, const struct layout *layout, uint64_t frame, uint64_t stack,
  struct sandbox_sample *sample
) {
  uint64_t record[2];
  for (int depth = 0; depth < 1024 && sample->count < SANDBOX_DEPTH; depth++) {
    if (frame < stack || frame - stack > 1 << 26 || frame % 8 != 0) return;
    if (!copy(process, frame, record, sizeof record)) return;
    add_call(sample, layout, record[1]);
    stack = frame + 1;
    frame = record[0];
  }
}

/// Returns the address of the innermost frame record on a stack, for code that keeps no frame pointer; 0 where
/// there is none.
static uint64_t find_frame(pid_t process, const struct layout *layout, uint64_t stack) {
  uint64_t record[2];
  for (uint64_t place = stack; place < stack + (1 << 14); place += 8) {
    struct sandbox_sample sample = {0};
    if (!copy(process, place, record, sizeof record)) return 0;
    if (record[0] <= place || record[0] % 16 != 0) continue;
    add_frames(process, layout, place, place, &sample);
    // By chance a word can look like an address; it does not lead on to others.
    if (sample.count > 1) return place;
  }
  return 0;
}

/// Whether an address is right after a call instruction.
static int is_behind_call(pid_t process, uint64_t address) {
#if defined(__x86_64__)
  uint8_t code[7];
  if (!copy(process, address - sizeof code, code, sizeof code)) return 0;
  // Calls at a distance, through memory and through a register.
  return code[2] == 0xe8 || (code[1] == 0xff && code[2] == 0x15)
         || (code[5] == 0xff && code[6] >> 3 == 0x1a);
#elif defined(__aarch64__)
  uint32_t code;
  if (!copy(process, address - sizeof code, &code, sizeof code)) return 0;
  return (code & 0xfc000000) == 0x94000000 || (code & 0xfffffc1f) == 0xd63f0000;
#else
  (void)process, (void)address;
  return 0;
#endif
}

/// Adds the call by which the program entered a library that keeps no frame pointers.
static void add_call_of_library(
  pid_t process, const struct layout *layout, uint64_t stack, uint64_t frame,
  struct sandbox_sample *sample
) {
  for (uint64_t place = stack; place < frame && place < stack + (1 << 12); place += 8) {
    uint64_t word;
    if (!copy(process, place, &word, sizeof word)) return;
    if (is_code(layout, word) && is_behind_call(process, word))
      return add_call(sample, layout, word);
  }
}

/// Reads which calls a stopped program is in.
static void read_calls(
  pid_t process, const struct layout *layout, struct sandbox_sample *sample
) {
  struct user_regs_struct registers;
  struct iovec all = {&registers, sizeof registers};
  sample->count = sample->is_in_library = 0;
  if (ptrace(PTRACE_GETREGSET, process, NT_PRSTATUS, &all) != 0) return;
  uint64_t around = 0, frame, stack, here;
  // On its first and its last instructions a function has no frame. The call that it is in would be missed.
#if defined(__x86_64__)
  (here = registers.rip, frame = registers.rbp, stack = registers.rsp);
  uint8_t code[4] = {0};
  copy(process, here, code, sizeof code);
  int is_push = code[0] == 0x55 || memcmp(code, "\xf3\x0f\x1e\xfa", 4) == 0;
  int is_move = memcmp(code, "\x48\x89\xe5", 3) == 0;
  int is_jump = code[0] == 0xff && code[1] == 0x25, is_return = code[0] == 0xc3;
  if (is_push || is_move || is_jump || is_return)
    copy(process, stack + (is_move ? 8 : 0), &around, sizeof around);
#elif defined(__aarch64__)
  (here = registers.pc, frame = registers.regs[29], stack = registers.sp);
  uint32_t code = 0;
  copy(process, here, &code, sizeof code);
  int is_push = (code & 0xff407fff) == 0xa9007bfd, is_return = code == 0xd65f03c0;
  int is_move = (code & 0xff8003ff) == 0x910003fd || (code & 0xff8003ff) == 0xd10003ff;
  if (is_push || is_move || is_return) around = registers.regs[30];
#else
  return;
#endif
  // Every address is taken for one after a call, so this one is moved by a byte.
  add_call(sample, layout, here + 1);
  sample->is_in_library = sample->count == 0;
  add_call(sample, layout, around);
  if (sample->is_in_library) {
    struct sandbox_sample frames = {0};
    add_frames(process, layout, frame, stack, &frames);
    if (frames.count == 0) frame = find_frame(process, layout, stack);
    if (sample->count == 0) add_call_of_library(process, layout, stack, frame, sample);
  }
  add_frames(process, layout, frame, stack, sample);
}

/// Stops a program again and again for a moment and reads which calls it is in.
///
/// Instants in code of the program's own are preferred: libraries in C keep no frame pointers.
///
/// - Returns: 1 where the program ended meanwhile, with its status.
int sample_calls(pid_t process, const char *program, int *status, struct samples *samples) {
  struct layout layout;
  if (!find_program(process, program, &layout)) return 0;
  if (ptrace(PTRACE_SEIZE, process, NULL, NULL) != 0) return 0;
  double start = now();
  uint32_t own = 0, elsewhere = 0;
  for (int round = 0; round < 500 && own < SANDBOX_SAMPLES && now() - start < 2; round++) {
    if (ptrace(PTRACE_INTERRUPT, process, NULL, NULL) != 0) break;
    if (waitpid(process, status, __WALL) != process) break;
    if (WIFEXITED(*status) || WIFSIGNALED(*status)) return 1;
    int is_event = *status >> 16 != 0;
    struct sandbox_sample sample;
    read_calls(process, &layout, &sample);
    if (sample.count && !sample.is_in_library) samples->samples[own++] = sample;
    else if (sample.count && own + elsewhere < SANDBOX_SAMPLES)
      samples->samples[SANDBOX_SAMPLES - ++elsewhere] = sample;
    ptrace(PTRACE_CONT, process, NULL, is_event ? 0 : WSTOPSIG(*status));
    rest(0.0005);
  }
  // Samples of both kinds side by side.
  if (own + elsewhere > SANDBOX_SAMPLES) elsewhere = SANDBOX_SAMPLES - own;
  memmove(samples->samples + own, samples->samples + SANDBOX_SAMPLES - elsewhere,
          elsewhere * sizeof *samples->samples);
  samples->count = own + elsewhere;
  return 0;
}

/// Lets go of a program that was stopped for samples.
///
/// - Returns: 1 where the program ended meanwhile, with its status.
int release(pid_t process, int *status) {
  if (ptrace(PTRACE_INTERRUPT, process, NULL, NULL) != 0) return 0;
  if (waitpid(process, status, __WALL) != process) return 0;
  if (WIFEXITED(*status) || WIFSIGNALED(*status)) return 1;
  ptrace(PTRACE_DETACH, process, NULL, NULL);
  return 0;
}

#else

int release(pid_t process, int *status) { return (void)process, (void)status, 0; }

int sample_calls(pid_t process, const char *program, int *status, struct samples *samples) {
  (void)process, (void)program, (void)status, (void)samples;
  return 0;
}

#endif
