// Runs an untrusted program in a session of its own, with limits, and ends all that it started.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// What to run, and within which limits.
struct sandbox_request {
  const char *program;
  char *const *arguments;
  char *const *environment;
  /// The working folder, in which the program may write.
  const char *folder;
  /// Where else it may write, ended by NULL.
  const char *const *writable;
  /// What the program may read, and what it may start, ended by NULL; NULL for everything.
  const char *const *readable;
  const char *const *runnable;
  /// Descriptors that become the program's 0, 1, 2 and 3; -1 for none.
  int input, output, error, result;
  /// Seconds of processor time, and of the clock, after which the program is stopped. On a machine with
  /// much to do the clock alone would be unjust.
  double cpu_limit, timeout;
  /// Whether to read which calls the program is in before it is stopped. Where it is not, or where that
  /// cannot be read, SIGQUIT asks Swift's runtime to report it.
  int wants_samples;
  /// Seconds of the clock in which the runtime may report.
  double grace_period;
  /// Bytes of address space for each process, and of each file; 0 for no limit.
  uint64_t memory, file_size;
};

enum { SANDBOX_SAMPLES = 64, SANDBOX_DEPTH = 30 };

/// The calls that a program was in at an instant.
struct sandbox_sample {
  /// How many calls there are, and whether the instant was in a library that the program uses.
  uint32_t count, is_in_library;
  /// Addresses in the program's file, each right after a call, the innermost first.
  uint64_t calls[SANDBOX_DEPTH];
};

/// How a program ended.
struct sandbox_outcome {
  /// As waitpid tells it.
  int status;
  /// Whether it was stopped: 0 no, 1 at the limit, 2 at the caller's wish.
  int stopped;
  /// The errno that kept it from starting, or 0.
  int refused;
  /// The version of Landlock that holds it in its folder; 0 where nothing does.
  int landlock;
  /// How many processes it had left behind, all ended by now.
  int orphans;
  /// How many samples follow.
  uint32_t samples;
  /// Seconds of the clock.
  double seconds;
};

/// Starts a supervisor, which runs the program and sees to its limits and its end.
///
/// The supervisor writes one sandbox_outcome, and its samples behind it, to the descriptor `outcome` once
/// nothing of the program is left. SIGTERM makes it stop the program at once.
///
/// - Returns: The supervisor's process, for waitpid; -1 with errno where it cannot be started.
pid_t sandbox_start(const struct sandbox_request *request, int outcome);

/// Returns the version of Landlock that programs would be held by; 0 where the kernel has none.
int sandbox_landlock_version(void);
