#include "net/exchange.h"

#include <stdlib.h>
#include <string.h>

void by_exchanges_begin(struct by_exchanges *exchanges, const struct by_conn *conn,
                        const char *address, bool is_first)
{
    struct by_exchange *exchange = calloc(1, sizeof *exchange);

    if (exchange == NULL)
        return;
    if (by_live_tally_new(conn->peer, &exchange->tally) != BANYAN_OK) {
        free(exchange);
        return;
    }
    exchange->transport = conn->transport;
    exchange->is_first = is_first;
    memcpy(exchange->address, address, strlen(address));
    if (exchanges->last == NULL)
        exchanges->first = exchange;
    else
        exchanges->last->next = exchange;
    exchanges->last = exchange;
}

struct by_exchange *
by_exchanges_find(const struct by_exchanges *exchanges, const struct by_id *transport)
{
    struct by_exchange *found = NULL;

    for (struct by_exchange *at = exchanges->first; at != NULL; at = at->next)
        if (by_id_equal(&at->transport, transport))
            found = at;
    return found;
}

static void drop_first(struct by_exchanges *exchanges)
{
    struct by_exchange *first = exchanges->first;

    exchanges->first = first->next;
    if (exchanges->first == NULL)
        exchanges->last = NULL;
    by_live_tally_free(first->tally);
    free(first);
}

/* They are counted in the order in which they began. */
void by_exchanges_poll(struct by_exchanges *exchanges, by_exchange_tell *tell, void *context)
{
    while (exchanges->first != NULL) {
        const struct by_tally_result *result = NULL;

        if (by_live_tally_state(exchanges->first->tally, &result) == BY_LIVE_COUNTING)
            return;
        tell(context, exchanges->first, result);
        drop_first(exchanges);
    }
}

void by_exchanges_deinit(struct by_exchanges *exchanges)
{
    while (exchanges->first != NULL)
        drop_first(exchanges);
}

struct banyan_changes by_exchange_changes(const struct by_tally_changes *changes)
{
    return (struct banyan_changes){.records_new = changes->records_new,
                                   .records_changed = changes->records_changed,
                                   .records_deleted = changes->records_deleted,
                                   .records_proposed = changes->records_proposed};
}

static bool has_changes(const struct by_tally_changes *changes)
{
    return changes->records_new + changes->records_changed + changes->records_deleted +
               changes->records_proposed >
           0;
}

bool by_exchange_is_empty(const struct by_tally_result *result)
{
    return !has_changes(&result->sent) && !has_changes(&result->received) &&
           result->both_count == 0;
}
