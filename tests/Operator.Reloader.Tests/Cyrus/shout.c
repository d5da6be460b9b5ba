/* shout COUNT TEXT [DIRECTORY]: gives so many lines to syslog, of the level in SHOUT_LEVEL or LOG_INFO. With a directory it
   then makes the file "said" there, waits until "go" appears, and says one more. With "kill" instead of a directory it ends
   itself by SIGKILL. The exit code of a failed call to syslog would be 1: it changed errno. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

int main(int count, char **words)
{
    int wanted = atoi(words[1]);
    int level = getenv("SHOUT_LEVEL") ? atoi(getenv("SHOUT_LEVEL")) : LOG_INFO;
    openlog("cyrus/shout", LOG_PID, LOG_MAIL);
    errno = ENOENT;
    for (int number = 0; number < wanted; number++)
        syslog(level, "%d %s", number, words[2]);
    if (count > 3 && strcmp(words[3], "kill") == 0)
        raise(SIGKILL);
    if (count > 3) {
        if (chdir(words[3]) != 0)
            return 2;
        fclose(fopen("said", "w"));
        while (access("go", F_OK) != 0)
            usleep(1000);
        errno = ENOENT;
        syslog(LOG_ERR, "the last: %m");
    }
    return errno == ENOENT ? 0 : 1;
}
