/*
 * Asking at the terminal for what nobody may see: typing does not show.
 */
#ifndef CLI_QUIET_TERMINAL_H
#define CLI_QUIET_TERMINAL_H

#include <stddef.h>

enum quiet_terminal {
    QUIET_TERMINAL_READ,  /* text holds the line, without its end */
    QUIET_TERMINAL_ENDED, /* Ctrl-D */
    QUIET_TERMINAL_LONG,  /* the line has size bytes or more */
    QUIET_TERMINAL_NONE   /* the program has no terminal */
};

/*
 * Asks at the terminal of the program, wherever its input and output go. The line is read into text
 * alone, and ends in NUL. A signal that ends or stops the program (Ctrl-C, Ctrl-Z) finds the
 * terminal as it was; where the program goes on after it, the question is asked again.
 */
enum quiet_terminal quiet_terminal_ask(const char *question, char *text, size_t size);

#endif
