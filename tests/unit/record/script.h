/*
 * Operations of one record written as a script, one per line, and the merged record as text:
 *
 *   ID WHO OP[:TYPE] PARENTS [@HLC] [->TARGETS] TOUCH...
 *
 * ID is a letter, also in PARENTS and TARGETS ("ab", "-" for none). WHO: o the owner, c a
 * coordinator, m and n members, r a reader; a transfer's target is one of these. TOUCH: note=x |
 * note! (unset) | tags=[a,b] | tags+[a,b] | tags~a0b1 (removes the first element that a added and
 * the second of b) | name={vi:x,en:y}. "_" stands for a space. Stamps rise from line to line unless
 * given.
 */
#ifndef BY_TEST_SCRIPT_H
#define BY_TEST_SCRIPT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "member/act.h"
#include "record/merge.h"

#define SCRIPT_OPERATIONS_MAX 64u
#define SCRIPT_TOUCHES_MAX    8u

struct script {
    struct by_arena arena;
    struct by_record_name name;
    struct by_type_set *types;
    struct by_operation operations[SCRIPT_OPERATIONS_MAX];
    size_t count;
};

static inline void script_check(bool is_fine)
{
    if (!is_fine)
        abort();
}

static inline struct by_id script_id(char letter)
{
    struct by_id id = {{0}};

    id.bytes[0] = (uint8_t)letter;
    return id;
}

static inline void script_init(struct script *script)
{
    static const struct {
        const char *field, *kind;
    } fields[] = {{"area", "quantity"}, {"depth", "number"}, {"name", "mltext"},
                  {"note", "text"},     {"paid", "money"},   {"tags", "texts"}};
    struct by_value types = by_value_nil();

    *script = (struct script){.count = 0};
    script->name.owner = script_id('o');
    types = by_value_map(&script->arena, 2);
    for (size_t i = 0; i < 2; i++) {
        struct by_value type = by_value_array(&script->arena, 3);
        struct by_value map = by_value_map(&script->arena, sizeof fields / sizeof *fields);

        for (size_t k = 0; k < map.map.count; k++) {
            map.map.pairs[k].key = by_bytes_of_text(fields[k].field);
            map.map.pairs[k].value = by_value_literal(fields[k].kind);
        }
        type.array.items[0] = by_value_int(1);
        type.array.items[1] = by_value_bool(i == 0);
        type.array.items[2] = map;
        types.map.pairs[i].key = by_bytes_of_text(i == 0 ? "shared" : "site");
        types.map.pairs[i].value = type;
    }
    script_check(by_type_set_new(&types, &script->types) == BANYAN_OK);
}

static inline void script_deinit(struct script *script)
{
    by_type_set_free(script->types);
    by_arena_deinit(&script->arena);
}

static inline struct by_value script_text(struct script *script, const char *text, size_t size)
{
    char *copy = by_arena_text(&script->arena, by_bytes_of(text, size));

    script_check(copy != NULL);
    for (char *at = copy; *at != 0; at++)
        if (*at == '_')
            *at = ' ';
    return by_value_literal(copy);
}

static inline size_t script_count(const char *text, char byte)
{
    size_t count = 0;

    for (; *text != 0; text++)
        count += *text == byte;
    return count;
}

/* "[a,b]" or "{vi:x,en:y}" or a plain text. */
static inline struct by_value script_value(struct script *script, const char *text)
{
    size_t count = text[1] == ']' ? 0 : script_count(text, ',') + 1;
    struct by_value value = by_value_nil();
    bool is_map = text[0] == '{';

    if (text[0] != '[' && !is_map)
        return script_text(script, text, strlen(text));
    value = is_map ? by_value_map(&script->arena, count) : by_value_array(&script->arena, count);
    text++;
    for (size_t i = 0; i < count; i++) {
        size_t key = is_map ? strcspn(text, ":") : 0;

        if (is_map) {
            value.map.pairs[i].key = script_text(script, text, key).bytes;
            text += key + 1;
            value.map.pairs[i].value = script_text(script, text, strcspn(text, ",}"));
        } else {
            value.array.items[i] = script_text(script, text, strcspn(text, ",]"));
        }
        text += strcspn(text, ",]}") + 1;
    }
    script_check(!is_map || by_value_map_sort(&value) == BANYAN_OK);
    return value;
}

static inline void script_touch(struct script *script, struct by_operation *operation, char *word)
{
    static const enum by_how hows[] = {BY_HOW_SET, BY_HOW_UNSET, BY_HOW_ADD, BY_HOW_REMOVE};
    size_t path = strcspn(word, "=!+~");
    struct by_touch *touch = &operation->links.touches[operation->links.touch_count];
    struct by_value *value = &operation->values[operation->links.touch_count++];
    const char *rest = word + path + 1;

    script_check(word[path] != 0 && operation->links.touch_count <= SCRIPT_TOUCHES_MAX);
    touch->how = hows[strcspn("=!+~", (char[]){word[path], 0})];
    touch->path = script_text(script, word, path).bytes;
    *value = by_value_nil();
    if (touch->how == BY_HOW_SET || touch->how == BY_HOW_ADD)
        *value = script_value(script, rest);
    if (touch->how != BY_HOW_REMOVE)
        return;
    touch->removed_count = strlen(rest) / 2;
    touch->removed =
        by_arena_array(&script->arena, touch->removed_count + 1, sizeof *touch->removed);
    for (size_t i = 0; i < touch->removed_count; i++)
        touch->removed[i] =
            (struct by_addition){script_id(rest[2 * i]), (uint32_t)(rest[2 * i + 1] - '0')};
}

static inline size_t script_ids(struct script *script, const char *letters, struct by_id **out_ids)
{
    size_t count = letters[0] == '-' ? 0 : strlen(letters);

    *out_ids = by_arena_array(&script->arena, count + 1, sizeof **out_ids);
    for (size_t i = 0; i < count; i++)
        (*out_ids)[i] = script_id(letters[i]);
    return count;
}

static inline void script_op(struct by_operation *operation, char *word)
{
    static const char *const words[] = {"put", "patch", "delete", "accept", "decline", "transfer"};
    size_t size = strcspn(word, ":");

    for (size_t i = 0; i < 6; i++)
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0)
            operation->links.op = (enum by_op)i;
    if (operation->links.op == BY_OP_PUT)
        operation->links.type = by_bytes_of_text(word[size] == ':' ? word + size + 1 : "site");
}

static inline void script_line(struct script *script, char *line)
{
    struct by_operation *operation = &script->operations[script->count++];
    char *rest = line;
    char *word = strsep(&rest, " ");

    script_check(script->count <= SCRIPT_OPERATIONS_MAX);
    *operation = (struct by_operation){.id = script_id(word[0]), .hlc = script->count};
    operation->links.name = script->name;
    operation->links.touches =
        by_arena_array(&script->arena, SCRIPT_TOUCHES_MAX, sizeof *operation->links.touches);
    operation->values =
        by_arena_array(&script->arena, SCRIPT_TOUCHES_MAX, sizeof *operation->values);
    word = strsep(&rest, " ");
    operation->organisation = script_id(word[0]);
    operation->role = word[0] == 'c'   ? BY_ROLE_COORDINATOR
                      : word[0] == 'r' ? BY_ROLE_READER
                                       : BY_ROLE_MEMBER;
    script_op(operation, strsep(&rest, " "));
    operation->links.parent_count =
        script_ids(script, strsep(&rest, " "), &operation->links.parents);
    while ((word = strsep(&rest, " ")) != NULL) {
        if (word[0] == '@')
            operation->hlc = (uint64_t)atoi(word + 1);
        else if (word[0] == '-' && word[1] == '>')
            operation->links.target_count = script_ids(script, word + 2, &operation->links.targets);
        else
            script_touch(script, operation, word);
    }
}

/* Lines end in "\n" or at the end of text. */
static inline void script_read(struct script *script, const char *text)
{
    char *copy = by_arena_text(&script->arena, by_bytes_of_text(text));
    char *line = NULL;

    script_check(copy != NULL);
    while ((line = strsep(&copy, "\n")) != NULL)
        if (line[0] != 0)
            script_line(script, line);
}

static inline void script_show_value(const struct by_value *value, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    if (value->kind == BY_VALUE_TEXT)
        status = by_buffer_append_bytes(out, value->bytes);
    else if (value->kind == BY_VALUE_NIL)
        status = by_buffer_append_u8(out, '!');
    else if (value->kind == BY_VALUE_ARRAY)
        for (size_t i = 0; i < value->array.count; i++) {
            script_check(by_buffer_append_u8(out, i == 0 ? '[' : ',') == BANYAN_OK);
            script_show_value(&value->array.items[i], out);
        }
    else
        status = by_value_encode(value, out);
    if (value->kind == BY_VALUE_ARRAY)
        status = by_buffer_append_u8(out, ']');
    script_check(status == BANYAN_OK);
}

/* What removals have to name: "a" = "a0b1". */
static inline void script_show_additions(const struct by_merged_path *path, struct by_buffer *out)
{
    for (size_t i = 0; i < path->candidates[0].value.array.count; i++)
        for (size_t k = 0; k < path->addition_counts[i]; k++)
            script_check(by_buffer_append_format(out, "%s%c%u", i + k == 0 ? "<-" : "",
                                                 path->additions[i][k].operation.bytes[0],
                                                 path->additions[i][k].index) == BANYAN_OK);
}

/* "note=x|y@ba tags=[a,b]<-a0b0 deleted heads:ab all:abc p:open owner:m", who holds each behind "@"
 * where several do; the owner where it is not whom the name says. */
static inline char *script_show(const struct by_merged *merged)
{
    static const char *const deletions[] = {"", " deleted", " deleted?"};
    static const char *const states[] = {"open", "accepted", "declined"};
    struct by_buffer out = BY_BUFFER_INIT(1u << 20);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < merged->path_count; i++) {
        const struct by_merged_path *path = &merged->paths[i];

        status = by_buffer_append_format(&out, "%s%.*s=", i == 0 ? "" : " ", (int)path->path.size,
                                         (const char *)path->path.data);
        for (size_t k = 0; k < path->candidate_count && status == BANYAN_OK; k++) {
            if (k > 0)
                status = by_buffer_append_u8(&out, '|');
            script_show_value(&path->candidates[k].value, &out);
        }
        for (size_t k = 0; k < path->candidate_count && path->candidate_count > 1; k++)
            script_check(by_buffer_append_format(&out, "%s%c", k == 0 ? "@" : "",
                                                 path->candidates[k].by->id.bytes[0]) == BANYAN_OK);
        if (path->is_list)
            script_show_additions(path, &out);
    }
    script_check(status == BANYAN_OK);
    status = by_buffer_append_format(&out, "%s heads:", deletions[merged->deletion]);
    for (size_t i = 0; i < merged->head_count && status == BANYAN_OK; i++)
        status = by_buffer_append_u8(&out, merged->heads[i].bytes[0]);
    if (status == BANYAN_OK && merged->all_head_count > 0)
        status = by_buffer_append_format(&out, "%s", " all:");
    for (size_t i = 0; i < merged->all_head_count && status == BANYAN_OK; i++)
        status = by_buffer_append_u8(&out, merged->all_heads[i].bytes[0]);
    for (size_t i = 0; i < merged->proposal_count && status == BANYAN_OK; i++)
        status =
            by_buffer_append_format(&out, " %c:%s", merged->proposals[i].operation->id.bytes[0],
                                    states[merged->proposals[i].state]);
    if (status == BANYAN_OK && !by_id_equal(&merged->owner, &merged->name.owner))
        status = by_buffer_append_format(&out, " owner:%c", merged->owner.bytes[0]);
    script_check(status == BANYAN_OK);
    return by_buffer_take_text(&out);
}

/* Numbers that are the same in every run. */
static inline uint32_t script_number(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* A script of up to 26 lines that follows from the seed. */
static inline void script_random(uint64_t seed, size_t lines, char *out, size_t room)
{
    static const char *const touches[] = {
        "note=x",      "note=y", "note!",      "depth=1",  "depth=1.0",  "name.vi=x",
        "name={en:u}", "name!",  "tags+[k,l]", "tags=[m]", "tags~a0",    "area=bad",
        "odd=x",       "odd!",   "tags+[k]",   "tags!",    "name={vi:q}"};
    static const char *const ops[] = {"patch",  "patch",  "patch",   "patch",
                                      "delete", "accept", "decline", "transfer"};
    static const char whos[] = "oocmnr";
    size_t used = (size_t)snprintf(out, room, "a o put - tags=[k] note=a\n");

    for (size_t i = 1; i < lines; i++) {
        char parents[4] = "-";
        const char *op = ops[script_number(&seed, 8)];
        bool has_targets = op[0] == 'a' || op[2] == 'c';
        bool has_touch = op[0] == 'p' || op[0] == 'a';

        for (size_t k = 0; k < 1 + script_number(&seed, 2); k++)
            parents[k] = (char)('a' + script_number(&seed, (uint32_t)i));
        used +=
            (size_t)snprintf(out + used, room - used, "%c %c %s %s @%u", (char)('a' + i),
                             whos[script_number(&seed, 6)], op, parents, script_number(&seed, 9));
        if (has_targets)
            used += (size_t)snprintf(out + used, room - used, " ->%c",
                                     (char)('a' + script_number(&seed, (uint32_t)i)));
        if (op[0] == 't')
            used +=
                (size_t)snprintf(out + used, room - used, " ->%c", whos[script_number(&seed, 6)]);
        if (has_touch)
            used +=
                (size_t)snprintf(out + used, room - used, " %s", touches[script_number(&seed, 17)]);
        used += (size_t)snprintf(out + used, room - used, "\n");
    }
}

#endif
