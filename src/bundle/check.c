#include "bundle/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/answer.h"

void by_bundle_contents_deinit(struct by_bundle_contents *contents)
{
    by_act_list_deinit(&contents->acts);
    free(contents->stretches);
    memset(contents, 0, sizeof *contents);
}

struct reading {
    struct by_bundle_contents *contents;
    const struct by_id *network;
};

static enum banyan_status
note_stretch(struct by_bundle_contents *contents, const struct by_run *run)
{
    uint64_t first = run->base.first_seq;
    bool is_act_log = by_kind_is_act(run->entries[0].header.kind);
    struct by_bundle_stretch *last =
        contents->stretch_count == 0 ? NULL : &contents->stretches[contents->stretch_count - 1];

    if (last != NULL && by_log_id_equal(&last->log, &run->base.log) &&
        last->is_act_log == is_act_log && last->last_seq + 1 == first) {
        last->last_seq += run->count;
        return BANYAN_OK;
    }
    if (contents->stretch_count == contents->stretch_capacity) {
        size_t capacity = contents->stretch_capacity == 0 ? 64 : contents->stretch_capacity * 2;
        struct by_bundle_stretch *grown =
            reallocarray(contents->stretches, capacity, sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        contents->stretches = grown;
        contents->stretch_capacity = capacity;
    }
    contents->stretches[contents->stretch_count++] =
        (struct by_bundle_stretch){run->base.log, is_act_log, first, first + run->count - 1};
    return BANYAN_OK;
}

static enum banyan_status check_run(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct reading *reading = context;
    struct by_bundle_contents *contents = reading->contents;
    enum banyan_status status = by_run_verify_seal(run, reading->network);

    (void)packed;
    if (status == BANYAN_OK)
        status = note_stretch(contents, run);
    if (status != BANYAN_OK)
        return status;
    if (!by_kind_is_act(run->entries[0].header.kind)) {
        contents->entry_count += run->count;
        return BANYAN_OK;
    }
    contents->act_count += run->count;
    if (contents->act_count > BY_ACTS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    return by_act_list_add_run(&contents->acts, run);
}

enum banyan_status by_bundle_contents_read(struct by_bundle_contents *contents,
                                           const struct by_node *node, struct by_os_input *input,
                                           struct banyan_error *error)
{
    struct reading reading = {.contents = contents, .network = &node->network};

    return by_bundle_read(node, input, check_run, &reading, &contents->seen, error);
}

/* A newcomer's bundle holds the join that certifies the device which made it. */
static struct by_bundle_maker find_in_joins(struct by_bundle_contents *contents)
{
    struct by_act_list *acts = &contents->acts;

    for (size_t i = 0; i < acts->count; i++) {
        struct by_act act;
        if (acts->entries[i].kind != BY_KIND_JOIN ||
            by_act_decode(BY_KIND_JOIN, acts->entries[i].payload, &acts->arena, &act) !=
                BANYAN_OK ||
            !by_id_equal(&act.join.certificate.device, &contents->seen.manifest.maker))
            continue;
        return (struct by_bundle_maker){act.join.profile.id, act.join.profile.name};
    }
    return (struct by_bundle_maker){0};
}

struct by_bundle_maker
by_bundle_contents_maker(struct by_bundle_contents *contents, const struct by_charter *charter)
{
    const struct by_charter_device *device =
        by_charter_device_find(charter, &contents->seen.manifest.maker);
    const struct by_charter_org *org =
        device == NULL ? NULL : by_charter_org_find(charter, &device->organisation);

    if (org == NULL)
        return find_in_joins(contents);
    return (struct by_bundle_maker){org->profile.id, org->profile.name};
}

void by_bundle_contents_begin(struct by_json *json, const struct by_bundle_contents *contents,
                              const char *path, const struct by_bundle_maker *maker)
{
    by_json_object_begin(json);
    by_json_key(json, "path");
    by_json_literal(json, path);
    by_json_key(json, "made");
    by_json_ms(json, contents->seen.manifest.made_ms);
    by_json_key(json, "by");
    by_json_object_begin(json);
    by_json_key(json, "id");
    if (by_id_is_zero(&maker->organisation))
        by_json_literal(json, "");
    else
        by_json_hex(json, by_id_bytes(&maker->organisation));
    by_json_key(json, "name");
    by_json_text(json, maker->name);
    by_json_object_end(json);
}
