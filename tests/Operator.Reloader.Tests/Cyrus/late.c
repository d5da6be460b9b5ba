/*
 * Widens the gap between a worker's last look at its signals and its wait for a connection (Cyrus lib/signals.c:signals_select), preloaded into
 * the real binaries. A signal that arrives in that gap is noted, but the wait begins all the same. What happens is told by files in LATE_DIRECTORY:
 *
 * hold         while it is there, a worker of LATE_SERVICE stays in the gap
 * held         made by the worker that is in the gap
 * interrupted  made when a signal has arrived there
 * deaf         while it is there, SIGHUP does not end the wait
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#define LISTENING 4 /* master/service.h: LISTEN_FD */

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", getenv("LATE_DIRECTORY"), name);
    return path;
}

static void tell(const char *name)
{
    int file = open(path_of(name), O_CREAT | O_WRONLY, 0666);
    dprintf(file, "%d", (int)getpid());
    close(file);
}

int pselect(int count, fd_set *read, fd_set *write, fd_set *other, const struct timespec *limit, const sigset_t *mask)
{
    int (*real)(int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *) = dlsym(RTLD_NEXT, "pselect");
    const char *service = getenv("CYRUS_SERVICE");
    int is_wait = service && strcmp(service, getenv("LATE_SERVICE")) == 0 && read && count > LISTENING && FD_ISSET(LISTENING, read);
    sigset_t wider = *mask;

    if (is_wait && access(path_of("hold"), F_OK) == 0) {
        tell("held");
        for (int turn = 0; turn < 30000 && access(path_of("hold"), F_OK) == 0; turn++)
            if (nanosleep(&(struct timespec){ 0, 1000000 }, NULL) != 0 && errno == EINTR)
                tell("interrupted");
    }
    if (is_wait && access(path_of("deaf"), F_OK) == 0) {
        tell("held");
        sigaddset(&wider, SIGHUP);
    }
    return real(count, read, write, other, limit, &wider);
}
