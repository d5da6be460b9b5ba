#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define KEPT "CYRUS_SYSLOG_KEPT"
#define KEPT_AT 200     /* far above what Cyrus' master and services count on: 0 to 4 */
#define PIPE_BYTES (1 << 20)
#define PATIENCE_MS 100 /* how long a full output is waited for, from when it was found full */

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* since Linux 6.3, and asked for where vm.memfd_noexec is 2 */
#endif

_Static_assert(ATOMIC_LONG_LOCK_FREE == 2, "processes share the counters");

struct file { int fd; dev_t dev; ino_t ino; };

static struct file out = { -1, 0, 0 }, memory = { -1, 0, 0 };
static int is_pipe, may_block;
static struct counters own;
struct counters *counters = &own;

/* Who closed a descriptor may have another file under that number by now: no line may get into somebody's mail. */
static int is_still(const struct file *file)
{
    struct stat now;
    return file->fd >= 0 && fstat(file->fd, &now) == 0 && now.st_dev == file->dev && now.st_ino == file->ino;
}

static void note(struct file *file, int fd)
{
    struct stat now;
    file->fd = fd >= 0 && fstat(fd, &now) == 0 ? fd : -1;
    if (file->fd >= 0)
        file->dev = now.st_dev, file->ino = now.st_ino;
}

/* Keeps a descriptor of our own where nobody looks for one: services put the client onto 0 and 1, /dev/null onto 2. */
static void keep_output(int source)
{
    char path[32];
    struct stat status;
    snprintf(path, sizeof path, "/proc/self/fd/%d", source);
    if (fstat(source, &status) != 0)
        return;
    /* A file never blocks, and a second description of it would overwrite what others write through theirs. */
    int mine = S_ISREG(status.st_mode) ? -1 : open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    may_block = mine < 0; /* or not ours to open, or a socket: then shared with whoever gave it to us */
    note(&out, fcntl(mine < 0 ? source : mine, F_DUPFD, KEPT_AT));
    if (mine >= 0)
        close(mine);
    is_pipe = S_ISFIFO(status.st_mode);
    if (out.fd >= 0 && is_pipe)
        fcntl(out.fd, F_SETPIPE_SZ, PIPE_BYTES); /* what comes faster than it is read; 64 KiB where that is not allowed */
}

static void keep_memory(void)
{
    int made = memfd_create("syslog-counters", MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (made < 0)
        made = memfd_create("syslog-counters", MFD_ALLOW_SEALING);
    /* Sealed: nobody can cut it off below those who count in it. */
    if (made >= 0 && ftruncate(made, sizeof *counters) == 0 && fcntl(made, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        note(&memory, fcntl(made, F_DUPFD, KEPT_AT));
    if (made >= 0)
        close(made);
}

/* Where there is no such memory, a fork shares it still, and a program that it becomes begins anew. */
static void map_memory(void)
{
    struct timespec now;
    unsigned long none = 0;
    int shared = is_still(&memory);
    void *page = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED | (shared ? 0 : MAP_ANONYMOUS), shared ? memory.fd : -1, 0);
    counters = page != MAP_FAILED ? page : &own;
    clock_gettime(CLOCK_BOOTTIME, &now);
    atomic_compare_exchange_strong(&counters->origin, &none, (unsigned long)now.tv_sec * 1000000000 + (unsigned long)now.tv_nsec);
}

static int find_kept(const char *kept)
{
    unsigned long long numbers[4];
    if (!kept || sscanf(kept, "%d:%d:%d:%llx:%llx:%d:%llx:%llx", &out.fd, &is_pipe, &may_block, &numbers[0], &numbers[1],
                        &memory.fd, &numbers[2], &numbers[3]) != 8)
        return 0;
    out.dev = (dev_t)numbers[0], out.ino = (ino_t)numbers[1];
    memory.dev = (dev_t)numbers[2], memory.ino = (ino_t)numbers[3];
    return is_still(&out);
}

void begin_output(const char *wanted)
{
    char kept[160];
    int found = find_kept(getenv(KEPT));
    if (found && !wanted) {
        map_memory();
        return;
    }
    if (found) { /* env(1) has kept another one before it started the program */
        close(out.fd);
        if (is_still(&memory))
            close(memory.fd);
    }
    out = memory = (struct file){ -1, 0, 0 };
    keep_output(wanted ? atoi(wanted) : STDERR_FILENO);
    keep_memory();
    map_memory();
    snprintf(kept, sizeof kept, "%d:%d:%d:%llx:%llx:%d:%llx:%llx", out.fd, is_pipe, may_block, (unsigned long long)out.dev,
             (unsigned long long)out.ino, memory.fd, (unsigned long long)memory.dev, (unsigned long long)memory.ino);
    setenv(KEPT, kept, 1);
}

/* Whether there may be room now. A reader that is stuck holds nobody up again before a line has come through. */
static int wait_for_room(void)
{
    struct timespec clock;
    struct pollfd room = { .fd = out.fd, .events = POLLOUT };
    long none = 0;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    long now = clock.tv_sec * 1000 + clock.tv_nsec / 1000000;
    long since = atomic_compare_exchange_strong(&counters->full_since, &none, now) ? now : none;
    long left = PATIENCE_MS - (now - since);
    return left > 0 && (poll(&room, 1, (int)left) > 0 || errno == EINTR);
}

/* Without waiting, also where the descriptor is shared with somebody who wants it to wait. */
static ssize_t write_now(const struct text *line)
{
    if (may_block) {
        struct iovec whole = { (void *)line->bytes, line->length };
        ssize_t written = is_pipe ? pwritev2(out.fd, &whole, 1, -1, RWF_NOWAIT) : -1;
        if (written >= 0 || (is_pipe && errno != EOPNOTSUPP)) /* pipes know it since Linux 6.4 */
            return written;
        struct pollfd room = { .fd = out.fd, .events = POLLOUT };
        if (poll(&room, 1, 0) != 1) {
            errno = EAGAIN;
            return -1;
        }
    }
    return write(out.fd, line->bytes, line->length);
}

/* The count is taken at the last moment and given back at once: whoever is killed while he waits takes nothing with him. */
static int write_with_count(struct text *line)
{
    size_t length = line->length;
    unsigned long lost = atomic_exchange(&counters->unreported, 0);
    if (lost > 0)
        put_count(line, ",\"lost\":", lost);
    put_text(line, "}\n");
    ssize_t written = write_now(line);
    int is_whole = written == (ssize_t)line->length;
    if (!is_whole && lost > 0)
        atomic_fetch_add(&counters->unreported, lost);
    if (!is_whole && written >= 0)
        errno = EIO; /* a part of it, onto a full disk: not once more */
    line->length = length;
    return is_whole;
}

static int write_in_time(struct text *line)
{
    for (int waited = 0; is_still(&out);) {
        if (write_with_count(line)) {
            /* Not after waiting: a reader that only drips would be waited for again and again. */
            if (!waited && atomic_load(&counters->full_since) != 0)
                atomic_store(&counters->full_since, 0);
            return 1;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN || !wait_for_room())
            return 0;
        waited = 1;
    }
    return 0;
}

/* A reader that has gone must not end the mail server: without SIGPIPE. */
void deliver(struct text *line)
{
    sigset_t sigpipe, before, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    if (!write_in_time(line)) {
        if (errno == EPIPE && !sigismember(&pending, SIGPIPE))
            sigtimedwait(&sigpipe, NULL, &(struct timespec){ 0, 0 });
        atomic_fetch_add(&counters->lost, 1);
        atomic_fetch_add(&counters->unreported, 1);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
