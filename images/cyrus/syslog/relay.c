/*
 * Cyrus' syslog lines, as JSON, on the container's own output. syslog(3) of the C library only knows /dev/log, which
 * a restricted pod does not have. This library, preloaded, takes its place: docs/adr/0006-syslog-by-preload.md.
 *
 * CYRUS_SYSLOG_FD      which descriptor of the first process the lines go to; 2 without it
 * CYRUS_SYSLOG_KEPT    set by the library itself: where that descriptor is kept for all descendants
 * CYRUS_SYSLOG_SOCKET  a datagram socket that gets warnings and worse, too, if somebody listens there
 * CYRUS_SERVICE        set by Cyrus' master: the service's name
 *
 * Everything after the constructor may run in a signal handler, in any thread, after a fork, in a process that holds
 * any lock: no malloc, no lock, no stdio but vsnprintf, errno kept. Nothing here waits for a reader.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE 4096   /* PIPE_BUF: one write of this is never mixed with another */
#define TAIL 48     /* room for what follows the message */
#define NAME 64     /* longest service and ident */
#define KEPT_AT 200 /* far above what Cyrus' master and services count on: 0 to 4 */

struct text {
    size_t length, limit;
    int cut;
    char bytes[LINE];
};

static struct { int fd, is_pipe, may_block; dev_t dev; ino_t ino; } out = { -1, 0, 0, 0, 0 };
static struct sockaddr_un receiver;
static char service[NAME + 1] = "master";
static _Atomic(const char *) log_ident;
static atomic_int log_facility = LOG_USER, log_mask = 0xff;
static atomic_int lost_by;   /* the process that lost these: a forked child starts at 0 */
static atomic_uint lost;

static void put(struct text *line, const char *bytes, size_t count)
{
    if (line->cut || line->length + count > line->limit) {
        line->cut = 1; /* from here on nothing: half a character or escape would not be JSON */
        return;
    }
    memcpy(line->bytes + line->length, bytes, count);
    line->length += count;
}

static void put_text(struct text *line, const char *text) { put(line, text, strlen(text)); }

/* At least so many digits, and what comes after them. */
static void put_number(struct text *line, unsigned long number, int digits, char after)
{
    char reversed[24];
    int count = sizeof reversed;
    reversed[--count] = after;
    for (; number > 0 || digits > 0; number /= 10, digits--)
        reversed[--count] = (char)('0' + number % 10);
    put(line, reversed + count, sizeof reversed - (size_t)count);
}

/* Length of the valid UTF-8 character at s, 0 when there is none. */
static size_t utf8(const unsigned char *s)
{
    size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80) /* the 0 at the end, too */
            return 0;
    /* Longer than needed; surrogates; beyond Unicode. */
    return (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xed && s[1] > 0x9f)
        || (s[0] == 0xf4 && s[1] > 0x8f) ? 0 : length;
}

static void put_json(struct text *line, const char *before, const char *value, size_t most)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *s = (const unsigned char *)value;
    put_text(line, before);
    for (const unsigned char *end = s + strnlen(value, most); s < end;) {
        size_t length = utf8(s);
        if (length == 0 || s + length > end)
            put_text(line, "\\ufffd");
        else if (*s == '"' || *s == '\\')
            put(line, (char[]){ '\\', (char)*s }, 2);
        else if (*s < 0x20 || *s == 0x7f)
            put(line, (char[]){ '\\', 'u', '0', '0', hex[*s >> 4], hex[*s & 15] }, 6);
        else
            put(line, (const char *)s, length);
        s += length ? length : 1;
    }
}

/* gmtime_r(3) takes a lock. Days to a date: Howard Hinnant, "chrono-compatible low-level date algorithms". */
static void put_time(struct text *line)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned long second = (unsigned long)now.tv_sec % 86400, z = (unsigned long)now.tv_sec / 86400 + 719468;
    unsigned long day = z % 146097, year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    unsigned long month = (5 * day + 2) / 153; /* 0 is March */
    put_number(line, z / 146097 * 400 + year + (month > 9), 4, '-');
    put_number(line, month < 10 ? month + 3 : month - 9, 2, '-');
    put_number(line, day - (153 * month + 2) / 5 + 1, 2, 'T');
    put_number(line, second / 3600, 2, ':');
    put_number(line, second / 60 % 60, 2, ':');
    put_number(line, second % 60, 2, '.');
    put_number(line, (unsigned long)now.tv_nsec / 1000, 6, 'Z');
}

static void build(struct text *line, int priority, const char *message, unsigned lost_before)
{
    static const char *const levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
    static const char facilities[24][9] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp",
        "cron", "authpriv", "ftp", "ntp", "security", "console", "clock",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7" };
    size_t facility = (size_t)LOG_FAC(priority & LOG_FACMASK ? priority : log_facility);
    const char *ident = log_ident;
    line->length = 0, line->cut = 0, line->limit = LINE - TAIL;
    put_text(line, "{\"time\":\"");
    put_time(line);
    put_text(line, "\",\"level\":\"");
    put_text(line, levels[LOG_PRI(priority)]);
    put_json(line, "\",\"service\":\"", service, NAME);
    put_text(line, "\",\"pid\":");
    put_number(line, (unsigned long)getpid(), 1, ',');
    put_json(line, "\"ident\":\"", ident ? ident : program_invocation_short_name, NAME);
    put_text(line, "\",\"facility\":\"");
    put_text(line, facility < 24 ? facilities[facility] : "user");
    put_json(line, "\",\"message\":\"", message, LINE);
    int cut = line->cut;
    line->limit = LINE, line->cut = 0;
    put_text(line, cut ? "\",\"cut\":true" : "\"");
    if (lost_before > 0) {
        put_text(line, ",\"lost\":");
        put_number(line, lost_before, 1, '}');
    }
    put_text(line, lost_before > 0 ? "\n" : "}\n");
}

/* Without waiting, also where the descriptor is shared with somebody who wants it to wait. */
static ssize_t write_now(const struct text *line)
{
    struct stat now;
    if (out.fd < 0 || fstat(out.fd, &now) != 0 || now.st_dev != out.dev || now.st_ino != out.ino)
        return -1; /* closed by the program, and the number perhaps used for a mailbox since */
    if (out.may_block) {
        struct iovec whole = { (void *)line->bytes, line->length };
        ssize_t written = out.is_pipe ? pwritev2(out.fd, &whole, 1, -1, RWF_NOWAIT) : -1;
        if (written >= 0 || (out.is_pipe && errno != EOPNOTSUPP)) /* pipes know it since Linux 6.4 */
            return written;
        struct pollfd room = { .fd = out.fd, .events = POLLOUT };
        if (poll(&room, 1, 0) != 1)
            return -1;
    }
    return write(out.fd, line->bytes, line->length);
}

/* A reader that has gone must not end the mail server: as write_now, without SIGPIPE. */
static int deliver(const struct text *line)
{
    sigset_t sigpipe, before, pending;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    ssize_t written = write_now(line);
    if (written < 0 && errno == EPIPE && !sigismember(&pending, SIGPIPE))
        sigtimedwait(&sigpipe, NULL, &(struct timespec){ 0, 0 });
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return written > 0;
}

static void tell_receiver(const struct text *line)
{
    int fd = receiver.sun_path[0] ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
    if (fd < 0)
        return;
    sendto(fd, line->bytes, line->length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&receiver, sizeof receiver);
    close(fd);
}

static void relay(int priority, const char *message)
{
    struct text line;
    if (atomic_exchange(&lost_by, getpid()) != getpid())
        atomic_store(&lost, 0);
    unsigned before = atomic_exchange(&lost, 0);
    build(&line, priority, message, before);
    if (!deliver(&line))
        atomic_fetch_add(&lost, before + 1);
    if (LOG_PRI(priority) <= LOG_WARNING)
        tell_receiver(&line);
}

void vsyslog(int priority, const char *format, va_list arguments)
{
    int error = errno;
    char message[LINE + 1];
    if (!(log_mask & LOG_MASK(LOG_PRI(priority))))
        return;
    if (vsnprintf(message, sizeof message, format, arguments) < 0) /* errno is still the caller's, for %m */
        strncpy(message, format, sizeof message - 1)[sizeof message - 1] = 0;
    relay(priority, message);
    errno = error;
}

#define RELAY_ARGUMENTS \
    va_list arguments; va_start(arguments, format); vsyslog(priority, format, arguments); va_end(arguments)

void syslog(int priority, const char *format, ...) { RELAY_ARGUMENTS; }

/* What syslog() is called by programs that are compiled with _FORTIFY_SOURCE, as Debian's are. */
void __syslog_chk(int priority, int flag, const char *format, ...) { (void)flag; RELAY_ARGUMENTS; }

void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) { (void)flag; vsyslog(priority, format, arguments); }

void openlog(const char *ident, int option, int facility)
{
    (void)option;
    if (ident)
        log_ident = ident; /* not a copy, as in the C library */
    if (facility && !(facility & ~LOG_FACMASK))
        log_facility = facility;
}

void closelog(void) { log_ident = NULL; }

int setlogmask(int mask) { return mask ? atomic_exchange(&log_mask, mask) : log_mask; }

/* Keeps a descriptor of our own where nobody looks for one: services put the client onto 0 and 1, /dev/null onto 2. */
static void keep(int source)
{
    char path[32], kept[96];
    struct stat status;
    snprintf(path, sizeof path, "/proc/self/fd/%d", source);
    if (fstat(source, &status) != 0)
        return;
    /* A file never blocks, and a second description of it would overwrite what others write through theirs. */
    int own = S_ISREG(status.st_mode) ? -1 : open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    out.may_block = own < 0; /* or not ours to open, or a socket: then shared with whoever gave it to us */
    out.fd = fcntl(own < 0 ? source : own, F_DUPFD, KEPT_AT);
    if (own >= 0)
        close(own);
    out.is_pipe = S_ISFIFO(status.st_mode), out.dev = status.st_dev, out.ino = status.st_ino;
    if (out.fd >= 0 && out.is_pipe)
        fcntl(out.fd, F_SETPIPE_SZ, 1 << 20); /* what comes faster than it is read; 64 KiB where that is not allowed */
    snprintf(kept, sizeof kept, "%d:%d:%d:%llx:%llx", out.fd, out.is_pipe, out.may_block,
             (unsigned long long)out.dev, (unsigned long long)out.ino);
    setenv("CYRUS_SYSLOG_KEPT", kept, 1);
}

static int is_kept(const char *kept)
{
    unsigned long long dev, ino;
    struct stat status;
    if (!kept || sscanf(kept, "%d:%d:%d:%llx:%llx", &out.fd, &out.is_pipe, &out.may_block, &dev, &ino) != 5)
        return 0;
    out.dev = (dev_t)dev, out.ino = (ino_t)ino;
    return fstat(out.fd, &status) == 0 && status.st_dev == out.dev && status.st_ino == out.ino;
}

__attribute__((constructor)) static void start(void)
{
    int error = errno;
    const char *name = getenv("CYRUS_SERVICE"), *path = getenv("CYRUS_SYSLOG_SOCKET"), *wanted = getenv("CYRUS_SYSLOG_FD");
    if (name && *name)
        strncpy(service, name, NAME);
    if (path && strlen(path) < sizeof receiver.sun_path) {
        receiver.sun_family = AF_UNIX;
        strcpy(receiver.sun_path, path);
    }
    int kept = is_kept(getenv("CYRUS_SYSLOG_KEPT"));
    if (kept && wanted)
        close(out.fd); /* env(1) has kept another one before it started the program */
    if (!kept || wanted)
        keep(wanted ? atoi(wanted) : STDERR_FILENO);
    unsetenv("CYRUS_SYSLOG_FD"); /* in descendants these numbers mean other files */
    errno = error;
}

/* A process that lost lines and has nothing more to say. */
__attribute__((destructor)) static void finish(void)
{
    if (lost > 0 && lost_by == getpid())
        relay(LOG_WARNING, "lines of this process were lost: nobody has read them in time");
}
