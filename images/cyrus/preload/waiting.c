/*
 * Before each accept a worker compares its program's file with what it was when the worker started, and leaves when it has changed (Cyrus, master/service.c:main):
 * so the sidecar sees to it that a worker in a session leaves after it. But it looks while it holds the accept lock, so that all that wait for the lock would leave one
 * after the other as soon as one client comes, and the next clients would wait until as many have started. While the file CYRUS_KEEP_WAITING is there, nothing has changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Copies: Cyrus writes its title over arguments and environment. */
static char program[PATH_MAX], keep_waiting[PATH_MAX];
static struct stat first;
static int is_known;

__attribute__((constructor)) static void start(int argc, char **argv)
{
    const char *path = getenv("CYRUS_KEEP_WAITING");
    if (argc > 0 && argv[0][0] == '/' && strlen(argv[0]) < sizeof program && path && strlen(path) < sizeof keep_waiting) {
        strcpy(program, argv[0]);
        strcpy(keep_waiting, path);
    }
}

/* What the worker is told of its program: what it saw first, as long as it shall wait on. */
static void answer(struct stat *status)
{
    int error = errno;
    if (!is_known) {
        first = *status;
        is_known = 1;
    } else if (access(keep_waiting, F_OK) == 0) {
        *status = first;
    }
    errno = error;
}

__attribute__((visibility("default"))) int stat(const char *restrict path, struct stat *restrict status)
{
    int result = fstatat(AT_FDCWD, path, status, 0);
    if (result == 0 && *program && strcmp(path, program) == 0)
        answer(status);
    return result;
}
