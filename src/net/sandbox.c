/* The sandbox of a job: both means, one after the other. */
#include "sandbox_parts.h"
#include "base/confine.h"

/* Files first: the filter lets the calls for it through, but once less is simpler to reason about. */
int sandbox_enter(enum sandbox_stage stage, const char *file, struct err *err)
{
	int bad = 0;

	if (CONFINE_SANITIZED)
		return 0;
	bad |= sandbox_files(stage, file, err);
	bad |= sandbox_calls(stage, err);
	return bad != 0 ? -1 : 0;
}
