#include "Supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/// What the program tells its supervisor where something does not hold it; no errno.
enum { UNLOCKED = -1, UNFILTERED = -2, UNHIDDEN = -3 };

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void rest(double seconds) {
  struct timespec time = {0, (long)(seconds * 1e9)};
  nanosleep(&time, NULL);
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

static void set_limit(int resource, uint64_t value) {
  struct rlimit limit = {value, value};
  setrlimit(resource, &limit);
}

/// Closes every descriptor from 4 on but one or two.
static void close_others(int one, int other) {
  int low = one < other ? one : other, high = one < other ? other : one;
#ifdef SYS_close_range
  int is_done = (low <= 4 || syscall(SYS_close_range, 4, low - 1, 0) == 0)
                && (high - low < 2 || syscall(SYS_close_range, low < 3 ? 4 : low + 1, high - 1, 0) == 0)
                && syscall(SYS_close_range, high < 3 ? 4 : high + 1, ~0u, 0) == 0;
  if (is_done) return;
#endif
  for (int descriptor = 4; descriptor < 1024; descriptor++)
    if (descriptor != low && descriptor != high) close(descriptor);
}

/// Tells the supervisor a number, with a descriptor where there is one.
static void tell(int channel, int number, int descriptor) {
  char control[CMSG_SPACE(sizeof descriptor)] = {0};
  struct iovec content = {&number, sizeof number};
  struct msghdr message = {0};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  (void)!sendmsg(channel, &message, 0);
}

/// Reads what the program has told, without waiting.
///
/// - Returns: 1 with the number and the descriptor, or −1 for that; 0 where there is nothing.
static int hear(int channel, int *number, int *descriptor) {
  char control[CMSG_SPACE(sizeof *descriptor)] = {0};
  struct iovec content = {number, sizeof *number};
  struct msghdr message = {0};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  *descriptor = -1;
  if (recvmsg(channel, &message, MSG_DONTWAIT) != sizeof *number) return 0;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS)
    memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  return 1;
}

/// Sets the limits that the system holds for each process.
static void limit_process(const struct sandbox_request *request) {
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_CPU, (uint64_t)(2 * (request->cpu_limit + request->grace_period)) + 1);
  if (request->file_size) set_limit(RLIMIT_FSIZE, request->file_size);
#ifdef __linux__
  if (request->memory) set_limit(RLIMIT_AS, request->memory);
  if (!request->is_untrusted) return;
  set_limit(RLIMIT_NOFILE, 64);
  set_limit(RLIMIT_MSGQUEUE, 0);
  set_limit(RLIMIT_MEMLOCK, 1 << 16);
#endif
}

/// Gives up what the program must not have, and tells what could not be given up.
static void confine(const struct sandbox_request *request, int has_namespaces, int channel) {
#ifdef __linux__
  int listener = -1;
  if (has_namespaces && !hide_other_processes()) tell(channel, UNHIDDEN, -1);
  if (request->is_untrusted) drop_capabilities();
  if (lock_in(request) < SANDBOX_LANDLOCK_NEEDED) tell(channel, UNLOCKED, -1);
  if (!request->is_untrusted) return;
  // A filter, too, needs the promise that no program with more rights is started.
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!filter_calls(has_namespaces, &listener)) tell(channel, UNFILTERED, -1);
  if (listener >= 0) tell(channel, 0, listener), close(listener);
#else
  (void)request, (void)has_namespaces;
  tell(channel, UNLOCKED, -1);
#endif
}

static void forget_handlers(void) {
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
}

/// Becomes the program. What is told is the errno that prevented it.
static void become(const struct sandbox_request *request, int has_namespaces, int channel) {
  setsid();
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  // Descriptors out of the way first, so that none is overwritten before it is copied.
  int from[4] = {request->input, request->output, request->error, request->result};
  for (int index = 0; index < 4; index++)
    from[index] = from[index] < 0 ? open("/dev/null", O_RDWR) : from[index];
  int moved = fcntl(channel, F_DUPFD_CLOEXEC, 64), are_moved = moved >= 0;
  for (int index = 0; index < 4; index++) {
    from[index] = fcntl(from[index], F_DUPFD, 64);
    are_moved &= from[index] >= 0;
  }
  if (!are_moved) {
    tell(channel, errno, -1);
    _exit(127);
  }
  channel = moved;
  for (int index = 0; index < 4; index++) dup2(from[index], index);
  close_others(channel, channel);

  // Unlike handlers, signals that are ignored or blocked would stay so; the report of where a program
  // is depends on some of them.
  forget_handlers();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);

  limit_process(request);
  if (chdir(request->folder) == 0) {
    confine(request, has_namespaces, channel);
    execve(request->program, request->arguments, request->environment);
  }
  tell(channel, errno, -1);
  _exit(127);
}

static volatile sig_atomic_t wished;
static void wish(int number) { wished = number; }

/// What a supervisor knows of the program that it runs.
struct run {
  const struct sandbox_request *request;
  pid_t program, parent;
  /// The first process of the namespace, and the pipe that ends it when it is closed; 0 and −1 where there is none.
  pid_t first;
  int life;
  int channel, listener, folder;
  uint32_t processes_left, threads_left;
  double start, measured;
  struct usage usage;
  int is_locked, is_filtered, is_hidden;
  struct sandbox_outcome result;
};

/// Hears what the program tells before it runs, and answers whether it may start a process.
static void attend(struct run *run, double seconds) {
  struct pollfd polled[2] = {{run->channel, POLLIN, 0}, {run->listener, POLLIN, 0}};
  struct pollfd *first = run->channel < 0 ? polled + 1 : polled;
  nfds_t count = (nfds_t)((run->channel >= 0) + (run->listener >= 0));
  poll(first, count, (int)(seconds * 1000));
  if (polled[0].revents) {
    int number, descriptor, is_heard = 0;
    while (hear(run->channel, &number, &descriptor)) {
      is_heard = 1;
      if (descriptor >= 0) run->listener = descriptor;
      if (number == UNLOCKED) run->is_locked = 0;
      else if (number == UNFILTERED) run->is_filtered = 0;
      else if (number == UNHIDDEN) run->is_hidden = 0;
      else if (number > 0) run->result.refused = number;
    }
    // The program runs now, or has ended.
    if (!is_heard) close(run->channel), run->channel = -1;
  }
  if (run->listener < 0) return;
  if (polled[1].revents & (POLLHUP | POLLERR)) close(run->listener), run->listener = -1;
  else if (polled[1].revents) answer_listener(run->listener, &run->processes_left, &run->threads_left);
}

/// Returns why the program must be stopped now, or SANDBOX_NOT_STOPPED.
static int reason_to_stop(struct run *run) {
  const struct sandbox_request *request = run->request;
  // A parent that is gone has this process adopted. Its death as a signal would not do: that is sent
  // when the thread ends that forked.
  if (wished || getppid() != run->parent) return SANDBOX_WISH;
  double time = now();
  if (time - run->start > request->timeout) return SANDBOX_TIME;
  if (processor_time(run->program) > request->cpu_limit) return SANDBOX_TIME;
  if (time - run->measured < 0.01) return SANDBOX_NOT_STOPPED;
  run->usage = usage_of_descendants(run->first);
  // Reading takes longer where there is more to read.
  run->measured = now() + 4 * (now() - time);
  if (run->usage.cpu > request->cpu_limit) return SANDBOX_TIME;
  // Until it is another program, it is a copy of the caller, with all of the caller's memory.
  int is_copy = run->channel >= 0;
  if (!is_copy && request->memory_of_all && run->usage.memory > request->memory_of_all)
    return SANDBOX_MEMORY;
  if (request->threads && run->usage.threads > request->threads) return SANDBOX_THREADS;
  if (!request->disk) return SANDBOX_NOT_STOPPED;
  // What was written to files that have no name any more is not in the folder.
  if (run->usage.written > 2 * request->disk) return SANDBOX_DISK;
  struct contents contents = contents_of_folder(run->folder);
  int is_much = contents.bytes > request->disk || contents.files >= 10000 || contents.depth > 32;
  return is_much ? SANDBOX_DISK : SANDBOX_NOT_STOPPED;
}

/// Stops the program, which may say where it is before it ends.
///
/// - Returns: 1 where it ended meanwhile.
static int stop(struct run *run, struct samples *samples) {
  const struct sandbox_request *request = run->request;
  int *status = &run->result.status;
  if (run->result.stopped > SANDBOX_WISH) {
    kill(-run->program, SIGKILL);
    kill(run->program, SIGKILL);
    return 0;
  }
  if (request->wants_samples && sample_calls(run->program, request->program, status, samples))
    return 1;
  if (samples->count) {
    kill(run->program, SIGKILL);
    return 0;
  }
  // Swift's runtime answers with a report of where the program is.
  if (release(run->program, status)) return 1;
  kill(run->program, SIGQUIT);
  return 0;
}

/// Waits until the program has ended, and stops it where it must be stopped.
static void watch(struct run *run, struct samples *samples) {
  double asked = 0;
  while (1) {
    pid_t ended = waitpid(-1, &run->result.status, WNOHANG);
    if (ended == run->program && !WIFSTOPPED(run->result.status)) return;
    if (ended > 0) continue;
    if (!run->result.stopped && (run->result.stopped = reason_to_stop(run))) {
      if (stop(run, samples)) return;
      asked = now();
    }
    if (run->result.stopped && now() - asked > run->request->grace_period) {
      kill(-run->program, SIGKILL);
      kill(run->program, SIGKILL);
    }
    attend(run, now() - run->start < 0.1 ? 0.001 : 0.005);
  }
}

/// Ends all that the program has left behind.
static void end_rest(struct run *run) {
  kill(-run->program, SIGKILL);
  int status;
  if (run->first) {
    struct usage usage = usage_of_descendants(run->first);
    if (usage.processes > 1) run->result.orphans = (int)usage.processes - 1;
    // With the first process of a namespace the system ends all others.
    kill(run->first, SIGKILL);
    while (waitpid(run->first, &status, 0) < 0 && errno == EINTR) {}
  }
  // The children of what ended became this process's own. To end one can bring up its children.
  for (int round = 0; round < 2000; round++) {
    int ended = end_descendants(0);
    while (waitpid(-1, &status, WNOHANG) > 0) run->result.orphans++;
    if (!ended && waitpid(-1, &status, WNOHANG) < 0 && errno == ECHILD) return;
    rest(0.001);
  }
}

/// Starts the program, in namespaces of its own where that is asked for.
///
/// - Returns: Where the descriptor `outcome` is now.
static int launch(struct run *run, int outcome) {
  const struct sandbox_request *request = run->request;
  int channel[2] = {-1, -1}, life[2] = {-1, -1};
  int has_namespaces = 0;
  if (request->is_untrusted && request->has_namespaces) has_namespaces = enter_namespaces();
  if (has_namespaces < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, channel) != 0 || pipe(life) != 0) {
    run->result.refused = errno ? errno : EPERM;
    return outcome;
  }
  fcntl(channel[0], F_SETFD, FD_CLOEXEC), fcntl(channel[1], F_SETFD, FD_CLOEXEC);
  run->folder = open(request->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  run->life = life[1];
  if (has_namespaces) {
    run->first = fork();
    if (run->first == 0) {
      forget_handlers();
      close(channel[0]), close(channel[1]);
      for (int descriptor = 0; descriptor < 4; descriptor++)
        if (descriptor != life[0]) close(descriptor);
      close_others(life[0], life[0]);
      keep_namespace(life[0]);
    }
  }
  run->program = run->first < 0 ? -1 : fork();
  if (run->program == 0) become(request, has_namespaces, channel[1]);
  if (run->program < 0) run->result.refused = errno;
  close(channel[1]);
  run->channel = channel[0];
  run->is_hidden = 1;
  // From here the program alone holds its ends of the pipes. These move to the front, so that all behind can go.
  int kept[4] = {outcome, run->channel, run->life, run->folder};
  for (int index = 0; index < 4; index++) kept[index] = fcntl(kept[index], F_DUPFD_CLOEXEC, 64);
  for (int index = 0; index < 4; index++)
    if (dup2(kept[index], index) < 0) close(index);
  close_others(0, 0);
  (run->channel = 1), (run->life = 2), (run->folder = 3);
  return 0;
}

/// Runs the program to its end, and ends all that is left of it.
static void supervise(const struct sandbox_request *request, int outcome, pid_t parent) {
  struct samples samples;
  samples.count = 0;
  struct run run = {0};
  run.request = request;
  run.parent = parent;
  run.life = run.channel = run.listener = run.folder = -1;
  run.processes_left = request->processes;
  // A thread that has ended makes room for another. None but a hostile program starts so many.
  run.threads_left = 8 * request->threads;
  run.is_locked = run.is_filtered = run.is_hidden = 1;
  run.start = now();
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

  outcome = launch(&run, outcome);
  if (run.program > 0) {
    watch(&run, &samples);
    end_rest(&run);
    attend(&run, 0);
  }
  // The caller would have removed it, and was ended by Ctrl-C or by force.
  if (request->removed_name && getppid() != parent)
    sandbox_remove(request->removed_parent, request->removed_name);
  int is_held = run.is_locked && landlock_version() >= SANDBOX_LANDLOCK_NEEDED;
  run.result.landlock = is_held ? landlock_version() : 0;
  run.result.is_confined = is_held && request->is_untrusted && run.is_filtered && run.is_hidden;
  run.result.seconds = now() - run.start;
  run.result.samples = samples.count;
  (void)!write(outcome, &run.result, sizeof run.result);
  (void)!write(outcome, samples.samples, samples.count * sizeof *samples.samples);
}

pid_t sandbox_start(const struct sandbox_request *request, int outcome) {
  pid_t parent = getpid();
  pid_t supervisor = fork();
  if (supervisor != 0) return supervisor;
  supervise(request, outcome, parent);
  _exit(0);
}
