/* Where the lines go: a descriptor of our own that all descendants of the first process share, and the count of what was lost. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "line.h"

/* Finds what the first process kept, or is the first. wanted: the number of the descriptor in the environment, or NULL. */
void begin_output(const char *wanted);

/* Takes over what has been lost and not been told yet. */
unsigned long take_lost(void);

/* Gives it back. */
void add_lost(unsigned long count);

/* Writes a line, or does not: a reader that is stuck is waited for a tenth of a second, by all processes together. */
int deliver(const struct text *line);

#endif
