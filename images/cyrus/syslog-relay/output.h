/* Where the lines go: the standard output that the Cyrus master had when it started. */
#ifndef CYRUS_OPERATOR_OUTPUT_H
#define CYRUS_OPERATOR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"

/* Keeps this process' standard output, for itself and all its descendants. */
void output_begin_as_master(void);

/* Takes the output that the master has kept; without one, this process' own standard error. */
void output_begin(void);

/*
 * Ends the JSON object in `line` and writes it; or counts it as lost, which the next line that comes through will say.
 * `end` needs some 40 bytes of room.
 */
void output_print(char *line, struct text end);

/* Lines that were lost so far, by all processes. */
unsigned long output_lost(void);

#endif
