#include "quiet_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define SIGNAL_COUNT (sizeof signals / sizeof signals[0])

/* A signal handler has no other place to leave word. */
static volatile sig_atomic_t caught;

static void catch (int number)
{
    caught = number;
}

static void write_text(int terminal, const char *text)
{
    ssize_t written = write(terminal, text, strlen(text));

    (void)written;
}

/* As the terminal hands lines over: each read gives one, or as much of it as there is room for. */
static enum quiet_terminal read_line(int terminal, char *text, size_t size)
{
    ssize_t got = read(terminal, text, size - 1);

    if (got <= 0) {
        text[0] = '\0';
        return QUIET_TERMINAL_ENDED;
    }
    text[got] = '\0';
    if (text[got - 1] != '\n') {
        (void)tcflush(terminal, TCIFLUSH);
        explicit_bzero(text, size);
        return (size_t)got == size - 1 ? QUIET_TERMINAL_LONG : QUIET_TERMINAL_ENDED;
    }
    text[got - 1] = '\0';
    return QUIET_TERMINAL_READ;
}

static enum quiet_terminal
ask(int terminal, const struct termios *was, const char *question, char *text, size_t size)
{
    const struct sigaction catching = {.sa_handler = catch}; /* and read is not begun again */
    struct sigaction before[SIGNAL_COUNT];
    struct termios quiet = *was;
    enum quiet_terminal outcome;

    caught = 0;
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        (void)sigaction(signals[i], &catching, &before[i]);
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ICANON | ISIG;
    (void)tcsetattr(terminal, TCSAFLUSH, &quiet);
    write_text(terminal, question);
    write_text(terminal, " ");
    outcome = caught == 0 ? read_line(terminal, text, size) : QUIET_TERMINAL_ENDED;
    (void)tcsetattr(terminal, TCSAFLUSH, was);
    write_text(terminal, "\n");
    for (size_t i = 0; i < SIGNAL_COUNT; i++)
        (void)sigaction(signals[i], &before[i], NULL);
    return outcome;
}

enum quiet_terminal quiet_terminal_ask(const char *question, char *text, size_t size)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios was;
    enum quiet_terminal outcome = QUIET_TERMINAL_NONE;
    bool is_again = terminal >= 0 && tcgetattr(terminal, &was) == 0;

    while (is_again) {
        outcome = ask(terminal, &was, question, text, size);
        is_again = caught != 0;
        /* As if it had come now: most end the program here. */
        if (is_again)
            (void)raise(caught);
    }
    if (terminal >= 0)
        (void)close(terminal);
    return outcome;
}
