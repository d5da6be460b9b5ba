/* The text of one JSON line, built in a buffer that the caller gives; without malloc, locks or stdio but vsnprintf. */
#ifndef CYRUS_OPERATOR_LINE_H
#define CYRUS_OPERATOR_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *at;
    char *end;
};

void put(struct text *to, const char *from);

__attribute__((format(printf, 2, 3))) void put_format(struct text *to, const char *format, ...);

/* Appends as the inside of a JSON string; false when not all of it found room. */
bool put_json(struct text *to, const char *from, size_t length);

/* Appends now, as in 2026-11-23T20:15:00.123456Z. */
void put_time(struct text *to);

const char *level_name(int priority);

const char *facility_name(int facility);

#endif
