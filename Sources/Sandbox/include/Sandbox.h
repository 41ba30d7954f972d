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
  /// Whether the program is refused every call of the kernel that reaches beyond its folder, and what a superuser
  /// may do. Without, it is only held in its folder.
  int is_untrusted;
  /// Whether an untrusted program runs in namespaces of its own; see `sandbox_means`.
  int has_namespaces;
  /// Seconds of processor time of all its processes, and of the clock, after which the program is stopped. On a
  /// machine with much to do the clock alone would be unjust.
  double cpu_limit, timeout;
  /// Whether to read which calls the program is in before it is stopped. Where it is not, or where that
  /// cannot be read, SIGQUIT asks Swift's runtime to report it.
  int wants_samples;
  /// Seconds of the clock in which the runtime may report.
  double grace_period;
  /// Bytes of address space for each process, and of each file; 0 for no limit.
  uint64_t memory, file_size;
  /// For all its processes together: bytes of memory, bytes in its folder, and how many threads there may be at once;
  /// 0 for no limit.
  uint64_t memory_of_all, disk;
  uint32_t threads;
  /// How many processes an untrusted program may start.
  uint32_t processes;
  /// A folder and the name of one in it, which is removed where the caller ends before the program; NULL for none.
  const char *removed_parent, *removed_name;
};

enum { SANDBOX_SAMPLES = 64, SANDBOX_DEPTH = 30 };

/// The calls that a program was in at an instant.
struct sandbox_sample {
  /// How many calls there are, and whether the instant was in a library that the program uses.
  uint32_t count, is_in_library;
  /// Addresses in the program's file, each right after a call, the innermost first.
  uint64_t calls[SANDBOX_DEPTH];
};

/// Why a program was stopped.
enum sandbox_stop {
  SANDBOX_NOT_STOPPED = 0,
  /// It used its time.
  SANDBOX_TIME = 1,
  /// The caller wished it.
  SANDBOX_WISH = 2,
  /// Its processes used too much memory, together.
  SANDBOX_MEMORY = 3,
  /// It had too many threads or processes at once.
  SANDBOX_THREADS = 4,
  /// It wrote too much.
  SANDBOX_DISK = 5,
};

/// How a program ended.
struct sandbox_outcome {
  /// As waitpid tells it.
  int status;
  /// Whether it was stopped, and why: an `enum sandbox_stop`.
  int stopped;
  /// The errno that kept it from starting, or 0.
  int refused;
  /// The version of Landlock that holds it in its folder; 0 where nothing does.
  int landlock;
  /// Whether an untrusted program could change nothing but its folder, read no file but those it was given, and reach
  /// no process and no network.
  int is_confined;
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

/// What the system has to hold a program with.
struct sandbox_means {
  /// The version of Landlock, or 0.
  int landlock;
  /// Whether calls of the kernel can be refused.
  int has_filter;
  /// Whether a program can have namespaces of its own for users, processes, shared memory and networks.
  int has_namespaces;
};

/// The version of Landlock from which a program cannot change a file outside its folder: earlier ones let it
/// cut off any file that it can open.
enum { SANDBOX_LANDLOCK_NEEDED = 3 };

/// Tries what the system has. It forks, so ask once.
struct sandbox_means sandbox_means(void);

/// Removes a folder with all that is in it, however deep and locked. No link is followed. It calls nothing
/// that could allocate or lock, on Linux.
///
/// - Returns: 0, also where there is none, or the errno that prevented it.
int sandbox_remove(const char *parent, const char *name);
