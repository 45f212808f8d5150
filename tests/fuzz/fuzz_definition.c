/*
 * Definitions of types and lists, as a types act brings them. The first byte says what follows: the
 * packed form as it stands in the act, or the body of an act whose definitions are not packed yet.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "record/definition.h"
#include "record/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_field(const struct by_type *type, size_t at)
{
    const struct by_field *field = &type->fields[at];
    bool needs_list = field->kind == BY_FIELD_CODE || field->kind == BY_FIELD_CODES ||
                      field->kind == BY_FIELD_QUANTITY;

    must(by_definition_names_field(by_bytes_of_text(field->name)));
    must(!needs_list || field->list != NULL);
    for (size_t i = 0; i < at; i++)
        must(strcmp(type->fields[i].name, field->name) != 0);
    if (field->list == NULL || by_code_list_find(field->list->name) == field->list)
        return; /* the program's own */
    for (size_t i = 0; i < field->list->code_count; i++) {
        struct by_bytes code = by_bytes_of_text(field->list->codes[i].code);

        must(by_code_find(field->list, code) == &field->list->codes[i]);
    }
}

/* Types are sound whatever the act says, and sorted. */
static void check_registry(const struct by_value *body)
{
    struct by_registry *registry = NULL;
    size_t count;

    must(by_registry_new(body, &registry) == BANYAN_OK);
    const struct by_type *const *types = by_registry_types(registry, &count);
    for (size_t i = 0; i < count; i++) {
        must(i == 0 || strcmp(types[i - 1]->name, types[i]->name) < 0);
        must(by_registry_type(registry, by_bytes_of_text(types[i]->name)) == types[i]);
        must(by_definition_names_type(by_bytes_of_text(types[i]->name)));
        if (by_type_shipped_find(by_bytes_of_text(types[i]->name)) == types[i])
            continue;
        for (size_t k = 0; k < types[i]->field_count; k++)
            check_field(types[i], k);
    }
    by_registry_free(registry);
    (void)!by_registry_check(body, NULL);
}

static void try_packed(struct by_bytes packed, struct by_arena *arena)
{
    struct by_value bins = by_value_array(arena, 1);
    struct by_value definitions, again, unpacked;

    bins.array.items[0] = by_value_bin(packed);
    if (by_definitions_unpack(&bins, arena, &definitions) != BANYAN_OK)
        return;
    /* another packing may be longer than acts hold */
    if (by_definitions_pack(&definitions, arena, &again) == BANYAN_OK &&
        by_definitions_unpack(&again, arena, &unpacked) == BANYAN_OK)
        must(by_value_equal(&definitions, &unpacked));
}

static void try_body(struct by_bytes bytes, struct by_arena *arena)
{
    struct by_value body, packed;

    if (by_value_decode(bytes, &by_scan_payload_limits, arena, &body) != BANYAN_OK)
        return;
    for (size_t i = 0; body.kind == BY_VALUE_MAP && i < body.map.count; i++) {
        if (!by_bytes_equal(body.map.pairs[i].key, by_bytes_of_text("definitions")) ||
            body.map.pairs[i].value.kind != BY_VALUE_MAP ||
            by_definitions_pack(&body.map.pairs[i].value, arena, &packed) != BANYAN_OK)
            continue;
        body.map.pairs[i].value = packed;
    }
    check_registry(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_arena arena = BY_ARENA_INIT;

    if (size > 1 && data[0] == 0)
        try_packed(by_bytes_of(data + 1, size - 1), &arena);
    else if (size > 1)
        try_body(by_bytes_of(data + 1, size - 1), &arena);
    by_arena_deinit(&arena);
    return 0;
}
