#ifndef TESTS_RULES_SHIPPED_H
#define TESTS_RULES_SHIPPED_H

#include "helper.h"

/* The shipped default program and a cycle of it, for groups of tests. */
enum { TRAINING, IN_COMPANY, CONFERENCE, COLLEGE, CXPA };

extern struct program *ccxp;
extern struct cycle cycle;	/* 2024-07-01 to 2026-06-30, 730 days */

int shipped_setup(void **state);
int shipped_teardown(void **state);

struct verdict on_last_day(const struct entry_fact *f, size_t n);

#endif
