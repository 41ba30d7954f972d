#include "Supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/// Calls that change or reach what is not the program's own, whatever their arguments are. Swift's runtime and its
/// program for backtraces need none of them.
static const uint16_t refused[] = {
#ifdef SYS_chmod
  SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_mknod,
  SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_inotify_init,
#endif
  // Who may use a file, when it was changed, and what is noted beside it. 452: fchmodat2; 463 to 466: setxattrat to
  // removexattrat; 469: file_setattr.
  SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, 452,
  SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
  463, 464, 465, 466, 469, SYS_mknodat, SYS_truncate, SYS_fallocate, SYS_quotactl, 443,
  // File systems. 428 to 433: open_tree to fspick; 442: mount_setattr; 457, 458: statmount and listmount; 467:
  // open_tree_attr.
  SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, 428, 429, 430, 431, 432, 433, 442, 457, 458, 467,
  SYS_swapon, SYS_swapoff, SYS_open_by_handle_at, SYS_name_to_handle_at,
  SYS_fanotify_init, SYS_fanotify_mark, SYS_inotify_init1, SYS_inotify_add_watch,
  // Other processes. 424: pidfd_send_signal; 434: pidfd_open; 438: pidfd_getfd; 440: process_madvise; 448:
  // process_mrelease.
  SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, 424, 434, 438, 440, 448,
  SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_setpriority, SYS_ioprio_set,
  SYS_sched_setparam, SYS_sched_setscheduler, SYS_sched_setattr, SYS_migrate_pages, SYS_move_pages,
  SYS_unshare, SYS_setns, SYS_personality,
  // Networks, and sockets with names. What is left is a pair of sockets that know each other only.
  SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
  // Memory and messages that outlive a process. 447: memfd_secret.
  SYS_shmget, SYS_shmat, SYS_shmdt, SYS_shmctl, SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl,
  SYS_semget, SYS_semop, SYS_semtimedop, SYS_semctl, SYS_mq_open, SYS_mq_unlink, SYS_mq_timedsend,
  SYS_mq_timedreceive, SYS_mq_notify, SYS_mq_getsetattr, SYS_memfd_create, 447,
  SYS_add_key, SYS_request_key, SYS_keyctl,
  // Ways around a filter, and into the kernel. 425 to 427: io_uring.
  425, 426, 427, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_seccomp, SYS_syslog,
  SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_acct,
#ifdef SYS_kexec_file_load
  SYS_kexec_file_load,
#endif
  SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
  SYS_clock_adjtime, SYS_vhangup,
  // Splicing moves bytes that nobody counts.
  SYS_splice, SYS_tee, SYS_vmsplice,
};

/// A program of the filter's that grows.
struct filter {
  unsigned short count;
  struct sock_filter lines[400];
};

static void add(struct filter *filter, struct sock_filter line) {
  if (filter->count < sizeof filter->lines / sizeof *filter->lines)
    filter->lines[filter->count++] = line;
}

static struct sock_filter load(size_t offset) {
  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/// Loads the lower half of an argument; both architectures begin with it.
static struct sock_filter load_argument(int number) {
  return load(offsetof(struct seccomp_data, args) + 8 * (size_t)number);
}

static struct sock_filter answer(uint32_t verdict) {
  return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict);
}

/// Skips so many lines unless the loaded number has this value.
static struct sock_filter unless_equal(uint32_t value, uint8_t skipped) {
  return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped);
}

#define NO (SECCOMP_RET_ERRNO | EPERM)

/// Refuses a call where an argument has one of some values.
static void refuse_values(
  struct filter *filter, uint32_t call, int argument, const uint32_t *values, uint8_t count
) {
  add(filter, unless_equal(call, (uint8_t)(2 * count + 2)));
  add(filter, load_argument(argument));
  for (uint8_t index = 0; index < count; index++) {
    add(filter, unless_equal(values[index], 1));
    add(filter, answer(NO));
  }
  add(filter, answer(SECCOMP_RET_ALLOW));
}

/// Allows a call only where an argument has one of two values.
static void demand_value(
  struct filter *filter, uint32_t call, int argument, uint32_t one, uint32_t other
) {
  add(filter, unless_equal(call, 6));
  add(filter, load_argument(argument));
  add(filter, unless_equal(one, 1));
  add(filter, answer(SECCOMP_RET_ALLOW));
  add(filter, unless_equal(other, 1));
  add(filter, answer(SECCOMP_RET_ALLOW));
  add(filter, answer(NO));
}

/// Writes the filter's program.
static void write_filter(struct filter *filter, int has_namespaces, uint32_t start) {
  uint32_t self = (uint32_t)getpid();
  add(filter, load(offsetof(struct seccomp_data, arch)));
  // Another set of calls, such as that of 32 bits, has other numbers.
  add(filter, unless_equal(ARCHITECTURE, 1));
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
  add(filter, answer(SECCOMP_RET_KILL_PROCESS));
  add(filter, load(offsetof(struct seccomp_data, nr)));
#if defined(__x86_64__)
  // The calls of x32 are those with this bit.
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
  add(filter, answer(NO));
#endif
  for (size_t index = 0; index < sizeof refused / sizeof *refused; index++) {
    add(filter, unless_equal(refused[index], 1));
    add(filter, answer(NO));
  }
  // The C library falls back to clone, whose flags can be read.
  add(filter, unless_equal(435, 1));
  add(filter, answer(SECCOMP_RET_ERRNO | ENOSYS));
#ifdef SYS_fork
  add(filter, unless_equal(SYS_fork, 1));
  add(filter, answer(start));
  add(filter, unless_equal(SYS_vfork, 1));
  add(filter, answer(start));
#endif
  // Processes and threads are started if there are not too many, and none in namespaces of its own.
  add(filter, unless_equal(SYS_clone, 4));
  add(filter, load_argument(0));
  add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x7e020000, 0, 1));
  add(filter, answer(NO));
  add(filter, answer(start));
  // Limits and processors of itself only.
  demand_value(filter, SYS_prlimit64, 0, 0, self);
  demand_value(filter, SYS_sched_setaffinity, 0, 0, self);
  demand_value(filter, SYS_socketpair, 0, AF_UNIX, AF_UNIX);
  if (!has_namespaces) {
    demand_value(filter, SYS_kill, 0, self, self);
    demand_value(filter, SYS_tgkill, 0, self, self);
  }
  // Signals that are sent to the owner of a file, and leases: F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY.
  refuse_values(filter, SYS_fcntl, 1, (const uint32_t[]){8, 10, 15, 1024, 1026}, 5);
  // FIOSETOWN, SIOCSPGRP, FIOASYNC, TIOCSTI, TIOCLINUX, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR.
  refuse_values(
    filter, SYS_ioctl, 1,
    (const uint32_t[]){0x8901, 0x8902, 0x5452, 0x5412, 0x541c, 0x40086602, 0x401c5820}, 7);
  // What would keep a process alive when its supervisor dies, or hide where it is: PR_SET_PDEATHSIG, PR_SET_DUMPABLE,
  // PR_SET_MM, PR_SET_CHILD_SUBREAPER.
  refuse_values(filter, SYS_prctl, 0, (const uint32_t[]){1, 4, 35, 36}, 4);
  add(filter, answer(SECCOMP_RET_ALLOW));
}

/// Installs the filter.
static int install(int has_namespaces, uint32_t start, unsigned flags) {
  struct filter filter;
  filter.count = 0;
  write_filter(&filter, has_namespaces, start);
  struct sock_fprog program = {filter.count, filter.lines};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

int filter_calls(int has_namespaces, int *listener) {
#if defined(SECCOMP_FILTER_FLAG_NEW_LISTENER) && defined(SECCOMP_RET_USER_NOTIF)
  *listener = install(has_namespaces, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (*listener >= 0) return 1;
#endif
  *listener = -1;
  return install(has_namespaces, SECCOMP_RET_ALLOW, 0) == 0;
}

void answer_listener(int listener, uint32_t *processes, uint32_t *threads) {
#if defined(SECCOMP_FILTER_FLAG_NEW_LISTENER) && defined(SECCOMP_RET_USER_NOTIF)
  struct pollfd asked = {listener, POLLIN, 0};
  while (poll(&asked, 1, 0) > 0 && asked.revents & POLLIN) {
    struct seccomp_notif question;
    memset(&question, 0, sizeof question);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return;
    struct seccomp_notif_resp reply = {question.id, 0, 0, 0};
    int is_thread = question.data.nr == SYS_clone && question.data.args[0] & CLONE_THREAD;
    uint32_t *left = is_thread ? threads : processes;
    // SECCOMP_USER_NOTIF_FLAG_CONTINUE: the kernel goes on with the call.
    if (*left) --*left, reply.flags = 1;
    else reply.error = -EAGAIN;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
  }
#else
  (void)listener, (void)processes, (void)threads;
#endif
}

#endif
#endif

#ifndef ARCHITECTURE
int filter_calls(int has_namespaces, int *listener) {
  (void)has_namespaces;
  return *listener = -1, 0;
}
void answer_listener(int listener, uint32_t *processes, uint32_t *threads) {
  (void)listener, (void)processes, (void)threads;
}
#endif
