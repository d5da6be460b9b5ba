/*
 * The master hears of its dead children by SIGCHLD, which it lets in only while it waits in pselect(2) (Cyrus, master/master.c:main). The kernel delivers no signal there when a
 * descriptor is ready at once: and after SIGTERM a client that nobody will answer keeps the listener ready, so that the master before 3.8.6 and 3.10.2 turns without an end until it is
 * killed (cyrus-imapd #5309). So signals that are due are let in before the wait.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>

typedef int waiter(int, fd_set *restrict, fd_set *restrict, fd_set *restrict, const struct timespec *restrict, const sigset_t *restrict);

static waiter *wait_in_libc;

__attribute__((constructor)) static void start(void) { wait_in_libc = (waiter *)dlsym(RTLD_NEXT, "pselect"); }

__attribute__((visibility("default"))) int pselect(int count, fd_set *restrict readable, fd_set *restrict writable, fd_set *restrict exceptional,
    const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    static const struct timespec at_once;
    if (mask && ppoll(NULL, 0, &at_once, mask) < 0 && errno == EINTR)
        return -1;
    return wait_in_libc(count, readable, writable, exceptional, timeout, mask);
}
