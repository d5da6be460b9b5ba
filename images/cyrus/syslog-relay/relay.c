/*
 * Takes the place of glibc's syslog(3) in a pod, where there is no /dev/log (docs/adr/0006). Loaded by LD_PRELOAD into the
 * Cyrus master and so into all that it starts.
 *
 * Each call becomes one JSON line on the standard output that the master had when it started. The master keeps it open under a
 * number that Cyrus never uses, since workers point 0, 1 and 2 to /dev/null. A line fits into PIPE_BUF, so the lines of many
 * processes never mix. What matters for a reload is also sent to the sidecar, if it listens.
 *
 * A signal handler may call this: no malloc, no lock, no stdio but vsnprintf, and errno is kept.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "line.h"
#include "output.h"

#define EXPORT __attribute__((visibility("default")))
#define TAIL 160 /* room kept for what comes after the message */

static char service[64];
static char ident[64];
static struct sockaddr_un sidecar;
static atomic_int default_facility = LOG_USER;
static atomic_int mask = 0xff;
static atomic_int process; /* whose sequence it is: fork begins a new one */
static atomic_long process_start;
static atomic_ulong sequence;

static long boot_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

static void begin_sequence(int pid)
{
    if (atomic_exchange(&process, pid) == pid)
        return;
    atomic_store(&sequence, 0);
    atomic_store(&process_start, boot_milliseconds());
}

static void put_head(struct text *to, int priority)
{
    const char *name = ident[0] != 0 ? ident : program_invocation_short_name;
    int facility = priority & LOG_FACMASK;
    put(to, "{\"time\":\"");
    put_time(to);
    put_format(to, "\",\"level\":\"%s\",\"service\":\"", level_name(priority));
    put_json(to, service, strlen(service));
    put_format(to, "\",\"pid\":%d,\"ident\":\"", (int)getpid());
    put_json(to, name, strnlen(name, sizeof ident));
    put_format(to, "\",\"facility\":\"%s\",\"message\":\"", facility_name(facility != 0 ? facility : atomic_load(&default_facility)));
}

/* Warnings and worse; of the master also what it says in passing. The chatter of sessions would keep the sidecar busy. */
static bool is_for_sidecar(int priority)
{
    return LOG_PRI(priority) <= LOG_WARNING || (LOG_PRI(priority) <= LOG_INFO && strcmp(service, "master") == 0);
}

/* A socket for each line: none has to live through fork, exec and the sidecar's restarts. */
static void send_copy(char *line, struct text end)
{
    begin_sequence(getpid());
    put_format(&end, ",\"at\":%ld,\"start\":%ld,\"seq\":%lu,\"lost\":%lu}", boot_milliseconds(), atomic_load(&process_start),
        atomic_fetch_add(&sequence, 1) + 1, output_lost());
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    sendto(descriptor, line, (size_t)(end.at - line), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&sidecar, sizeof sidecar);
    close(descriptor);
}

EXPORT void vsyslog(int priority, const char *format, va_list arguments)
{
    char message[PIPE_BUF], line[PIPE_BUF];
    struct text text = { line, line + sizeof line - TAIL };
    int saved = errno;
    if ((atomic_load(&mask) & LOG_MASK(LOG_PRI(priority))) == 0)
        return;
    int length = vsnprintf(message, sizeof message, format, arguments); /* knows %m */
    size_t size = length < 0 ? 0 : strlen(message);
    while (size > 0 && message[size - 1] == '\n')
        size--;
    put_head(&text, priority);
    bool is_whole = put_json(&text, message, size) && length < (int)sizeof message;
    text.end = line + sizeof line;
    put(&text, "\"");
    if (!is_whole)
        put_format(&text, ",\"cut\":%d", length);
    output_print(line, text); /* first, so that the copy says what was lost up to itself */
    if (sidecar.sun_family != 0 && is_for_sidecar(priority))
        send_copy(line, text);
    errno = saved;
}

EXPORT void syslog(int priority, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsyslog(priority, format, arguments);
    va_end(arguments);
}

/* What the calls become when a program is compiled with _FORTIFY_SOURCE. */
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
    (void)option; /* the pid is always there; the others are about /dev/log and the console */
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

__attribute__((constructor)) static void begin(void)
{
    const char *program = program_invocation_short_name, *name = getenv("CYRUS_SERVICE"), *path = getenv("CYRUS_SYSLOG_SOCKET");
    bool is_master = strcmp(program, "master") == 0 || strcmp(program, "cyrmaster") == 0;
    int saved = errno;

    /* Jobs of START and EVENTS have no CYRUS_SERVICE. */
    snprintf(service, sizeof service, "%s", is_master ? "master" : name != NULL ? name : program);
    if (path != NULL && path[0] == '/' && strlen(path) < sizeof sidecar.sun_path) {
        sidecar.sun_family = AF_UNIX;
        strcpy(sidecar.sun_path, path);
    }
    if (is_master)
        output_begin_as_master();
    else
        output_begin();
    begin_sequence(getpid());
    errno = saved;
}
