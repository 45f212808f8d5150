/*
 * An XLSForm of a type, so that telephones with Kobo or ODK ask for it: what comes back is imported
 * as it is (docs/import.md, forms).
 */
#include <stdio.h>
#include <string.h>

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

/* suffix: of questions beside the first of a field. */
static enum banyan_status
put_labels(struct form *form, const struct by_label *labels, size_t count, const char *suffix)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < LANGUAGE_COUNT && status == BANYAN_OK; i++) {
        char label[512];

        (void)snprintf(label, sizeof label, "%.400s%s%s%s",
                       by_label_pick(labels, count, languages[i].tag), suffix[0] == 0 ? "" : " (",
                       suffix, suffix[0] == 0 ? "" : ")");
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

static enum banyan_status ask(struct form *form, const struct by_field *field, const char *type,
                              const char *name, const char *suffix, bool is_required)
{
    enum banyan_status status = by_workbook_row(form->workbook);

    if (status == BANYAN_OK)
        status = put(form, type);
    if (status == BANYAN_OK)
        status = put(form, name);
    if (status == BANYAN_OK)
        status = put_labels(form, field->labels, field->label_count, suffix);
    return status == BANYAN_OK ? put(form, is_required ? "yes" : "") : status;
}

static enum banyan_status ask_choice(struct form *form, const struct by_field *field,
                                     const char *how, const char *name, const char *suffix)
{
    char type[TYPE_BYTES];
    bool is_required = field->required && suffix[0] == 0;

    note_list(form, field->list);
    (void)snprintf(type, sizeof type, "%s %s", how, field->list->name);
    return ask(form, field, type, name, suffix, is_required);
}

/* A number, and what it is counted in. */
static enum banyan_status ask_measure(struct form *form, const struct by_field *field)
{
    char name[NAME_BYTES];
    enum banyan_status status = ask(form, field, "decimal", field->name, "", field->required);

    if (status != BANYAN_OK)
        return status;
    if (field->kind == BY_FIELD_QUANTITY) {
        (void)snprintf(name, sizeof name, "%s_unit", field->name);
        return ask_choice(form, field, "select_one", name, "unit");
    }
    (void)snprintf(name, sizeof name, "%s_currency", field->name);
    return ask(form, field, "text", name, "currency", false);
}

static enum banyan_status ask_field(struct form *form, const struct by_field *field)
{
    char name[NAME_BYTES];

    switch (field->kind) {
    case BY_FIELD_MLTEXT:
        (void)snprintf(name, sizeof name, "%s_%s", field->name, form->language);
        return ask(form, field, "text", name, "", field->required);
    case BY_FIELD_CODE:
        return ask_choice(form, field, "select_one", field->name, "");
    case BY_FIELD_CODES:
        return ask_choice(form, field, "select_multiple", field->name, "");
    case BY_FIELD_DATE:
        return ask(form, field, "date", field->name, "", field->required);
    case BY_FIELD_INTEGER:
        return ask(form, field, "integer", field->name, "", field->required);
    case BY_FIELD_NUMBER:
        return ask(form, field, "decimal", field->name, "", field->required);
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
        return ask_measure(form, field);
    case BY_FIELD_GEOMETRY:
        return ask(form, field, "geopoint", field->name, "", field->required);
    case BY_FIELD_BOOL:
        form->has_yes_no = true;
        return ask(form, field, "select_one " YES_NO_LIST, field->name, "", field->required);
    case BY_FIELD_TEXT:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
    case BY_FIELD_REF: /* by its name or id */
    case BY_FIELD_REFS:
        break;
    }
    return ask(form, field, "text", field->name, "", field->required);
}

static enum banyan_status write_survey(struct form *form)
{
    static const char *const columns[] = {
        "type",     "name", "label::English (en)", "label::Tiếng Việt (vi)", "label::Русский (ru)",
        "required", NULL};
    enum banyan_status status = begin(form, "survey", columns);

    for (size_t i = 0; i < form->type->field_count && status == BANYAN_OK; i++)
        status = ask_field(form, &form->type->fields[i]);
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
    return status == BANYAN_OK ? put_labels(form, labels, count, "") : status;
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

const struct by_export_format by_export_xlsform = {.name = "xlsform",
                                                   .endings = {NULL},
                                                   .is_of_one_type = true,
                                                   .has_no_records = true,
                                                   .write = write_form};
