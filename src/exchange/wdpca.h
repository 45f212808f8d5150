/*
 * Sites as rows of the World Database on Protected and Conserved Areas, in the schema of 2025, and
 * the rules that its keepers check them by.
 *
 * A row is 33 texts in the order of the file. Areas are in square kilometres. What a record does
 * not say is "Not Reported", or "Not Applicable" where other attributes make it so.
 */
#ifndef BY_EXCHANGE_WDPCA_H
#define BY_EXCHANGE_WDPCA_H

#include "exchange/exported.h"

/* clang-format off */
/* X(name) in the order of the file. */
#define BY_WDPCA_MAP(X)                                                                            \
    X(SITE_ID) X(SITE_PID) X(SITE_TYPE) X(NAME_ENG) X(NAME) X(DESIG) X(DESIG_ENG) X(DESIG_TYPE)    \
    X(IUCN_CAT) X(INT_CRIT) X(REALM) X(REP_M_AREA) X(GIS_M_AREA) X(REP_AREA) X(GIS_AREA)           \
    X(NO_TAKE) X(NO_TK_AREA) X(STATUS) X(STATUS_YR) X(GOV_TYPE) X(GOVSUBTYPE) X(OWN_TYPE)          \
    X(OWNSUBTYPE) X(MANG_AUTH) X(MANG_PLAN) X(VERIF) X(METADATAID) X(PRNT_ISO3) X(ISO3)            \
    X(SUPP_INFO) X(CONS_OBJ) X(INLND_WTRS) X(OECM_ASMT)
/* clang-format on */
enum by_wdpca_field {
#define X(name) BY_WDPCA_##name,
    BY_WDPCA_MAP(X)
#undef X
        BY_WDPCA_FIELD_COUNT
};
const char *by_wdpca_name(enum by_wdpca_field field);

struct by_wdpca_row {
    const char *cells[BY_WDPCA_FIELD_COUNT];
    bool has_polygon, has_point;
    size_t vertices; /* of its largest polygon */
};
/* Whether a record belongs into the database: a site that is a protected area or an OECM. */
bool by_wdpca_takes(const struct by_exported *record);
/* Whether letters are Latin ones, diacritics and all, as far as a name tells. */
bool by_wdpca_is_latin(struct by_bytes text);
/* The row of such a record. Lives in arena. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_wdpca_row_make(const struct by_exported *record,
                                                       struct by_arena *arena,
                                                       struct by_wdpca_row *out_row);

/* What rules look at beside the row. */
struct by_wdpca_context {
    int year; /* the current one */
    /* Other rows, the first of their number: NULL where there is none before this row. */
    const struct by_wdpca_row *same_pid, *same_id;
};
struct by_wdpca_finding {
    enum by_wdpca_field field;
    const char *allowed; /* what the field may hold: a list with "; " between, or words; not NULL */
    const char *beside;  /* the value that it is measured by; NULL */
    const struct by_wdpca_row *other; /* the row that it does not go with; NULL */
};
struct by_wdpca_rule {
    const char *name;
    const char *sentence; /* English, marked for translation */
    bool is_warning;
    /* Whether the row breaks it; out_finding is filled in then. */
    bool (*breaks)(const struct by_wdpca_row *row, const struct by_wdpca_context *context,
                   struct by_wdpca_finding *out_finding);
};
/* All of them, in the order of the file's attributes. */
const struct by_wdpca_rule *by_wdpca_rules(size_t *out_count);

#endif
