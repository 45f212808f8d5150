/*
 * A random history: every kind of operation, by everybody, on a few records.
 */
#ifndef BY_TESTS_UNIT_VIEW_HISTORY_H
#define BY_TESTS_UNIT_VIEW_HISTORY_H

#include "fixture.h"

#define RECORDS 24

struct history {
    struct net *net;
    uint64_t seed;
    struct by_id ids[RECORDS][512];
    size_t counts[RECORDS];
    bool is_put[RECORDS];
};

static const struct change random_changes[] = {
    {"name.vi", BY_HOW_SET, "\"Rừng ngập mặn Cồn Bửng\""},
    {"name.en", BY_HOW_SET, "\"Con Bung mangroves\""},
    {"name.en", BY_HOW_UNSET, NULL},
    {"area", BY_HOW_SET, "{\"value\":\"12.50\",\"unit\":\"ha\"}"},
    {"area", BY_HOW_SET, "{\"value\":\"13\",\"unit\":\"ha\"}"},
    {"country", BY_HOW_ADD, "[\"VNM\"]"},
    {"country", BY_HOW_ADD, "[\"KHM\",\"LAO\"]"},
    {"geometry", BY_HOW_SET, "{\"type\":\"Point\",\"coordinates\":[106.5,9.75]}"},
    {"geometry", BY_HOW_SET,
     "{\"type\":\"Polygon\",\"coordinates\":[[[106,9],[107,9],[107,10],[106,9]]]}"},
    {"site_type", BY_HOW_SET, "\"candidate\""},
    {"strange", BY_HOW_SET, "{\"kept\":true}"},
    {"language", BY_HOW_SET, "\"vi\""},
};
#define RANDOM_CHANGES (sizeof random_changes / sizeof random_changes[0])

static inline size_t owner_of(size_t record)
{
    return record % AUTHOR_COUNT;
}

static inline void pick_parents(struct history *history, size_t record, struct writing *writing,
                                struct by_id parents[3])
{
    size_t count = history->counts[record];
    size_t wanted = count == 0 ? 0 : 1 + test_random(&history->seed) % 2;
    for (size_t i = 0; i < wanted; i++) {
        size_t back = test_random(&history->seed) % (count < 4 ? count : 4);
        struct by_id id = history->ids[record][count - 1 - back];
        bool twice = false;
        for (size_t p = 0; p < writing->parent_count; p++)
            twice = twice || by_id_equal(&parents[p], &id);
        if (!twice)
            parents[writing->parent_count++] = id;
    }
    writing->parents = parents;
}

static inline void add_random(struct history *history, size_t author, size_t record)
{
    struct by_id parents[3], target;
    struct writing writing = {.author = author,
                              .name = net_name(history->net, owner_of(record), (uint8_t)record)};
    uint64_t dice = test_random(&history->seed) % 20;
    if (!history->is_put[record] && author == owner_of(record)) {
        history->is_put[record] = true;
        writing.op = BY_OP_PUT;
        writing.type = record % 5 == 0 ? "org" : record % 7 == 0 ? "unheard_of" : "site";
        writing.changes[0] = (struct change){"name.vi", BY_HOW_SET, "\"Đồng Văn\""};
    } else {
        pick_parents(history, record, &writing, parents);
        writing.op = dice == 0 ? BY_OP_DELETE : dice == 1 ? BY_OP_DECLINE : BY_OP_PATCH;
    }
    if (writing.op == BY_OP_DECLINE && history->counts[record] > 0) {
        target = history->ids[record][test_random(&history->seed) % history->counts[record]];
        writing.targets = &target;
        writing.target_count = 1;
    } else if (writing.op == BY_OP_DECLINE) {
        writing.op = BY_OP_PATCH;
    }
    if (writing.op == BY_OP_PATCH)
        writing.changes[0] = random_changes[test_random(&history->seed) % RANDOM_CHANGES];
    net_add(history->net, &writing);
}

/* Each batch is one sealed run: operations on different records, whose ids are known afterwards. */
static inline void make_history(struct history *history, size_t batches)
{
    for (size_t batch = 0; batch < batches; batch++) {
        size_t author = test_random(&history->seed) % AUTHOR_COUNT;
        size_t first = test_random(&history->seed) % RECORDS;
        size_t count = 1 + test_random(&history->seed) % 8;
        for (size_t i = 0; i < count; i++)
            add_random(history, author, (first + i) % RECORDS);
        (void)net_flush(history->net, author);
        const struct by_run *run = &history->net->runs.runs[history->net->runs.count - 1];
        assert_int_equal(run->count, count);
        for (size_t i = 0; i < count; i++) {
            size_t record = (first + i) % RECORDS;
            history->ids[record][history->counts[record]++] = run->entries[i].id;
        }
    }
}

/* An order of arrival that keeps each log's own. */
static inline void shuffle(const struct net *net, uint64_t *seed, size_t *order)
{
    size_t next[AUTHOR_COUNT] = {0};
    for (size_t filled = 0; filled < net->runs.count;) {
        size_t author = test_random(seed) % AUTHOR_COUNT;
        struct by_log_id log = world_record_log(&net->authors[author].person, 0);
        size_t *at = &next[author];
        while (*at < net->runs.count && !by_log_id_equal(&net->runs.runs[*at].base.log, &log))
            (*at)++;
        if (*at < net->runs.count)
            order[filled++] = (*at)++;
    }
}

#endif
