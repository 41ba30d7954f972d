#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "Sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <elf.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#endif

// Everything below runs after a fork of a program with threads, so it calls nothing that could
// allocate or lock.

/// What the program tells its supervisor where nothing holds it in its folder; no errno.
#define UNCONFINED -1

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Seconds of processor time that a process has had; 0 where that is unknown.
static double processor_time(pid_t process) {
  clockid_t clock;
  struct timespec time;
#ifdef __linux__
  if (clock_getcpuclockid(process, &clock) == 0 && clock_gettime(clock, &time) == 0)
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
#else
  (void)process, (void)clock, (void)time;
#endif
  return 0;
}

static void rest(double seconds) {
  struct timespec time = {0, (long)(seconds * 1e9)};
  nanosleep(&time, NULL);
}

/// Where a program was at some instants.
struct samples {
  uint32_t count;
  struct sandbox_sample samples[SANDBOX_SAMPLES];
};

#ifdef __linux__

// Landlock, from the kernel's documentation: userspace-api/landlock.
struct ruleset {
  uint64_t files, network, scoped;
};
struct __attribute__((packed)) rule {
  uint64_t access;
  int32_t folder;
};
enum {
  execute = 1 << 0,
  write_file = 1 << 1,
  read_file = 1 << 2,
  read_folder = 1 << 3,
  rename_elsewhere = 1 << 13,
  truncate_file = 1 << 14,
  device = 1 << 15,
};

static void allow(int ruleset, const char *path, uint64_t access) {
  int folder = open(path, O_PATH | O_CLOEXEC);
  if (folder < 0) return;
  struct rule rule = {access, folder};
  // A rule for a file must not speak of folders.
  if (syscall(445, ruleset, 1, &rule, 0) != 0 && errno == EINVAL) {
    rule.access &= execute | write_file | read_file | truncate_file | device;
    syscall(445, ruleset, 1, &rule, 0);
  }
  close(folder);
}

static void allow_all(int ruleset, const char *const *paths, uint64_t access) {
  if (!paths) allow(ruleset, "/", access);
  for (; paths && *paths; paths++) allow(ruleset, *paths, access);
}

/// Lets the calling process write, read and start what it may, and reach no network.
static int lock_in(const struct sandbox_request *request) {
  long version = syscall(444, NULL, 0, 1);
  if (version < 1) return 0;
  uint64_t all = (1 << 13) - 1;
  if (version >= 2) all |= rename_elsewhere;
  if (version >= 3) all |= truncate_file;
  if (version >= 5) all |= device;
  struct ruleset set = {all, version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int ruleset = (int)syscall(444, &set, size, 0);
  if (ruleset < 0) return 0;
  allow_all(ruleset, request->readable, read_file | read_folder);
  allow_all(ruleset, request->runnable, execute | read_file | read_folder);
  uint64_t writing = all & ~(uint64_t)execute;
  allow(ruleset, request->folder, writing);
  for (const char *const *path = request->writable; *path; path++) allow(ruleset, *path, writing);
  allow(ruleset, "/dev/null", write_file | read_file);
  int failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(446, ruleset, 0) != 0;
  close(ruleset);
  return failed ? 0 : (int)version;
}

/// The version of Landlock, 0 where the kernel has none.
static int landlock_version(void) {
  long version = syscall(444, NULL, 0, 1);
  return version < 1 ? 0 : (int)version;
}

/// Ends every child of the calling process but one, and returns how many there were.
static int end_children(pid_t but) {
  char text[4096];
  int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text);
  close(file);
  int ended = 0;
  pid_t child = 0;
  for (ssize_t index = 0; index < length; index++) {
    if (text[index] >= '0' && text[index] <= '9') {
      child = 10 * child + (text[index] - '0');
    } else if (child) {
      if (child != but) {
        kill(child, SIGKILL);
        ended++;
      }
      child = 0;
    }
  }
  return ended;
}

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
static int sample_calls(
  pid_t process, const char *program, int *status, struct samples *samples
) {
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
static int release(pid_t process, int *status) {
  if (ptrace(PTRACE_INTERRUPT, process, NULL, NULL) != 0) return 0;
  if (waitpid(process, status, __WALL) != process) return 0;
  if (WIFEXITED(*status) || WIFSIGNALED(*status)) return 1;
  ptrace(PTRACE_DETACH, process, NULL, NULL);
  return 0;
}

#else

static int release(pid_t process, int *status) { return (void)process, (void)status, 0; }

static int sample_calls(
  pid_t process, const char *program, int *status, struct samples *samples
) {
  (void)process, (void)program, (void)status, (void)samples;
  return 0;
}

static int landlock_version(void) { return 0; }
static int end_children(pid_t but) { return (void)but, 0; }

#endif

static void set_limit(int resource, uint64_t value) {
  struct rlimit limit = {value, value};
  setrlimit(resource, &limit);
}

/// Becomes the program. What is written to `complaint` is the errno that prevented it.
static void become(const struct sandbox_request *request, int complaint) {
  setsid();
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  // Descriptors out of the way first, so that none is overwritten before it is copied.
  int from[4] = {request->input, request->output, request->error, request->result};
  for (int index = 0; index < 4; index++)
    from[index] = from[index] < 0 ? open("/dev/null", O_RDWR) : from[index];
  for (int index = 0; index < 4; index++) from[index] = fcntl(from[index], F_DUPFD, 64);
  complaint = fcntl(complaint, F_DUPFD_CLOEXEC, 64);
  for (int index = 0; index < 4; index++) dup2(from[index], index);
  for (int descriptor = 4; descriptor < 1024; descriptor++)
    if (descriptor != complaint) close(descriptor);

  // Unlike handlers, signals that are ignored or blocked would stay so; the report of where a program
  // is depends on some of them.
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_CPU, (uint64_t)(2 * (request->timeout + request->grace_period)) + 1);
  if (request->file_size) set_limit(RLIMIT_FSIZE, request->file_size);
#ifdef __linux__
  if (request->memory) set_limit(RLIMIT_AS, request->memory);
#endif
  if (chdir(request->folder) == 0) {
#ifdef __linux__
    int nothing = UNCONFINED;
    if (!lock_in(request)) (void)!write(complaint, &nothing, sizeof nothing);
#endif
    execve(request->program, request->arguments, request->environment);
  }
  int reason = errno;
  (void)!write(complaint, &reason, sizeof reason);
  _exit(127);
}

static volatile sig_atomic_t wished;
static void wish(int number) { wished = number; }

/// Runs the program to its end, and ends all that is left of it.
static void supervise(const struct sandbox_request *request, int outcome, pid_t parent) {
  struct sandbox_outcome result = {0};
  struct samples samples;
  samples.count = 0;
  int complaint[2];
  double start = now(), asked = 0;
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  signal(SIGTERM, wish);
  signal(SIGINT, SIG_IGN);
  signal(SIGQUIT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  result.landlock = landlock_version();

  pid_t program = pipe(complaint) == 0 ? fork() : -1;
  if (program == 0) {
    close(complaint[0]);
    become(request, complaint[1]);
  }
  if (program < 0) result.refused = errno;
  // From here the program alone holds its ends of the pipes.
  close(complaint[1]);
  for (int descriptor = 0; descriptor < 1024; descriptor++)
    if (descriptor != outcome && descriptor != complaint[0]) close(descriptor);

  while (program > 0) {
    pid_t ended = waitpid(-1, &result.status, WNOHANG);
    if (ended == program && !WIFSTOPPED(result.status)) break;
    if (ended > 0) continue;
    double seconds = now() - start, used = processor_time(program);
    // A parent that is gone has this process adopted. Its death as a signal would not do: that is sent
    // when the thread ends that forked.
    int unwanted = wished || getppid() != parent;
    if (!result.stopped && (unwanted || used > request->cpu_limit || seconds > request->timeout)) {
      result.stopped = unwanted ? 2 : 1;
      if (request->wants_samples
          && sample_calls(program, request->program, &result.status, &samples))
        break;
      if (samples.count) {
        kill(program, SIGKILL);
      } else {
        // Swift's runtime answers with a report of where the program is.
        if (release(program, &result.status)) break;
        kill(program, SIGQUIT);
      }
      asked = now();
    }
    if (result.stopped && now() - asked > request->grace_period) {
      kill(-program, SIGKILL);
      kill(program, SIGKILL);
    }
    rest(seconds < 0.1 ? 0.001 : 0.005);
  }
  if (program > 0) kill(-program, SIGKILL);
  // The children of what ended became this process's own. To end one can bring up its children.
  for (int round = 0; round < 2000; round++) {
    int ended = end_children(program), status;
    while (waitpid(-1, &status, WNOHANG) > 0) result.orphans++;
    if (!ended && waitpid(-1, &status, WNOHANG) < 0 && errno == ECHILD) break;
    rest(0.001);
  }
  for (int reason; read(complaint[0], &reason, sizeof reason) == sizeof reason;) {
    if (reason == UNCONFINED) result.landlock = 0;
    else result.refused = reason;
  }
  result.seconds = now() - start;
  result.samples = samples.count;
  (void)!write(outcome, &result, sizeof result);
  (void)!write(outcome, samples.samples, samples.count * sizeof *samples.samples);
}

pid_t sandbox_start(const struct sandbox_request *request, int outcome) {
  pid_t parent = getpid();
  pid_t supervisor = fork();
  if (supervisor != 0) return supervisor;
  supervise(request, outcome, parent);
  _exit(0);
}

int sandbox_landlock_version(void) { return landlock_version(); }
