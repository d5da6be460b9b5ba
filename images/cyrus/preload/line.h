/* One message of syslog(3) as one line of JSON. No malloc, no lock, no stdio. */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>

#define LINE 4096 /* PIPE_BUF: one write of this is never mixed with another */
#define NAME 64   /* longest service and ident */

struct text {
    size_t length, limit;
    int cut;
    char bytes[LINE];
};

/* Who speaks. */
struct origin {
    const char *service, *ident;
    int facility;
};

/* All but its end: the log gets another than the sidecar. */
void build_line(struct text *line, const struct origin *from, int priority, const char *message);

void put_count(struct text *line, const char *before, unsigned long count);
void put_text(struct text *line, const char *text);

#endif
