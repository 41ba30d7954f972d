#include "Supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

/// A folder's entries, one after the other. Each that is removed meanwhile does no harm; some can be missed then.
struct listing {
  int folder;
#ifdef __linux__
  long length, at;
  char buffer[1 << 12] __attribute__((aligned(8)));
#else
  DIR *stream;
#endif
};

static void begin_listing(struct listing *listing, int folder) {
  listing->folder = folder;
#ifdef __linux__
  listing->length = listing->at = 0;
  lseek(folder, 0, SEEK_SET);
#else
  int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  listing->stream = copy < 0 ? NULL : fdopendir(copy);
#endif
}

/// Returns the name of the next entry, or NULL.
static const char *next_entry(struct listing *listing) {
  while (1) {
    const char *name;
#ifdef __linux__
    if (listing->at >= listing->length) {
      listing->length =
        syscall(SYS_getdents64, listing->folder, listing->buffer, sizeof listing->buffer);
      listing->at = 0;
      if (listing->length <= 0) return NULL;
    }
    // struct linux_dirent64: eight bytes of inode, eight of offset, two of length, one of kind, the name.
    const char *entry = listing->buffer + listing->at;
    uint16_t length;
    memcpy(&length, entry + 16, sizeof length);
    listing->at += length;
    name = entry + 19;
#else
    struct dirent *entry = listing->stream ? readdir(listing->stream) : NULL;
    if (!entry) return NULL;
    name = entry->d_name;
#endif
    if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) return name;
  }
}

static void end_listing(struct listing *listing) {
#ifdef __linux__
  (void)listing;
#else
  if (listing->stream) closedir(listing->stream);
#endif
}

/// Whether an entry is a folder, and no link to one.
static int is_folder(int parent, const char *name) {
  struct stat status;
  return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

/// Opens a folder, with the right to remove what is in it.
static int open_folder(int parent, const char *name) {
  int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int folder = openat(parent, name, flags);
  if (folder < 0 && errno == EACCES && is_folder(parent, name) && fchmodat(parent, name, 0700, 0) == 0)
    folder = openat(parent, name, flags);
  if (folder >= 0) fchmod(folder, 0700);
  return folder;
}

/// Moves a folder to the top, where its depth is 1 whatever it was.
static int move_up(int from, const char *name, int top, unsigned *number) {
  // To move a folder changes what it has at “..”.
  fchmodat(from, name, 0700, 0);
  for (int attempt = 0; attempt < 1 << 16; attempt++) {
    char other[24] = ".moved-";
    size_t at = strlen(other);
    for (unsigned rest = ++*number; rest; rest /= 10) other[at++] = (char)('0' + rest % 10);
    other[at] = 0;
    if (renameat(from, name, top, other) == 0) return 1;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) return 0;
  }
  return 0;
}

/// Empties a folder that lies at the top: files are removed, folders that hold something are moved to the top.
///
/// - Returns: How many entries are gone.
static unsigned empty(int folder, int top, unsigned *number) {
  struct listing listing;
  unsigned gone = 0;
  begin_listing(&listing, folder);
  for (const char *name; (name = next_entry(&listing));) {
    if (!is_folder(folder, name)) gone += unlinkat(folder, name, 0) == 0;
    else if (unlinkat(folder, name, AT_REMOVEDIR) == 0) gone++;
    else gone += (unsigned)move_up(folder, name, top, number);
  }
  end_listing(&listing);
  return gone;
}

/// Removes what is in a folder.
static void clear(int top) {
  unsigned gone = 1, number = 0;
  // A round can miss entries that others were removed beside.
  while (gone) {
    struct listing listing;
    gone = 0;
    begin_listing(&listing, top);
    for (const char *name; (name = next_entry(&listing));) {
      if (!is_folder(top, name)) {
        gone += unlinkat(top, name, 0) == 0;
        continue;
      }
      int inner = open_folder(top, name);
      if (inner >= 0) {
        gone += empty(inner, top, &number);
        close(inner);
      }
      gone += unlinkat(top, name, AT_REMOVEDIR) == 0;
    }
    end_listing(&listing);
  }
}

int sandbox_remove(const char *parent, const char *name) {
  int folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno;
  int result = 0;
  if (is_folder(folder, name)) {
    int top = open_folder(folder, name);
    if (top >= 0) {
      clear(top);
      close(top);
    }
    if (unlinkat(folder, name, AT_REMOVEDIR) != 0) result = errno;
  } else if (unlinkat(folder, name, 0) != 0) {
    result = errno;
  }
  close(folder);
  return result == ENOENT ? 0 : result;
}
