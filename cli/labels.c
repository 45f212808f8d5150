#include "labels.h"

#include <string.h>

#include "reading.h"

json_t *type_definition(struct cli *cli, const char *type, const char *language)
{
    struct banyan_text answer = {0};
    struct banyan_error error;
    json_t *document = NULL;

    if (banyan_types(cli->node, type, language, &answer, &error) == BANYAN_OK)
        document = json_loadb(answer.data, answer.size, 0, NULL);
    banyan_text_free(&answer);
    return document;
}

const char *kind_of_field(const json_t *type, const char *name)
{
    size_t i;
    json_t *field;

    json_array_foreach(json_object_get(type, "fields"), i, field)
    {
        if (strcmp(text_at(field, "name"), name) == 0)
            return text_at(field, "kind");
    }
    return "";
}

static void keep_label(json_t *kept, const char *name, const json_t *named, const json_t *english)
{
    const char *label = text_at(named, "label");

    if (label[0] != '\0' && strcmp(label, text_at(english, "label")) != 0)
        (void)json_object_set_new(kept, name, json_string(label));
}

/* {"": label of the type, "name": label ...}, those alone that English has not. */
static json_t *read_labels(struct cli *cli, const char *type)
{
    json_t *kept = json_object();
    json_t *here = type_definition(cli, type, cli->language);
    json_t *english = type_definition(cli, type, "en");
    const json_t *fields = json_object_get(english, "fields");
    size_t i;
    json_t *field;

    keep_label(kept, "", here, english);
    json_array_foreach(json_object_get(here, "fields"), i, field)
        keep_label(kept, text_at(field, "name"), field, json_array_get(fields, i));
    json_decref(here);
    json_decref(english);
    return kept;
}

static bool is_english(const struct cli *cli)
{
    return strncmp(cli->language, "en", 2) == 0;
}

static const json_t *labels_of(struct cli *cli, const char *type)
{
    if (is_english(cli) || type[0] == '\0')
        return NULL;
    if (cli->labels == NULL)
        cli->labels = json_object();
    if (json_object_get(cli->labels, type) == NULL)
        (void)json_object_set_new(cli->labels, type, read_labels(cli, type));
    return json_object_get(cli->labels, type);
}

/* {"site_type=pa": label ...} */
static json_t *read_code_labels(struct cli *cli, const char *type)
{
    json_t *kept = json_object();
    json_t *here = type_definition(cli, type, cli->language);
    size_t i, k;
    json_t *field, *code;

    json_array_foreach(json_object_get(here, "fields"), i, field)
        json_array_foreach(json_object_get(field, "codes"), k, code) keep_label(
            kept, pool_format(&cli->pool, "%s=%s", text_at(field, "name"), text_at(code, "code")),
            code, NULL);
    json_decref(here);
    return kept;
}

static const json_t *code_labels_of(struct cli *cli, const char *type)
{
    const char *key = pool_format(&cli->pool, "%s=", type);

    if (type[0] == '\0')
        return NULL;
    if (cli->labels == NULL)
        cli->labels = json_object();
    if (json_object_get(cli->labels, key) == NULL)
        (void)json_object_set_new(cli->labels, key, read_code_labels(cli, type));
    return json_object_get(cli->labels, key);
}

const char *codes_text(struct cli *cli, const char *type, const char *field, const char *codes)
{
    const json_t *labels = code_labels_of(cli, type);
    const char *text = "", *rest = codes;

    if (json_object_size(labels) == 0)
        return codes;
    while (rest[0] != '\0') {
        size_t size = strcspn(rest, ";");
        const char *code = pool_copy(&cli->pool, rest, size);
        const char *label = text_at(labels, pool_format(&cli->pool, "%s=%s", field, code));

        text = pool_format(&cli->pool, "%s%s%s", text, rest == codes ? "" : "; ",
                           label[0] != '\0' ? label : code);
        rest += size + (rest[size] == ';');
    }
    return text;
}

const char *type_text(struct cli *cli, const char *type)
{
    const char *label = text_at(labels_of(cli, type), "");

    return label[0] != '\0' ? label : type;
}

const char *type_text_with_name(struct cli *cli, const char *type)
{
    const char *label = type_text(cli, type);

    return label == type ? type : pool_format(&cli->pool, "%s (%s)", label, type);
}

const char *field_text(struct cli *cli, const char *type, const char *path)
{
    size_t size = strcspn(path, ".");
    const char *label = text_at(labels_of(cli, type), pool_copy(&cli->pool, path, size));

    if (label[0] == '\0')
        return path;
    return path[size] == '\0' ? label : pool_format(&cli->pool, "%s (%s)", label, path + size + 1);
}

bool is_about_deletion(const json_t *of)
{
    return strcmp(text_at(of, "path"), "deleted") == 0;
}

const char *path_text(struct cli *cli, const json_t *of)
{
    const char *label = text_at(of, "field");

    if (is_about_deletion(of))
        return C_("of a record", "deleted");
    return label[0] == '\0' || is_english(cli) ? text_at(of, "path") : label;
}
