/*
 * One operation more on a merged record gives what the merge of all operations gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "record/merge_onto.h"
#include "script.h"

#define LINES 24u

static struct by_merged merge_all(struct script *script)
{
    struct by_merged merged = {0};

    assert_int_equal(by_merge(&script->name, script->operations, script->count, script->types,
                              &script->arena, &merged),
                     BANYAN_OK);
    return merged;
}

static void heads_text(const struct by_merged *merged, char *out)
{
    for (size_t i = 0; i < merged->all_head_count; i++)
        *out++ = (char)merged->all_heads[i].bytes[0];
    if (merged->all_head_count == 0)
        *out++ = '-';
    *out = '\0';
}

/* A line that mostly stands on all heads, else on some operation before. */
static void
make_line(uint64_t *seed, size_t at, const struct by_merged *merged, char *out, size_t room)
{
    static const char *const touches[] = {
        "note=x", "note=y",     "note!",        "depth=1",          "depth=1.0", "name.vi=x",
        "name!",  "tags+[k,l]", "tags=[m,m,a]", "name={en:u,vi:w}", "area=bad",  "odd=x",
        "odd!",   "tags+[k]",   "tags!",        "odd.vi=z"};
    static const char *const ops[] = {"patch", "patch",  "patch",  "patch",   "patch",
                                      "patch", "delete", "accept", "decline", "transfer"};
    static const char whos[] = "ooocmnr";
    const char *op = ops[script_number(seed, 10)];
    char parents[LINES + 2] = {(char)('a' + script_number(seed, (uint32_t)at)), 0};
    size_t used = 0;

    if (script_number(seed, 6) != 0)
        heads_text(merged, parents);
    used = (size_t)snprintf(out, room, "%c %c %s %s @%u", (char)('a' + at),
                            whos[script_number(seed, 7)], op, parents, script_number(seed, 30));
    if (op[0] == 'a' || op[2] == 'c')
        used += (size_t)snprintf(out + used, room - used, " ->%c",
                                 (char)('a' + script_number(seed, (uint32_t)at)));
    if (op[0] == 't')
        used += (size_t)snprintf(out + used, room - used, " ->%c", whos[script_number(seed, 7)]);
    for (uint32_t i = op[0] == 'p' || op[0] == 'a' ? 1 + script_number(seed, 2) : 0; i > 0; i--) {
        /* the second is of another field, or takes back what an earlier operation added */
        if (i == 2)
            used += (size_t)snprintf(out + used, room - used, " tags~%c%u",
                                     (char)('a' + script_number(seed, (uint32_t)at)),
                                     script_number(seed, 2));
        else
            used +=
                (size_t)snprintf(out + used, room - used, " %s", touches[script_number(seed, 16)]);
    }
}

/* Applied one by one; where that cannot be told from the heads alone, all are merged again. */
static void play(uint64_t seed, size_t counts[4])
{
    struct script script;
    struct by_merged kept;
    char log[4096] = "a o put - tags=[k] note=a\n";

    script_init(&script);
    script_read(&script, log);
    kept = merge_all(&script);
    for (size_t at = 1; at < LINES; at++) {
        enum by_onto onto = BY_ONTO_NONE;
        char line[256];

        make_line(&seed, at, &kept, line, sizeof line);
        strncat(log, line, sizeof log - strlen(log) - 1);
        strncat(log, "\n", sizeof log - strlen(log) - 1);
        script_read(&script, line);
        assert_int_equal(by_merge_onto(&kept, &script.operations[script.count - 1], script.types,
                                       &script.arena, &onto),
                         BANYAN_OK);
        counts[onto]++;
        struct by_merged all = merge_all(&script);
        if (onto == BY_ONTO_NONE)
            kept = all;
        char *one = script_show(&kept), *other = script_show(&all);
        if (strcmp(one, other) != 0 || kept.last_hlc != all.last_hlc ||
            kept.first_hlc != all.first_hlc || kept.has_conflict != all.has_conflict)
            fail_msg("%s\n  one by one %s\n  all        %s", log, one, other);
        free(one);
        free(other);
    }
    script_deinit(&script);
}

static void one_by_one_is_all_at_once(void **state)
{
    size_t counts[4] = {0};
    (void)state;

    for (uint64_t seed = 1; seed <= 3000; seed++)
        play(seed, counts);
    print_message("  %zu done, %zu proposals, %zu decisions, %zu merged again\n",
                  counts[BY_ONTO_DONE], counts[BY_ONTO_PROPOSAL], counts[BY_ONTO_CLOSES],
                  counts[BY_ONTO_NONE]);
    assert_true(counts[BY_ONTO_DONE] > 10000);
    assert_true(counts[BY_ONTO_PROPOSAL] > 1000);
    assert_true(counts[BY_ONTO_CLOSES] > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_by_one_is_all_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
