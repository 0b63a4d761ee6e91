/* iofault: an LD_PRELOAD shim (glibc) that makes the N-th I/O call on files under one folder go wrong.
 *
 *   SEKISHO_FAULT_DIR    the folder; calls on other files are neither counted nor touched
 *   SEKISHO_FAULT_KIND   eio     the N-th call fails with EIO, once
 *                        enospc  from the N-th call that can run out of space on, each fails with ENOSPC (a full disk)
 *                        short   the N-th read or write does half of its bytes, once (legal: the program goes on)
 *                        kill    the process gets SIGKILL instead of its N-th call
 *                        torn    the N-th write does half of its bytes, then the process gets SIGKILL
 *   SEKISHO_FAULT_AT     N, from 1; 0 or absent = only count
 *   SEKISHO_FAULT_COUNT  file that gets "CALLS HIT\n" when the process ends by itself
 *
 * Only calls that a kind concerns are counted, so every N up to CALLS is a different fault. Calls that a program
 * makes past libc (raw system calls) aren't seen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { COUNT_ALL, EIO_ONCE, NO_SPACE, SHORT_ONCE, KILL, TORN };
/* What a call does, as far as the kinds ask. */
enum act { READS = 1, WRITES = 2, GROWS = 4, OTHER = 8 };

static const char *folder;
static size_t folder_length;
static enum kind kind;
static long at;
static atomic_long calls, hit;
static atomic_char ours[65536];
static atomic_int ready;

/* Looks the next definition of a function up, once. */
#define REAL(result, name, ...)                                       \
    static result (*real_##name)(__VA_ARGS__);                        \
    if (!real_##name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
    const char *word = getenv("SEKISHO_FAULT_KIND");
    folder = getenv("SEKISHO_FAULT_DIR");
    folder_length = folder ? strlen(folder) : 0;
    at = getenv("SEKISHO_FAULT_AT") ? atol(getenv("SEKISHO_FAULT_AT")) : 0;
    if (word && !strcmp(word, "eio")) kind = EIO_ONCE;
    if (word && !strcmp(word, "enospc")) kind = NO_SPACE;
    if (word && !strcmp(word, "short")) kind = SHORT_ONCE;
    if (word && !strcmp(word, "kill")) kind = KILL;
    if (word && !strcmp(word, "torn")) kind = TORN;
    ready = folder_length > 0;
}

__attribute__((destructor)) static void end(void)
{
    const char *file = getenv("SEKISHO_FAULT_COUNT");
    char line[64];
    int length, fd;
    if (!ready || !file) return;
    ready = 0;
    length = snprintf(line, sizeof line, "%ld %ld\n", (long)calls, (long)hit);
    fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0) return;
    if (syscall(SYS_write, fd, line, length) != length) abort();
    syscall(SYS_close, fd);
}

/* Whether a path lies in the folder. Relative paths count from the current one. */
static int inside(int dirfd, const char *path)
{
    char whole[PATH_MAX];
    if (!ready || !path) return 0;
    if (path[0] != '/') {
        if (dirfd != AT_FDCWD) return dirfd >= 0 && dirfd < (int)sizeof ours && ours[dirfd];
        if (!getcwd(whole, sizeof whole)) return 0;
        if (strlen(whole) + strlen(path) + 2 > sizeof whole) return 0;
        strcat(strcat(whole, "/"), path);
        path = whole;
    }
    return !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

static int tracked(int fd) { return ready && fd >= 0 && fd < (int)sizeof ours && ours[fd]; }

static void track(int fd, int is_ours)
{
    if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = (char)is_ours;
}

/* Counts a call; says whether it is the one that goes wrong. */
static int struck(enum act act)
{
    long n;
    if (kind == NO_SPACE && !(act & (WRITES | GROWS))) return 0;
    if (kind == SHORT_ONCE && !(act & (READS | WRITES))) return 0;
    if (kind == TORN && !(act & WRITES)) return 0;
    n = ++calls;
    if (!at || (kind == NO_SPACE ? n < at : n != at)) return 0;
    hit++;
    if (kind == KILL) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return 1;
}

/* For calls that have no half: fails them. */
static int refused(enum act act)
{
    if (!struck(act)) return 0;
    if (kind == EIO_ONCE) errno = EIO;
    else if (kind == NO_SPACE) errno = ENOSPC;
    else return 0;
    return 1;
}

/* For reads and writes: -1 = fail, else how many bytes to do. `*last` = the process dies after them. */
static ssize_t allowed(enum act act, size_t size, int *last)
{
    *last = 0;
    if (!struck(act)) return (ssize_t)size;
    if (kind == EIO_ONCE || kind == NO_SPACE) {
        errno = kind == EIO_ONCE ? EIO : ENOSPC;
        return -1;
    }
    *last = kind == TORN;
    return (ssize_t)(size > 1 ? size / 2 : size);
}

static ssize_t done(ssize_t result, int last)
{
    if (last) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return result;
}

/* ---- opening and closing ---- */

#define OPEN_BODY(call, dirfd)                                        \
    mode_t mode = 0;                                                  \
    int fd, is_ours = inside(dirfd, path);                            \
    if (flags & (O_CREAT | __O_TMPFILE)) {                            \
        va_list rest;                                                 \
        va_start(rest, flags);                                        \
        mode = va_arg(rest, mode_t);                                  \
        va_end(rest);                                                 \
    }                                                                 \
    if (is_ours && refused(flags & O_CREAT ? GROWS : OTHER)) return -1; \
    fd = call;                                                        \
    track(fd, is_ours);                                               \
    return fd;

int open(const char *path, int flags, ...)
{
    REAL(int, open, const char *, int, ...);
    OPEN_BODY(real_open(path, flags, mode), AT_FDCWD)
}

int open64(const char *path, int flags, ...)
{
    REAL(int, open64, const char *, int, ...);
    OPEN_BODY(real_open64(path, flags, mode), AT_FDCWD)
}

int openat(int dirfd, const char *path, int flags, ...)
{
    REAL(int, openat, int, const char *, int, ...);
    OPEN_BODY(real_openat(dirfd, path, flags, mode), dirfd)
}

int openat64(int dirfd, const char *path, int flags, ...)
{
    REAL(int, openat64, int, const char *, int, ...);
    OPEN_BODY(real_openat64(dirfd, path, flags, mode), dirfd)
}

int close(int fd)
{
    REAL(int, close, int);
    track(fd, 0);
    return real_close(fd);
}

/* ---- reading and writing ---- */

#define TRANSFER(act, size, full, part)                               \
    ssize_t size_now;                                                 \
    int last;                                                         \
    if (!tracked(fd)) return full;                                    \
    size_now = allowed(act, size, &last);                             \
    return size_now < 0 ? -1 : done(part, last);

ssize_t read(int fd, void *to, size_t size)
{
    REAL(ssize_t, read, int, void *, size_t);
    TRANSFER(READS, size, real_read(fd, to, size), real_read(fd, to, (size_t)size_now))
}

ssize_t write(int fd, const void *from, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    TRANSFER(WRITES, size, real_write(fd, from, size), real_write(fd, from, (size_t)size_now))
}

ssize_t pread(int fd, void *to, size_t size, off_t where)
{
    REAL(ssize_t, pread, int, void *, size_t, off_t);
    TRANSFER(READS, size, real_pread(fd, to, size, where), real_pread(fd, to, (size_t)size_now, where))
}

ssize_t pread64(int fd, void *to, size_t size, off64_t where)
{
    REAL(ssize_t, pread64, int, void *, size_t, off64_t);
    TRANSFER(READS, size, real_pread64(fd, to, size, where), real_pread64(fd, to, (size_t)size_now, where))
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t where)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    TRANSFER(WRITES, size, real_pwrite(fd, from, size, where), real_pwrite(fd, from, (size_t)size_now, where))
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t where)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    TRANSFER(WRITES, size, real_pwrite64(fd, from, size, where), real_pwrite64(fd, from, (size_t)size_now, where))
}

/* Vectored calls go through their first part alone where they are cut short: also legal. */
ssize_t readv(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, readv, int, const struct iovec *, int);
    TRANSFER(READS, (size_t)count, real_readv(fd, parts, count), real_readv(fd, parts, (int)size_now))
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    TRANSFER(WRITES, (size_t)count, real_writev(fd, parts, count), real_writev(fd, parts, (int)size_now))
}

/* ---- making durable, sizing, mapping ---- */

#define WHOLE(result, name, parameters, arguments, act, failure)      \
    result name parameters                                            \
    {                                                                 \
        REAL(result, name, ALL parameters);                           \
        if (tracked(fd) && refused(act)) return failure;              \
        return real_##name arguments;                                 \
    }
#define ALL(...) __VA_ARGS__

WHOLE(int, fsync, (int fd), (fd), GROWS, -1)
WHOLE(int, fdatasync, (int fd), (fd), GROWS, -1)
WHOLE(int, ftruncate, (int fd, off_t size), (fd, size), GROWS, -1)
WHOLE(int, ftruncate64, (int fd, off64_t size), (fd, size), GROWS, -1)
WHOLE(int, fallocate, (int fd, int mode, off_t from, off_t size), (fd, mode, from, size), GROWS, -1)
WHOLE(int, fallocate64, (int fd, int mode, off64_t from, off64_t size), (fd, mode, from, size), GROWS, -1)
/* These two give the error back instead of setting errno. */
WHOLE(int, posix_fallocate, (int fd, off_t from, off_t size), (fd, from, size), GROWS, errno)
WHOLE(int, posix_fallocate64, (int fd, off64_t from, off64_t size), (fd, from, size), GROWS, errno)
WHOLE(void *, mmap, (void *where, size_t size, int rights, int flags, int fd, off_t from),
      (where, size, rights, flags, fd, from), OTHER, MAP_FAILED)
WHOLE(void *, mmap64, (void *where, size_t size, int rights, int flags, int fd, off64_t from),
      (where, size, rights, flags, fd, from), OTHER, MAP_FAILED)

/* ---- names ---- */

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    if ((inside(AT_FDCWD, from) || inside(AT_FDCWD, to)) && refused(GROWS)) return -1;
    return real_rename(from, to);
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    if (inside(AT_FDCWD, path) && refused(OTHER)) return -1;
    return real_unlink(path);
}

int unlinkat(int dirfd, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    if (inside(dirfd, path) && refused(OTHER)) return -1;
    return real_unlinkat(dirfd, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    if (inside(AT_FDCWD, path) && refused(GROWS)) return -1;
    return real_mkdir(path, mode);
}
