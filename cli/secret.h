/*
 * Secrets that people type, or keep in files: recovery codes and passphrases.
 */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include "cli.h"

#define SECRET_BYTES_MAX 1024u

/* Memory that the library locks, zeroed; never NULL. It is wiped at the end of the program. */
char *secret_room(struct cli *cli, size_t size);
void secrets_free(struct cli *cli);

/* cli->answer, moved there. */
const char *secret_of_answer(struct cli *cli);

/* The first line of an open file, without its end and into text alone: no stream keeps a copy. path
 * is for words. BANYAN_ERR_UNSAFE_PLACE for a file that other users can read, BANYAN_ERR_DISK. */
enum banyan_status secret_take_line(struct cli *cli, const char *path, int file, char *text,
                                    size_t size, struct banyan_error *error);

/*
 * Read one. source: a file, or "-": then it is asked for at the terminal, where typing does not
 * show, or read as the first line of standard input where that is no terminal. *out_text lives in
 * a secret_room, without the line end. BANYAN_CLASS_DONE or the exit code of the failure.
 */
int secret_read(struct cli *cli, const char *source, const char *question, const char **out_text);

/* The whole of a file, or of standard input ("-"): a message with a code in it, which came in the
 * open and may be open to others. As of secret_read. */
int secret_read_message(struct cli *cli, const char *source, const char **out_text);

/* Write a secret to a new file that only its owner reads. BANYAN_CLASS_DONE or the exit code. */
int secret_write(struct cli *cli, const char *path, const char *text);

/* Ask for two groups of a recovery code that was just shown, where there is a terminal to ask at.
 */
void secret_confirm(struct cli *cli, const char *code);

/* Show a recovery code, in two lines where one is too long for the terminal, and an empty one. */
void secret_print(struct cli *cli, const char *code);

/* Show a long code in lines that a message keeps; line breaks in it do not matter to who reads it.
 */
void code_print(struct cli *cli, const char *code);

#endif
