/* Who can read a record, in one sentence. */
#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"

/* Whoever has a role holds every shared record. */
static size_t write_readers(const struct by_pieces *pieces)
{
    size_t count;
    size_t reader_count = 0;
    const struct by_charter_org *orgs = by_charter_orgs(pieces->node->charter, &count);

    by_json_key(pieces->json, "readers");
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < count; i++) {
        if (orgs[i].role == BY_ROLE_NONE)
            continue;
        by_json_organisation(pieces->json, pieces->node, &orgs[i].profile.id);
        reader_count++;
    }
    by_json_array_end(pieces->json);
    return reader_count;
}

static void write_sentence(const struct by_pieces *pieces, size_t reader_count, bool is_public)
{
    struct by_buffer sentence = BY_BUFFER_INIT(1024);
    enum banyan_status status = by_buffer_append_format(
        &sentence, "%s of the network can read it (%zu)%s.",
        reader_count == 1 ? "The one organisation" : "All organisations", reader_count,
        is_public ? ", and it may leave the network in public exports"
                  : ", and it stays within the network");

    by_json_key(pieces->json, "sentence");
    by_json_text(pieces->json, by_buffer_bytes(&sentence));
    if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
    by_buffer_deinit(&sentence);
}

static void write_who(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;
    struct by_bytes sharing = by_pieces_sharing(merged);
    bool is_public = by_bytes_equal(sharing, by_bytes_of_text("public"));

    by_json_object_begin(pieces->json);
    by_json_key(pieces->json, "id");
    by_json_short_id(pieces->json, &merged->name);
    by_json_key(pieces->json, "sharing");
    by_json_text(pieces->json, sharing);
    size_t reader_count = write_readers(pieces);
    write_sentence(pieces, reader_count, is_public);
    by_json_object_end(pieces->json);
}

enum banyan_status by_who_can_read(struct by_node *node, const char *id, struct by_buffer *out,
                                   struct banyan_error *error)
{
    return by_pieces_read(node, id, NULL, write_who, out, error);
}
