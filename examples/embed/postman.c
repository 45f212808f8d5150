/*
 * Embedding banyan, 2: keep a home in step with a folder that others share (USB stick, cloud
 * drive): take in every bundle there, then leave one of our own for all members.
 *
 *   postman HOME FOLDER NAME
 */
#include <banyan/banyan.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES 4096

/* What is not for us or of another network is passed over: it is somebody else's letter. */
static void take_in(banyan_node *node, const char *path)
{
    struct banyan_text json;
    struct banyan_error error;

    if (banyan_bundle_apply(node, path, &json, &error) == BANYAN_OK) {
        puts(json.data);
        banyan_text_free(&json);
        return;
    }
    fprintf(stderr, "%s\n", error.text);
}

static bool is_bundle(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && strcmp(dot, ".banyan") == 0;
}

static void take_in_all(banyan_node *node, const char *folder)
{
    char path[PATH_BYTES];
    struct dirent *item;
    DIR *items = opendir(folder);

    while (items != NULL && (item = readdir(items)) != NULL)
        if (is_bundle(item->d_name) &&
            snprintf(path, sizeof path, "%s/%s", folder, item->d_name) < (int)sizeof path)
            take_in(node, path);
    if (items != NULL)
        closedir(items);
}

int main(int count, char **arguments)
{
    char path[PATH_BYTES];
    struct banyan_bundle bundle = {.path = path};
    struct banyan_text json;
    struct banyan_error error;
    banyan_node *node = NULL;

    if (count != 4 || snprintf(path, sizeof path, "%s/%s.banyan", arguments[2], arguments[3]) >=
                          (int)sizeof path) {
        fprintf(stderr, "usage: postman HOME FOLDER NAME\n");
        return BANYAN_CLASS_USAGE;
    }
    banyan_harden_process();
    enum banyan_status status = banyan_node_open(arguments[1], &node, &error);
    if (status == BANYAN_OK) {
        take_in_all(node, arguments[2]);
        status = banyan_bundle_make(node, &bundle, &json, &error);
    }
    if (status == BANYAN_OK) {
        puts(json.data);
        banyan_text_free(&json);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    banyan_node_close(node);
    return (int)banyan_status_class(status);
}
