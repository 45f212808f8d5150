#include "base/limits.h"
#include "base/text.h"
#include "record/operation.h"

void by_path_split(struct by_bytes path, struct by_bytes *out_field, struct by_bytes *out_language)
{
    const uint8_t *dot = path.size == 0 ? NULL : memchr(path.data, '.', path.size);
    size_t size = dot == NULL ? path.size : (size_t)(dot - path.data);

    *out_field = by_bytes_of(path.data, size);
    *out_language =
        dot == NULL ? by_bytes_of(path.data, 0) : by_bytes_of(dot + 1, path.size - size - 1);
}

static bool is_field_name(struct by_bytes name)
{
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return name.size > 0;
}

bool by_path_is(struct by_bytes path)
{
    struct by_bytes field = {0};
    struct by_bytes language = {0};

    if (path.size == 0 || path.size > BY_PATH_BYTES_MAX)
        return false;
    by_path_split(path, &field, &language);
    return is_field_name(field) && (field.size == path.size || by_text_is_language(language));
}
