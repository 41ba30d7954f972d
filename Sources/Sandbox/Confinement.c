#include "Supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

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

int lock_in(const struct sandbox_request *request) {
  int version = landlock_version();
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
  // Landlock itself keeps it from the memory, files and variables of other processes. Without namespaces it can read
  // their names there.
  allow(ruleset, "/proc", read_file | read_folder);
  uint64_t writing = all & ~(uint64_t)execute;
  allow(ruleset, request->folder, writing);
  for (const char *const *path = request->writable; *path; path++) allow(ruleset, *path, writing);
  allow(ruleset, "/dev/null", write_file | read_file);
  int failed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(446, ruleset, 0) != 0;
  close(ruleset);
  return failed ? 0 : version;
}

int landlock_version(void) {
  long version = syscall(444, NULL, 0, 1);
  return version < 1 ? 0 : (int)version;
}

/// Writes a file of /proc in one piece.
static int write_file_of_proc(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return 0;
  int is_written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
  close(file);
  return is_written;
}

/// Maps a user or a group to itself, as in 1000 1000 1.
static int map_to_itself(const char *path, unsigned number) {
  char digits[12], text[40] = "";
  size_t count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  for (int round = 0; round < 2; round++) {
    size_t at = strlen(text);
    for (size_t index = count; index > 0; index--) text[at++] = digits[index - 1];
    text[at++] = ' ';
    text[at] = 0;
  }
  strcat(text, "1");
  return write_file_of_proc(path, text);
}

int enter_namespaces(void) {
  unsigned user = geteuid(), group = getegid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET) != 0) return 0;
  int is_mapped = write_file_of_proc("/proc/self/setgroups", "deny")
                  && map_to_itself("/proc/self/gid_map", group)
                  && map_to_itself("/proc/self/uid_map", user);
  return is_mapped ? 1 : -1;
}

void keep_namespace(int life) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Processes whose parents end become this one's children.
  while (1) {
    struct pollfd end = {life, POLLIN, 0};
    if (poll(&end, 1, 20) > 0) _exit(0);
    while (waitpid(-1, NULL, WNOHANG) > 0) {}
  }
}

int hide_other_processes(void) {
  if (unshare(CLONE_NEWNS) != 0) return 0;
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return 0;
  return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
}

void drop_capabilities(void) {
  // As linux/capability.h has them; version 3 has 64 bits in two parts.
  struct {
    uint32_t version;
    int process;
  } header = {0x20080522, 0};
  struct {
    uint32_t effective, permitted, inheritable;
  } none[2] = {{0, 0, 0}, {0, 0, 0}};
  // A superuser that starts a program would get back what is not dropped here.
  for (int number = 0; number < 64; number++) prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  syscall(SYS_capset, &header, none);
}

/// Tries the namespaces in a process that ends at once: what went wrong half-way cannot be taken back.
static int has_namespaces(void) {
  pid_t trial = fork();
  if (trial == 0) {
    if (enter_namespaces() != 1) _exit(1);
    pid_t first = fork();
    if (first == 0) _exit(hide_other_processes() ? 0 : 1);
    int status = 1;
    waitpid(first, &status, 0);
    _exit(status == 0 ? 0 : 1);
  }
  int status = 1;
  if (trial > 0) while (waitpid(trial, &status, 0) < 0 && errno == EINTR) {}
  return trial > 0 && status == 0;
}

/// Tries the filter in a process that ends at once.
static int has_filter(void) {
  pid_t trial = fork();
  if (trial == 0) {
    int listener;
    _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_calls(1, &listener) ? 0 : 1);
  }
  int status = 1;
  if (trial > 0) while (waitpid(trial, &status, 0) < 0 && errno == EINTR) {}
  return trial > 0 && status == 0;
}

struct sandbox_means sandbox_means(void) {
  return (struct sandbox_means){landlock_version(), has_filter(), has_namespaces()};
}

#else

int landlock_version(void) { return 0; }
int enter_namespaces(void) { return 0; }
void keep_namespace(int life) { (void)life, _exit(0); }
int hide_other_processes(void) { return 0; }
void drop_capabilities(void) {}
int lock_in(const struct sandbox_request *request) { return (void)request, 0; }
struct sandbox_means sandbox_means(void) { return (struct sandbox_means){0, 0, 0}; }

#endif
