#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
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

/* In memory that all processes share, so that no count dies with one of them. */
struct counters {
    atomic_ulong lost;       /* lines lost since the last one that came through */
    atomic_long full_since;  /* monotonic milliseconds; 0 while lines come through */
};

struct file { int fd; dev_t dev; ino_t ino; };

static struct file out = { -1, 0, 0 }, memory = { -1, 0, 0 };
static int is_pipe, may_block;
static struct counters own, *counters = &own;

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
    int made = memfd_create("syslog-counters", 0);
    if (made >= 0 && ftruncate(made, sizeof *counters) == 0)
        note(&memory, fcntl(made, F_DUPFD, KEPT_AT));
    if (made >= 0)
        close(made);
}

static void map_memory(void)
{
    void *page = is_still(&memory) ? mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd, 0) : MAP_FAILED;
    if (page != MAP_FAILED)
        counters = page;
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
    if (find_kept(getenv(KEPT))) {
        map_memory();
        if (!wanted)
            return;
        close(out.fd); /* env(1) has kept another one before it started the program */
    }
    keep_output(wanted ? atoi(wanted) : STDERR_FILENO);
    if (!is_still(&memory))
        keep_memory();
    map_memory();
    snprintf(kept, sizeof kept, "%d:%d:%d:%llx:%llx:%d:%llx:%llx", out.fd, is_pipe, may_block, (unsigned long long)out.dev,
             (unsigned long long)out.ino, memory.fd, (unsigned long long)memory.dev, (unsigned long long)memory.ino);
    setenv(KEPT, kept, 1);
}

unsigned long take_lost(void) { return atomic_exchange(&counters->lost, 0); }

void add_lost(unsigned long count) { atomic_fetch_add(&counters->lost, count); }

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

static int write_in_time(const struct text *line)
{
    for (int waited = 0; is_still(&out);) {
        if (write_now(line) >= 0) {
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
int deliver(const struct text *line)
{
    sigset_t sigpipe, before, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    int is_written = write_in_time(line);
    if (!is_written && errno == EPIPE && !sigismember(&pending, SIGPIPE))
        sigtimedwait(&sigpipe, NULL, &(struct timespec){ 0, 0 });
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_written;
}
