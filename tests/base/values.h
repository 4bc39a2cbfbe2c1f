#ifndef TESTS_BASE_VALUES_H
#define TESTS_BASE_VALUES_H

#include "base/json.h"
#include "base/value.h"

/* A JSON document as values for templates: numbers as text. It must outlive them. */
void values_of_json(struct values *out, const struct json *v);

#endif
