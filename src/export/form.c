/*
 * An XLSForm of a type, so that telephones with Kobo or ODK ask for it: what comes back is imported
 * as it is (docs/import.md, forms).
 */
#include <stdio.h>
#include <string.h>

#include "exchange/words.h"
#include "exchange/xlsx_write.h"
#include "export/state.h"

#define NAME_BYTES  160u
#define TYPE_BYTES  96u
#define LISTS_MAX   64u
#define YES_NO_LIST "yes_no"

static const struct {
    const char *tag, *name;
} languages[] = {{"en", "English"}, {"vi", "Tiếng Việt"}, {"ru", "Русский"}};
#define LANGUAGE_COUNT (sizeof languages / sizeof languages[0])

struct form {
    struct by_workbook *workbook;
    const struct by_type *type;
    const struct by_field *link; /* of what repeats: the form says it by itself */
    const struct by_exporting *exporting;
    const char *language; /* of texts that are asked for in one */
    const struct by_code_list *lists[LISTS_MAX];
    size_t list_count;
    bool has_yes_no;
};

/* -- rows -- */

static enum banyan_status put(struct form *form, const char *text)
{
    return by_workbook_cell(form->workbook, by_bytes_of_text(text),
                            text[0] == 0 ? BY_CELL_EMPTY : BY_CELL_TEXT);
}

/* part: of questions beside the first of a field, else BY_PART_ALL. */
static enum banyan_status
put_labels(struct form *form, const struct by_label *labels, size_t count, enum by_part part)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < LANGUAGE_COUNT && status == BANYAN_OK; i++) {
        const char *word = by_part_word(part, languages[i].tag);
        char label[512];

        (void)snprintf(label, sizeof label, "%.400s%s%s%s",
                       by_label_pick(labels, count, languages[i].tag), word[0] == 0 ? "" : " (",
                       word, word[0] == 0 ? "" : ")");
        status = put(form, label);
    }
    return status;
}

static enum banyan_status begin(struct form *form, const char *name, const char *const *columns)
{
    enum banyan_status status = by_workbook_sheet(form->workbook, name);

    for (; *columns != NULL && status == BANYAN_OK; columns++)
        status = by_workbook_column(form->workbook, *columns, 20, false);
    return status;
}

/* -- questions -- */

static void note_list(struct form *form, const struct by_code_list *list)
{
    for (size_t i = 0; i < form->list_count; i++)
        if (form->lists[i] == list)
            return;
    if (form->list_count < LISTS_MAX)
        form->lists[form->list_count++] = list;
}

/* What the telephone refuses at once: numbers out of their range. */
static enum banyan_status
put_range(struct form *form, const struct by_field *field, const char *type)
{
    bool is_number = strcmp(type, "integer") == 0 || strcmp(type, "decimal") == 0;
    char range[128] = "";

    if (is_number && field->min != NULL && field->max != NULL)
        (void)snprintf(range, sizeof range, ". >= %.40s and . <= %.40s", field->min, field->max);
    else if (is_number && field->min != NULL)
        (void)snprintf(range, sizeof range, ". >= %.40s", field->min);
    else if (is_number && field->max != NULL)
        (void)snprintf(range, sizeof range, ". <= %.40s", field->max);
    return put(form, range);
}

static enum banyan_status ask(struct form *form, const struct by_field *field, const char *type,
                              const char *name, enum by_part part)
{
    bool is_required = field->required && part == BY_PART_ALL;
    enum banyan_status status = by_workbook_row(form->workbook);

    if (status == BANYAN_OK)
        status = put(form, type);
    if (status == BANYAN_OK)
        status = put(form, name);
    if (status == BANYAN_OK)
        status = put_labels(form, field->labels, field->label_count, part);
    if (status == BANYAN_OK)
        status = put(form, is_required ? "yes" : "");
    return status == BANYAN_OK ? put_range(form, field, type) : status;
}

static enum banyan_status ask_choice(struct form *form, const struct by_field *field,
                                     const char *how, const char *name, enum by_part part)
{
    char type[TYPE_BYTES];

    note_list(form, field->list);
    (void)snprintf(type, sizeof type, "%s %s", how, field->list->name);
    return ask(form, field, type, name, part);
}

/* A number, and what it is counted in. */
static enum banyan_status ask_measure(struct form *form, const struct by_field *field)
{
    char name[NAME_BYTES];
    enum banyan_status status = ask(form, field, "decimal", field->name, BY_PART_ALL);

    if (status != BANYAN_OK)
        return status;
    if (field->kind == BY_FIELD_QUANTITY) {
        (void)snprintf(name, sizeof name, "%s_unit", field->name);
        return ask_choice(form, field, "select_one", name, BY_PART_UNIT);
    }
    (void)snprintf(name, sizeof name, "%s_currency", field->name);
    status = ask(form, field, "text", name, BY_PART_CURRENCY);
    (void)snprintf(name, sizeof name, "%s_date", field->name);
    return status == BANYAN_OK ? ask(form, field, "date", name, BY_PART_DAY) : status;
}

/* A point, or a walk around it: of both the walk is taken, which says more. */
static enum banyan_status ask_place(struct form *form, const struct by_field *field)
{
    char name[NAME_BYTES];
    enum banyan_status status = ask(form, field, "geopoint", field->name, BY_PART_ALL);

    (void)snprintf(name, sizeof name, "%s_polygon", field->name);
    return status == BANYAN_OK ? ask(form, field, "geoshape", name, BY_PART_POLYGON) : status;
}

static enum banyan_status ask_field(struct form *form, const struct by_field *field)
{
    char name[NAME_BYTES];

    switch (field->kind) {
    case BY_FIELD_MLTEXT:
        (void)snprintf(name, sizeof name, "%s_%s", field->name, form->language);
        return ask(form, field, "text", name, BY_PART_ALL);
    case BY_FIELD_CODE:
        return ask_choice(form, field, "select_one", field->name, BY_PART_ALL);
    case BY_FIELD_CODES:
        return ask_choice(form, field, "select_multiple", field->name, BY_PART_ALL);
    case BY_FIELD_DATE:
        return ask(form, field, "date", field->name, BY_PART_ALL);
    case BY_FIELD_INTEGER:
        return ask(form, field, "integer", field->name, BY_PART_ALL);
    case BY_FIELD_NUMBER:
        return ask(form, field, "decimal", field->name, BY_PART_ALL);
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
        return ask_measure(form, field);
    case BY_FIELD_GEOMETRY:
        return ask_place(form, field);
    case BY_FIELD_BOOL:
        form->has_yes_no = true;
        return ask(form, field, "select_one " YES_NO_LIST, field->name, BY_PART_ALL);
    case BY_FIELD_TEXT:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
    case BY_FIELD_REF: /* by its name or id */
    case BY_FIELD_REFS:
        break;
    }
    return ask(form, field, "text", field->name, BY_PART_ALL);
}

static const struct by_type *type_at(const struct form *form, size_t at)
{
    return by_registry_type(form->exporting->node->registry,
                            by_bytes_of_text(form->exporting->types[at]));
}

/* What repeats has no question of its own beside. */
static bool is_of_repeat(const struct form *form, const struct by_field *field)
{
    for (size_t i = 1; i < form->exporting->type_count; i++)
        if (by_type_link(type_at(form, i), form->type) == NULL &&
            by_type_list(form->type, type_at(form, i)) == field)
            return true;
    return field == form->link;
}

/* How exactly it knows the place, a telephone tells by itself. */
static bool is_measured(const struct by_type *type, const struct by_field *field)
{
    return strcmp(field->name, "precision_m") == 0 &&
           by_type_field_find(type, by_bytes_of_text("geometry")) != NULL;
}

static enum banyan_status ask_fields(struct form *form, const struct by_type *type)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < type->field_count && status == BANYAN_OK; i++)
        if (!is_of_repeat(form, &type->fields[i]) && !is_measured(type, &type->fields[i]))
            status = ask_field(form, &type->fields[i]);
    return status;
}

/* As many records of the type as there are, each within the answers of one form. */
static enum banyan_status ask_repeat(struct form *form, const struct by_type *type)
{
    enum banyan_status status = by_workbook_row(form->workbook);

    form->link = by_type_link(type, form->type);
    if (status == BANYAN_OK)
        status = put(form, "begin_repeat");
    if (status == BANYAN_OK)
        status = put(form, type->name);
    if (status == BANYAN_OK)
        status = put_labels(form, type->labels, type->label_count, BY_PART_ALL);
    if (status == BANYAN_OK)
        status = ask_fields(form, type);
    if (status == BANYAN_OK)
        status = by_workbook_row(form->workbook);
    if (status == BANYAN_OK)
        status = put(form, "end_repeat");
    form->link = NULL;
    return status == BANYAN_OK ? put(form, type->name) : status;
}

static enum banyan_status write_survey(struct form *form)
{
    static const char *const columns[] = {"type",
                                          "name",
                                          "label::English (en)",
                                          "label::Tiếng Việt (vi)",
                                          "label::Русский (ru)",
                                          "required",
                                          "constraint",
                                          NULL};
    enum banyan_status status = begin(form, "survey", columns);

    if (status == BANYAN_OK)
        status = ask_fields(form, form->type);
    for (size_t i = 1; i < form->exporting->type_count && status == BANYAN_OK; i++)
        status = ask_repeat(form, type_at(form, i));
    return status;
}

/* -- choices -- */

static enum banyan_status write_choice(struct form *form, const char *list, const char *name,
                                       const struct by_label *labels, size_t count)
{
    enum banyan_status status = by_workbook_row(form->workbook);

    if (status == BANYAN_OK)
        status = put(form, list);
    if (status == BANYAN_OK)
        status = put(form, name);
    return status == BANYAN_OK ? put_labels(form, labels, count, BY_PART_ALL) : status;
}

static enum banyan_status write_choices(struct form *form)
{
    static const char *const columns[] = {"list_name",           "name",
                                          "label::English (en)", "label::Tiếng Việt (vi)",
                                          "label::Русский (ru)", NULL};
    static const struct by_label yes[] = {{"en", "Yes"}, {"vi", "Có"}, {"ru", "Да"}};
    static const struct by_label no[] = {{"en", "No"}, {"vi", "Không"}, {"ru", "Нет"}};
    enum banyan_status status = begin(form, "choices", columns);

    for (size_t i = 0; i < form->list_count && status == BANYAN_OK; i++)
        for (size_t k = 0; k < form->lists[i]->code_count && status == BANYAN_OK; k++) {
            const struct by_code *code = &form->lists[i]->codes[k];

            status = write_choice(form, form->lists[i]->name, code->code, code->labels,
                                  code->label_count);
        }
    if (status == BANYAN_OK && form->has_yes_no)
        status = write_choice(form, YES_NO_LIST, "yes", yes, 3);
    if (status == BANYAN_OK && form->has_yes_no)
        status = write_choice(form, YES_NO_LIST, "no", no, 3);
    return status;
}

static const char *default_language(const char *tag)
{
    static const char *const names[] = {"English (en)", "Tiếng Việt (vi)", "Русский (ru)"};

    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (strcmp(languages[i].tag, tag) == 0)
            return names[i];
    return names[0];
}

static enum banyan_status write_settings(struct form *form)
{
    static const char *const columns[] = {"form_title", "form_id", "version", "default_language",
                                          NULL};
    const struct by_type *type = form->type;
    char version[32];
    enum banyan_status status = begin(form, "settings", columns);

    (void)snprintf(version, sizeof version, "%u", type->version);
    if (status == BANYAN_OK)
        status = by_workbook_row(form->workbook);
    if (status == BANYAN_OK)
        status = put(form, by_label_pick(type->labels, type->label_count, form->language));
    if (status == BANYAN_OK)
        status = put(form, type->name);
    if (status == BANYAN_OK)
        status = put(form, version);
    return status == BANYAN_OK ? put(form, default_language(form->language)) : status;
}

static enum banyan_status write_form(struct by_exporting *exporting)
{
    const char *language =
        exporting->options->language == NULL ? "en" : exporting->options->language;
    struct form form = {
        .type = by_registry_type(exporting->node->registry, by_bytes_of_text(exporting->types[0])),
        .exporting = exporting,
        .language = language};
    enum banyan_status status =
        by_workbook_new(by_os_output_temporary(exporting->output), &form.workbook);

    if (status == BANYAN_OK)
        status = write_survey(&form);
    if (status == BANYAN_OK)
        status = write_choices(&form);
    if (status == BANYAN_OK)
        status = write_settings(&form);
    if (status == BANYAN_OK)
        return by_workbook_close(form.workbook, exporting->error);
    by_workbook_drop(form.workbook);
    return by_fail_plain(exporting->error, status);
}

const struct by_export_format by_export_xlsform = {
    .name = "xlsform", .endings = {NULL}, .has_no_records = true, .write = write_form};
