/* Who can read a record, in one sentence. */
#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"

/* Whoever has a role holds every shared record. */
static size_t write_members(const struct by_pieces *pieces)
{
    size_t count;
    size_t reader_count = 0;
    const struct by_charter_org *orgs = by_charter_orgs(pieces->node->charter, &count);

    for (size_t i = 0; i < count; i++) {
        if (orgs[i].role == BY_ROLE_NONE)
            continue;
        by_json_organisation(pieces->json, pieces->node, &orgs[i].profile.id);
        reader_count++;
    }
    return reader_count;
}

static size_t write_readers(const struct by_pieces *pieces)
{
    size_t count = 1;

    by_json_key(pieces->json, "readers");
    by_json_array_begin(pieces->json);
    if (pieces->loaded->is_private)
        by_json_organisation(pieces->json, pieces->node, &pieces->node->organisation);
    else
        count = write_members(pieces);
    by_json_array_end(pieces->json);
    return count;
}

static enum banyan_status
append_sentence(const struct by_pieces *pieces, size_t reader_count, struct by_buffer *out)
{
    bool is_public = by_bytes_equal(by_pieces_sharing(pieces->loaded), by_bytes_of_text("public"));

    if (pieces->loaded->is_private)
        return by_buffer_append_format(
            out, "Only who works on this device can read it: it leaves the device neither by sync "
                 "nor in bundles, proofs or exports.");
    return by_buffer_append_format(out, "%s of the network can read it (%zu)%s.",
                                   reader_count == 1 ? "The one organisation" : "All organisations",
                                   reader_count,
                                   is_public ? ", and it may leave the network in public exports"
                                             : ", and it stays within the network");
}

static void write_sentence(const struct by_pieces *pieces, size_t reader_count)
{
    struct by_buffer sentence = BY_BUFFER_INIT(1024);
    enum banyan_status status = append_sentence(pieces, reader_count, &sentence);

    by_json_key(pieces->json, "sentence");
    by_json_text(pieces->json, by_buffer_bytes(&sentence));
    if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
    by_buffer_deinit(&sentence);
}

static void write_who(const struct by_pieces *pieces)
{
    by_json_object_begin(pieces->json);
    by_json_key(pieces->json, "id");
    by_json_short_id(pieces->json, &pieces->loaded->merged.name);
    by_json_key(pieces->json, "sharing");
    by_json_text(pieces->json, by_pieces_sharing(pieces->loaded));
    write_sentence(pieces, write_readers(pieces));
    by_json_object_end(pieces->json);
}

enum banyan_status by_who_can_read(struct by_node *node, const char *id, struct by_buffer *out,
                                   struct banyan_error *error)
{
    return by_pieces_read(node, id, NULL, write_who, out, error);
}
