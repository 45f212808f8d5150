/*
 * The rules of the WDPCA. Each looks at a row alone, but for those of several rows with one number.
 */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/error.h"
#include "exchange/wdpca.h"

#define NOT_REPORTED        "Not Reported"
#define NOT_APPLICABLE      "Not Applicable"
#define TOLERANCE           1.0001
#define VERTICES_MAX        50000u
#define PID_BYTES_MAX       52u
#define NAME_CHARACTERS_MAX 254u
#define FAR_KM2             50.0 /* areas that differ by more are looked at */

/* -- looking at cells -- */

static const char *cell(const struct by_wdpca_row *row, enum by_wdpca_field field)
{
    return row->cells[field];
}

static bool is(const struct by_wdpca_row *row, enum by_wdpca_field field, const char *text)
{
    return strcmp(cell(row, field), text) == 0;
}

static double number(const struct by_wdpca_row *row, enum by_wdpca_field field)
{
    return strtod(cell(row, field), NULL);
}

static bool
found(struct by_wdpca_finding *out_finding, enum by_wdpca_field field, const char *allowed)
{
    *out_finding = (struct by_wdpca_finding){.field = field, .allowed = allowed};
    return true;
}

static bool found_beside(struct by_wdpca_finding *out_finding, enum by_wdpca_field field,
                         const char *allowed, const char *beside)
{
    *out_finding = (struct by_wdpca_finding){.field = field, .allowed = allowed, .beside = beside};
    return true;
}

/* Whether list, with "; " between its elements, has text among them. */
static bool has(const char *list, const char *text, size_t size)
{
    for (const char *at = list; size > 0; at += 2) {
        size_t length = strcspn(at, ";");

        if (length == size && memcmp(at, text, size) == 0)
            return true;
        at += length;
        if (*at == 0)
            return false;
    }
    return false;
}

static bool is_outside(const struct by_wdpca_row *row, enum by_wdpca_field field,
                       const char *allowed, struct by_wdpca_finding *out_finding)
{
    return !has(allowed, cell(row, field), strlen(cell(row, field))) &&
           found(out_finding, field, allowed);
}

/* Of a list with ";" between, each element. */
static bool are_outside(const struct by_wdpca_row *row, enum by_wdpca_field field,
                        const char *allowed, struct by_wdpca_finding *out_finding)
{
    const char *at = cell(row, field);

    do {
        size_t size = strcspn(at, ";");

        if (!has(allowed, at, size))
            return found(out_finding, field, allowed);
        at += size;
    } while (*at++ != 0);
    return false;
}

static bool is_oecm(const struct by_wdpca_row *row)
{
    return is(row, BY_WDPCA_SITE_TYPE, "OECM");
}

static bool is_of_sea(const struct by_wdpca_row *row)
{
    return is(row, BY_WDPCA_REALM, "Marine") || is(row, BY_WDPCA_REALM, "Coastal");
}

static bool is_world_heritage(const struct by_wdpca_row *row)
{
    return is(row, BY_WDPCA_DESIG_ENG, "World Heritage Site (natural or mixed)") ||
           is(row, BY_WDPCA_DESIG_ENG, "World Heritage Site (cultural)");
}

/* -- the rules -- */

typedef const struct by_wdpca_row row_t;
typedef const struct by_wdpca_context context_t;
typedef struct by_wdpca_finding finding_t;

static bool site_id(row_t *row, context_t *context, finding_t *out)
{
    const char *id = cell(row, BY_WDPCA_SITE_ID);

    (void)context;
    return id[strspn(id, "0123456789")] != 0 &&
           found(out, BY_WDPCA_SITE_ID, N_("a whole number, or nothing for a new site"));
}

/* "12", or "12_A" for a parcel. */
static bool site_pid(row_t *row, context_t *context, finding_t *out)
{
    const char *id = cell(row, BY_WDPCA_SITE_ID), *pid = cell(row, BY_WDPCA_SITE_PID);
    size_t size = strlen(id);

    (void)context;
    return (strncmp(pid, id, size) != 0 || (pid[size] != 0 && (size == 0 || pid[size] != '_')) ||
            strlen(pid) > PID_BYTES_MAX) &&
           found_beside(out, BY_WDPCA_SITE_PID, N_("SITE_ID, or SITE_ID with _A, _B ... behind"),
                        id);
}

static bool pid_twice(row_t *row, context_t *context, finding_t *out)
{
    (void)row;
    if (context->same_pid == NULL)
        return false;
    out->other = context->same_pid;
    out->field = BY_WDPCA_SITE_PID;
    out->allowed = N_("a number that no other site has");
    out->beside = NULL;
    return true;
}

static bool id_disagrees(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field alike[] = {
        BY_WDPCA_NAME_ENG,   BY_WDPCA_NAME,      BY_WDPCA_DESIG,     BY_WDPCA_DESIG_ENG,
        BY_WDPCA_DESIG_TYPE, BY_WDPCA_STATUS,    BY_WDPCA_STATUS_YR, BY_WDPCA_GOV_TYPE,
        BY_WDPCA_OWN_TYPE,   BY_WDPCA_MANG_AUTH, BY_WDPCA_MANG_PLAN, BY_WDPCA_VERIF,
        BY_WDPCA_METADATAID, BY_WDPCA_ISO3};

    for (size_t i = 0; context->same_id != NULL && i < sizeof alike / sizeof alike[0]; i++) {
        if (is(context->same_id, alike[i], cell(row, alike[i])))
            continue;
        (void)found_beside(out, alike[i], N_("the same as in the other parcels of the site"),
                           cell(context->same_id, alike[i]));
        out->other = context->same_id;
        return true;
    }
    return false;
}

static bool site_type(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_SITE_TYPE, "PA; OECM", out);
}

static bool texts_missing(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field fields[] = {
        BY_WDPCA_NAME_ENG,   BY_WDPCA_NAME,     BY_WDPCA_DESIG,     BY_WDPCA_DESIG_ENG,
        BY_WDPCA_DESIG_TYPE, BY_WDPCA_INT_CRIT, BY_WDPCA_MANG_AUTH, BY_WDPCA_MANG_PLAN};

    (void)context;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (cell(row, fields[i])[0] == 0 || is(row, fields[i], "NaN"))
            return found(out, fields[i],
                         fields[i] == BY_WDPCA_NAME_ENG
                             ? N_("a name in English, or in Latin letters")
                             : N_("a text"));
    return false;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != 0; text++)
        count += ((unsigned char)*text & 0xc0u) != 0x80u;
    return count;
}

static bool names_too_long(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field fields[] = {BY_WDPCA_NAME_ENG, BY_WDPCA_NAME};

    (void)context;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (characters(cell(row, fields[i])) > NAME_CHARACTERS_MAX)
            return found(out, fields[i], N_("at most 254 characters"));
    return false;
}

static bool name_not_latin(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return !by_wdpca_is_latin(by_bytes_of_text(cell(row, BY_WDPCA_NAME_ENG))) &&
           found(out, BY_WDPCA_NAME_ENG, N_("a name in English, or in Latin letters"));
}

static bool numbers_missing(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field fields[] = {BY_WDPCA_REP_M_AREA, BY_WDPCA_GIS_M_AREA,
                                                 BY_WDPCA_REP_AREA,   BY_WDPCA_GIS_AREA,
                                                 BY_WDPCA_NO_TK_AREA, BY_WDPCA_STATUS_YR};

    (void)context;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!by_decimal_is(by_bytes_of_text(cell(row, fields[i]))))
            return found(out, fields[i], N_("a number"));
    }
    return false;
}

static bool forbidden_characters(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field fields[] = {BY_WDPCA_NAME_ENG,  BY_WDPCA_NAME,
                                                 BY_WDPCA_DESIG,     BY_WDPCA_DESIG_ENG,
                                                 BY_WDPCA_MANG_AUTH, BY_WDPCA_MANG_PLAN};

    (void)context;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strpbrk(cell(row, fields[i]), "<>?*\r\n") != NULL)
            return found(out, fields[i], N_("a text without < > ? * and line breaks"));
    return false;
}

static bool desig_type(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_DESIG_TYPE, "National; Regional; International; Not Applicable",
                      out);
}

static bool desig_international(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is(row, BY_WDPCA_DESIG_TYPE, "International") &&
           is_outside(row, BY_WDPCA_DESIG_ENG,
                      "Wetland of International Importance (Ramsar Site); UNESCO-MAB Biosphere "
                      "Reserve; World Heritage Site (natural or mixed); World Heritage Site "
                      "(cultural)",
                      out);
}

static bool desig_regional(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is(row, BY_WDPCA_DESIG_TYPE, "Regional") &&
           is_outside(
               row, BY_WDPCA_DESIG_ENG,
               "Baltic Sea Protected Area (HELCOM); Specially Protected Area (Cartagena "
               "Convention); Marine Protected Area (CCAMLR); Marine Protected Area (OSPAR); Site "
               "of Community Importance (Habitats Directive); Special Protection Area (Birds "
               "Directive); Specially Protected Areas of Mediterranean Importance (Barcelona "
               "Convention); ASEAN Heritage Park; NEAFC Area Closed to Bottom Fisheries for the "
               "protection of VMEs; OECM; Emerald Network",
               out);
}

static bool desig_not_applicable(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is(row, BY_WDPCA_DESIG_TYPE, NOT_APPLICABLE) &&
           is_outside(row, BY_WDPCA_STATUS, "Established", out);
}

static bool iucn_cat(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_IUCN_CAT,
                      "Ia; Ib; II; III; IV; V; VI; Not Reported; Not Applicable; Not Assigned",
                      out);
}

static bool iucn_cat_of_oecm(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_oecm(row) && is_outside(row, BY_WDPCA_IUCN_CAT, NOT_APPLICABLE, out);
}

static bool iucn_cat_of_unesco(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return (is_world_heritage(row) ||
            is(row, BY_WDPCA_DESIG_ENG, "UNESCO-MAB Biosphere Reserve")) &&
           is_outside(row, BY_WDPCA_IUCN_CAT, NOT_APPLICABLE, out);
}

/* Ascending, with ";" between. */
static bool int_crit(row_t *row, context_t *context, finding_t *out)
{
    static const char *const criteria[] = {"(i)",  "(ii)",  "(iii)",  "(iv)", "(v)",
                                           "(vi)", "(vii)", "(viii)", "(ix)", "(x)"};
    const char *at = cell(row, BY_WDPCA_INT_CRIT);
    size_t next = 0;

    (void)context;
    if (is(row, BY_WDPCA_INT_CRIT, NOT_REPORTED) || is(row, BY_WDPCA_INT_CRIT, NOT_APPLICABLE))
        return false;
    do {
        size_t size = strcspn(at, ";");

        while (next < 10 &&
               (strlen(criteria[next]) != size || memcmp(criteria[next], at, size) != 0))
            next++;
        if (next++ == 10)
            return found(out, BY_WDPCA_INT_CRIT,
                         N_("(i);(ii);... to (x), ascending, or Not Reported, or Not Applicable"));
        at += size;
    } while (*at++ != 0);
    return false;
}

static bool realm(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_REALM, "Terrestrial; Coastal; Marine", out);
}

static bool realm_of_point(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return row->has_point && is(row, BY_WDPCA_REALM, "Coastal") &&
           found(out, BY_WDPCA_REALM, "Terrestrial; Marine");
}

static bool marine_area_missing(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_of_sea(row) && !(number(row, BY_WDPCA_REP_M_AREA) > 0) &&
           found(out, BY_WDPCA_REP_M_AREA, N_("more than 0"));
}

static bool reported_area_range(row_t *row, context_t *context, finding_t *out)
{
    double area = number(row, BY_WDPCA_REP_AREA);

    (void)context;
    return !(area > 0.0001 && area < 500000) &&
           found(out, BY_WDPCA_REP_AREA, N_("more than 0.0001 and less than 500,000 km²"));
}

static bool mapped_area_range(row_t *row, context_t *context, finding_t *out)
{
    double area = number(row, BY_WDPCA_GIS_AREA);

    (void)context;
    return row->has_polygon && !(area > 0.0001 && area < 500000) &&
           found(out, BY_WDPCA_GIS_AREA, N_("more than 0.0001 and less than 500,000 km²"));
}

static bool is_above(row_t *row, enum by_wdpca_field part, enum by_wdpca_field whole,
                     const char *allowed, finding_t *out)
{
    return number(row, part) > number(row, whole) * TOLERANCE &&
           found_beside(out, part, allowed, cell(row, whole));
}

static bool reported_marine_above(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_above(row, BY_WDPCA_REP_M_AREA, BY_WDPCA_REP_AREA, N_("at most REP_AREA"), out);
}

static bool mapped_marine_above(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_above(row, BY_WDPCA_GIS_M_AREA, BY_WDPCA_GIS_AREA, N_("at most GIS_AREA"), out);
}

static bool no_take_area_above(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_above(row, BY_WDPCA_NO_TK_AREA, BY_WDPCA_REP_M_AREA, N_("at most REP_M_AREA"), out);
}

static bool marine_share(row_t *row, context_t *context, finding_t *out)
{
    double whole = number(row, BY_WDPCA_GIS_AREA);
    double share = whole > 0 ? number(row, BY_WDPCA_GIS_M_AREA) / whole : 0;
    const char *wanted = share <= 0.1 ? "Terrestrial" : share >= 0.9 ? "Marine" : "Coastal";

    (void)context;
    /* What lies in the sea of a coastal polygon is not known without a coastline. */
    if (whole <= 0 || (is(row, BY_WDPCA_REALM, "Coastal") && number(row, BY_WDPCA_GIS_M_AREA) == 0))
        return false;
    return is_outside(row, BY_WDPCA_REALM, wanted, out);
}

static bool areas_differ(row_t *row, context_t *context, finding_t *out)
{
    double reported = number(row, BY_WDPCA_REP_AREA), mapped = number(row, BY_WDPCA_GIS_AREA);
    double difference = reported > mapped ? reported - mapped : mapped - reported;

    (void)context;
    return row->has_polygon && difference > FAR_KM2 &&
           (reported > 2 * mapped || mapped > 2 * reported) &&
           found_beside(out, BY_WDPCA_REP_AREA, N_("about GIS_AREA"), cell(row, BY_WDPCA_GIS_AREA));
}

static bool too_many_vertices(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return row->vertices > VERTICES_MAX &&
           found(out, BY_WDPCA_GIS_AREA, N_("a polygon of at most 50,000 positions"));
}

static bool no_take(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    /* All, Part and None are tolerated on land. */
    return is_outside(
        row, BY_WDPCA_NO_TAKE,
        is_of_sea(row) ? "All; Part; None; Not Reported" : "Not Applicable; All; Part; None", out);
}

static bool no_take_area(row_t *row, context_t *context, finding_t *out)
{
    double area = number(row, BY_WDPCA_NO_TK_AREA), marine = number(row, BY_WDPCA_REP_M_AREA);

    (void)context;
    if ((is(row, BY_WDPCA_REALM, "Terrestrial") || is(row, BY_WDPCA_NO_TAKE, NOT_APPLICABLE)) &&
        area > 0)
        return found(out, BY_WDPCA_NO_TK_AREA, "0");
    return is(row, BY_WDPCA_NO_TAKE, "All") && is_of_sea(row) &&
           (area > marine * TOLERANCE || marine > area * TOLERANCE) &&
           found_beside(out, BY_WDPCA_NO_TK_AREA, N_("as much as REP_M_AREA"),
                        cell(row, BY_WDPCA_REP_M_AREA));
}

static bool status(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_STATUS,
                      "Proposed; Designated; Established; Inscribed; Adopted; Not Reported", out);
}

static bool status_inscribed(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is(row, BY_WDPCA_STATUS, "Inscribed") && !is_world_heritage(row) &&
           found(out, BY_WDPCA_STATUS, "Proposed; Designated; Established");
}

static bool status_adopted(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is(row, BY_WDPCA_STATUS, "Adopted") &&
           !is(row, BY_WDPCA_DESIG_ENG,
               "Specially Protected Areas of Mediterranean Importance (Barcelona Convention)") &&
           found(out, BY_WDPCA_STATUS, "Proposed; Designated; Established");
}

static bool status_year(row_t *row, context_t *context, finding_t *out)
{
    double year = number(row, BY_WDPCA_STATUS_YR);

    return year != 0 && (year < 1750 || year > context->year) &&
           found(out, BY_WDPCA_STATUS_YR, N_("0, or a year from 1750 to this one"));
}

#define SUBTYPES                                                                                   \
    "Federal or national ministry or agency; Sub-national ministry or agency; "                    \
    "Government-delegated management; "
#define OTHERS                                                                                     \
    "Individual landowners; Non-profit organisations; For-profit organisations; Indigenous "

static bool gov_type(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_GOV_TYPE,
                      SUBTYPES "Transboundary governance; Collaborative governance; Joint "
                               "governance; " OTHERS "Peoples; Local communities; Not Reported",
                      out);
}

static bool gov_subtype(row_t *row, context_t *context, finding_t *out)
{
    bool is_shared = is(row, BY_WDPCA_GOV_TYPE, "Joint governance") ||
                     is(row, BY_WDPCA_GOV_TYPE, "Collaborative governance");

    (void)context;
    if (!is_shared)
        return is_outside(row, BY_WDPCA_GOVSUBTYPE, NOT_APPLICABLE, out);
    return are_outside(row, BY_WDPCA_GOVSUBTYPE,
                       SUBTYPES OTHERS "peoples; Local communities; Not Reported", out);
}

static bool own_type(row_t *row, context_t *context, finding_t *out)
{
    static const char owners[] =
        "State; Communal; Individual landowners; For-profit organisations; Non-profit "
        "organisations; Joint ownership; Multiple ownership; Contested; Indigenous Peoples; Not "
        "Reported";

    (void)context;
    if (is(row, BY_WDPCA_OWN_TYPE, NOT_APPLICABLE) && is(row, BY_WDPCA_ISO3, "ABNJ"))
        return false;
    return is_outside(row, BY_WDPCA_OWN_TYPE, owners, out);
}

static bool own_subtype(row_t *row, context_t *context, finding_t *out)
{
    bool is_shared = is(row, BY_WDPCA_OWN_TYPE, "Joint ownership") ||
                     is(row, BY_WDPCA_OWN_TYPE, "Multiple ownership") ||
                     is(row, BY_WDPCA_OWN_TYPE, "Contested");

    (void)context;
    if (!is_shared)
        return is_outside(row, BY_WDPCA_OWNSUBTYPE, NOT_APPLICABLE, out);
    return are_outside(row, BY_WDPCA_OWNSUBTYPE,
                       "State; Communal; Individual landowners; For-profit organisations; "
                       "Non-profit organisations; Indigenous Peoples; Not Reported",
                       out);
}

static bool verif(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_VERIF, "State Verified; Expert Verified; Not Reported", out);
}

static bool countries(row_t *row, context_t *context, finding_t *out)
{
    static const enum by_wdpca_field fields[] = {BY_WDPCA_ISO3, BY_WDPCA_PRNT_ISO3};
    const struct by_code_list *list = by_code_list_find("country");

    (void)context;
    for (size_t i = 0; i < 2; i++) {
        const char *at = cell(row, fields[i]);

        do {
            size_t size = strcspn(at, ";");
            bool is_abnj = size == 4 && memcmp(at, "ABNJ", 4) == 0;

            if (!is_abnj && (size == 0 || by_code_find(list, by_bytes_of(at, size)) == NULL))
                return found(out, fields[i], N_("codes of ISO 3166-1 with three letters, or ABNJ"));
            at += size;
        } while (*at++ != 0);
    }
    return false;
}

static bool supp_info(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    if (!is_oecm(row))
        return is_outside(row, BY_WDPCA_SUPP_INFO, NOT_APPLICABLE, out);
    return (cell(row, BY_WDPCA_SUPP_INFO)[0] == 0 || is(row, BY_WDPCA_SUPP_INFO, NOT_REPORTED) ||
            is(row, BY_WDPCA_SUPP_INFO, NOT_APPLICABLE)) &&
           found(out, BY_WDPCA_SUPP_INFO, N_("why it qualifies: a text or a link"));
}

static bool cons_obj(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_CONS_OBJ,
                      is_oecm(row) ? "Primary; Secondary; Ancillary; Not Reported" : NOT_APPLICABLE,
                      out);
}

static bool inland_waters(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_INLND_WTRS,
                      is(row, BY_WDPCA_REALM, "Marine")
                          ? NOT_APPLICABLE
                          : "Measures in place; No measures in place; Not Reported",
                      out);
}

static bool oecm_assessment(row_t *row, context_t *context, finding_t *out)
{
    (void)context;
    return is_outside(row, BY_WDPCA_OECM_ASMT,
                      is_oecm(row)
                          ? "IUCN WCPA Tool 2023; IUCN WCPA Tool 2022; Draft IUCN WCPA Tool "
                            "(Pre-2022); FAO Handbook 2022; CBD Criteria 2018; National Approach; "
                            "Other Approach; Combined Approaches; Not Assessed; Not Reported"
                          : NOT_APPLICABLE,
                      out);
}

const struct by_wdpca_rule *by_wdpca_rules(size_t *out_count)
{
    static const struct by_wdpca_rule rules[] = {
        {"site-id", N_("SITE_ID is a number, given by the keepers of the database"), false,
         site_id},
        {"site-pid", N_("SITE_PID is SITE_ID, with a letter for each parcel"), false, site_pid},
        {"pid-twice", N_("no two sites have one SITE_PID"), false, pid_twice},
        {"id-disagrees", N_("parcels with one SITE_ID agree on all that is of the site"), false,
         id_disagrees},
        {"site-type", N_("SITE_TYPE is one of two"), false, site_type},
        {"texts-missing", N_("names, designation, criteria and management say something"), false,
         texts_missing},
        {"names-too-long", N_("names have at most 254 characters"), false, names_too_long},
        {"name-latin", N_("NAME_ENG is in English, or in Latin letters"), false, name_not_latin},
        {"numbers-missing", N_("areas and the year are numbers"), false, numbers_missing},
        {"forbidden-characters", N_("names hold no < > ? * and no line break"), false,
         forbidden_characters},
        {"desig-type", N_("DESIG_TYPE is one of four"), false, desig_type},
        {"desig-international", N_("international designations are of a closed list"), false,
         desig_international},
        {"desig-regional", N_("regional designations are of a closed list"), false, desig_regional},
        {"desig-not-applicable", N_("without a designation the status is Established"), false,
         desig_not_applicable},
        {"iucn-cat", N_("IUCN_CAT is of a closed list"), false, iucn_cat},
        {"iucn-cat-oecm", N_("an OECM has no IUCN category"), false, iucn_cat_of_oecm},
        {"iucn-cat-unesco", N_("biosphere reserves and World Heritage have no IUCN category"),
         false, iucn_cat_of_unesco},
        {"int-crit", N_("INT_CRIT names criteria in ascending order"), false, int_crit},
        {"realm", N_("REALM is one of three"), false, realm},
        {"realm-point", N_("a point is not Coastal"), false, realm_of_point},
        {"marine-area", N_("what is Coastal or Marine has a marine area"), false,
         marine_area_missing},
        {"rep-area", N_("REP_AREA is in range"), false, reported_area_range},
        {"gis-area", N_("the area of the polygon is in range"), false, mapped_area_range},
        {"rep-marine-above", N_("the marine area is at most the area"), false,
         reported_marine_above},
        {"gis-marine-above", N_("the marine area of the polygon is at most its area"), false,
         mapped_marine_above},
        {"no-take-above", N_("the no-take area is at most the marine area"), false,
         no_take_area_above},
        {"marine-share", N_("REALM is as the share of the polygon in the sea"), false,
         marine_share},
        {"areas-differ", N_("the area reported is about that of the polygon"), true, areas_differ},
        {"vertices", N_("a polygon has at most 50,000 positions"), false, too_many_vertices},
        {"no-take", N_("NO_TAKE is of a closed list"), false, no_take},
        {"no-take-area", N_("NO_TK_AREA is as NO_TAKE says"), false, no_take_area},
        {"status", N_("STATUS is of a closed list"), false, status},
        {"status-inscribed", N_("only World Heritage is Inscribed"), false, status_inscribed},
        {"status-adopted", N_("only areas of the Barcelona Convention are Adopted"), false,
         status_adopted},
        {"status-year", N_("STATUS_YR is 0 or a year that was"), false, status_year},
        {"gov-type", N_("GOV_TYPE is of a closed list"), false, gov_type},
        {"gov-subtype", N_("GOVSUBTYPE is for joint and collaborative governance"), false,
         gov_subtype},
        {"own-type", N_("OWN_TYPE is of a closed list"), false, own_type},
        {"own-subtype", N_("OWNSUBTYPE is for joint, multiple and contested ownership"), false,
         own_subtype},
        {"verif", N_("VERIF is of a closed list"), false, verif},
        {"iso3", N_("ISO3 and PRNT_ISO3 name countries"), false, countries},
        {"supp-info", N_("an OECM says why it qualifies, a PA does not"), false, supp_info},
        {"cons-obj", N_("CONS_OBJ is for OECMs"), false, cons_obj},
        {"inland-waters", N_("INLND_WTRS is for land and coast"), false, inland_waters},
        {"oecm-asmt", N_("OECM_ASMT is for OECMs"), false, oecm_assessment},
    };

    *out_count = sizeof rules / sizeof rules[0];
    return rules;
}
