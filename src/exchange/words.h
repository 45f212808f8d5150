/*
 * Words in the headers of tables that are no labels of fields, in the languages of the labels: what
 * exports write there, imports read.
 */
#ifndef BY_EXCHANGE_WORDS_H
#define BY_EXCHANGE_WORDS_H

#include "exchange/mapping.h"

/* The word for a part of a field in language, else in English; "" for the whole. Static. */
const char *by_part_word(enum by_part part, const char *language);
/* Which part a word stands for, in any language; folded text. BY_PART_ALL for none. */
enum by_part by_part_of_word(struct by_bytes folded);

/* The name of the field that a header's words mean where it is neither name nor label of one, such
 * as "notes" for the description: folded. *at begins as 0 and goes on where several fit, since
 * types have not all fields; NULL past the last. */
const char *by_field_of_word(struct by_bytes folded, size_t *at);

#endif
