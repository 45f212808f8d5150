/*
 * Letting a person edit a text in an editor of their own.
 */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include "banyan/status.h"
#include "pool.h"

/*
 * Write text to a file that only this user can read, and run $VISUAL or $EDITOR (else nano or vi)
 * on it. *out_path is the file, for editor_discard; on failure *out_mistake is the sentence, and
 * *out_path NULL unless there is a text that could not be read.
 */
enum banyan_status editor_run(struct pool *pool, const char *text, const char **out_path,
                              const char **out_edited, const char **out_mistake);
void editor_discard(const char *path);

#endif
