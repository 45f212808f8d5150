/*
 * Foreign text: normal text stays as it is, folding twice is folding once, tokens are made of the
 * folded text, nothing shown holds a control character.
 */
#include <stdlib.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_normal(struct by_bytes text)
{
    struct by_buffer normal = BY_BUFFER_INIT(16 * text.size + 16);
    struct by_buffer again = BY_BUFFER_INIT(16 * text.size + 16);

    if (by_text_normalise(text, &normal) == BANYAN_OK) {
        require(by_text_check(by_buffer_bytes(&normal)) == BANYAN_OK);
        require(by_text_normalise(by_buffer_bytes(&normal), &again) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&normal), by_buffer_bytes(&again)));
    } else {
        require(by_text_check(text) == BANYAN_ERR_BAD_TEXT);
    }
    by_buffer_deinit(&normal);
    by_buffer_deinit(&again);
}

static void check_folded(struct by_bytes text)
{
    struct by_buffer once = BY_BUFFER_INIT(16 * text.size + 16);
    struct by_buffer twice = BY_BUFFER_INIT(16 * text.size + 16);
    struct by_buffer tokens = BY_BUFFER_INIT(64 * text.size + 64);

    if (by_text_fold(text, &once) == BANYAN_OK) {
        require(by_text_fold(by_buffer_bytes(&once), &twice) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&once), by_buffer_bytes(&twice)));
        require(by_text_tokens(by_buffer_bytes(&once), &tokens) == BANYAN_OK);
        require((once.size == 0) == (tokens.size == 0));
    }
    by_buffer_deinit(&once);
    by_buffer_deinit(&twice);
    by_buffer_deinit(&tokens);
}

static void check_shown(struct by_bytes text)
{
    struct by_buffer shown = BY_BUFFER_INIT(8 * text.size + 8);

    require(by_text_visible(text, false, &shown) == BANYAN_OK);
    for (size_t i = 0; i < shown.size; i++)
        require(shown.data[i] >= 0x20 && shown.data[i] != 0x7f);
    require(by_text_columns(text) <= 2 * text.size);
    by_buffer_deinit(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_bytes text = by_bytes_of(data, size);

    check_normal(text);
    check_folded(text);
    check_shown(text);
    (void)by_text_is_language(text);
    return 0;
}
