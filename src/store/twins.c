/*
 * Twins: one event that came from several calendars. All of a group point to the one that is shown. Which one that is
 * follows from their states and ages alone, so that what is taken back leaves no trace.
 */
#include "ledger.h"
#include "store/calendars.h"

enum { OF_WAITING = 2, OF_IGNORED = 5, OF_GONE = 6 };	/* places in that order */

int twins_shown(struct store *s, int64_t person, int64_t no, struct twin *ret, struct err *err)
{
	struct query q;
	int rc;

	if (db_query(&q, s, SQL_PROPOSAL_SHOWN, VALUES(v_int(person), v_int(no)), NULL, err) < 0)
		return -1;
	rc = db_next(&q, err);
	if (rc > 0) {
		ret->id = q_int(&q);
		ret->rank = q_small(&q);
	}
	db_end(&q);
	if (rc == 0)
		return err_set(err, ERR_FAILED, "merge-invalid", "There is no event %lld to be the twin of.",
		    (long long)no);
	return rc < 0 ? -1 : 0;
}

int twin_yields(const struct twin *t, int new_state)
{
	return t->rank > (new_state == PROPOSAL_WAITING ? OF_WAITING : new_state == PROPOSAL_IGNORED ? OF_IGNORED : OF_GONE);
}

int twins_settle(struct store *s, int64_t proposal, struct err *err)
{
	int64_t shown, first = 0;
	int rc = db_number(s, SQL_PROPOSAL_GROUP, VALUES(v_int(proposal)), &shown, err);

	if (rc <= 0)
		return rc;
	if (db_number(s, SQL_PROPOSAL_GROUP_FIRST, VALUES(v_int(shown)), &first, err) < 0)
		return -1;
	if (first == shown)
		return 0;
	if (db_run(s, SQL_PROPOSAL_GROUP_MOVE, VALUES(v_int(shown), v_int(first)), err) < 0)
		return -1;
	return db_run(s, SQL_PROPOSAL_GROUP_SHOW, VALUES(v_int(first)), err) < 0 ? -1 : 0;
}

/* The others of a group whose first one goes. */
static int hand_on(struct store *s, int64_t shown, struct err *err)
{
	int64_t next = 0;

	if (db_number(s, SQL_PROPOSAL_GROUP_NEXT, VALUES(v_int(shown)), &next, err) < 0 ||
	    db_run(s, SQL_PROPOSAL_GROUP_MOVE, VALUES(v_int(shown), v_int(next)), err) < 0 ||
	    db_run(s, SQL_PROPOSAL_GROUP_SHOW, VALUES(v_int(next)), err) < 0 ||
	    db_run(s, SQL_PROPOSAL_GROUP_SHOW, VALUES(v_int(shown)), err) < 0)
		return -1;
	return twins_settle(s, next, err);
}

int twins_leave(struct store *s, int64_t proposal, int64_t start, struct err *err)
{
	int64_t shown, holds;
	int rc = db_number(s, SQL_PROPOSAL_GROUP, VALUES(v_int(proposal)), &shown, err);

	if (rc <= 0)
		return rc;
	rc = db_number(s, SQL_PROPOSAL_GROUP_HOLDS, VALUES(v_int(shown), v_int(proposal), v_int(start)), &holds, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (shown == proposal)
		return hand_on(s, shown, err);
	return db_run(s, SQL_PROPOSAL_GROUP_SHOW, VALUES(v_int(proposal)), err) < 0 ? -1 : 0;
}

int twins_join(struct store *s, int64_t person, int64_t proposal, int64_t no, struct err *err)
{
	struct twin shown;
	int64_t own;
	int rc = no ? db_number(s, SQL_PROPOSAL_GROUP, VALUES(v_int(proposal)), &own, err) : 1;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (twins_shown(s, person, no, &shown, err) < 0)
		return -1;
	if (shown.id == proposal)
		return 0;
	if (db_run(s, SQL_PROPOSAL_GROUP_JOIN, VALUES(v_int(proposal), v_int(shown.id)), err) < 0)
		return -1;
	return twins_settle(s, proposal, err);
}
