/*
 * Reading the documents that the interface answers with (shapes in include/banyan/). What is
 * missing reads as empty.
 */
#ifndef CLI_READING_H
#define CLI_READING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "message.h"
#include "pool.h"

/* Borrowed; "" when it is missing or not a text. */
const char *text_at(const json_t *object, const char *key);
uint64_t count_at(const json_t *object, const char *key);
bool is_at(const json_t *object, const char *key);
/* The name of an organisation, given as text or as {"id", "name"}; "" when there is none. */
const char *name_at(const json_t *object, const char *key);

/* A value as one line of text, in the form in which it can be typed again: "12 ha", "yes",
 * "a; b", GeoJSON. */
const char *value_text(struct pool *pool, const json_t *value);

#endif
