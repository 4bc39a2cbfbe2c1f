/* What became of an event after it was confirmed, in words. */
#include "news.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"

int news_moved(const struct event *was, const struct event *now)
{
	return was->start != now->start || was->end != now->end || was->all_day != now->all_day;
}

static const struct zone *zone_of(const struct event *e)
{
	const struct zone *z = zone_utc();
	struct err ignored = { 0 };

	return zone_get(e->zone, &z, &ignored) ? zone_utc() : z;
}

static void put_day(day_t day, struct buf *out)
{
	char text[48];

	buf_puts(out, date_text(day, DATE_FULL, text, sizeof text));
}

/* The last day of an all-day event is not its exclusive end. */
static void put_days(const struct event *e, const struct zone *z, struct buf *out)
{
	day_t first = zone_day(z, e->start, NULL), last = zone_day(z, e->end > e->start ? e->end - 1 : e->start, NULL);

	put_day(first, out);
	if (last == first)
		return;
	buf_puts(out, " to ");
	put_day(last, out);
}

static void put_times(const struct event *e, const struct zone *z, struct buf *out)
{
	int start, end;
	day_t first = zone_day(z, e->start, &start), last = zone_day(z, e->end, &end);

	put_day(first, out);
	buf_printf(out, ", %02d:%02d", start / 60, start % 60);
	if (e->end == e->start)
		return;
	buf_puts(out, " to ");
	if (last != first) {
		put_day(last, out);
		buf_puts(out, ", ");
	}
	buf_printf(out, "%02d:%02d", end / 60, end % 60);
}

static void put_when(const struct event *e, int with_zone, struct buf *out)
{
	const struct zone *z = zone_of(e);

	if (e->all_day)
		put_days(e, z, out);
	else
		put_times(e, z, out);
	if (with_zone)
		buf_printf(out, " (%s)", e->zone);
}

static void say_moved(const struct event *was, const struct event *now, struct buf *out)
{
	int zones = strcmp(was->zone, now->zone) != 0;

	buf_puts(out, "The calendar now says ");
	put_when(now, zones, out);
	buf_puts(out, "; it was ");
	put_when(was, zones, out);
	buf_putc(out, '.');
}

static void say_text(const char *what, const char *was, const char *now, struct buf *out)
{
	if (!strcmp(was, now))
		return;
	buf_printf(out, "%s%s is ", out->len ? " " : "", what);
	if (*now)
		buf_printf(out, "\"%s\" now.", now);
	else
		buf_puts(out, "gone now.");
}

void news_text(const struct event *was, const struct event *now, struct buf *out)
{
	size_t before = out->len;

	if (now->cancelled) {
		buf_puts(out, "The calendar now says that it is cancelled.");
		return;
	}
	if (news_moved(was, now))
		say_moved(was, now, out);
	say_text("Its title", was->title, now->title, out);
	say_text("Its place", was->location, now->location, out);
	say_text("Its link", was->url, now->url, out);
	if (out->len == before)
		buf_puts(out, "The calendar now says other things about it.");
}
