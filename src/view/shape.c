/* What the types in force make of the view. */
#include <stdlib.h>

#include "record/types_join.h"
#include "view/layer.h"

static struct by_id act_of(const struct by_charter *charter)
{
    struct by_id mark;
    by_types_mark(charter, &mark);
    return mark;
}

static enum banyan_status read_types(struct by_shape *shape, const struct by_charter *charter)
{
    enum banyan_status status = by_types_build(charter, &shape->types, &shape->registry);
    shape->act = act_of(charter);
    return status;
}

enum banyan_status by_shape_init(struct by_shape *shape, const struct by_charter *charter)
{
    *shape = (struct by_shape){.schema = {.arena = BY_ARENA_INIT}};
    enum banyan_status status = charter == NULL ? BANYAN_OK : read_types(shape, charter);
    if (status == BANYAN_OK)
        status = by_schema_init(&shape->schema, shape->registry);
    if (status == BANYAN_OK) {
        shape->layers = calloc(shape->schema.table_count + 1, sizeof shape->layers[0]);
        status = shape->layers == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    if (status != BANYAN_OK)
        by_shape_deinit(shape);
    return status;
}

void by_shape_finalize(struct by_shape *shape)
{
    for (size_t i = 0; i < shape->schema.table_count && shape->layers != NULL; i++)
        by_layer_finalize(&shape->layers[i]);
}

void by_shape_deinit(struct by_shape *shape)
{
    by_shape_finalize(shape);
    free(shape->layers);
    by_schema_deinit(&shape->schema);
    by_registry_free(shape->registry);
    by_type_set_free(shape->types);
    *shape = (struct by_shape){.schema = {.arena = BY_ARENA_INIT}};
}

bool by_shape_is_of(const struct by_shape *shape, const struct by_charter *charter)
{
    struct by_id act = act_of(charter);
    return shape->types != NULL && by_id_equal(&shape->act, &act);
}

const struct by_type *by_view_type(const struct by_view *view, struct by_bytes name)
{
    return view->shape.registry == NULL ? by_type_shipped_find(name)
                                        : by_registry_type(view->shape.registry, name);
}

const struct by_code_list *by_view_list_of_codes(const struct by_view *view, const char *name)
{
    return view->shape.registry == NULL
               ? by_code_list_find(name)
               : by_registry_list(view->shape.registry, by_bytes_of_text(name));
}
