/* How much of what peers send may wait for the writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "live/state.h"

static void hosts_read_while_the_queue_has_room(void **state)
{
    static const struct {
        size_t bytes;
        bool is_ready;
    } rows[] = {
        {0, true},
        {BY_LIVE_QUEUE_BYTES_MAX - 1, true},
        {BY_LIVE_QUEUE_BYTES_MAX, false},
        {BY_LIVE_QUEUE_BYTES_MAX + 1, false},
    };
    struct by_live *live = calloc(1, sizeof *live);

    (void)state;
    assert_non_null(live);
    assert_int_equal(pthread_mutex_init(&live->mutex, NULL), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        live->queue.bytes = rows[i].bytes;
        if (by_live_is_ready(live) != rows[i].is_ready)
            fail_msg("row %zu", i);
    }
    assert_int_equal(pthread_mutex_destroy(&live->mutex), 0);
    free(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_read_while_the_queue_has_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
