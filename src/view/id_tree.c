#include "view/id_tree.h"

#include <string.h>

#include "record/field_value.h"

#define KIND_LEAF   0u
#define KIND_BRANCH 1u
#define ID_BYTES    32u
#define NODE_BYTES  (1u + BY_RECORD_LEAF_MAX * ID_BYTES)

/* One record's tree at work. */
struct tree {
    struct by_view *view;
    struct by_record_name name;
    uint8_t name_bytes[48];
    uint8_t path[BY_RECORD_DEPTH_MAX]; /* to the node at work */
    struct banyan_error *error;
};
struct node {
    bool is_branch;
    struct by_id ids[BY_RECORD_LEAF_MAX]; /* of a leaf; the children of a branch */
    size_t count;
};

static void init(struct tree *tree, struct by_view *view, const struct by_record_name *name,
                 struct banyan_error *error)
{
    *tree = (struct tree){.view = view, .name = *name, .error = error};
    by_record_name_put(tree->name_bytes, name);
}

/* -- rows -- */

static enum banyan_status put_node(struct tree *tree, size_t depth, const struct node *node)
{
    uint8_t bytes[NODE_BYTES];
    bytes[0] = node->is_branch ? KIND_BRANCH : KIND_LEAF;
    memcpy(bytes + 1, node->ids, node->count * ID_BYTES);
    sqlite3_stmt *statement = by_view_statement(tree->view, BY_STATEMENT_ID_PUT);
    by_bind_blob(statement, 1, by_bytes_of(tree->name_bytes, sizeof tree->name_bytes));
    by_bind_blob(statement, 2, by_bytes_of(tree->path, depth));
    by_bind_blob(statement, 3, by_bytes_of(bytes, 1 + node->count * ID_BYTES));
    return by_view_run(tree->view, statement, tree->error);
}

static bool is_node(struct by_bytes bytes)
{
    if (bytes.size == 0 || bytes.size > NODE_BYTES || (bytes.size - 1) % ID_BYTES != 0)
        return false;
    return bytes.data[0] == KIND_LEAF ||
           (bytes.data[0] == KIND_BRANCH && bytes.size == 1 + BY_RECORD_FAN * ID_BYTES);
}

static enum banyan_status get_node(struct tree *tree, size_t depth, struct node *out_node)
{
    sqlite3_stmt *statement = by_view_statement(tree->view, BY_STATEMENT_ID_GET);
    by_bind_blob(statement, 1, by_bytes_of(tree->name_bytes, sizeof tree->name_bytes));
    by_bind_blob(statement, 2, by_bytes_of(tree->path, depth));
    enum banyan_status status = by_view_row(tree->view, statement, tree->error);
    if (status != BANYAN_OK)
        return status;
    struct by_bytes bytes = by_column_blob(statement, 0);
    if (is_node(bytes)) {
        out_node->is_branch = bytes.data[0] == KIND_BRANCH;
        out_node->count = (bytes.size - 1) / ID_BYTES;
        memcpy(out_node->ids, bytes.data + 1, bytes.size - 1);
    } else {
        status = by_view_damaged(tree->view, tree->error);
    }
    sqlite3_reset(statement);
    return status;
}

/* -- writing all -- */

static enum banyan_status write_at(struct tree *tree, const struct by_id *ids, size_t count,
                                   size_t depth, struct by_id *out_digest)
{
    struct node node = {.is_branch = count > BY_RECORD_LEAF_MAX && depth < BY_RECORD_DEPTH_MAX};
    enum banyan_status status = BANYAN_OK;
    size_t begin = 0;
    if (!node.is_branch) {
        node.count = count;
        memcpy(node.ids, ids, count * sizeof ids[0]);
        by_record_leaf(&tree->name, ids, count, out_digest);
        return put_node(tree, depth, &node);
    }
    node.count = BY_RECORD_FAN;
    for (unsigned child = 0; child < BY_RECORD_FAN && status == BANYAN_OK; child++) {
        size_t end = begin;
        while (end < count && by_record_child(&ids[end], depth) == child)
            end++;
        tree->path[depth] = (uint8_t)child;
        status = write_at(tree, ids + begin, end - begin, depth + 1, &node.ids[child]);
        begin = end;
    }
    by_record_branch(&tree->name, node.ids, out_digest);
    return status == BANYAN_OK ? put_node(tree, depth, &node) : status;
}

enum banyan_status by_id_tree_remove(struct by_view *view, const struct by_record_name *name,
                                     struct banyan_error *error)
{
    uint8_t name_bytes[48];
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_ID_REMOVE);
    by_record_name_put(name_bytes, name);
    by_bind_blob(statement, 1, by_bytes_of(name_bytes, sizeof name_bytes));
    return by_view_run(view, statement, error);
}

enum banyan_status by_id_tree_write(struct by_view *view, const struct by_record_name *name,
                                    const struct by_id *ids, size_t count,
                                    struct banyan_error *error)
{
    struct tree tree;
    struct by_id root;
    init(&tree, view, name, error);
    enum banyan_status status = by_id_tree_remove(view, name, error);
    return status == BANYAN_OK ? write_at(&tree, ids, count, 0, &root) : status;
}

/* -- adding one -- */

/* Into a leaf; one that is full becomes a branch. */
static enum banyan_status add_to_leaf(struct tree *tree, struct node *leaf, const struct by_id *id,
                                      size_t depth, struct by_id *out_digest)
{
    struct by_id ids[BY_RECORD_LEAF_MAX + 1];
    size_t at = 0;
    while (at < leaf->count && by_id_compare(&leaf->ids[at], id) < 0)
        at++;
    if (at < leaf->count && by_id_equal(&leaf->ids[at], id)) {
        by_record_leaf(&tree->name, leaf->ids, leaf->count, out_digest);
        return BANYAN_OK;
    }
    memcpy(ids, leaf->ids, at * sizeof ids[0]);
    ids[at] = *id;
    memcpy(ids + at + 1, leaf->ids + at, (leaf->count - at) * sizeof ids[0]);
    return write_at(tree, ids, leaf->count + 1, depth, out_digest);
}

static enum banyan_status
add_at(struct tree *tree, const struct by_id *id, size_t depth, struct by_id *out_digest)
{
    struct node node;
    enum banyan_status status = get_node(tree, depth, &node);
    if (status != BANYAN_OK)
        return status;
    if (!node.is_branch)
        return add_to_leaf(tree, &node, id, depth, out_digest);
    if (depth == BY_RECORD_DEPTH_MAX)
        return by_view_damaged(tree->view, tree->error);
    unsigned child = by_record_child(id, depth);
    tree->path[depth] = (uint8_t)child;
    status = add_at(tree, id, depth + 1, &node.ids[child]);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? by_view_damaged(tree->view, tree->error) : status;
    by_record_branch(&tree->name, node.ids, out_digest);
    return put_node(tree, depth, &node);
}

enum banyan_status by_id_tree_add(struct by_view *view, const struct by_record_name *name,
                                  const struct by_id *id, struct by_id *out_root,
                                  struct banyan_error *error)
{
    struct tree tree;
    init(&tree, view, name, error);
    return add_at(&tree, id, 0, out_root);
}
