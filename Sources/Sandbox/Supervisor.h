// What the parts of the supervisor share.
//
// Almost all of it runs after a fork of a program with threads, so it calls nothing that could allocate or
// lock.
#pragma once
#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "Sandbox.h"

/// Where a program was at some instants.
struct samples {
  uint32_t count;
  struct sandbox_sample samples[SANDBOX_SAMPLES];
};

/// Seconds of a clock that only goes forward.
double now(void);

/// Sleeps for less than a second.
void rest(double seconds);

// Samples.c

/// Stops a program again and again for a moment and reads which calls it is in.
///
/// Instants in code of the program's own are preferred: libraries in C keep no frame pointers.
///
/// - Returns: 1 where the program ended meanwhile, with its status.
int sample_calls(pid_t process, const char *program, int *status, struct samples *samples);

/// Lets go of a program that was stopped for samples.
///
/// - Returns: 1 where the program ended meanwhile, with its status.
int release(pid_t process, int *status);

// Usage.c

/// What the calling process's descendants use, all together.
struct usage {
  uint32_t processes, threads;
  /// Bytes of memory that are not swapped out.
  uint64_t memory;
  /// Bytes that were written, to wherever.
  uint64_t written;
  /// Seconds of processor time, with that of processes that have ended and were waited for.
  double cpu;
};

/// Returns what the calling process's descendants use. Zeros where the system does not tell.
///
/// Of one child that is given the memory is left out: a copy of its parent that never became another program
/// shows all of its parent's memory as its own.
struct usage usage_of_descendants(pid_t copy);

/// Ends every descendant of the calling process but one child of its own.
///
/// - Returns: How many there were.
int end_descendants(pid_t but);

/// What lies in a folder, folders in it included, and links not followed.
struct contents {
  uint32_t files, depth;
  uint64_t bytes;
};

/// Counts what lies in a folder, up to 10,000 entries and a depth of 32.
struct contents contents_of_folder(int folder);

// Confinement.c

/// The version of Landlock, 0 where the kernel has none.
int landlock_version(void);

/// Moves the calling process into a user namespace of its own, and its next children into namespaces for
/// processes, shared memory and networks.
///
/// - Returns: 1, 0 where the system refuses it and nothing has changed, −1 with errno where it went wrong.
int enter_namespaces(void);

/// Waits as the first process of a namespace until the other end of a pipe is closed. Then the system ends
/// every process of the namespace.
void keep_namespace(int life);

/// Shows the calling process a /proc with none but the processes of its namespace.
int hide_other_processes(void);

/// Gives up every privilege that a superuser has beyond owning files.
void drop_capabilities(void);

/// Lets the calling process write, read and start what it may.
///
/// - Returns: The version of Landlock that holds it, or 0.
int lock_in(const struct sandbox_request *request);

// Filter.c

/// Refuses the calling process, and all that it starts, the calls of the kernel that reach beyond its folder.
///
/// - Parameters:
///   - has_namespaces: Whether it sees no processes but its own. Otherwise it can signal itself only.
///   - listener: Where a descriptor is put that asks for each process and thread that is to be started; −1
///     where the system does not have that, and they are started without asking.
/// - Returns: Whether the filter holds.
int filter_calls(int has_namespaces, int *listener);

/// Answers what a listener asks, where it asks something.
///
/// A signal that a program handles while it waits for the answer ends its call with EINTR, unless the handler
/// has calls restarted. So a shell can fail to start a process where another that it started ends meanwhile.
///
/// - Parameters:
///   - processes: How many more processes may be started.
///   - threads: How many more threads.
void answer_listener(int listener, uint32_t *processes, uint32_t *threads);
