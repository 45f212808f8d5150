#include "exchange/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/limits.h"

#define PIECE_BYTES (64 * 1024)

struct by_xml {
    zip_file_t *file;
    XML_Parser parser;
    const struct by_xml_calls *calls;
    void *context;
    const char *part; /* borrowed, for words */
    uint64_t size;    /* unpacked so far */
    uint64_t heard;   /* the same, when something was last told of it */
    bool is_last;     /* piece */
    bool has_doctype;
    bool is_paused, is_at_end;
};

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct by_xml *xml = context;

    xml->heard = xml->size;
    xml->calls->start(xml->context, local_name(name), attributes);
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    struct by_xml *xml = context;

    xml->heard = xml->size;
    xml->calls->end(xml->context, local_name(name));
}

static void XMLCALL on_text(void *context, const XML_Char *text, int size)
{
    struct by_xml *xml = context;

    xml->heard = xml->size;
    xml->calls->text(xml->context, by_bytes_of(text, (size_t)size));
}

/* Spreadsheets have none; entities begin there. */
static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int has_subset)
{
    struct by_xml *xml = context;

    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    xml->has_doctype = true;
    XML_StopParser(xml->parser, XML_FALSE);
}

static enum banyan_status fail_size(const char *part, struct banyan_error *error)
{
    return by_fail(error, BANYAN_ERR_MALFORMED,
                   "the part %s of the file is larger than %llu MiB unpacked", part,
                   (unsigned long long)(BY_XML_BYTES_MAX >> 20));
}

/* What the archive says of itself; what is unpacked is counted all the same. */
static bool says_too_large(struct zip *archive, const char *part)
{
    zip_stat_t facts;

    return zip_stat(archive, part, 0, &facts) == 0 && (facts.valid & ZIP_STAT_SIZE) != 0 &&
           facts.size > BY_XML_BYTES_MAX;
}

enum banyan_status by_xml_open(struct zip *archive, const char *part,
                               const struct by_xml_calls *calls, void *context,
                               struct by_xml **out_xml, struct banyan_error *error)
{
    struct by_xml *xml = NULL;
    zip_file_t *file = zip_fopen(archive, part, 0);

    if (file == NULL && zip_error_code_zip(zip_get_error(archive)) == ZIP_ER_NOENT)
        return BANYAN_ERR_NOT_FOUND;
    if (file == NULL)
        return by_fail(error, BANYAN_ERR_MALFORMED, "the part %s cannot be unpacked: %s", part,
                       zip_strerror(archive));
    if (says_too_large(archive, part)) {
        zip_fclose(file);
        return fail_size(part, error);
    }
    xml = calloc(1, sizeof *xml);
    if (xml != NULL)
        xml->parser = XML_ParserCreate(NULL);
    if (xml == NULL || xml->parser == NULL) {
        zip_fclose(file);
        free(xml);
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    xml->file = file;
    xml->calls = calls;
    xml->context = context;
    xml->part = part;
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    *out_xml = xml;
    return BANYAN_OK;
}

void by_xml_close(struct by_xml *xml)
{
    if (xml == NULL)
        return;
    XML_ParserFree(xml->parser);
    zip_fclose(xml->file);
    free(xml);
}

void by_xml_pause(struct by_xml *xml)
{
    xml->is_paused = true;
    XML_StopParser(xml->parser, XML_TRUE);
}

static enum banyan_status fail_parse(const struct by_xml *xml, struct banyan_error *error)
{
    const char *fault = xml->has_doctype
                            ? by_words(error, "it has a document type, which no spreadsheet has")
                            : XML_ErrorString(XML_GetErrorCode(xml->parser));

    return by_fail(error, BANYAN_ERR_MALFORMED, "the part %s of the file, line %lu: %s", xml->part,
                   (unsigned long)XML_GetCurrentLineNumber(xml->parser), fault);
}

static enum XML_Status
read_piece(struct by_xml *xml, struct banyan_error *error, enum banyan_status *out_status)
{
    void *piece = XML_GetBuffer(xml->parser, PIECE_BYTES);
    zip_int64_t size = piece == NULL ? -1 : zip_fread(xml->file, piece, PIECE_BYTES);

    *out_status = BANYAN_OK;
    if (piece == NULL)
        *out_status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    else if (size < 0)
        *out_status = by_fail(error, BANYAN_ERR_MALFORMED, "the part %s of the file is damaged: %s",
                              xml->part, zip_file_strerror(xml->file));
    if (*out_status != BANYAN_OK)
        return XML_STATUS_ERROR;
    xml->size += (uint64_t)size;
    if (xml->size > BY_XML_BYTES_MAX) {
        *out_status = fail_size(xml->part, error);
        return XML_STATUS_ERROR;
    }
    /* the parser looks at a tag that has no end from its begin, with each piece again */
    if (xml->size - xml->heard > BY_XML_TAG_BYTES_MAX) {
        *out_status = by_fail(error, BANYAN_ERR_MALFORMED,
                              "the part %s of the file has a tag or remark of more than %u bytes",
                              xml->part, BY_XML_TAG_BYTES_MAX);
        return XML_STATUS_ERROR;
    }
    xml->is_last = size == 0;
    return XML_ParseBuffer(xml->parser, (int)size, xml->is_last);
}

enum banyan_status by_xml_read(struct by_xml *xml, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    enum XML_Status outcome = XML_STATUS_OK;

    if (xml->is_at_end)
        return BANYAN_ERR_NOT_FOUND;
    if (xml->is_paused) {
        xml->is_paused = false;
        outcome = XML_ResumeParser(xml->parser);
    }
    while (outcome == XML_STATUS_OK && !xml->is_paused && !xml->is_last && status == BANYAN_OK)
        outcome = read_piece(xml, error, &status);
    if (status != BANYAN_OK)
        return status;
    if (outcome == XML_STATUS_ERROR)
        return fail_parse(xml, error);
    xml->is_at_end = outcome == XML_STATUS_OK && xml->is_last && !xml->is_paused;
    return xml->is_at_end ? BANYAN_ERR_NOT_FOUND : BANYAN_OK;
}

enum banyan_status by_xml_read_all(struct zip *archive, const char *part,
                                   const struct by_xml_calls *calls, void *context,
                                   struct banyan_error *error)
{
    struct by_xml *xml = NULL;
    enum banyan_status status = by_xml_open(archive, part, calls, context, &xml, error);

    if (status != BANYAN_OK)
        return status;
    while (status == BANYAN_OK)
        status = by_xml_read(xml, error);
    by_xml_close(xml);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

const char *by_xml_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2)
        if (strcmp(local_name(attributes[i]), name) == 0)
            return attributes[i + 1];
    return NULL;
}

uint64_t by_xml_number(const char *text)
{
    uint64_t number = 0;

    if (text == NULL || *text == 0)
        return 0;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9' || number > UINT32_MAX / 20)
            return 0;
        number = number * 10 + (uint64_t)(*text - '0');
    }
    return number;
}
