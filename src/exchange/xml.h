/*
 * XML of one part of an archive, an event at a time, bounded: what Office Open XML files are made
 * of (ECMA-376).
 */
#ifndef BY_EXCHANGE_XML_H
#define BY_EXCHANGE_XML_H

#include "base/bytes.h"
#include "base/error.h"

struct zip;
struct by_xml;
/* Names are without their prefix; attributes as pairs that end in NULL. */
struct by_xml_calls {
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, struct by_bytes text);
};

/* BANYAN_ERR_NOT_FOUND, without words, where the archive has no such part; BANYAN_ERR_MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_xml_open(struct zip *archive, const char *part, const struct by_xml_calls *calls, void *context,
            struct by_xml **out_xml, struct banyan_error *error);
/* NULL is fine. */
void by_xml_close(struct by_xml *xml);
/* Read until by_xml_pause is called in an event, or the end: BANYAN_ERR_NOT_FOUND then, and from
 * then on. BANYAN_ERR_MALFORMED with words that name part and line: what is no XML, has a document
 * type, or is larger than BY_XML_BYTES_MAX unpacked. */
BANYAN_MUST_CHECK enum banyan_status by_xml_read(struct by_xml *xml, struct banyan_error *error);
void by_xml_pause(struct by_xml *xml);
/* All of a part at once. */
BANYAN_MUST_CHECK enum banyan_status by_xml_read_all(struct zip *archive, const char *part,
                                                     const struct by_xml_calls *calls,
                                                     void *context, struct banyan_error *error);

/* NULL where there is no such attribute; prefixes are passed over. */
const char *by_xml_attribute(const char **attributes, const char *name);
/* Decimal digits; 0 for what is no number or past 2^31. */
uint64_t by_xml_number(const char *text);

#endif
