#define _GNU_SOURCE
#include "line.h"

#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define TAIL 192 /* room for what follows the message */

static void put(struct text *line, const char *bytes, size_t count)
{
    if (line->cut || line->length + count > line->limit) {
        line->cut = 1; /* from here on nothing: half a character or escape would not be JSON */
        return;
    }
    memcpy(line->bytes + line->length, bytes, count);
    line->length += count;
}

void put_text(struct text *line, const char *text) { put(line, text, strlen(text)); }

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

void build_line(struct text *line, const struct origin *from, int priority, const char *message)
{
    static const char *const levels[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug" };
    static const char facilities[24][9] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp",
        "cron", "authpriv", "ftp", "ntp", "security", "console", "clock",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7" };
    size_t facility = (size_t)LOG_FAC(priority & LOG_FACMASK ? priority : from->facility);
    line->length = 0, line->cut = 0, line->limit = LINE - TAIL;
    put_text(line, "{\"time\":\"");
    put_time(line);
    put_text(line, "\",\"level\":\"");
    put_text(line, levels[LOG_PRI(priority)]);
    put_json(line, "\",\"service\":\"", from->service, NAME);
    put_text(line, "\",\"pid\":");
    put_number(line, (unsigned long)getpid(), 1, ',');
    put_json(line, "\"ident\":\"", from->ident, NAME);
    put_text(line, "\",\"facility\":\"");
    put_text(line, facility < 24 ? facilities[facility] : "user");
    put_json(line, "\",\"message\":\"", message, LINE);
    int cut = line->cut;
    line->limit = LINE, line->cut = 0;
    put_text(line, cut ? "\",\"cut\":true" : "\"");
}

void put_count(struct text *line, const char *before, unsigned long count)
{
    char digits[24];
    int first = sizeof digits;
    do
        digits[--first] = (char)('0' + count % 10);
    while (count /= 10);
    put_text(line, before);
    put(line, digits + first, sizeof digits - (size_t)first);
}
