#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/test_folder.h"

/* Says back what it is told, until the door is shut. */
static void *echo(void *context)
{
    struct by_os_door *door = context;
    int line = -1;

    while ((line = by_os_door_wait(door)) >= 0) {
        struct by_buffer told = BY_BUFFER_INIT(100);

        if (by_os_line_receive(line, 100, &told) == BANYAN_OK)
            (void)!by_os_line_send(line, by_buffer_bytes(&told));
        by_buffer_deinit(&told);
        by_os_line_close(line);
    }
    return NULL;
}

static enum banyan_status say(const char *folder, const char *text, struct by_buffer *out_said)
{
    int line = by_os_door_knock(folder, "door");
    enum banyan_status status =
        line < 0 ? BANYAN_ERR_NOT_FOUND : by_os_line_send(line, by_bytes_of_text(text));

    if (status == BANYAN_OK)
        status = by_os_line_receive(line, 100, out_said);
    by_os_line_close(line);
    return status;
}

static void who_knocks_is_answered_until_the_door_is_shut(void **state)
{
    struct by_buffer said = BY_BUFFER_INIT(100);
    struct by_os_door *door = by_os_door_hang(*state, "door");
    char *path = test_folder_path(*state, "door");
    struct stat facts;
    pthread_t thread;

    assert_non_null(door);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(pthread_create(&thread, NULL, echo, door), 0);
    assert_int_equal(say(*state, "xin chào", &said), BANYAN_OK);
    assert_true(by_bytes_equal(by_buffer_bytes(&said), by_bytes_of_text("xin chào")));
    by_os_door_shut(door);
    assert_int_equal(pthread_join(thread, NULL), 0);
    by_os_door_drop(door);
    assert_int_equal(test_folder_count(*state), 0);
    assert_int_equal(say(*state, "xin chào", &said), BANYAN_ERR_NOT_FOUND);
    by_buffer_deinit(&said);
    free(path);
}

static void a_door_that_was_left_behind_is_replaced(void **state)
{
    struct by_os_door *door = NULL;
    pid_t other = fork();

    if (other == 0)
        _exit(by_os_door_hang(*state, "door") == NULL);
    assert_int_equal(waitpid(other, NULL, 0), other);
    assert_int_equal(test_folder_count(*state), 1);
    assert_int_equal(by_os_door_knock(*state, "door"), -1);
    door = by_os_door_hang(*state, "door");
    assert_non_null(door);
    by_os_door_drop(door);
}

/* Only as long as the sender is believed: a size is not. */
static void a_message_past_the_bound_reserves_nothing(void **state)
{
    int pair[2];
    const uint8_t head[4] = {0xff, 0xff, 0xff, 0xff};
    struct by_buffer said = BY_BUFFER_INIT(SIZE_MAX);

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(write(pair[0], head, sizeof head), sizeof head);
    assert_int_equal(by_os_line_receive(pair[1], 100, &said), BANYAN_ERR_TOO_LARGE);
    assert_null(said.data);
    (void)close(pair[0]);
    assert_int_equal(by_os_line_receive(pair[1], 100, &said), BANYAN_ERR_NETWORK);
    (void)close(pair[1]);
}

/* Whatever the modes of folder and door are. */
static void another_user_is_sent_away(void **state)
{
    struct by_os_door *door = NULL;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    pthread_t thread;
    pid_t other = 0;
    int outcome = 0;

    if (geteuid() != 0) {
        skip();
        return;
    }
    door = by_os_door_hang(*state, "door");
    assert_non_null(door);
    assert_true(snprintf(address.sun_path, sizeof address.sun_path, "%s/door", (char *)*state) <
                (int)sizeof address.sun_path);
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(chmod(address.sun_path, 0666), 0);
    assert_int_equal(pthread_create(&thread, NULL, echo, door), 0);
    other = fork();
    if (other == 0) {
        int line = socket(AF_UNIX, SOCK_STREAM, 0);
        char byte = 0;

        if (setgid(65534) != 0 || setuid(65534) != 0 ||
            connect(line, (const struct sockaddr *)&address, sizeof address) != 0)
            _exit(2);
        (void)!by_os_line_send(line, by_bytes_of_text("sign"));
        /* And that user's programs do not believe a door of this one's. */
        _exit(read(line, &byte, 1) > 0 || by_os_door_knock(*state, "door") >= 0);
    }
    assert_int_equal(waitpid(other, &outcome, 0), other);
    assert_true(WIFEXITED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), 0);
    by_os_door_shut(door);
    assert_int_equal(pthread_join(thread, NULL), 0);
    by_os_door_drop(door);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_knocks_is_answered_until_the_door_is_shut,
                                        test_folder_make, test_folder_remove),
        cmocka_unit_test_setup_teardown(a_door_that_was_left_behind_is_replaced, test_folder_make,
                                        test_folder_remove),
        cmocka_unit_test(a_message_past_the_bound_reserves_nothing),
        cmocka_unit_test_setup_teardown(another_user_is_sent_away, test_folder_make,
                                        test_folder_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
