/*
 * Takes the place of glibc's syslog(3) in a pod, where there is no /dev/log (docs/adr/0006). Loaded by LD_PRELOAD into the
 * Cyrus master and so into all that it starts.
 *
 * Each call becomes one JSON line, written to the standard output that the master had when it started. The master keeps
 * it open under a number that Cyrus never uses, since workers point 0, 1 and 2 to /dev/null. A line fits into PIPE_BUF,
 * so the lines of many processes never mix. What matters for a reload is also sent to the sidecar as a datagram, if it listens.
 *
 * A signal handler may call this: no malloc, no lock, no stdio but vsnprintf, and errno is kept.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define LOWEST_DESCRIPTOR 200   /* above all that Cyrus numbers itself, below its default limit of 256 */
#define INHERITED "CYRUS_SYSLOG_OUTPUT" /* set by the master's copy: output,counters,device,inode */
#define PATIENCE_MS 100         /* how long a full output is waited for, from the moment that it was first found full */
#define PIPE_BYTES (1 << 20)    /* room for some thousand lines while the reader is busy */
#define TAIL 160                /* room kept for what is only known after the message */

/* One for all processes, so that no count dies with a process. */
struct counters {
    atomic_ulong unreported;    /* lines lost since the last one that came through */
    atomic_ulong lost;          /* lines lost in all */
    atomic_long full_since;     /* milliseconds; 0 while lines come through */
};

static struct counters own;     /* while there are no shared ones */
static struct counters *counters = &own;
static int output = -1;
static dev_t output_device;
static ino_t output_inode;
static char service[64];
static char ident[64];
static struct sockaddr_un sidecar;
static atomic_int default_facility = LOG_USER;
static atomic_int mask = 0xff;
static atomic_int process;      /* whose sequence it is: fork begins a new one */
static atomic_long process_start;
static atomic_ulong sequence;

struct text {
    char *at;
    char *end;
};

static long milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

static void put(struct text *to, const char *from)
{
    while (*from != 0 && to->at < to->end)
        *to->at++ = *from++;
}

__attribute__((format(printf, 2, 3))) static void put_format(struct text *to, const char *format, ...)
{
    va_list arguments;
    size_t room = (size_t)(to->end - to->at);
    va_start(arguments, format);
    int length = vsnprintf(to->at, room, format, arguments);
    va_end(arguments);
    to->at += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room;
}

/* How many bytes make one valid UTF-8 character; 0 if they make none. */
static size_t utf8(const unsigned char *c, size_t left)
{
    size_t size = c[0] < 0x80 ? 1 : c[0] >= 0xc2 && c[0] < 0xe0 ? 2 : (c[0] & 0xf0) == 0xe0 ? 3 : c[0] >= 0xf0 && c[0] < 0xf5 ? 4 : 0;
    if (size == 0 || size > left)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    /* longer than needed, a surrogate, above U+10FFFF */
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
        return 0;
    return size;
}

/* Appends as the inside of a JSON string; false when not all of it found room. */
static bool put_json(struct text *to, const char *from, size_t length)
{
    const unsigned char *at = (const unsigned char *)from;
    for (size_t size; length > 0; at += size, length -= size) {
        char piece[8] = "";
        size = utf8(at, length);
        if (size == 0) {
            size = 1;
            strcpy(piece, "\xef\xbf\xbd"); /* U+FFFD */
        } else if (*at < 0x20) {
            snprintf(piece, sizeof piece, "\\u%04x", *at);
        } else if (*at == '"' || *at == '\\') {
            piece[0] = '\\';
            piece[1] = (char)*at;
        } else {
            memcpy(piece, at, size);
        }
        if (strlen(piece) > (size_t)(to->end - to->at))
            return false;
        put(to, piece);
    }
    return true;
}

/* By hand: gmtime_r takes a lock. Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
static void put_time(struct text *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long days = now.tv_sec / 86400 + 719468, second = now.tv_sec % 86400;
    long era = days / 146097, of_era = days % 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100), shifted = (5 * of_year + 2) / 153;
    long day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
    put_format(to, "{\"time\":\"%04ld-%02ld-%02ldT%02ld:%02ld:%02ld.%06ldZ\"", year + era * 400 + (month <= 2), month, day,
        second / 3600, second / 60 % 60, second % 60, now.tv_nsec / 1000);
}

static const char *facility_name(int facility)
{
    static const char *const names[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
        "authpriv", "ftp", "", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7" };
    unsigned number = (unsigned)facility >> 3;
    return number < sizeof names / sizeof *names ? names[number] : "";
}

static void put_head(struct text *to, int priority)
{
    static const char *const levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
    int facility = priority & LOG_FACMASK;
    const char *name = ident[0] != 0 ? ident : program_invocation_short_name;
    put_time(to);
    put_format(to, ",\"level\":\"%s\",\"service\":\"", levels[LOG_PRI(priority)]);
    put_json(to, service, strlen(service));
    put_format(to, "\",\"pid\":%d,\"ident\":\"", (int)getpid());
    put_json(to, name, strnlen(name, sizeof ident));
    put_format(to, "\",\"facility\":\"%s\",\"message\":\"", facility_name(facility != 0 ? facility : atomic_load(&default_facility)));
}

/* Whoever closed our descriptor may have another file there by now: a log line must not get into somebody's mail. */
static bool is_output_ours(void)
{
    struct stat now;
    return output >= 0 && fstat(output, &now) == 0 && now.st_dev == output_device && now.st_ino == output_inode;
}

/* Whether a full output may have room now. All processes share one patience, so a reader that is stuck holds each up once. */
static bool wait_for_room(void)
{
    long now = milliseconds(CLOCK_MONOTONIC), none = 0;
    atomic_compare_exchange_strong(&counters->full_since, &none, now);
    long left = PATIENCE_MS - (now - (none != 0 ? none : now));
    struct pollfd wanted = { .fd = output, .events = POLLOUT };
    return left > 0 && (poll(&wanted, 1, (int)left) > 0 || errno == EINTR);
}

static bool write_line(const char *line, size_t size)
{
    bool waited = false;
    while (is_output_ours()) {
        ssize_t written = write(output, line, size);
        if (written == (ssize_t)size) {
            if (!waited && atomic_load(&counters->full_since) != 0)
                atomic_store(&counters->full_since, 0);
            return true;
        }
        if (written >= 0 || (errno != EINTR && errno != EAGAIN))
            return false;
        if (errno == EAGAIN && !wait_for_room())
            return false;
        waited = waited || errno == EAGAIN;
    }
    return false;
}

/* write(2) without SIGPIPE, which would end a program that did not expect it from syslog(3). */
static bool write_line_quietly(const char *line, size_t size)
{
    static const struct timespec at_once;
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    bool written = write_line(line, size);
    if (!written && errno == EPIPE && sigismember(&pending, SIGPIPE) == 0)
        while (sigtimedwait(&pipe_signal, NULL, &at_once) < 0 && errno == EINTR) { }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return written;
}

/* `line` ends where "}" belongs, with TAIL bytes of room behind. */
static void print(char *line, struct text line_end)
{
    unsigned long lost = atomic_exchange(&counters->unreported, 0);
    if (lost > 0)
        put_format(&line_end, ",\"lost\":%lu", lost);
    put(&line_end, "}\n");
    if (write_line_quietly(line, (size_t)(line_end.at - line)))
        return;
    atomic_fetch_add(&counters->unreported, lost + 1);
    atomic_fetch_add(&counters->lost, 1);
}

/* The copy for the sidecar. A socket for each: none has to live through fork, exec and the sidecar's restarts. */
static void copy(char *line, struct text line_end)
{
    int pid = getpid();
    if (sidecar.sun_family == 0)
        return;
    if (atomic_exchange(&process, pid) != pid) {
        atomic_store(&sequence, 0);
        atomic_store(&process_start, milliseconds(CLOCK_BOOTTIME));
    }
    put_format(&line_end, ",\"start\":%ld,\"at\":%ld,\"seq\":%lu,\"lost\":%lu}", atomic_load(&process_start), milliseconds(CLOCK_BOOTTIME),
        atomic_fetch_add(&sequence, 1) + 1, atomic_load(&counters->lost));
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    sendto(descriptor, line, (size_t)(line_end.at - line), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&sidecar, sizeof sidecar);
    close(descriptor);
}

/* Warnings and worse; of the master also what it says in passing. Sessions' chatter would keep the sidecar busy. */
static bool is_for_sidecar(int priority)
{
    return LOG_PRI(priority) <= LOG_WARNING || (LOG_PRI(priority) <= LOG_INFO && strcmp(service, "master") == 0);
}

EXPORT void vsyslog(int priority, const char *format, va_list arguments)
{
    char message[PIPE_BUF], line[PIPE_BUF];
    struct text text = { line, line + sizeof line - TAIL };
    int saved = errno;
    if ((atomic_load(&mask) & LOG_MASK(LOG_PRI(priority))) == 0)
        return;
    int length = vsnprintf(message, sizeof message, format, arguments); /* glibc's knows %m */
    size_t size = length < 0 ? 0 : strlen(message);
    while (size > 0 && message[size - 1] == '\n')
        size--;
    put_head(&text, priority);
    bool whole = put_json(&text, message, size) && (size_t)length < sizeof message;
    text.end = line + sizeof line;
    put(&text, "\"");
    if (!whole)
        put_format(&text, ",\"cut\":%d", length);
    /* First the line, so that a copy knows what was lost up to itself. */
    print(line, text);
    if (is_for_sidecar(priority))
        copy(line, text);
    errno = saved;
}

EXPORT void syslog(int priority, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsyslog(priority, format, arguments);
    va_end(arguments);
}

/* What syslog(3) is compiled to with _FORTIFY_SOURCE. */
EXPORT void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments);
EXPORT void __syslog_chk(int priority, int flag, const char *format, ...);

void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments)
{
    (void)flag;
    vsyslog(priority, format, arguments);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, format);
    vsyslog(priority, format, arguments);
    va_end(arguments);
}

EXPORT void openlog(const char *name, int option, int facility)
{
    (void)option; /* the pid is always there, the other options are about /dev/log and the console */
    snprintf(ident, sizeof ident, "%s", name != NULL ? name : "");
    if (facility != 0)
        atomic_store(&default_facility, facility);
}

EXPORT void closelog(void)
{
    ident[0] = 0;
}

EXPORT int setlogmask(int wanted)
{
    return wanted == 0 ? atomic_load(&mask) : atomic_exchange(&mask, wanted);
}

static void use_counters(int descriptor)
{
    void *page = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (page != MAP_FAILED)
        counters = page;
}

static void remember_output(int descriptor)
{
    struct stat now;
    if (descriptor < 0 || fstat(descriptor, &now) != 0)
        return;
    output = descriptor;
    output_device = now.st_dev;
    output_inode = now.st_ino;
}

/*
 * Keeps the standard output under a high number. Opened anew, a pipe has a description of its own, so that O_NONBLOCK
 * is not forced on others who write to it. What cannot be opened so (a socket, another user's pipe) is duplicated.
 */
static int keep(int descriptor, int how)
{
    char path[32];
    struct stat now;
    int opened = -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (fstat(descriptor, &now) == 0 && !S_ISREG(now.st_mode))
        opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int kept = fcntl(opened >= 0 ? opened : descriptor, how, LOWEST_DESCRIPTOR);
    if (opened >= 0)
        close(opened);
    if (kept >= 0)
        (void)fcntl(kept, F_SETPIPE_SZ, PIPE_BYTES); /* fails for what is no pipe, or at the user's limit */
    return kept;
}

static void begin_as_master(void)
{
    char value[96];
    remember_output(keep(STDOUT_FILENO, F_DUPFD));
    int memory = memfd_create("syslog-counters", 0), shared = -1;
    if (memory >= 0) {
        if (ftruncate(memory, sizeof *counters) == 0)
            shared = fcntl(memory, F_DUPFD, LOWEST_DESCRIPTOR);
        close(memory);
    }
    use_counters(shared);
    snprintf(value, sizeof value, "%d,%d,%ju,%ju", output, shared, (uintmax_t)output_device, (uintmax_t)output_inode);
    setenv(INHERITED, value, 1);
}

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("CYRUS_SERVICE"), *path = getenv("CYRUS_SYSLOG_SOCKET"), *inherited = getenv(INHERITED);
    bool is_master = strcmp(program_invocation_short_name, "master") == 0 || strcmp(program_invocation_short_name, "cyrmaster") == 0;
    int shared;
    uintmax_t device, inode;
    int saved = errno;

    /* Jobs of START and EVENTS have no CYRUS_SERVICE. */
    snprintf(service, sizeof service, "%s", is_master ? "master" : name != NULL ? name : program_invocation_short_name);
    if (path != NULL && path[0] == '/' && strlen(path) < sizeof sidecar.sun_path) {
        sidecar.sun_family = AF_UNIX;
        strcpy(sidecar.sun_path, path);
    }
    if (is_master) {
        begin_as_master();
    } else if (inherited != NULL && sscanf(inherited, "%d,%d,%ju,%ju", &output, &shared, &device, &inode) == 4) {
        output_device = (dev_t)device;
        output_inode = (ino_t)inode;
        use_counters(shared);
    } else {
        remember_output(keep(STDERR_FILENO, F_DUPFD_CLOEXEC)); /* a command that somebody runs by hand */
    }
    errno = saved;
}
