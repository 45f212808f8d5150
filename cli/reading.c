#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

uint64_t count_at(const json_t *object, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(object, key));

    return count > 0 ? (uint64_t)count : 0;
}

bool is_at(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

const char *name_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    const char *name = json_is_object(value) ? text_at(value, "name") : text_at(object, key);

    return json_is_object(value) && name[0] == '\0' ? _("an organisation not known here yet")
                                                    : name;
}

static const char *dump(struct pool *pool, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    char *copy;

    if (text == NULL)
        pool_exhausted();
    copy = pool_copy(pool, text, strlen(text));
    free(text);
    return copy;
}

static const char *elements_text(struct pool *pool, const json_t *array)
{
    const char *text = "";
    size_t i;
    json_t *element;

    json_array_foreach(array, i, element)
    {
        const char *one = value_text(pool, element);
        text = i == 0 ? one : pool_format(pool, "%s; %s", text, one);
    }
    return text;
}

static const char *object_text(struct pool *pool, const json_t *object)
{
    const char *value = text_at(object, "value"), *unit = text_at(object, "unit");
    const char *amount = text_at(object, "amount"), *currency = text_at(object, "currency");
    const char *date = text_at(object, "date");

    if (value[0] != '\0' && unit[0] != '\0')
        return pool_format(pool, "%s %s", value, unit);
    if (amount[0] != '\0' && currency[0] != '\0')
        return pool_format(pool, date[0] != '\0' ? "%s %s %s" : "%s %s", amount, currency, date);
    return dump(pool, object);
}

const char *value_text(struct pool *pool, const json_t *value)
{
    if (value == NULL)
        return "";
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_value(value);
    case JSON_ARRAY:
        return elements_text(pool, value);
    case JSON_OBJECT:
        return object_text(pool, value);
    case JSON_TRUE:
        return "yes";
    case JSON_FALSE:
        return "no";
    case JSON_NULL:
        return "";
    case JSON_INTEGER:
    case JSON_REAL:
        break;
    }
    return dump(pool, value);
}
