/* shout COUNT TEXT [DIRECTORY]: gives so many lines to syslog. With a directory it then makes the file "said" there,
   waits until "go" appears, and says one more. The exit code of a failed call to syslog would be 1: it changed errno. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

int main(int count, char **words)
{
    int wanted = atoi(words[1]);
    openlog("cyrus/shout", LOG_PID, LOG_MAIL);
    errno = ENOENT;
    for (int number = 0; number < wanted; number++)
        syslog(LOG_INFO, "%d %s", number, words[2]);
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
