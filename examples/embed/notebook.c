/*
 * Embedding banyan, 1: found a network, write a record, read it back.
 *
 *   notebook HOME
 */
#include <banyan/banyan.h>
#include <stdio.h>

static int fail(const struct banyan_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    return (int)banyan_status_class(error->status);
}

static int print(struct banyan_text *json)
{
    puts(json->data);
    banyan_text_free(json);
    return 0;
}

static int write_and_read(banyan_node *node)
{
    static const struct banyan_field fields[] = {
        {"name.en", "Kampong Phluk", BANYAN_SET}, {"name.km", "កំពង់ភ្លុក", BANYAN_SET},
        {"site_type", "oecm", BANYAN_SET},        {"country", "KHM", BANYAN_SET},
        {"geometry", "13.21,103.97", BANYAN_SET},
    };
    static const char *const columns[] = {"name", "country"};
    const struct banyan_list sites = {.type = "site", .columns = columns, .column_count = 2};
    struct banyan_text json;
    struct banyan_error error;

    if (banyan_add(node, "site", fields, 5, &json, &error) != BANYAN_OK)
        return fail(&error);
    print(&json);
    if (banyan_list_records(node, &sites, &json, &error) != BANYAN_OK)
        return fail(&error);
    print(&json);
    if (banyan_fingerprint(node, &json, &error) != BANYAN_OK)
        return fail(&error);
    return print(&json);
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"Mekong network"};
    static const struct banyan_profile profile = {.name = "FACT", .country = "KHM", .kind = "ngo"};
    struct banyan_text recovery;
    struct banyan_error error;
    banyan_node *node = NULL;

    if (count != 2) {
        fprintf(stderr, "usage: notebook HOME\n");
        return BANYAN_CLASS_USAGE;
    }
    banyan_harden_process();
    if (banyan_init(arguments[1], names, 1, &profile, &recovery, &error) != BANYAN_OK)
        return fail(&error);
    /* A program shows this to its user once: it is stored nowhere. */
    banyan_text_free(&recovery);
    if (banyan_node_open(arguments[1], &node, &error) != BANYAN_OK)
        return fail(&error);
    int result = write_and_read(node);
    banyan_node_close(node);
    return result;
}
