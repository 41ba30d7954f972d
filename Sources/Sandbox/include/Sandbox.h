// Runs a program that nobody trusts: alone, with limits, and with nothing left behind.
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
  /// Seconds of processor time, and of the clock, after which the program is asked where it is. On a
  /// machine with much to do the clock alone would be unjust.
  double limit, patience;
  /// Seconds of the clock in which it may answer.
  double grace;
  /// Bytes of address space for each process, and of each file; 0 for no limit.
  uint64_t memory, file_size;
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
  int strays;
  /// Seconds of the clock.
  double seconds;
};

/// Starts a keeper, which runs the program and sees to its limits and its end.
///
/// The keeper writes one sandbox_outcome to the descriptor `outcome` once nothing of the program is
/// left. SIGTERM makes it stop the program at once.
///
/// - Returns: The keeper's process, for waitpid; -1 with errno where it cannot be started.
pid_t sandbox_start(const struct sandbox_request *request, int outcome);
