#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

void put(struct text *to, const char *from)
{
    while (*from != 0 && to->at < to->end)
        *to->at++ = *from++;
}

void put_format(struct text *to, const char *format, ...)
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

bool put_json(struct text *to, const char *from, size_t length)
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
void put_time(struct text *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    long days = now.tv_sec / 86400 + 719468, second = now.tv_sec % 86400;
    long era = days / 146097, of_era = days % 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100), shifted = (5 * of_year + 2) / 153;
    long day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
    put_format(to, "%04ld-%02ld-%02ldT%02ld:%02ld:%02ld.%06ldZ", year + era * 400 + (month <= 2), month, day,
        second / 3600, second / 60 % 60, second % 60, now.tv_nsec / 1000);
}

const char *level_name(int priority)
{
    static const char *const names[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
    return names[LOG_PRI(priority)];
}

const char *facility_name(int facility)
{
    static const char *const names[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
        "authpriv", "ftp", "", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7" };
    unsigned number = (unsigned)facility >> 3;
    return number < sizeof names / sizeof *names ? names[number] : "";
}
