/*
 * killstep FILE COMMAND...: runs the command and kills it (SIGKILL) before the Nth system call with which it changes anything outside of
 * itself. N is what FILE says; it counts from when FILE appears, and FILE is removed with the kill. Without FILE the calls are counted and
 * the command runs on; FILE.count then holds how many there were.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/ptrace.h>
#include <unistd.h>

static pid_t command;

static const struct { long number; const char *name; } changes[] = {
#ifdef SYS_rename
    { SYS_rename, "rename" }, { SYS_symlink, "symlink" }, { SYS_mkdir, "mkdir" }, { SYS_unlink, "unlink" }, { SYS_rmdir, "rmdir" },
    { SYS_chmod, "chmod" },
#endif
    { SYS_renameat, "renameat" }, { SYS_renameat2, "renameat2" }, { SYS_symlinkat, "symlinkat" }, { SYS_mkdirat, "mkdirat" },
    { SYS_unlinkat, "unlinkat" }, { SYS_fchmod, "fchmod" }, { SYS_utimensat, "utimensat" }, { SYS_pwrite64, "pwrite64" },
    { SYS_connect, "connect" }, { SYS_pidfd_send_signal, "pidfd_send_signal" },
};

static const char *change_of(pid_t thread)
{
    struct ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
        return NULL;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (changes[i].number == (long)info.entry.nr)
            return changes[i].name;
    return NULL;
}

static long number_in(const char *file)
{
    char text[32] = "";
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (read(fd, text, sizeof text - 1) < 0)
        text[0] = 0;
    close(fd);
    return atol(text);
}

/* Whether the command has been killed. */
static int step(const char *file, const char *name)
{
    static long count, before = -1;
    char path[300];
    long wanted = number_in(file);
    count = wanted == before ? count + 1 : 1;
    before = wanted;
    if (wanted != count) {
        snprintf(path, sizeof path, "%s.count", file);
        FILE *log = fopen(path, "a");
        fprintf(log, "%s\n", name);
        fclose(log);
        return 0;
    }
    unlink(file);
    dprintf(STDERR_FILENO, "killed before %s\n", name);
    kill(command, SIGKILL);
    return 1;
}

static void pass_on(int signal) { kill(command, signal); }

int main(int count, char **arguments)
{
    int status;
    if (count < 3 || (command = fork()) < 0)
        return 2;
    if (command == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    signal(SIGTERM, pass_on);
    waitpid(command, &status, 0);
    ptrace(PTRACE_SETOPTIONS, command, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
    ptrace(PTRACE_SYSCALL, command, 0, 0);
    for (;;) {
        pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0 && errno == EINTR)
            continue;
        if (thread < 0 || (thread == command && !WIFSTOPPED(status)))
            return thread > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 137;
        if (!WIFSTOPPED(status))
            continue;
        int signal = WSTOPSIG(status);
        if (signal == (SIGTRAP | 0x80)) {
            const char *name = change_of(thread);
            if (name && step(arguments[1], name))
                continue;
        }
        /* Stops of ptrace's own are not passed on. */
        int passed = signal == (SIGTRAP | 0x80) || signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
        ptrace(PTRACE_SYSCALL, thread, 0, passed);
    }
}
