#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base32.h"
#include "crypto/hash.h"
#include "member/invitation.h"

#define CODE_CHARS_MAX 4096

static struct by_invitation sample(size_t address_count)
{
    struct by_invitation invitation = {.address_count = address_count};

    for (uint8_t i = 0; i < 16; i++)
        invitation.seed[i] = (uint8_t)(i * 17);
    memset(invitation.network.bytes, 0xa5, 32);
    memset(invitation.invite.bytes, 0x5a, 32);
    memset(invitation.transport.bytes, 0xff, 32);
    for (size_t i = 0; i < address_count && i < BY_CODE_ADDRESSES_MAX; i++)
        invitation.addresses[i] = by_bytes_of_text("wetlands.example.org:7373");
    return invitation;
}

static void encode(const struct by_invitation *invitation, char out_code[CODE_CHARS_MAX])
{
    struct by_buffer out = BY_BUFFER_INIT(CODE_CHARS_MAX - 1);

    assert_int_equal(by_invitation_encode(invitation, &out), BANYAN_OK);
    memcpy(out_code, out.data, out.size + 1);
    assert_int_equal(strlen(out_code), out.size);
    by_buffer_deinit(&out);
}

static void assert_same(const struct by_invitation *a, const struct by_invitation *b)
{
    assert_memory_equal(a->seed, b->seed, sizeof a->seed);
    assert_true(by_id_equal(&a->network, &b->network));
    assert_true(by_id_equal(&a->invite, &b->invite));
    assert_true(by_id_equal(&a->transport, &b->transport));
    assert_int_equal(a->address_count, b->address_count);
    for (size_t i = 0; i < a->address_count; i++)
        assert_true(by_bytes_equal(a->addresses[i], b->addresses[i]));
}

static enum banyan_status
find(const char *text, size_t size, struct by_invitation *want, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_invitation got;
    enum banyan_status status = by_invitation_find(by_bytes_of(text, size), &arena, &got, error);

    if (status == BANYAN_OK)
        assert_same(want, &got);
    by_arena_deinit(&arena);
    return status;
}

static void a_code_comes_back_with_all_it_carries(void **state)
{
    (void)state;
    for (size_t count = 0; count <= BY_CODE_ADDRESSES_MAX; count++) {
        struct by_invitation invitation = sample(count);
        char code[CODE_CHARS_MAX];

        encode(&invitation, code);
        assert_memory_equal(code, "BANYAN-", 7);
        assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_OK);
    }
}

static void what_a_code_cannot_carry_is_refused(void **state)
{
    char longest[BY_ADDRESS_BYTES_MAX + 2];
    struct by_buffer out = BY_BUFFER_INIT(CODE_CHARS_MAX);
    const struct {
        size_t size;
        enum banyan_status want;
    } rows[] = {
        {0, BANYAN_ERR_INVALID},
        {1, BANYAN_OK},
        {BY_ADDRESS_BYTES_MAX - 1, BANYAN_OK},
        {BY_ADDRESS_BYTES_MAX, BANYAN_OK},
        {BY_ADDRESS_BYTES_MAX + 1, BANYAN_ERR_INVALID},
    };

    (void)state;
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_invitation invitation = sample(BY_CODE_ADDRESSES_MAX);

        for (size_t k = 0; k < BY_CODE_ADDRESSES_MAX; k++)
            invitation.addresses[k] = by_bytes_of(longest, rows[i].size);
        by_buffer_reset(&out);
        assert_int_equal(by_invitation_encode(&invitation, &out), rows[i].want);
        if (rows[i].want == BANYAN_OK)
            assert_int_equal(find((const char *)out.data, out.size, &invitation, NULL), BANYAN_OK);
    }
    {
        struct by_invitation invitation = sample(BY_CODE_ADDRESSES_MAX + 1);

        assert_int_equal(by_invitation_encode(&invitation, &out), BANYAN_ERR_INVALID);
        invitation = sample(1);
        invitation.addresses[0] = by_bytes_of_text("two words:1");
        assert_int_equal(by_invitation_encode(&invitation, &out), BANYAN_ERR_INVALID);
    }
    by_buffer_deinit(&out);
}

/* Writes the code with between put in after every so many characters. */
static void wrap(const char *code, size_t width, const char *between, char *out)
{
    for (size_t i = 0; code[i] != 0; i++) {
        if (i > 0 && i % width == 0)
            out += sprintf(out, "%s", between);
        *out++ = code[i];
    }
    *out = 0;
}

static void a_code_is_found_in_the_text_around_it(void **state)
{
    static const struct {
        const char *before;
        size_t width;
        const char *between;
        const char *after;
    } rows[] = {
        {"", 999, "", "\n"},
        {"Welcome to banyan! This is the code:\n\n", 76, "\n", "\n\nSee you there. BANYAN team"},
        {"> > On Monday Ana wrote:\n> > ", 70, "\n> > ", "\n> > \nGood."},
        {"mã mời: «", 60, "\r\n", "» nhé"},
        {"banyan banyan banyan-", 40, " \xe2\x80\x93 ", " 0123456789"},
        {"https://example.org/join#", 999, "", ""},
        {"*", 35, "*\n*", "*"},
        {"try BANYAN-0123-4567-89AB or ", 13, "\t", "."},
        {"", 3, " ", "\n"},
        /* What shows nothing: byte order mark, zero-width space and joiner, soft hyphen, word
         * joiner, spaces that do not break, marks of direction. */
        {"\xef\xbb\xbf", 4, "\xe2\x80\x8b", ""},
        {"\xe2\x80\x8e", 11, "\xe2\x80\x8d\xc2\xad", "\xe2\x80\x8f"},
        {"", 9, "\xe2\x81\xa0\xc2\xa0\xe2\x80\xaf", "\xef\xbb\xbf"},
        /* Dashes of typesetters, and bytes of no character. */
        {"\xe2\x80\x9c", 20, "\xe2\x80\x93\xe2\x80\x94\xe2\x88\x92", "\xe2\x80\x9d"},
        {"\xff\xfe", 30, "\xe2\x28\xf0", "\xc0"},
        /* Soft line breaks of mail, and lines as of chats. */
        {"Content-Transfer-Encoding: quoted-printable\n\n", 70, "=\r\n", "=\r\n"},
        {"[21.11., 09:30] Ana: ", 56, "\n", "\n[21.11., 09:31] Bo: thanks!"},
        {"<p>", 60, "<br>\n", "</p>"},
        {"<div><b>", 999, "", "</b> &mdash; keep it secret</div>"},
        {"<wbr>", 7, "<wbr/>", "&nbsp;"},
        {"", 50, "&shy;", ""},
        {"", 50, "&#8203;", ""},
        {"On Monday Ana wrote:\nAna> ", 56, "\nAna> ", "\nAna> bye"},
        {"| ", 56, " |\n| ", " |"},
        {"\xd0\x9a\xd0\xbe\xd0\xb4: ", 56, "\n",
         " \xd1\x81\xd0\xbf\xd0\xb0\xd1\x81\xd0\xb8\xd0\xb1\xd0\xbe"},
    };
    struct by_invitation invitation = sample(1);
    char code[CODE_CHARS_MAX];
    char wrapped[CODE_CHARS_MAX];
    char text[2 * CODE_CHARS_MAX];

    (void)state;
    encode(&invitation, code);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wrap(code, rows[i].width, rows[i].between, wrapped);
        (void)snprintf(text, sizeof text, "%s%s%s", rows[i].before, wrapped, rows[i].after);
        for (int lower = 0; lower < 2; lower++) {
            enum banyan_status status = find(text, strlen(text), &invitation, NULL);

            if (status != BANYAN_OK)
                fail_msg("row %zu, lower %d: %s", i, lower, banyan_status_name(status));
            for (char *c = text; *c != 0; c++)
                if (*c >= 'A' && *c <= 'Z')
                    *c = (char)(*c - 'A' + 'a');
        }
    }
}

static void look_alikes_are_read_as_what_was_meant(void **state)
{
    struct by_invitation invitation = sample(0);
    char code[CODE_CHARS_MAX];

    (void)state;
    encode(&invitation, code);
    for (char *c = code + 7; *c != 0; c++)
        *c = (char)(*c == '0' ? 'O' : *c == '1' ? 'l' : *c);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_OK);
}

/* Each ASCII letter and digit of from is written as the characters of to, as far as there are any.
 */
static void respell(const char *code, const char *from, const char *const *to, char *out)
{
    for (; *code != 0; code++) {
        const char *at = strchr(from, *code);

        out += sprintf(out, "%.*s", at != NULL ? 4 : 1, at != NULL ? to[at - from] : code);
    }
}

static void letters_of_other_scripts_are_read_as_what_they_look_like(void **state)
{
    static const struct {
        const char *from;
        const char *to[36];
    } rows[] = {
        /* Typed with a keyboard for Cyrillic: capitals, and small ones. */
        {"ABEKMH0PCTYX",
         {"\u0410", "\u0412", "\u0415", "\u041a", "\u041c", "\u041d", "\u041e", "\u0420", "\u0421",
          "\u0422", "\u0423", "\u0425"}},
        {"ABE0PCYXSJ",
         {"\u0430", "\u0432", "\u0435", "\u043e", "\u0440", "\u0441", "\u0443", "\u0445", "\u0455",
          "\u0458"}},
        /* Greek. */
        {"ABEZHKMN0PTYX",
         {"\u0391", "\u0392", "\u0395", "\u0396", "\u0397", "\u039a", "\u039c", "\u039d", "\u039f",
          "\u03a1", "\u03a4", "\u03a5", "\u03a7"}},
        /* Of full width, as from keyboards of East Asia. */
        {"0123456789ABNY-",
         {"\uff10", "\uff11", "\uff12", "\uff13", "\uff14", "\uff15", "\uff16", "\uff17", "\uff18",
          "\uff19", "\uff21", "\uff22", "\uff2e", "\uff39", "\uff0d"}},
    };
    struct by_invitation invitation = sample(1);
    char code[CODE_CHARS_MAX], wrapped[CODE_CHARS_MAX], spelt[4 * CODE_CHARS_MAX];

    (void)state;
    encode(&invitation, code);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        respell(code, rows[i].from, rows[i].to, spelt);
        if (find(spelt, strlen(spelt), &invitation, NULL) != BANYAN_OK)
            fail_msg("row %zu", i);
        wrap(code, 9, "<br>", wrapped);
        respell(wrapped, rows[i].from, rows[i].to, spelt);
        if (find(spelt, strlen(spelt), &invitation, NULL) != BANYAN_OK)
            fail_msg("row %zu, with tags", i);
    }
}

static void several_codes_are_not_chosen_from(void **state)
{
    struct by_invitation one = sample(0), other = sample(1);
    char first[CODE_CHARS_MAX], second[CODE_CHARS_MAX], text[4 * CODE_CHARS_MAX];
    struct banyan_error error = {0};

    (void)state;
    encode(&one, first);
    encode(&other, second);
    (void)snprintf(text, sizeof text, "%s\nOn Monday Ana wrote:\n> %s", first, second);
    assert_int_equal(find(text, strlen(text), &one, &error), BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "several codes"));
    /* The same again, as in mail with two parts; and one that is cut beside one that is whole. */
    (void)snprintf(text, sizeof text, "%s\n<p>%s</p>", first, first);
    assert_int_equal(find(text, strlen(text), &one, &error), BANYAN_OK);
    (void)snprintf(text, sizeof text, "%.90s\n%s", second, first);
    assert_int_equal(find(text, strlen(text), &one, &error), BANYAN_OK);
    (void)snprintf(text, sizeof text, "%s\n%.90s", first, second);
    assert_int_equal(find(text, strlen(text), &one, &error), BANYAN_OK);
}

static void every_mistyped_character_is_noticed(void **state)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct by_invitation invitation = sample(1);
    char code[CODE_CHARS_MAX];

    (void)state;
    encode(&invitation, code);
    for (size_t i = 7; code[i] != 0; i++) {
        char right = code[i];
        struct banyan_error error = {.status = BANYAN_OK};

        if (right == '-')
            continue;
        code[i] = alphabet[(size_t)(strchr(alphabet, right) - alphabet + 1) % 32];
        assert_int_equal(find(code, strlen(code), &invitation, &error), BANYAN_ERR_MALFORMED);
        assert_true(strlen(error.text) > 0);
        code[i] = 'U';
        assert_int_equal(find(code, strlen(code), &invitation, &error), BANYAN_ERR_MALFORMED);
        code[i] = right;
    }
}

static void words_say_what_is_wrong(void **state)
{
    struct by_invitation invitation = sample(0);
    char code[CODE_CHARS_MAX];
    char *text = calloc(1, BY_CODE_TEXT_BYTES_MAX + 2);
    struct banyan_error error = {0};

    (void)state;
    assert_non_null(text);
    encode(&invitation, code);
    assert_int_equal(find("hello", 5, &invitation, &error), BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "no code in this text"));
    assert_int_equal(find("Banyan is a tree", 16, &invitation, &error), BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "is no code"));
    for (size_t size = 7 + 9; size < strlen(code); size++) {
        assert_int_equal(find(code, size, &invitation, &error), BANYAN_ERR_MALFORMED);
        assert_non_null(strstr(error.text, "cut short"));
    }
    code[50] = code[50] == '7' ? '8' : '7';
    assert_int_equal(find(code, strlen(code), &invitation, &error), BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "mistyped"));

    encode(&invitation, code);
    memset(text, ' ', BY_CODE_TEXT_BYTES_MAX + 1);
    memcpy(text + 100, code, strlen(code));
    assert_int_equal(find(text, BY_CODE_TEXT_BYTES_MAX - 1, &invitation, &error), BANYAN_OK);
    assert_int_equal(find(text, BY_CODE_TEXT_BYTES_MAX, &invitation, &error), BANYAN_OK);
    assert_int_equal(find(text, BY_CODE_TEXT_BYTES_MAX + 1, &invitation, &error),
                     BANYAN_ERR_TOO_LARGE);
    assert_non_null(strstr(error.text, "longer than"));
    free(text);
}

/* The bytes of a code with another first byte, or another number of addresses, and a checksum that
 * holds. */
static void forge(size_t at, uint8_t value, char out_text[CODE_CHARS_MAX])
{
    struct by_invitation invitation = sample(0);
    struct by_buffer bytes = BY_BUFFER_INIT(256);
    struct by_id hash;

    encode(&invitation, out_text);
    assert_int_equal(by_base32_decode(by_bytes_of_text(out_text + 7), &bytes), BANYAN_OK);
    bytes.data[at] = value;
    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(bytes.data, bytes.size - 4), &hash);
    memcpy(bytes.data + bytes.size - 4, hash.bytes, 4);
    by_base32_encode(by_buffer_bytes(&bytes), out_text + 7);
    by_buffer_deinit(&bytes);
}

static void a_newer_code_asks_to_upgrade_and_a_forged_one_is_refused(void **state)
{
    struct by_invitation invitation = sample(0);
    char code[CODE_CHARS_MAX];

    (void)state;
    forge(0, 1, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_OK);
    forge(0, 3, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_ERR_UPGRADE);
    forge(0, 2, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_ERR_MALFORMED);
    forge(0, 0, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_ERR_MALFORMED);
    /* Addresses that are not there. */
    forge(3 + 16 + 96, 1, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_ERR_MALFORMED);
    forge(3 + 16 + 96, 255, code);
    assert_int_equal(find(code, strlen(code), &invitation, NULL), BANYAN_ERR_MALFORMED);
}

/* -- contacts -- */

static enum banyan_status
find_contact(const char *text, struct by_contact_code *want, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_contact_code got;
    enum banyan_status status = by_contact_code_find(by_bytes_of_text(text), &arena, &got, error);

    if (status == BANYAN_OK) {
        assert_true(by_id_equal(&want->network, &got.network));
        assert_true(by_id_equal(&want->transport, &got.transport));
        assert_int_equal(want->address_count, got.address_count);
        for (size_t i = 0; i < got.address_count; i++)
            assert_true(by_bytes_equal(want->addresses[i], got.addresses[i]));
    }
    by_arena_deinit(&arena);
    return status;
}

static struct by_contact_code contact_of(const struct by_invitation *invitation)
{
    struct by_contact_code contact = {.network = invitation->network,
                                      .transport = invitation->transport,
                                      .address_count = invitation->address_count};

    memcpy(contact.addresses, invitation->addresses, sizeof contact.addresses);
    return contact;
}

static void a_contact_comes_back_and_an_invitation_says_the_same(void **state)
{
    (void)state;
    for (size_t count = 0; count <= BY_CODE_ADDRESSES_MAX; count++) {
        struct by_invitation invitation = sample(count);
        struct by_contact_code contact = contact_of(&invitation);
        struct by_buffer out = BY_BUFFER_INIT(CODE_CHARS_MAX);
        char code[CODE_CHARS_MAX];

        assert_int_equal(by_contact_code_encode(&contact, &out), BANYAN_OK);
        assert_int_equal(find_contact((const char *)out.data, &contact, NULL), BANYAN_OK);
        encode(&invitation, code);
        assert_int_equal(find_contact(code, &contact, NULL), BANYAN_OK);
        by_buffer_deinit(&out);
    }
}

static void a_contact_is_no_invitation_and_says_so(void **state)
{
    struct by_invitation invitation = sample(1);
    struct by_contact_code contact = contact_of(&invitation);
    struct by_buffer out = BY_BUFFER_INIT(2 * CODE_CHARS_MAX);
    struct banyan_error error = {0};
    char code[CODE_CHARS_MAX];

    (void)state;
    assert_int_equal(by_contact_code_encode(&contact, &out), BANYAN_OK);
    assert_int_equal(find((const char *)out.data, out.size, &invitation, &error),
                     BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "contact code"));
    for (size_t size = 7 + 9; size < out.size; size++) {
        memcpy(code, out.data, size);
        code[size] = '\0';
        assert_int_equal(find_contact(code, &contact, &error), BANYAN_ERR_MALFORMED);
        assert_non_null(strstr(error.text, "cut short"));
    }
    /* Where both are in a text, whoever joins means the invitation; who comes back has to say
     * which. */
    encode(&invitation, code);
    assert_int_equal(by_buffer_append_format(&out, " or %s", code), BANYAN_OK);
    assert_int_equal(find((const char *)out.data, out.size, &invitation, &error), BANYAN_OK);
    assert_int_equal(find_contact((const char *)out.data, &contact, &error), BANYAN_ERR_MALFORMED);
    assert_non_null(strstr(error.text, "several codes"));
    by_buffer_deinit(&out);
}

static void a_recovery_code_comes_back(void **state)
{
    struct by_seed root = {{1, 2, 3}};
    struct by_seed got = {{0}};
    char text[BY_RECOVERY_TEXT_BYTES];
    char lower[2 * BY_RECOVERY_TEXT_BYTES] = "\n ";

    (void)state;
    by_recovery_encode(&root, text);
    assert_int_equal(strlen(text), 8 * 7 + 7);
    for (size_t i = 7; i < strlen(text); i += 8)
        assert_int_equal(text[i], '-');
    assert_int_equal(by_recovery_decode(by_bytes_of_text(text), &got), BANYAN_OK);
    assert_memory_equal(got.bytes, root.bytes, sizeof root.bytes);
    for (size_t i = 0; text[i] != 0; i++)
        lower[2 + i] = (char)(text[i] == '-'   ? ' '
                              : text[i] >= 'A' ? text[i] - 'A' + 'a'
                                               : text[i]);
    memset(&got, 0, sizeof got);
    assert_int_equal(by_recovery_decode(by_bytes_of_text(lower), &got), BANYAN_OK);
    assert_memory_equal(got.bytes, root.bytes, sizeof root.bytes);
}

static void a_wrong_recovery_code_is_refused(void **state)
{
    struct by_seed root = {{1, 2, 3}};
    struct by_seed got = {{9}};
    const struct by_seed untouched = {{9}};
    char text[2 * BY_RECOVERY_TEXT_BYTES];

    (void)state;
    by_recovery_encode(&root, text);
    for (size_t i = 0; i < 8 * 7 + 7; i++) {
        char right = text[i];

        if (right == '-')
            continue;
        text[i] = right == 'A' ? 'B' : 'A';
        assert_int_equal(by_recovery_decode(by_bytes_of_text(text), &got), BANYAN_ERR_MALFORMED);
        text[i] = right;
    }
    assert_int_equal(by_recovery_decode(by_bytes_of(text, 40), &got), BANYAN_ERR_TRUNCATED);
    strcat(text, "-000");
    assert_int_equal(by_recovery_decode(by_bytes_of_text(text), &got), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(by_recovery_decode(by_bytes_of_text("what?"), &got), BANYAN_ERR_TRUNCATED);
    assert_memory_equal(got.bytes, untouched.bytes, sizeof got.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_comes_back_with_all_it_carries),
        cmocka_unit_test(what_a_code_cannot_carry_is_refused),
        cmocka_unit_test(a_code_is_found_in_the_text_around_it),
        cmocka_unit_test(look_alikes_are_read_as_what_was_meant),
        cmocka_unit_test(letters_of_other_scripts_are_read_as_what_they_look_like),
        cmocka_unit_test(several_codes_are_not_chosen_from),
        cmocka_unit_test(every_mistyped_character_is_noticed),
        cmocka_unit_test(words_say_what_is_wrong),
        cmocka_unit_test(a_newer_code_asks_to_upgrade_and_a_forged_one_is_refused),
        cmocka_unit_test(a_contact_comes_back_and_an_invitation_says_the_same),
        cmocka_unit_test(a_contact_is_no_invitation_and_says_so),
        cmocka_unit_test(a_recovery_code_comes_back),
        cmocka_unit_test(a_wrong_recovery_code_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
