#include "api/handle.h"

#include <string.h>

/* Set once, before all else: like the locale, the language is the whole process's. */
static const struct banyan_words *spoken;

void banyan_speak(const struct banyan_words *words)
{
    spoken = words;
}

enum banyan_status
by_api_begin(struct banyan_text *out_text, bool has_all, struct banyan_error *error)
{
    if (error != NULL)
        *error = (struct banyan_error){.words = spoken};
    if (out_text != NULL)
        memset(out_text, 0, sizeof *out_text);
    if (!has_all)
        return by_fail(error, BANYAN_ERR_USAGE, "the call lacks an argument that may not be NULL");
    return BANYAN_OK;
}

enum banyan_status by_api_end(enum banyan_status status, struct by_buffer *result,
                              struct banyan_text *out_text, struct banyan_error *error)
{
    size_t size = result->size;

    if (status == BANYAN_OK) {
        out_text->data = by_buffer_take_text(result);
        out_text->size = out_text->data == NULL ? 0 : size;
        if (out_text->data == NULL)
            status = BANYAN_ERR_MEMORY;
    }
    by_buffer_deinit(result);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
