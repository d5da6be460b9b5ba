#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOWEST_DESCRIPTOR 200 /* above all that Cyrus numbers itself, below its default limit of 256 */
#define INHERITED "CYRUS_SYSLOG_OUTPUT" /* set by the master's copy of the library for its descendants */
#define PATIENCE_MS 100       /* how long a full output is waited for, from the moment that it was found full */
#define PIPE_BYTES (1 << 20)  /* room for some thousand lines while the reader is busy */

/* One for all processes, so that no count dies with a process. */
struct counters {
    atomic_ulong unreported;  /* lines lost since the last one that came through */
    atomic_ulong lost;        /* lines lost in all */
    atomic_long full_since;   /* monotonic milliseconds; 0 while lines come through */
};

static struct counters own;   /* while there are no shared ones */
static struct counters *counters = &own;
static int output = -1;
static uintmax_t device, inode; /* of the output */
static bool is_blocking;      /* the output's description is somebody else's, without O_NONBLOCK */
static int master, master_output; /* where to get the output again */

static bool is_output(int descriptor)
{
    struct stat now;
    return descriptor >= 0 && fstat(descriptor, &now) == 0 && now.st_dev == device && now.st_ino == inode;
}

/*
 * Whether there is an output. Who closed it (squatter -R closes all it has) may have another file under that number by
 * now, and a log line must not get into somebody's mail. It is taken from the master again.
 */
static bool find_output(void)
{
    char path[48];
    if (is_output(output))
        return true;
    if (master == 0)
        return false;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", master, master_output);
    int opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (opened < 0)
        return false;
    if (is_output(opened)) {
        output = fcntl(opened, F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR);
        is_blocking = false;
    }
    close(opened);
    return is_output(output);
}

/* Whether a full output may have room now. All processes share one patience: a reader that is stuck holds each up once. */
static bool wait_for_room(struct pollfd *wanted)
{
    struct timespec clock;
    long none = 0;
    clock_gettime(CLOCK_MONOTONIC, &clock);
    long now = clock.tv_sec * 1000L + clock.tv_nsec / 1000000;
    long since = atomic_compare_exchange_strong(&counters->full_since, &none, now) ? now : none;
    long left = PATIENCE_MS - (now - since);
    return left > 0 && (poll(wanted, 1, (int)left) > 0 || errno == EINTR);
}

static bool write_line(const char *line, size_t size)
{
    bool waited = false;
    while (find_output()) {
        struct pollfd wanted = { .fd = output, .events = POLLOUT };
        ssize_t written = -1;
        errno = EAGAIN;
        if (!is_blocking || poll(&wanted, 1, 0) > 0)
            written = write(output, line, size);
        if (written == (ssize_t)size) {
            if (!waited && atomic_load(&counters->full_since) != 0)
                atomic_store(&counters->full_since, 0);
            return true;
        }
        if (written >= 0 || (errno != EINTR && errno != EAGAIN))
            return false;
        if (errno == EAGAIN && !wait_for_room(&wanted))
            return false;
        waited = true;
    }
    return false;
}

/* Without SIGPIPE, which would end a program that did not expect it from syslog(3). */
static bool write_line_quietly(const char *line, size_t size)
{
    static const struct timespec at_once;
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    bool is_written = write_line(line, size);
    if (!is_written && errno == EPIPE && sigismember(&pending, SIGPIPE) == 0)
        while (sigtimedwait(&pipe_signal, NULL, &at_once) < 0 && errno == EINTR) { }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_written;
}

void output_print(char *line, struct text end)
{
    unsigned long lost = atomic_exchange(&counters->unreported, 0);
    if (lost > 0)
        put_format(&end, ",\"lost\":%lu", lost);
    put(&end, "}\n");
    if (write_line_quietly(line, (size_t)(end.at - line)))
        return;
    atomic_fetch_add(&counters->unreported, lost + 1);
    atomic_fetch_add(&counters->lost, 1);
}

unsigned long output_lost(void)
{
    return atomic_load(&counters->lost);
}

static void use_counters(int descriptor)
{
    void *page = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (page != MAP_FAILED)
        counters = page;
}

static void use_output(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    output = descriptor;
    is_blocking = flags >= 0 && (flags & O_NONBLOCK) == 0;
}

/*
 * Keeps a descriptor under a high number. Opened anew, a pipe has a description of its own, so that O_NONBLOCK is not
 * forced on others who write to it. What cannot be opened so (a socket, another user's pipe) is duplicated.
 */
static void keep(int descriptor, int how)
{
    char path[32];
    struct stat now;
    int opened = -1;
    if (fstat(descriptor, &now) != 0)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (!S_ISREG(now.st_mode)) /* opened anew, a file would be written from its start */
        opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    device = now.st_dev;
    inode = now.st_ino;
    use_output(fcntl(opened >= 0 ? opened : descriptor, how, LOWEST_DESCRIPTOR));
    if (opened >= 0)
        close(opened);
    (void)fcntl(output, F_SETPIPE_SZ, PIPE_BYTES); /* fails for what is no pipe, or at the user's limit */
}

void output_begin_as_master(void)
{
    char value[96];
    int memory = memfd_create("syslog-counters", 0), shared = -1;
    keep(STDOUT_FILENO, F_DUPFD);
    if (memory >= 0) {
        if (ftruncate(memory, sizeof *counters) == 0)
            shared = fcntl(memory, F_DUPFD, LOWEST_DESCRIPTOR);
        close(memory);
    }
    use_counters(shared);
    snprintf(value, sizeof value, "%d,%d,%d,%ju,%ju", (int)getpid(), output, shared, device, inode);
    setenv(INHERITED, value, 1);
}

void output_begin(void)
{
    int shared;
    const char *inherited = getenv(INHERITED);
    if (inherited != NULL && sscanf(inherited, "%d,%d,%d,%ju,%ju", &master, &master_output, &shared, &device, &inode) == 5) {
        use_output(master_output);
        use_counters(shared);
    } else {
        keep(STDERR_FILENO, F_DUPFD_CLOEXEC); /* a command that somebody runs by hand */
    }
}
