/* The objects of the API, written from facts made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/json.h"
#include "views.h"

static struct program *program;
static struct buf out;
static struct jsonw w;

static int load_program(void **state)
{
	const struct embed *e = embed_find("programs/ccxp-2y20.rules");
	struct buf text = BUF_INIT;
	struct conf_errors errors = { &text, 0 };

	(void)state;
	return program_load((const char *)e->data, e->len, e->name, &program, &errors);
}

static int free_program(void **state)
{
	(void)state;
	program_free(program);
	buf_free(&out);
	return 0;
}

static struct jsonw *begin(void)
{
	buf_free(&out);
	jsonw_begin(&w, &out);
	return &w;
}

/* Exactly this JSON, in which ' stands for ". */
static void is(const char *want)
{
	char *quoted = strdup(want);

	for (char *p = quoted; *p; p++)
		if (*p == '\'')
			*p = '"';
	assert_int_equal(out.failed, 0);
	assert_string_equal(buf_str(&out), quoted);
	free(quoted);
}

static void has(const char *piece)
{
	char *quoted = strdup(piece);

	for (char *p = quoted; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (!strstr(buf_str(&out), quoted))
		fail_msg("%s is not in %s", quoted, buf_str(&out));
	free(quoted);
}

static day_t day(const char *iso)
{
	day_t ret;

	assert_int_equal(date_parse_iso(iso, &ret), 0);
	return ret;
}

/* ---- entries */

enum { ENTRIES = 6 };
static struct entry entries[ENTRIES];
static struct entry_fact facts[ENTRIES];

static void put(size_t i, const char *date, int minutes, int category, uint32_t competencies,
    const char *course)
{
	entries[i] = (struct entry){ .id = (int64_t)i + 11, .no = (int64_t)i + 1, .day = day(date),
	    .minutes = minutes,
		.category = program->categories[category].id, .title = course, .provider = "", .note = "",
		.competencies = { "voice" }, .ncompetencies = competencies != 0, .void_reason = "",
		    .calendar_name = "", .uid = "" };
	facts[i] = (struct entry_fact){ .id = (int64_t)i + 1, .day = day(date), .minutes = minutes,
	    .category = category,
		.competencies = competencies, .course = course };
}

static struct standing stand(size_t n)
{
	struct standing s = { .person = { .email = "dana@example.org", .name = "Dana" }, .program = program,
	    .today = day("2026-03-12"),
		.cycle = { .start = day("2024-07-01"), .end = day("2026-06-30") },
		    .entries = { entries, n, n }, .facts = facts };
	struct err err = { 0 };

	if (credit_evaluate(program, &(struct credit_cycle){ { s.cycle.start, s.cycle.end }, DAY_NONE, DAY_NONE, 0, 0 }, facts, n, s.today,
	    &s.verdict, &err))
		fail_msg("%s", err.what);
	return s;
}

static void view(const struct standing *s, size_t i, int is_change)
{
	struct entry_view v = { .entry = &entries[i], .program = program, .standing = s, .at = i,
	    .is_change = is_change };
	struct err err = { 0 };

	assert_int_equal(view_cut(s, i, &v.cut, &err), 0);
	view_entry(begin(), NULL, &v);
}

static void entry_states(void **state)
{
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 540, 0, 2, "a");
	put(1, "2026-02-01", 120, 0, 2, "b");
	put(2, "2026-02-02", 60, 1, 0, "c");
	put(3, "2026-02-03", 60, 1, 2, "a");
	put(4, "2026-04-03", 60, 1, 2, "d");
	put(5, "2026-02-04", 60, 2, 2, "e");
	facts[5].is_late = 1;
	s = stand(6);
	view(&s, 0, 0);
	is("{'id':1,'title':'a','date':'2026-01-01','minutes':540,'units':9,'counted':9,'category':'training',"
	   "'competencies':['voice'],'provider':'','note':'','state':'counted','reason':'','evidence':[],"
	   "'source':{'kind':'hand','calendar':null,'uid':null},'warnings':[],'next':[]}");
	view(&s, 1, 0);
	has("'state':'part-counted','reason':'Rule category-limit: ");
	has("'warnings':[{'code':'over-limit','text':'Only 1.0 of these 2.0 units add to the total: at most 10.0 count from Training courses, " "seminars and webinars, and you have 9.0. The other 1.0 stay on record and add nothing.'}],'next':['ceu why 2']}");
	view(&s, 2, 1);
	has("'state':'needs-info'");
	has("'code':'needs-competency'");
	has("'next':['ceu edit 3 --for COMPETENCY','ceu undo']");
	view(&s, 3, 1);
	has("'state':'repeat','reason':'The same course is in this cycle already.");
	has("'text':'Entry 1 is the same course; it counts once in a cycle, so this one adds nothing.'");
	view(&s, 4, 0);
	has("'state':'planned'");
	has("'text':'It is planned, and can count from Fri 3 April 2026 on.'");
	view(&s, 5, 0);
	has("'state':'late','reason':'It was entered after its cycle was closed.'");
	has("'code':'late'");
	standing_free(&s);
}

/* An earlier entry that pushes a later one over the limit says so when it is entered, and only then. */
static void pushed_over(void **state)
{
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 120, 0, 2, "early");
	put(1, "2026-02-01", 570, 0, 2, "late");
	s = stand(2);
	view(&s, 0, 1);
	has("'counted':2,");
	has("'text':'Only 0.5 of these 2.0 units add to the total: at most 10.0 count from Training");
	has("and you have 9.5.");
	has("'next':['ceu why','ceu undo']");
	view(&s, 0, 0);
	has("'warnings':[],'next':[]");
	standing_free(&s);
}

static void in_no_cycle(void **state)
{
	struct entry_view v = { .entry = &entries[0], .program = program };

	(void)state;
	put(0, "2020-01-01", 100, 0, 2, "old");
	view_entry(begin(), NULL, &v);
	has("'units':1.5,'counted':0");
	has("'state':'out-of-cycle','reason':'Its date is in no cycle.'");
	has("'code':'out-of-cycle'");
	entries[0].is_void = 1;
	entries[0].void_reason = "twice";
	view_entry(begin(), NULL, &v);
	has("'state':'void','reason':'twice'");
	has("'warnings':[]");
	entries[0].source = SOURCE_CALENDAR;
	entries[0].calendar_name = "Work";
	entries[0].uid = "u1";
	entries[0].title = "\"quoted\"\\ and \x01";
	view_entry(begin(), NULL, &v);
	has("'source':{'kind':'calendar','calendar':'Work','uid':'u1'}");
	assert_non_null(strstr(buf_str(&out), "\"title\":\"\\\"quoted\\\"\\\\ and \\u0001\""));
}

/* ---- standing */

static void status_and_why(void **state)
{
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 540, 0, 2, "a");
	put(1, "2026-02-01", 120, 0, 2, "b");
	put(2, "2026-02-02", 60, 1, 0, "c");
	s = stand(3);
	s.waiting.n = 2;
	s.pending = 250;
	s.pending_of[1] = 250;
	view_status(begin(), &s);
	has("{'person':'dana@example.org','name':'Dana','program':'ccxp-2y20','program_name':'CCXP','unit':'CEU','today':'2026-03-12'," "'cycle':{'id':2024,'start':'2024-07-01','end':'2026-06-30','days_left':110,'state':'off-track'},'required':20,'counted':10," "'logged':12,'over_limit':1,'to_go':10,'pending':2.5,'waiting':2,'even_pace':16.95,'chance':null,");
	has("{'id':'in-company','name':'In-company development','logged':1,'counted':0,'over_limit':0,'limit':10,'free':10," "'pending':2.5}");
	has("'without_evidence':[1,2],'next':['ceu inbox','ceu edit 3 --for COMPETENCY','ceu why','ceu log HOURS CATEGORY TITLE']}");
	view_why(begin(), &s, 1);
	has("'parts':[{'units':1,'counted':1,'rule':null,'text':'They bring Training courses, seminars and webinars from 9.0 to its " "limit of 10.0.'},{'units':1,'counted':0,'rule':'category-limit',");
	view_team_row(begin(), &s);
	is("{'person':'dana@example.org','name':'Dana','state':'off-track','counted':10,'required':20,'to_go':10,'end':'2026-06-30',"
	   "'days_left':110,'chance':null,'pending':2.5,'waiting':2,'without_evidence':2}");
	s.verdict.state = CYCLE_SUBMITTED;
	s.waiting.n = 0;
	view_status(begin(), &s);
	has("'next':['ceu edit 3 --for COMPETENCY','ceu why']}");
	standing_free(&s);
}

/* ---- the inbox, calendars, mails */

static struct proposal event(const char *zone, const char *start, const char *end)
{
	struct proposal p = { .no = 4, .calendar_name = "Work", .category = "cxpa",
	    .competencies = "voice,design",
		.event = { .uid = "u", .rid = "", .title = "T", .location = "", .url = "", .organizer = "",
		    .zone = zone, .minutes = 90 } };

	assert_int_equal(instant_parse(start, &p.event.start), 0);
	assert_int_equal(instant_parse(end, &p.event.end), 0);
	p.event.day = day("2026-03-09");
	return p;
}

static void proposals(void **state)
{
	struct proposal p = event("America/New_York", "2026-03-09T21:00:00Z", "2026-03-09T22:30:00Z");
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 60, 0, 2, "a");
	s = stand(1);
	view_proposal(begin(), &p, &s, p.event.end);
	is("{'id':4,'title':'T','start':'2026-03-09T17:00:00-04:00','end':'2026-03-09T18:30:00-04:00','date':'2026-03-09',"
	   "'zone':'America/New_York','all_day':false,'minutes':90,'units':1.5,'adds':1.5,'category':'cxpa',"
	   "'competencies':['voice','design'],'calendar':'Work','uid':'u','state':'waiting','flags':[],"
	   "'why':'Events of Work are entered as cxpa.','location':null}");
	p.event.flags = EVENT_ZONE_UNKNOWN | EVENT_CUT;
	p.changed = 1;
	view_proposal(begin(), &p, &s, p.event.end - 1);
	has("'state':'planned','flags':['zone-unknown','cut','changed']");
	p.state = PROPOSAL_CONFIRMED;
	p.entry_no = 7;
	p.category = "";
	p.event.minutes = 0;
	p.event.zone = "Asia/Kolkata";
	view_proposal(begin(), &p, &s, p.event.end);
	has("'start':'2026-03-10T02:30:00+05:30'");
	has("'minutes':null,'units':null,'adds':null,'category':null");
	has("'state':'confirmed'");
	has("'why':'Work names no category for its events.','location':null,'entry':7}");
	p.category = "cxpa";
	p.event.minutes = 60;
	p.event.zone = "No/Such";
	view_proposal(begin(), &p, NULL, p.event.end);
	has("'start':'2026-03-09T21:00:00+00:00'");
	has("'minutes':60,'units':null,'adds':null");
	standing_free(&s);
}

static void calendars_and_mails(void **state)
{
	struct calendar c = { .no = 2, .name = "", .url = "https://h/secret", .shown = "https://h/...",
	    .state = "error",
		.error_code = "gone", .error_text = "It answers 404.", .category = "", .competencies = "",
		    .next_poll = 0 };
	struct outbox_mail m = { .id = 5, .kind = "reminder", .rcpt = "dana@example.org", .subject = "",
	    .state = OUTBOX_READY,
		.not_before = 1000, .next_try = 2000, .reason = "", .message_id = "" };

	(void)state;
	view_calendar(begin(), NULL, &c, 3, 2);
	is("{'id':2,'name':'https://h/...','url':'https://h/...','state':'error','error':'It answers 404.','error_code':'gone',"
	   "'last_good':null,'next_poll':null,'events':0,'proposals':3,'planned':2,'category':null,'competencies':[]}");
	c.removed = 1;
	c.next_poll = 5000;
	view_calendar(begin(), NULL, &c, 0, 0);
	has("'state':'removed'");
	has("'next_poll':null");
	view_mail(begin(), &m);
	is("{'id':5,'kind':'reminder','to':'dana@example.org','subject':null,'state':'ready','attempts':0,'doubts':0,"
	   "'next_try':'1970-01-01T00:00:02Z','reason':null,'code':null,'message_id':null}");
	m.state = OUTBOX_FAILED;
	m.code = 550;
	m.reason = "no such user";
	view_mail(begin(), &m);
	has("'state':'failed'");
	has("'next_try':null,'reason':'no such user','code':550");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_states), cmocka_unit_test(pushed_over), cmocka_unit_test(in_no_cycle),
		cmocka_unit_test(status_and_why), cmocka_unit_test(proposals),
		    cmocka_unit_test(calendars_and_mails),
	};

	return cmocka_run_group_tests_name("views", tests, load_program, free_program);
}
