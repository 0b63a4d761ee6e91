/* journal: an LD_PRELOAD shim (glibc) that writes down, in order, everything that a program does to the files under one
 * folder, and what of it was made durable. From that, `disk.rs` rebuilds what a disk would hold if the power had failed
 * at any of these moments.
 *
 *   SEKISHO_JOURNAL_DIR   the folder, absolute
 *   SEKISHO_JOURNAL       the file that the records are appended to; several processes may follow one another
 *
 * A record is a head (see below), then its name or names, then its bytes. Memory that is mapped and written isn't seen:
 * SQLite does so with its -shm alone, which it makes anew after a power cut. Calls past libc aren't seen either; the test
 * compares the whole journal with the folder at the end, so that a gap would show.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { WROTE = 1, SIZED, SYNCED, NAMED, RENAMED, UNLINKED, MADE_FOLDER, SYNCED_FOLDER };

struct head {
    uint32_t kind, name_length;
    uint64_t file, at, length;
};

static const char *folder;
static size_t folder_length;
static int journal = -1;
static char ours[65536];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(result, name, ...)                                       \
    static result (*real_##name)(__VA_ARGS__);                        \
    if (!real_##name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("SEKISHO_JOURNAL");
    folder = getenv("SEKISHO_JOURNAL_DIR");
    if (!folder || !file) return;
    folder_length = strlen(folder);
    journal = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0) abort();
}

/* The path below the folder ("" = itself), or null where it lies elsewhere. */
static const char *below(int dirfd, const char *path, char whole[PATH_MAX])
{
    if (journal < 0 || !path) return NULL;
    if (path[0] != '/') {
        char link[64];
        ssize_t length;
        if (dirfd == AT_FDCWD) {
            if (!getcwd(whole, PATH_MAX)) return NULL;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
            length = readlink(link, whole, PATH_MAX - 1);
            if (length < 0) return NULL;
            whole[length] = 0;
        }
        if (strlen(whole) + strlen(path) + 2 > PATH_MAX) return NULL;
        strcat(strcat(whole, "/"), path);
        path = whole;
    }
    if (strncmp(path, folder, folder_length)) return NULL;
    if (path[folder_length] == '/') return path + folder_length + 1;
    return path[folder_length] ? NULL : path + folder_length;
}

static int tracked(int fd) { return journal >= 0 && fd >= 0 && fd < (int)sizeof ours && ours[fd]; }

static uint64_t file_of(int fd)
{
    struct stat about;
    return fstat(fd, &about) ? 0 : (uint64_t)about.st_ino;
}

static void all(const void *bytes, size_t size)
{
    while (size) {
        ssize_t done = syscall(SYS_write, journal, bytes, size);
        if (done <= 0) abort();
        bytes = (const char *)bytes + done;
        size -= (size_t)done;
    }
}

static void note(enum kind kind, uint64_t file, uint64_t at, const char *name, size_t name_length, const void *bytes,
                 uint64_t length)
{
    struct head head = {kind, (uint32_t)name_length, file, at, length};
    int error = errno;
    all(&head, sizeof head);
    all(name, name_length);
    if (bytes) all(bytes, length);
    errno = error;
}

/* Does something under the lock, so that the order of the journal is that of the disk. */
#define IN_TURN(type, act, told)                                      \
    type result;                                                      \
    pthread_mutex_lock(&turn);                                        \
    result = act;                                                     \
    told;                                                             \
    pthread_mutex_unlock(&turn);                                      \
    return result;

/* ---- opening ---- */

static int opened(int fd, int flags, int was_there, const char *name)
{
    if (fd < 0 || fd >= (int)sizeof ours) return fd;
    ours[fd] = name != NULL && !(flags & __O_TMPFILE);
    if (!ours[fd]) return fd;
    if (!was_there) note(NAMED, file_of(fd), 0, name, strlen(name), NULL, 0);
    else if (flags & O_TRUNC) note(SIZED, file_of(fd), 0, "", 0, NULL, 0);
    return fd;
}

#define OPEN(call, dirfd)                                             \
    char whole[PATH_MAX];                                             \
    const char *name = below(dirfd, path, whole);                     \
    mode_t mode = 0;                                                  \
    struct stat about;                                                \
    int was_there;                                                    \
    if (flags & (O_CREAT | __O_TMPFILE)) {                            \
        va_list rest;                                                 \
        va_start(rest, flags);                                        \
        mode = va_arg(rest, mode_t);                                  \
        va_end(rest);                                                 \
    }                                                                 \
    if (!name) {                                                      \
        int fd = call;                                                \
        if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = 0;           \
        return fd;                                                    \
    }                                                                 \
    was_there = !(flags & O_CREAT) || !fstatat(dirfd, path, &about, 0); \
    IN_TURN(int, call, opened(result, flags, was_there, name))

int open(const char *path, int flags, ...)
{
    REAL(int, open, const char *, int, ...);
    OPEN(real_open(path, flags, mode), AT_FDCWD)
}

int open64(const char *path, int flags, ...)
{
    REAL(int, open64, const char *, int, ...);
    OPEN(real_open64(path, flags, mode), AT_FDCWD)
}

int openat(int dirfd, const char *path, int flags, ...)
{
    REAL(int, openat, int, const char *, int, ...);
    OPEN(real_openat(dirfd, path, flags, mode), dirfd)
}

int openat64(int dirfd, const char *path, int flags, ...)
{
    REAL(int, openat64, int, const char *, int, ...);
    OPEN(real_openat64(dirfd, path, flags, mode), dirfd)
}

int close(int fd)
{
    REAL(int, close, int);
    if (fd >= 0 && fd < (int)sizeof ours) ours[fd] = 0;
    return real_close(fd);
}

/* ---- bytes ---- */

#define WRITTEN(bytes, where) \
    if (result > 0) note(WROTE, file_of(fd), (uint64_t)(where), "", 0, bytes, (uint64_t)result)

ssize_t pwrite(int fd, const void *from, size_t size, off_t where)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    if (!tracked(fd)) return real_pwrite(fd, from, size, where);
    IN_TURN(ssize_t, real_pwrite(fd, from, size, where), WRITTEN(from, where))
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t where)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    if (!tracked(fd)) return real_pwrite64(fd, from, size, where);
    IN_TURN(ssize_t, real_pwrite64(fd, from, size, where), WRITTEN(from, where))
}

/* The file's own place stands behind what was written, also where it is opened for appending. */
#define PLACE (lseek(fd, 0, SEEK_CUR) - result)

ssize_t write(int fd, const void *from, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    if (!tracked(fd)) return real_write(fd, from, size);
    IN_TURN(ssize_t, real_write(fd, from, size), WRITTEN(from, PLACE))
}

/* By its first part alone, which is legal. */
ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    int first = 0;
    if (!tracked(fd)) return real_writev(fd, parts, count);
    while (first + 1 < count && !parts[first].iov_len) first++;
    if (!count) return 0;
    return write(fd, parts[first].iov_base, parts[first].iov_len);
}

/* Its callers copy by read and write instead. */
ssize_t copy_file_range(int from, off64_t *from_at, int fd, off64_t *at, size_t size, unsigned flags)
{
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    if (!tracked(fd)) return real_copy_file_range(from, from_at, fd, at, size, flags);
    errno = ENOSYS;
    return -1;
}

#define SIZE_NOW                                                      \
    struct stat about;                                                \
    if (!result && !fstat(fd, &about)) note(SIZED, (uint64_t)about.st_ino, (uint64_t)about.st_size, "", 0, NULL, 0)

#define SIZING(result_type, name, parameters, arguments)              \
    result_type name parameters                                       \
    {                                                                 \
        REAL(result_type, name, ALL parameters);                      \
        if (!tracked(fd)) return real_##name arguments;               \
        IN_TURN(result_type, real_##name arguments, SIZE_NOW)         \
    }
#define ALL(...) __VA_ARGS__

SIZING(int, ftruncate, (int fd, off_t size), (fd, size))
SIZING(int, ftruncate64, (int fd, off64_t size), (fd, size))
SIZING(int, fallocate, (int fd, int mode, off_t from, off_t size), (fd, mode, from, size))
SIZING(int, fallocate64, (int fd, int mode, off64_t from, off64_t size), (fd, mode, from, size))
SIZING(int, posix_fallocate, (int fd, off_t from, off_t size), (fd, from, size))
SIZING(int, posix_fallocate64, (int fd, off64_t from, off64_t size), (fd, from, size))

/* ---- durability ---- */

static void synced(int fd, int failed)
{
    struct stat about;
    char link[64], whole[PATH_MAX], scratch[PATH_MAX];
    const char *name;
    ssize_t length;
    if (failed || fstat(fd, &about)) return;
    if (!S_ISDIR(about.st_mode)) {
        note(SYNCED, (uint64_t)about.st_ino, 0, "", 0, NULL, 0);
        return;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, whole, sizeof whole - 1);
    if (length < 0) return;
    whole[length] = 0;
    name = below(AT_FDCWD, whole, scratch);
    if (name) note(SYNCED_FOLDER, 0, 0, name, strlen(name), NULL, 0);
}

int fsync(int fd)
{
    REAL(int, fsync, int);
    if (!tracked(fd)) return real_fsync(fd);
    IN_TURN(int, real_fsync(fd), synced(fd, result))
}

int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    if (!tracked(fd)) return real_fdatasync(fd);
    IN_TURN(int, real_fdatasync(fd), synced(fd, result))
}

/* ---- names ---- */

static void renamed(const char *from, const char *to)
{
    char both[2 * PATH_MAX];
    size_t length = (size_t)snprintf(both, sizeof both, "%s%c%s", from, 0, to);
    note(RENAMED, 0, 0, both, length, NULL, 0);
}

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    char whole_from[PATH_MAX], whole_to[PATH_MAX];
    const char *name_from = below(AT_FDCWD, from, whole_from), *name_to = below(AT_FDCWD, to, whole_to);
    if (!name_from || !name_to) return real_rename(from, to);
    IN_TURN(int, real_rename(from, to), if (!result) renamed(name_from, name_to))
}

#define NAME_GOES(kind, call, dirfd)                                  \
    char whole[PATH_MAX];                                             \
    const char *name = below(dirfd, path, whole);                     \
    if (!name) return call;                                           \
    IN_TURN(int, call, if (!result) note(kind, 0, 0, name, strlen(name), NULL, 0))

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    NAME_GOES(UNLINKED, real_unlink(path), AT_FDCWD)
}

int unlinkat(int dirfd, const char *path, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    NAME_GOES(UNLINKED, real_unlinkat(dirfd, path, flags), dirfd)
}

int rmdir(const char *path)
{
    REAL(int, rmdir, const char *);
    NAME_GOES(UNLINKED, real_rmdir(path), AT_FDCWD)
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, mkdir, const char *, mode_t);
    NAME_GOES(MADE_FOLDER, real_mkdir(path, mode), AT_FDCWD)
}
