#include "Supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>

/// As getdents64 writes it.
struct entry {
  uint64_t inode, offset;
  uint16_t length;
  uint8_t kind;
  char name[];
};

/// Writes a path such as /proc/12/task/34/children.
static void write_path(char *path, pid_t process, const char *middle, pid_t thread, const char *end) {
  char digits[12];
  strcpy(path, "/proc/");
  for (pid_t number = process, round = 0; round < 2; number = thread, round++) {
    size_t at = strlen(path), count = 0;
    for (; number > 0; number /= 10) digits[count++] = (char)('0' + number % 10);
    while (count) path[at++] = digits[--count];
    path[at] = 0;
    strcat(path, round ? end : middle);
    if (!thread) break;
  }
}

/// Reads the beginning of a file, and returns its length; 0 where it cannot be read.
static size_t read_text(const char *path, char *text, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, size - 1);
  close(file);
  if (length < 0) length = 0;
  text[length] = 0;
  return (size_t)length;
}

/// Reads a number and moves behind it.
static uint64_t next_number(const char **text) {
  uint64_t number = 0;
  while (**text && (**text < '0' || **text > '9')) ++*text;
  for (; **text >= '0' && **text <= '9'; ++*text) number = 10 * number + (uint64_t)(**text - '0');
  return number;
}

/// Adds what one process uses.
static void add_process(pid_t process, struct usage *usage) {
  char path[96], text[1024];
  write_path(path, process, "/stat", 0, "");
  if (!read_text(path, text, sizeof text)) return;
  // A process chooses its own name, which stands in parentheses: the last one ends it.
  const char *field = strrchr(text, ')');
  if (!field) return;
  uint64_t fields[25] = {0};
  for (int number = 4; number < 25; number++) fields[number] = next_number(&field);
  double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
  usage->cpu += tick * (double)(fields[14] + fields[15] + fields[16] + fields[17]);
  usage->processes++;
  usage->threads += (uint32_t)fields[20];
  usage->memory += fields[24] * (uint64_t)sysconf(_SC_PAGESIZE);
  write_path(path, process, "/io", 0, "");
  if (!read_text(path, text, sizeof text)) return;
  const char *written = strstr(text, "wchar:");
  if (written) usage->written += next_number(&written);
}

/// How many processes are looked at, at most: enough to see that there are too many.
enum { MOST = 1024, DEEPEST = 48 };

/// Calls a function with every process below another, children after their parents.
static void visit(
  pid_t process, int depth, int *left, void (*body)(pid_t, void *), void *context
) {
  char path[96], threads[2048];
  write_path(path, process, "/task", 0, "");
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  long length;
  int rounds = 0;
  // Of a process with very many threads, some are left out: it is stopped because it has them.
  while (rounds++ < 64 && (length = syscall(SYS_getdents64, folder, threads, sizeof threads)) > 0) {
    for (long at = 0; at < length;) {
      const struct entry *entry = (const struct entry *)(threads + at);
      at += entry->length;
      const char *name = entry->name;
      if (*name < '0' || *name > '9') continue;
      char children[2048];
      write_path(path, process, "/task/", (pid_t)next_number(&name), "/children");
      size_t size = read_text(path, children, sizeof children);
      // A number that the end of the buffer cuts off is left for the next time.
      while (size && size == sizeof children - 1 && children[size - 1] != ' ') children[--size] = 0;
      for (const char *text = children; *text;) {
        pid_t child = (pid_t)next_number(&text);
        if (child <= 0 || --*left < 0) break;
        body(child, context);
        if (depth < DEEPEST) visit(child, depth + 1, left, body, context);
        while (*text == ' ') text++;
      }
    }
  }
  close(folder);
}

struct measuring {
  pid_t copy;
  struct usage usage;
};

static void measure(pid_t process, void *context) {
  struct measuring *measuring = context;
  uint64_t memory = measuring->usage.memory;
  add_process(process, &measuring->usage);
  if (process == measuring->copy) measuring->usage.memory = memory;
}

struct usage usage_of_descendants(pid_t copy) {
  struct measuring measuring = {copy, {0}};
  int left = MOST;
  visit(getpid(), 0, &left, measure, &measuring);
  struct usage usage = measuring.usage;
  struct rusage ended;
  if (getrusage(RUSAGE_CHILDREN, &ended) == 0) {
    usage.cpu += (double)(ended.ru_utime.tv_sec + ended.ru_stime.tv_sec);
    usage.cpu += 1e-6 * (double)(ended.ru_utime.tv_usec + ended.ru_stime.tv_usec);
  }
  return usage;
}

struct ending {
  pid_t but;
  int count;
};

static void end_one(pid_t process, void *context) {
  struct ending *ending = context;
  if (process == ending->but) return;
  kill(process, SIGKILL);
  ending->count++;
}

int end_descendants(pid_t but) {
  struct ending ending = {but, 0};
  int left = MOST;
  visit(getpid(), 0, &left, end_one, &ending);
  return ending.count;
}

static void add_folder(int folder, uint32_t depth, struct contents *contents) {
  char entries[4096];
  long length;
  if (depth > contents->depth) contents->depth = depth;
  while ((length = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < length;) {
      const struct entry *entry = (const struct entry *)(entries + at);
      at += entry->length;
      if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
      struct stat status;
      if (++contents->files > 10000) return;
      if (fstatat(folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      contents->bytes += 512 * (uint64_t)status.st_blocks;
      if (!S_ISDIR(status.st_mode)) continue;
      if (depth >= 32) {
        contents->depth = depth + 1;
        return;
      }
      int inner = openat(
        folder, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (inner < 0) continue;
      add_folder(inner, depth + 1, contents);
      close(inner);
    }
  }
}

struct contents contents_of_folder(int folder) {
  struct contents contents = {0};
  if (folder < 0) return contents;
  lseek(folder, 0, SEEK_SET);
  add_folder(folder, 1, &contents);
  return contents;
}

#else

struct usage usage_of_descendants(pid_t copy) { return (void)copy, (struct usage){0}; }
int end_descendants(pid_t but) { return (void)but, 0; }
struct contents contents_of_folder(int folder) { return (void)folder, (struct contents){0}; }

#endif
