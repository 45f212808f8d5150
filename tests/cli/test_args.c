/*
 * Options: what is understood, and what is said about mistakes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "args.h"

static const struct option common[] = {
    {"home", "DIR", "", false}, {"json", NULL, "", false}, OPTIONS_END};
static const struct option own[] = {{"limit", "N", "", false},
                                    {"network", "NAME", "", true},
                                    {"deleted", NULL, "", false},
                                    OPTIONS_END};
static const struct options options = {common, own, false};

#define WORDS_MAX 6

static int parse(struct args *args, struct pool *pool, const char *const words[WORDS_MAX],
                 bool stop, const char **out_mistake)
{
    int count = 0;

    while (count < WORDS_MAX && words[count] != NULL)
        count++;
    return args_parse(args, pool, &options, count, (char **)(uintptr_t)words, 0, stop, out_mistake);
}

static const struct {
    const char *name;
    const char *words[WORDS_MAX];
    const char *limit; /* the value of --limit */
    size_t word_count;
    const char *last_word;
} good[] = {
    {"an option takes the next word", {"--limit", "5", "site"}, "5", 1, "site"},
    {"or what stands behind =", {"site", "--limit=5"}, "5", 1, "site"},
    {"even when that is empty", {"--limit="}, "", 0, NULL},
    {"even when that has a = of its own", {"--limit=a=b"}, "a=b", 0, NULL},
    {"a value may begin with dashes", {"--limit", "--json"}, "--json", 0, NULL},
    {"options stand anywhere", {"site", "--json", "name=x", "--limit", "5"}, "5", 2, "name=x"},
    {"two dashes end the options", {"--", "--limit", "-x"}, NULL, 2, "-x"},
    {"one dash is a word", {"-"}, NULL, 1, "-"},
    {"an empty word is a word", {""}, NULL, 1, ""},
};

static void words_and_options_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct pool pool = {0};
        struct args args = {0};
        const char *mistake;

        print_message("  %s\n", good[i].name);
        (void)parse(&args, &pool, good[i].words, false, &mistake);
        assert_null(mistake);
        assert_int_equal(args.word_count, good[i].word_count);
        if (good[i].last_word != NULL)
            assert_string_equal(args.words[args.word_count - 1], good[i].last_word);
        if (good[i].limit == NULL)
            assert_null(args_value(&args, "limit"));
        else
            assert_string_equal(args_value(&args, "limit"), good[i].limit);
        pool_free(&pool);
    }
}

/* A chat may break an invitation code before a dash. */
static void words_that_are_pasted_may_begin_with_a_dash(void **state)
{
    static const struct options pasted = {common, own, true};
    static const char *const words[] = {"BANYAN-06E001", "-NRA7SG", "--json", "-6xxxrs-"};
    struct pool pool = {0};
    struct args args = {0};
    const char *mistake;
    (void)state;

    (void)args_parse(&args, &pool, &pasted, 4, (char **)(uintptr_t)words, 0, false, &mistake);
    assert_null(mistake);
    assert_int_equal(args.word_count, 3);
    assert_string_equal(args.words[1], "-NRA7SG");
    assert_string_equal(args.words[2], "-6xxxrs-");
    assert_true(args_has(&args, "json"));
    pool_free(&pool);
}

static const struct {
    const char *words[WORDS_MAX];
    const char *mistake;
} bad[] = {
    {{"--limt", "5"}, "there is no option --limt here; did you mean --limit?"},
    {{"--ilmit=5"}, "there is no option --ilmit here; did you mean --limit?"},
    {{"--net"}, "there is no option --net here; did you mean --network?"},
    {{"--something-else"}, "there is no option --something-else here"},
    {{"--"
      "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"},
     "there is no option --aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee here"},
    {{"--limit"}, "--limit needs a value: --limit N"},
    {{"--json=yes"}, "--json takes no value"},
    {{"--limit", "5", "--limit", "6"}, "--limit is given twice"},
    {{"-x"}, "there is no option -x; options begin with two dashes"},
};

static void a_mistake_is_one_sentence_that_names_the_nearest_option(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pool pool = {0};
        struct args args = {0};
        const char *mistake;

        (void)parse(&args, &pool, bad[i].words, false, &mistake);
        assert_non_null(mistake);
        assert_string_equal(mistake, bad[i].mistake);
        pool_free(&pool);
    }
}

static void a_repeated_option_keeps_every_value_in_order(void **state)
{
    const char *words[WORDS_MAX] = {"--network", "a", "--network=b", "--network", "c"};
    struct pool pool = {0};
    struct args args = {0};
    const char *mistake, **values;
    size_t count;

    (void)state;
    (void)parse(&args, &pool, words, false, &mistake);
    values = args_values(&args, &pool, "network", &count);
    assert_int_equal(count, 3);
    assert_string_equal(values[0], "a");
    assert_string_equal(values[1], "b");
    assert_string_equal(values[2], "c");
    pool_free(&pool);
}

static void parsing_stops_at_the_first_word_when_asked(void **state)
{
    const char *words[WORDS_MAX] = {"--home", "here", "list", "--limit", "1"};
    struct pool pool = {0};
    struct args args = {0};
    const char *mistake;

    (void)state;
    assert_int_equal(parse(&args, &pool, words, true, &mistake), 2);
    assert_null(mistake);
    assert_string_equal(args_value(&args, "home"), "here");
    pool_free(&pool);
}

static void distance_counts_single_slips(void **state)
{
    (void)state;
    assert_int_equal(word_distance("limit", "limit"), 0);
    assert_int_equal(word_distance("limit", "limt"), 1);
    assert_int_equal(word_distance("limit", "limmit"), 1);
    assert_int_equal(word_distance("limit", "limot"), 1);
    assert_int_equal(word_distance("limit", "ilmit"), 1);
    assert_int_equal(word_distance("", "abc"), 3);
    assert_int_equal(word_distance("list", "sql"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_options_are_told_apart),
        cmocka_unit_test(words_that_are_pasted_may_begin_with_a_dash),
        cmocka_unit_test(a_mistake_is_one_sentence_that_names_the_nearest_option),
        cmocka_unit_test(a_repeated_option_keeps_every_value_in_order),
        cmocka_unit_test(parsing_stops_at_the_first_word_when_asked),
        cmocka_unit_test(distance_counts_single_slips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
