/*
 * Merges cases read from standard input and prints each result as one line of JSON, for
 * merge_oracle.py to hold against its own.
 *
 * Lines in, bytes in hex:
 *   case OWNER UUID TYPES        begins a case; TYPES in MessagePack
 *   op ID HLC ORGANISATION ROLE LINKS PAYLOAD
 *   as-of ID                     optional: merge the ancestors of this operation
 *   end                          merges and prints
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/json.h"
#include "record/merge.h"

struct cases {
    struct by_arena arena;
    struct by_record_name name;
    struct by_type_set *types;
    struct by_operation *operations;
    size_t count;
    struct by_id as_of;
    bool has_as_of;
};

static void check(bool is_fine, const char *what)
{
    if (is_fine)
        return;
    fprintf(stderr, "merge_cases: %s\n", what);
    exit(2);
}

static struct by_bytes read_hex(struct cases *cases, const char *text)
{
    size_t size = strlen(text) / 2;
    uint8_t *bytes = by_arena_alloc(&cases->arena, size);

    check(bytes != NULL, "memory ran out");
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;

        check(sscanf(text + 2 * i, "%2x", &byte) == 1, "not hex");
        bytes[i] = (uint8_t)byte;
    }
    return by_bytes_of(bytes, size);
}

static struct by_id read_id(struct cases *cases, const char *text)
{
    struct by_id id;

    check(by_id_from_bytes(read_hex(cases, text), &id) == BANYAN_OK, "an id is not 32 bytes");
    return id;
}

static const char *next_word(char **rest)
{
    const char *word = strsep(rest, " ");

    check(word != NULL, "a word is missing");
    return word;
}

static void begin_case(struct cases *cases, char *rest)
{
    struct by_bytes uuid = {0};
    struct by_value types = by_value_nil();

    cases->name.owner = read_id(cases, next_word(&rest));
    uuid = read_hex(cases, next_word(&rest));
    memcpy(cases->name.uuid.bytes, uuid.data, sizeof cases->name.uuid.bytes);
    check(by_value_decode(read_hex(cases, next_word(&rest)), &by_scan_payload_limits, &cases->arena,
                          &types) == BANYAN_OK &&
              by_type_set_new(&types, &cases->types) == BANYAN_OK,
          "types cannot be read");
}

static void read_operation(struct cases *cases, char *rest)
{
    struct by_operation operation = {.id = read_id(cases, next_word(&rest))};
    const char *hlc = next_word(&rest);
    const char *organisation = next_word(&rest);
    const char *role = next_word(&rest);
    struct by_bytes links = read_hex(cases, next_word(&rest));
    struct by_bytes payload = read_hex(cases, next_word(&rest));

    check(by_operation_decode(links, payload, &cases->arena, &operation) == BANYAN_OK,
          "links cannot be read");
    operation.hlc = strtoull(hlc, NULL, 10);
    operation.organisation = read_id(cases, organisation);
    operation.role = (uint8_t)strtoul(role, NULL, 10);
    cases->operations = realloc(cases->operations, (cases->count + 1) * sizeof *cases->operations);
    check(cases->operations != NULL, "memory ran out");
    cases->operations[cases->count++] = operation;
}

static void write_ids(struct by_json *json, const char *key, const struct by_id *ids, size_t count)
{
    by_json_key(json, key);
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        by_json_hex(json, by_id_bytes(&ids[i]));
    by_json_array_end(json);
}

static void write_additions(struct by_json *json, const struct by_merged_path *path)
{
    by_json_array_begin(json);
    for (size_t i = 0; i < path->candidates[0].value.array.count; i++) {
        by_json_array_begin(json);
        for (size_t k = 0; k < path->addition_counts[i]; k++) {
            by_json_hex(json, by_id_bytes(&path->additions[i][k].operation));
            by_json_int(json, path->additions[i][k].index);
        }
        by_json_array_end(json);
    }
    by_json_array_end(json);
}

static void write_path(struct by_json *json, const struct by_merged_path *path)
{
    by_json_array_begin(json);
    by_json_text(json, path->path);
    by_json_array_begin(json);
    for (size_t i = 0; i < path->candidate_count; i++) {
        by_json_array_begin(json);
        by_json_value(json, &path->candidates[i].value);
        by_json_hex(json, by_id_bytes(&path->candidates[i].by->id));
        by_json_array_end(json);
    }
    by_json_array_end(json);
    if (path->is_list)
        write_additions(json, path);
    by_json_array_end(json);
}

static void write_proposals(struct by_json *json, const struct by_merged *merged)
{
    static const char *const states[] = {"open", "accepted", "declined"};

    by_json_key(json, "proposals");
    by_json_array_begin(json);
    for (size_t i = 0; i < merged->proposal_count; i++) {
        by_json_array_begin(json);
        by_json_hex(json, by_id_bytes(&merged->proposals[i].operation->id));
        by_json_literal(json, states[merged->proposals[i].state]);
        by_json_array_end(json);
    }
    by_json_array_end(json);
}

static void
write_merged(struct by_json *json, const struct by_merged *merged, const struct by_value *document)
{
    static const char *const deletions[] = {"no", "yes", "conflict"};

    by_json_object_begin(json);
    by_json_key(json, "type");
    by_json_text(json, merged->type);
    by_json_key(json, "owner");
    by_json_hex(json, by_id_bytes(&merged->owner));
    by_json_key(json, "deleted");
    by_json_literal(json, deletions[merged->deletion]);
    write_ids(json, "heads", merged->heads, merged->head_count);
    write_ids(json, "all_heads", merged->all_heads, merged->all_head_count);
    write_proposals(json, merged);
    by_json_key(json, "paths");
    by_json_array_begin(json);
    for (size_t i = 0; i < merged->path_count; i++)
        write_path(json, &merged->paths[i]);
    by_json_array_end(json);
    by_json_key(json, "first_hlc");
    by_json_int(json, (int64_t)merged->first_hlc);
    by_json_key(json, "last_hlc");
    by_json_int(json, (int64_t)merged->last_hlc);
    by_json_key(json, "has_conflict");
    by_json_bool(json, merged->has_conflict);
    by_json_key(json, "document");
    by_json_value(json, document);
    by_json_object_end(json);
}

static void end_case(struct cases *cases)
{
    struct by_buffer out = BY_BUFFER_INIT(SIZE_MAX);
    struct by_json json;
    struct by_merged merged = {0};
    struct by_value document = by_value_nil();
    enum banyan_status status =
        cases->has_as_of ? by_merge_as_of(&cases->name, cases->operations, cases->count,
                                          &cases->as_of, 1, cases->types, &cases->arena, &merged)
                         : by_merge(&cases->name, cases->operations, cases->count, cases->types,
                                    &cases->arena, &merged);

    check(status == BANYAN_OK && by_merged_document(&merged, &cases->arena, &document) == BANYAN_OK,
          "the merge failed");
    by_json_init(&json, &out);
    write_merged(&json, &merged, &document);
    check(json.status == BANYAN_OK, "the result cannot be written");
    printf("%.*s\n", (int)out.size, (const char *)out.data);
    by_buffer_deinit(&out);
    by_type_set_free(cases->types);
    by_arena_deinit(&cases->arena);
    free(cases->operations);
    *cases = (struct cases){.count = 0};
}

static void run_line(struct cases *cases, char *line)
{
    char *rest = line;
    const char *word = next_word(&rest);

    if (strcmp(word, "case") == 0)
        begin_case(cases, rest);
    else if (strcmp(word, "op") == 0)
        read_operation(cases, rest);
    else if (strcmp(word, "as-of") == 0) {
        cases->as_of = read_id(cases, next_word(&rest));
        cases->has_as_of = true;
    } else if (strcmp(word, "end") == 0)
        end_case(cases);
    else
        check(false, "an unknown line");
}

int main(void)
{
    struct cases cases = {.count = 0};
    char *line = NULL;
    size_t room = 0;
    ssize_t size = 0;

    while ((size = getline(&line, &room, stdin)) > 0) {
        line[size - 1] = 0;
        run_line(&cases, line);
    }
    free(line);
    return 0;
}
