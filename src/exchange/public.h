/*
 * What of a record may leave the network for everybody: a pure function of the record, of the
 * records that it refers to, the consents that were given, and the day.
 *
 * sharing      only records that are shared as public leave, where the field is in conflict only if
 *              all of its values say so
 *
 * people       contacts, consents and attendance stay; so do fields that name persons
 *
 * money        records of funding stay; so do amounts and who gives them
 *
 * consent      a record with consents leaves only if one is in force that names everybody; a
 *              community, and a site of type icca, never without one
 *
 * sensitivity  places are rounded: low to 3 decimals, medium to 2, high to 1; hidden ones stay. So
 *              does what tells where either are: fields, numbers in lists of others, and texts with
 *              coordinates or links to maps. Never randomised: who asks twice
 *              would learn more. 157 m, 1,570 m and 15,691 m are added to the uncertainty (Chapman
 *              2020, Current Best Practices for Generalizing Sensitive Species Occurrence Data)
 *
 * source       from which file and row a record came stays
 *
 * unknown      fields and types that this version does not know stay: it cannot judge them
 *
 * A reference stays where what it refers to does, for the same reason; and where one of the two is
 * rounded otherwise than the other, since the finer place would tell the coarser one.
 */
#ifndef BY_EXCHANGE_PUBLIC_H
#define BY_EXCHANGE_PUBLIC_H

#include "exchange/exported.h"

#define BY_WITHHELD_MAP(X)                                                                         \
    X(SHARING, "sharing")                                                                          \
    X(PEOPLE, "people")                                                                            \
    X(MONEY, "money")                                                                              \
    X(CONSENT, "consent")                                                                          \
    X(SENSITIVITY, "sensitivity")                                                                  \
    X(SOURCE, "source")                                                                            \
    X(UNKNOWN, "unknown")
enum by_withheld {
#define X(name, word) BY_WITHHELD_##name,
    BY_WITHHELD_MAP(X)
#undef X
        BY_WITHHELD_COUNT
};
const char *by_withheld_word(enum by_withheld why);

/* What stayed, for what reason. */
struct by_public_tally {
    uint64_t records[BY_WITHHELD_COUNT], values[BY_WITHHELD_COUNT];
    uint64_t rounded; /* places */
};

/* What the consents to a record say taken together. */
enum by_consent { BY_CONSENT_NONE, BY_CONSENT_GIVEN, BY_CONSENT_NOT_GIVEN };
/* Whether a record of type consent lets its subject leave on that day (2026-01-31): not withdrawn,
 * not past its date, and for everybody: by its audience, or by a use that is public maps, neither
 * of which the other speaks against. */
bool by_consent_is_public(const struct by_value *document, struct by_bytes day);

/* How a record is seen by everybody: the reason why it stays, or BY_WITHHELD_COUNT, and how coarse
 * its place is. */
struct by_public_verdict {
    enum by_withheld why;
    unsigned coarseness; /* 0: exact; 1 to 3: rounded; 4: hidden */
    bool has_place;      /* records of its type lie somewhere; organisations do not count */
};
BANYAN_MUST_CHECK enum banyan_status
by_public_judge(const struct by_exported *record, enum by_consent consent, struct by_arena *arena,
                struct by_public_verdict *out_verdict);
/* The same of a record that another refers to. */
struct by_public_refs {
    enum banyan_status (*judge)(void *context, const struct by_record_name *name,
                                struct by_public_verdict *out_verdict);
    void *context;
};

/*
 * The record as it may leave. *out_leaves false: not at all. Otherwise out_record has a document
 * without what stays, and says what was done to it; it borrows from record and lives in arena.
 * Counted in tally either way. BANYAN_ERR_MEMORY, and what refs gives.
 */
BANYAN_MUST_CHECK enum banyan_status
by_public_record(const struct by_exported *record, enum by_consent consent,
                 const struct by_public_refs *refs, struct by_arena *arena,
                 struct by_exported *out_record, bool *out_leaves, struct by_public_tally *tally);

/* -- public_text.c -- */
/* Where places lie, in degrees. */
struct by_place_box {
    double least[2], most[2]; /* longitude, latitude; least above most: nowhere */
};
struct by_place_box by_place_box_none(void);
/* By what by_field_value_is says is a geometry. */
void by_place_box_widen(struct by_place_box *box, const struct by_value *geometry);
/*
 * Whether people wrote in a text where something is: two numbers beside each other with four or
 * more decimals that may be degrees, degrees with minutes, a grid reference of UTM, a plus code, a
 * link to a map; or a longitude and a latitude within the box with more decimals than those.
 */
bool by_text_tells_place(struct by_bytes text, const struct by_place_box *box, int decimals);

/* A geometry with its positions rounded to so many decimals, heights left out. What would fold up,
 * becomes the point in its middle. Lives in arena. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_geometry_round(const struct by_value *geometry,
                                                       int decimals, struct by_arena *arena,
                                                       struct by_value *out_geometry);

#endif
