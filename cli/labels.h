/*
 * What types and fields are called in the language of who reads, beside the names that are typed.
 *
 * In English, and where there is no label in that language, it is the name itself; codes have
 * labels in every language. What a type has been called is kept as long as the command runs.
 */
#ifndef CLI_LABELS_H
#define CLI_LABELS_H

#include "cli.h"

/* "Khu vực" of "site". */
const char *type_text(struct cli *cli, const char *type);
/* "Khu vực (site)", for where the name is needed to go on. */
const char *type_text_with_name(struct cli *cli, const char *type);
/* "Tên (vi)" of "name.vi". */
const char *field_text(struct cli *cli, const char *type, const char *path);
/* "Tiềm năng" of the code "candidate" of site_type; of each of several with "; " between. What is
 * no code stays. */
const char *codes_text(struct cli *cli, const char *type, const char *field, const char *codes);

/* The same of {"path", "field": label}, as the interface gives it. */
const char *path_text(struct cli *cli, const json_t *of);

/* Whether a change or conflict is of the path "deleted": whether the record is there, yes or no. */
bool is_about_deletion(const json_t *of);

/* The document of banyan_types, freed with json_decref; NULL where the type is not known. */
json_t *type_definition(struct cli *cli, const char *type, const char *language);
/* The kind of a field in such a document; "" where the type has none of that name. */
const char *kind_of_field(const json_t *type, const char *name);

#endif
