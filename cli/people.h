/*
 * How records, changes and moments are shown to people, the same in every command.
 */
#ifndef CLI_PEOPLE_H
#define CLI_PEOPLE_H

#include "cli.h"

/* "Kampong Phluk", and below it "site K7QM-2F9D of FACT". */
void print_record_line(struct cli *cli, const json_t *record);

/* Of {"network": {"names"}}, in the language where it has one; "" without any. */
const char *network_name(const json_t *document, const char *language);

/* A whole record, as banyan show has it; and its history, as banyan history has it. */
void print_record(struct cli *cli, const json_t *record);
void print_history(struct cli *cli, const json_t *history);

/* A signed view: the fingerprint, and who signed it when. */
void print_signed_view(struct cli *cli, const json_t *document);

/* A line that says that a record is on this device only. */
void print_private_line(struct cli *cli);

/* "yes" or "no": whether a record is deleted. */
const char *deletion_text(const json_t *value);
/* The shown text of {"text", "value"}, or of a change of "deleted". */
const char *shown_text(struct cli *cli, const json_t *of);

/* One line per change: "area   12 ha → 14 ha", the field names aligned. is_return: of who brings a
 * record back; what is said again as it stood is left out. */
void print_changes(struct cli *cli, const json_t *changes, size_t indent, bool is_return);

/* "FACT", or "FACT (Hoa)", of {"by", "person"}. */
const char *who(struct cli *cli, const json_t *of);

/* "FACT (Hoa), 2026-11-21 15:46" of {"by", "person", "at"}. */
const char *by_and_at(struct cli *cli, const json_t *of);

/* "2 new records, 1 changed record"; "no record changed" where all are 0. */
const char *changes_text(struct pool *pool, uint64_t new_ones, uint64_t changed, uint64_t deleted);

/* With a full stop at its end, where it has no such sign already. */
const char *sentence(struct pool *pool, const char *text);

/* A closing line that counts what was listed; not with --quiet. */
void print_count(struct cli *cli, const char *text);

/* What people call the role of a member. */
const char *role_text(const char *role);

/* Who waits for a person to be taken in: "newcomers" of a document. Nothing where nobody does. */
void newcomers_print(struct cli *cli, const json_t *document);

#endif
