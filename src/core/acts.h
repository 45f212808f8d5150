/*
 * The set of acts that a store holds, ready for a charter.
 */
#ifndef BY_CORE_ACTS_H
#define BY_CORE_ACTS_H

#include "member/charter.h"
#include "store/store.h"

/* Starts zeroed; free with by_act_list_deinit. Entries borrow from the list's arena. */
struct by_act_list {
    struct by_arena arena;
    struct by_act_entry *entries;
    size_t count;
    size_t capacity;
};
void by_act_list_deinit(struct by_act_list *list);

/* Add one, copied. */
BANYAN_MUST_CHECK enum banyan_status
by_act_list_add(struct by_act_list *list, const struct by_act_entry *act);
/* Add all entries of a verified run, copied. */
BANYAN_MUST_CHECK enum banyan_status
by_act_list_add_run(struct by_act_list *list, const struct by_run *run);
/* Add all that the store holds. BANYAN_ERR_DAMAGED when some could not be read: the others are in
 * the list all the same. */
BANYAN_MUST_CHECK enum banyan_status
by_act_list_add_held(struct by_act_list *list, struct by_store_txn *txn);
/* Sort by id and drop what is there twice: what by_charter_build asks for. */
void by_act_list_unite(struct by_act_list *list);

#endif
