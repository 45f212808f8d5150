#include "net/reach.h"

#include "core/answer.h"
#include "live/told.h"
#include "net/own.h"
#include "net/server.h"

static const char *const reaches[] = {
    [BY_SCOPE_NONE] = "none",   [BY_SCOPE_SELF] = "computer", [BY_SCOPE_LINK] = "network",
    [BY_SCOPE_OWN] = "network", [BY_SCOPE_WORLD] = "world",   [BY_SCOPE_NAME] = "world"};

struct reaching {
    struct by_contacts contacts;
    struct by_note_addresses told;
    struct by_own_address own[BY_OWN_MAX];
    size_t own_count;
    bool is_running;
    struct by_json json;
};

static void write_address(struct by_json *json, struct by_bytes address)
{
    by_json_object_begin(json);
    by_json_key(json, "address");
    by_json_text(json, address);
    by_json_key(json, "reach");
    by_json_literal(json, reaches[by_scope_of_text(address)]);
    by_json_object_end(json);
}

static void write_all(struct reaching *reaching)
{
    struct by_json *json = &reaching->json;

    by_json_object_begin(json);
    by_json_key(json, "running");
    by_json_bool(json, reaching->is_running);
    by_json_key(json, "told");
    by_json_array_begin(json);
    for (size_t i = 0; i < reaching->told.count; i++)
        write_address(json, reaching->told.items[i]);
    by_json_array_end(json);
    by_json_key(json, "own");
    by_json_array_begin(json);
    for (size_t i = 0; i < reaching->own_count; i++)
        write_address(json, by_bytes_of_text(reaching->own[i].text));
    by_json_array_end(json);
    by_json_object_end(json);
}

enum banyan_status
by_reach_report(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    static const struct by_listening usual = {{"0.0.0.0:" BY_NET_PORT, "[::]:" BY_NET_PORT}, 2};
    struct by_arena arena = BY_ARENA_INIT;
    struct reaching reaching = {.is_running = false};
    enum banyan_status status = by_contacts_load(node->home, &reaching.contacts, error);

    if (status == BANYAN_OK)
        status = by_told_read(node->store, &arena, &reaching.told, error);
    if (status != BANYAN_OK)
        goto out;
    reaching.is_running = by_contacts_are_fresh(&reaching.contacts);
    reaching.own_count =
        by_own_find(reaching.is_running ? &reaching.contacts.listening : &usual, reaching.own);
    by_json_init(&reaching.json, out);
    write_all(&reaching);
    status = by_json_done(&reaching.json, error);
out:
    by_contacts_deinit(&reaching.contacts);
    by_arena_deinit(&arena);
    return status;
}
