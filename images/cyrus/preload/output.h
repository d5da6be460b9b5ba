/* Where the lines go: a descriptor of our own that all descendants of the first process share, and what they count together. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdatomic.h>

#include "line.h"

/* In memory that all processes share, so that no count dies with one of them. */
struct counters {
    atomic_ulong origin;     /* tells one such memory from any other: when it was made */
    atomic_ulong unreported; /* lines lost since the last one that came through */
    atomic_ulong lost;       /* lines lost in all */
    atomic_ulong number;     /* of the last message to the sidecar */
    atomic_ulong unsent;     /* messages to the sidecar that could not be sent */
    atomic_long full_since;  /* monotonic milliseconds; 0 while lines come through */
};

extern struct counters *counters;

/* Finds what the first process kept, or is the first. wanted: the number of the descriptor in the environment, or NULL. */
void begin_output(const char *wanted);

/*
 * Ends a line and writes it, or counts it as lost, which the next one that comes through tells; the text stays without its end.
 * A reader that is stuck is waited for a tenth of a second, by all processes together.
 */
void deliver(struct text *line);

#endif
