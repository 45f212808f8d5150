/*
 * The tables that compile_types.py writes at build. Only types.c reads them.
 */
#ifndef BY_RECORD_TYPE_TABLES_H
#define BY_RECORD_TYPE_TABLES_H

#include "record/types.h"

extern const struct by_code_list by_table_lists[]; /* by name */
extern const size_t by_table_list_count;
extern const struct by_type by_table_types[]; /* by name */
extern const size_t by_table_type_count;
extern const struct by_field *const by_table_envelope;
extern const size_t by_table_envelope_count;
extern const char by_table_digest[];

#endif
