#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was measured, as lines: a figure is the median of its rounds with the quartiles beside it, and its limit. */

enum { FIGURES_MAX = 1024, FIGURES_GROUPS = 15 };
struct sample { double v[FIGURES_MAX]; int n; };
struct spread { double low, mid, high; };

static inline void sample_add(struct sample *s, double v)
{
	if (s->n < FIGURES_MAX)
		s->v[s->n++] = v;
}

static inline int sample_by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline struct spread sample_spread(const struct sample *s)
{
	struct sample in_order = *s;

	qsort(in_order.v, (size_t)s->n, sizeof *s->v, sample_by_size);
	return (struct spread){ in_order.v[s->n / 4], in_order.v[s->n / 2], in_order.v[s->n * 3 / 4] };
}

/* What was measured side by side is compared: of many rounds, some neighbours together, for a disk takes now one time
 * and now another. */
static inline struct spread sample_ratio(const struct sample *ours, const struct sample *peer)
{
	int together = ours->n > FIGURES_GROUPS ? ours->n / FIGURES_GROUPS : 1;
	struct sample ratio = { .n = 0 };

	for (int i = 0; i + together <= ours->n; i += together) {
		double a = 0, b = 0;

		for (int k = i; k < i + together; k++) {
			a += ours->v[k];
			b += peer->v[k];
		}
		sample_add(&ratio, a / b);
	}
	return sample_spread(&ratio);
}

static inline void shown(const char *name, const struct sample *s, const char *unit)
{
	struct spread f = sample_spread(s);

	printf("  %-56s %9.3f %-6s %9.3f .. %.3f\n", name, f.mid, unit, f.low, f.high);
}

/* Returns 1 if the median is over. */
static inline int limited(const char *name, struct spread f, const char *unit, double limit)
{
	char quartiles[40];

	snprintf(quartiles, sizeof quartiles, "%.2f .. %.2f", f.low, f.high);
	printf("%-58s %9.2f %-6s %-20s limit %7.2f  %s\n", name, f.mid, unit, quartiles, limit,
	    f.mid <= limit ? "ok" : "OVER");
	return f.mid > limit;
}

/* The same of what is counted, or measured once. */
static inline int limited_once(const char *name, double v, const char *unit, double limit)
{
	printf("%-58s %9.2f %-6s %-20s limit %7.2f  %s\n", name, v, unit, "", limit, v <= limit ? "ok" : "OVER");
	return v > limit;
}

#endif
