/*
 * Cyrus' syslog lines, as JSON, on the container's own output. syslog(3) of the C library only knows /dev/log, which
 * a restricted pod does not have. This library, preloaded, takes its place: docs/adr/0006-syslog-by-preload.md.
 *
 * CYRUS_SYSLOG_FD      which descriptor of the first process the lines go to; 2 without it
 * CYRUS_SYSLOG_KEPT    set by the library itself: where that descriptor and the shared counters are kept for all descendants
 * CYRUS_SYSLOG_SOCKET  a datagram socket of the sidecar that gets warnings and worse, too, if it listens
 * CYRUS_SERVICE        set by Cyrus' master: the service's name
 *
 * Everything after the constructor may run in a signal handler, in any thread, after a fork, in a process that holds
 * any lock: no malloc, no lock, no stdio but vsnprintf, errno kept. A reader is waited for a tenth of a second at most.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "line.h"
#include "output.h"

#define EXPORT __attribute__((visibility("default")))

static struct sockaddr_un receiver;
static char service[NAME + 1];
static int is_master;
static _Atomic(const char *) log_ident;
static atomic_int log_facility = LOG_USER, log_mask = 0xff;

/* Warnings and worse; and why the master gives a service of cyrus.conf up, which it says in passing (master.c:service_create). */
static int is_for_receiver(int priority, const char *message)
{
    return receiver.sun_path[0] && (LOG_PRI(priority) <= LOG_WARNING || (is_master && strstr(message, ", disabling ")));
}

/* A socket for each: none has to live through fork, exec and the sidecar's restarts. By the numbers it sees what it did not get. */
static void tell_receiver(struct text *line)
{
    put_count(line, ",\"origin\":", atomic_load(&counters->origin));
    put_count(line, ",\"number\":", atomic_fetch_add(&counters->number, 1) + 1);
    put_count(line, ",\"unsent\":", atomic_load(&counters->unsent));
    put_count(line, ",\"lostInAll\":", atomic_load(&counters->lost));
    put_text(line, "}");
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || sendto(fd, line->bytes, line->length, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&receiver, sizeof receiver) < 0)
        atomic_fetch_add(&counters->unsent, 1);
    if (fd >= 0)
        close(fd);
}

static void relay(int priority, const char *message)
{
    struct text line;
    const char *ident = log_ident;
    struct origin from = { service, ident ? ident : program_invocation_short_name, log_facility };
    build_line(&line, &from, priority, message);
    deliver(&line); /* first, so that the message tells of its own loss, too */
    if (is_for_receiver(priority, message))
        tell_receiver(&line);
}

EXPORT void vsyslog(int priority, const char *format, va_list arguments)
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

EXPORT void syslog(int priority, const char *format, ...) { RELAY_ARGUMENTS; }

/* What syslog() is called by programs that are compiled with _FORTIFY_SOURCE, as Debian's are. */
EXPORT void __syslog_chk(int priority, int flag, const char *format, ...) { (void)flag; RELAY_ARGUMENTS; }

EXPORT void __vsyslog_chk(int priority, int flag, const char *format, va_list arguments) { (void)flag; vsyslog(priority, format, arguments); }

EXPORT void openlog(const char *ident, int option, int facility)
{
    (void)option;
    if (ident)
        log_ident = ident; /* not a copy, as in the C library */
    if (facility && !(facility & ~LOG_FACMASK))
        log_facility = facility;
}

EXPORT void closelog(void) { log_ident = NULL; }

EXPORT int setlogmask(int mask) { return mask ? atomic_exchange(&log_mask, mask) : log_mask; }

__attribute__((constructor)) static void start(void)
{
    int error = errno;
    const char *program = program_invocation_short_name, *name = getenv("CYRUS_SERVICE"), *path = getenv("CYRUS_SYSLOG_SOCKET");
    /* Jobs of START and EVENTS are of no service. */
    is_master = strcmp(program, "master") == 0 || strcmp(program, "cyrmaster") == 0;
    strncpy(service, is_master ? "master" : name && *name ? name : program, NAME);
    if (path && strlen(path) < sizeof receiver.sun_path) {
        receiver.sun_family = AF_UNIX;
        strcpy(receiver.sun_path, path);
    }
    begin_output(getenv("CYRUS_SYSLOG_FD"));
    unsetenv("CYRUS_SYSLOG_FD"); /* in descendants these numbers mean other files */
    errno = error;
}
