#ifndef PACKET_FACTS_H
#define PACKET_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "rules/credit.h"

struct err;
struct json;

/*
 * What a packet tells: one cycle of one person, as it was judged, with the facts to judge it again.
 * It is read from the job of `ceud-packet make` or from the entries.json of a packet; both have the
 * same objects.  Strings live as long as the struct.
 */
struct proof {				/* a file of evidence */
	const char *name, *sha256;
	int64_t bytes;
};

struct piece {				/* of an entry that shares one fate */
	int64_t units, counted;
	const char *rule;		/* id, or NULL */
	const char *text;
};

struct fact {				/* an entry */
	int64_t id;
	day_t day;
	int minutes;
	int64_t units, counted;		/* hundredths, as are all units here */
	const char *title, *provider, *note, *reason;	/* may be "" */
	const char *category;
	const char **competencies; size_t ncompetencies;
	const char **tags; size_t ntags;
	const char *earn;		/* NULL: by its time */
	int64_t quantity;
	const char *event;		/* which occurrence of a calendar, or NULL */
	enum entry_state state;
	struct proof *proofs; size_t nproofs;
	struct piece *pieces; size_t npieces;
};

struct tally {				/* a category as it was judged */
	const char *id;
	int64_t logged, counted, over_limit, limit;	/* limit -1: none */
};

struct finding {			/* a rule as it was judged */
	const char *id, *text;
	int64_t need, have;		/* -1: it has no amount */
	int met;
};

struct facts {
	const char *organisation, *email, *name, *generated;
	int64_t instant;		/* of `generated` */
	struct credit_cycle cycle;
	day_t today; /* on which it was judged; of a job: the day of its last entry, see facts_read_job() */
	int is_submitted;
	day_t submitted_on;
	int64_t submitted_counted;
	const char *program, *program_hash;
	int64_t required, counted;
	struct fact *entries; size_t n;
	struct tally *tallies; size_t ntallies;
	struct finding *findings; size_t nfindings;
	struct arena arena;
};

/* From the object of entries.json. ERR_USAGE "facts-invalid" with the member that is missing or wrong;
 * ERR_FAILED "too-large" with more files than a packet holds. The document must outlive the facts. */
int facts_read(const struct json *v, struct facts *ret, struct err *err);
/* From the object of a job, without its program's text. The same; but `today` becomes the day of the last
 * entry that is not planned, so that the same facts are the same tomorrow. */
int facts_read_job(const struct json *job, struct facts *ret, struct err *err);
void facts_free(struct facts *f);

/* Is the name of evidence one that any system can keep: one part of a path, no control characters, not
 * hidden? */
int proof_name_is_good(const char *name);
/* Counts, and no file shows it. */
int fact_is_unproven(const struct fact *e);

#endif
