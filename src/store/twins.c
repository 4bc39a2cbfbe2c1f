/*
 * Twins: one event that came from several calendars. All of a group point to the one that is shown. Which one that is
 * follows from their states and ages alone, so that what is taken back leaves no trace.
 */
#include "ledger.h"
#include "store/calendars.h"

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
