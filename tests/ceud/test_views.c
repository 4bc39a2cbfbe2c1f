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
#include "news.h"
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
		    .kind = "", .calendar_name = "", .uid = "" };
	facts[i] = (struct entry_fact){ .id = (int64_t)i + 1, .day = day(date), .minutes = minutes,
	    .category = category, .kind = -1,
		.competencies = competencies, .course = course, .event = "" };
}

static struct standing stand(size_t n)
{
	struct standing s = { .person = { .email = "dana@example.org", .name = "Dana" }, .program = program,
	    .today = day("2026-03-12"),
		.cycle = { .start = day("2024-07-01"), .end = day("2026-06-30"), .counts_from = day("2024-07-01"),
		    .counts_until = day("2026-06-30") },
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
	   "'competencies':['voice'],'tags':[],'earn':null,'count':null,'provider':'','note':'','state':'counted','reason':'','evidence':[],"
	   "'source':{'kind':'hand','calendar':null,'uid':null},'warnings':[],'next':[]}");
	view(&s, 1, 0);
	has("'state':'part-counted','reason':'Rule category-limit: ");
	has("'warnings':[{'code':'over-limit','text':'Only 1.0 of these 2.0 units add to the total: at most 10.0 count from Training courses, " "seminars and webinars, and you have 9.0. The other 1.0 stays on record and adds nothing.'}],'next':['ceu why 2']}");
	view(&s, 2, 1);
	has("'state':'needs-info'");
	has("'code':'needs-competency'");
	has("'next':['ceu edit 3 --for COMPETENCY','ceu undo']");
	view(&s, 3, 1);
	has("'state':'repeat','reason':'");
	has("'text':'Entry 1 is the same course; it counts once in a cycle, so this one adds nothing.'");
	view(&s, 4, 0);
	has("'state':'planned'");
	has("'text':'It is planned, and can count from Fri 3 April 2026 on.'");
	view(&s, 5, 0);
	has("'state':'late','reason':'");
	has("'code':'late','text':'Its cycle was submitted before. It is kept there and adds nothing.'");
	s.cycle.closed_at = 1;
	view(&s, 5, 0);
	has("'code':'late','text':'Its cycle is closed. It is kept there and adds nothing.'");
	standing_free(&s);
}

/* What waits for its person's word: ahead, on its day, and after it. */
static void planned_entries(void **state)
{
	static const char *const days[] = { "2026-03-13", "2026-03-12", "2026-03-11" };
	struct standing s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		put(i, days[i], 60, 1, 2, days[i]);
		entries[i].is_planned = facts[i].is_planned = 1;
	}
	s = stand(3);
	view(&s, 0, 0);
	has("{'code':'planned','text':'It is planned, and can count from Fri 13 March 2026 on, once you say that you did it.'}],'next':[]");
	view(&s, 1, 0);
	has("'code':'planned'");
	has("'next':['ceu plan done 2']");
	view(&s, 2, 1);
	has("{'code':'planned-due','text':'It was planned for Wed 11 March 2026. It counts once you say that you did it.'}");
	has("'next':['ceu plan done 3','ceu undo']");
	view_status(begin(), NULL, &s);
	has("'planned':[{'id':1,'title':'2026-03-13','date':'2026-03-13','units':1,'due':false},{'id':2,'title':'2026-03-12',"
	    "'date':'2026-03-12','units':1,'due':false},{'id':3,'title':'2026-03-11','date':'2026-03-11','units':1,'due':true}]");
	has("'next':['ceu plan done 3','ceu plan','ceu log HOURS CATEGORY TITLE']");
	s.is_numbers = 1;
	view_status(begin(), NULL, &s);
	has("'planned':[{'id':1,'title':null,'date':'2026-03-13'");
	standing_free(&s);
}

/* What an entry has besides: tags, a kind of earning, files, something at the same time. */
static void entry_extras(void **state)
{
	struct evidence files[] = { { .name = "a.pdf", .sha256 = "12ab", .bytes = 7 }, { .name = "b \"x\".txt", .sha256 = "34cd", .bytes = 9 } };
	struct entry_view v = { .entry = &entries[0], .program = program };
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 60, 0, 2, "a");
	entries[0].tags[0] = "live";
	entries[0].tags[1] = "ethics";
	entries[0].ntags = 2;
	entries[0].kind = "article";
	entries[0].quantity = 150;
	s = stand(1);
	v.standing = &s;
	v.files = (struct evidence_list){ files, 2, 2 };
	v.conflict = "It was at the same time.";
	view_entry(begin(), NULL, &v);
	has("'tags':['live','ethics'],'earn':'article','count':1.5,'provider'");
	has("'evidence':[{'name':'a.pdf','bytes':7,'sha256':'12ab'},{'name':'b \\'x\\'.txt','bytes':9,'sha256':'34cd'}]");
	has("'warnings':[{'code':'conflict','text':'It was at the same time.'}]");
	entries[0].quantity = 0;
	entries[0].is_source_changed = 1;
	view_entry(begin(), NULL, &v);
	has("'earn':'article','count':null");
	has("{'code':'source-changed','text':'Its calendar has changed the event since. The entry stays as it was confirmed.'}]");
	view_status(begin(), NULL, &s);
	has("'next':['ceu inbox list --changed',");
	v.news = "It moved.";
	v.news_of = 4;
	v.rule = "ceu calendar rule add title is x";
	view_entry(begin(), NULL, &v);
	has("{'code':'source-changed','text':'It moved.'}],'next':['ceu inbox accept 4','ceu inbox dismiss 4','ceu calendar rule add title is x']");
	v.news = v.rule = NULL;
	entries[0].is_void = 1;
	v.conflict = NULL;
	view_entry(begin(), NULL, &v);
	has("'warnings':[]");
	standing_free(&s);
}

static void chances(void **state)
{
	static const struct { int per_mille; const char *text; } all[] = {
		{ 0, "0" }, { 1, "0.001" }, { 52, "0.052" }, { 250, "0.25" }, { 500, "0.5" }, { 999, "0.999" }, { 1000, "1" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		view_chance(begin(), NULL, all[i].per_mille);
		is(all[i].text);
	}
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
	view_status(begin(), NULL, &s);
	has("{'person':'dana@example.org','name':'Dana','program':'ccxp-2y20','program_name':'CCXP','unit':'CEU','today':'2026-03-12'," "'cycle':{'id':2024,'start':'2024-07-01','end':'2026-06-30','days_left':110,'state':'");
	has("'required':20,'counted':10," "'logged':12,'over_limit':1,'carried':0,'to_go':10,'pending':2.5,'waiting':2,'even_pace':16.95,'chance':0.");
	has(",'submitted':null,'planned':[],'categories':[");
	has("{'id':'in-company','name':'In-company development','logged':1,'counted':0,'over_limit':0,'limit':10,'free':10," "'pending':2.5}");
	has("'source':'CCXP Duties and Responsibilities, CXPA','need':20,'have':10,'met':false}");
	has("'without_evidence':[1,2],'next':['ceu inbox','ceu edit 3 --for COMPETENCY','ceu why','ceu plan','ceu log HOURS CATEGORY TITLE']}");
	view_why(begin(), &s, 1);
	has("'parts':[{'units':1,'counted':1,'rule':null,'text':'They bring Training courses, seminars and webinars from 9.0 to its " "limit of 10.0.'},{'units':1,'counted':0,'rule':'category-limit',");
	has("'evidence':0}");
	s.verdict.chance = 52;
	s.verdict.state = CYCLE_OFF_TRACK;
	view_team_row(begin(), &s);
	is("{'person':'dana@example.org','name':'Dana','state':'off-track','counted':10,'required':20,'to_go':10,'end':'2026-06-30',"
	   "'days_left':110,'chance':0.052,'pending':2.5,'waiting':2,'without_evidence':2}");
	standing_free(&s);
}

/* What was sent in, and what to do next, in each state. */
static void next_steps(void **state)
{
	struct standing s;

	(void)state;
	put(0, "2026-01-01", 540, 0, 2, "a");
	put(1, "2026-02-02", 60, 1, 0, "c");
	s = stand(2);
	s.verdict.state = CYCLE_SUBMITTED;
	s.sent = (struct submission){ .id = 3, .on = day("2026-03-10"), .counted = 1100 };
	view_status(begin(), NULL, &s);
	has("'chance':null,'submitted':{'on':'2026-03-10','counted':11,'supported':9}");
	has("'next':['ceu edit 2 --for COMPETENCY','ceu renew']}");
	s.sent.counted = 800;
	view_status(begin(), NULL, &s);
	has("'counted':8,'supported':8}");
	view_team_row(begin(), &s);
	has("'state':'submitted'");
	has("'chance':null");
	s.sent.id = 0;
	s.verdict.state = CYCLE_DONE;
	view_status(begin(), NULL, &s);
	has("'submitted':null");
	has("'next':['ceu edit 2 --for COMPETENCY','ceu export packet','ceu submit']}");
	s.verdict.state = CYCLE_LAPSED;
	view_status(begin(), NULL, &s);
	has("'next':['ceu edit 2 --for COMPETENCY','ceu renew --as dana@example.org --because TEXT']}");
	s.is_past = 1;
	view_status(begin(), NULL, &s);
	has("'today':'2026-03-12','as_of':'2026-03-12'");
	has("'next':[]}");
	view_why(begin(), &s, 1);
	has("'remedy':''");
	s.is_past = 0;
	s.cycle.closed_at = 1;
	view_status(begin(), NULL, &s);
	has("'next':[]}");
	standing_free(&s);
}

/* ---- the inbox, calendars, mails */

static struct proposal event(const char *zone, const char *start, const char *end)
{
	struct proposal p = { .no = 4, .calendar_name = "Work", .category = "cxpa",
	    .competencies = "voice,design",
		.provider = "", .why = "", .series_key = "", .suggested = 90,
		.event = { .uid = "u", .rid = "", .title = "T", .location = "", .url = "", .organizer = "", .credit = "",
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
	struct proposal_view view = { .proposal = &p, .standing = &s, .now = p.event.end };

	(void)state;
	put(0, "2026-01-01", 60, 0, 2, "a");
	s = stand(1);
	view.worth = (struct event_worth){ .is_known = 1, .adds = 150 };
	view_proposal(begin(), &view);
	is("{'id':4,'title':'T','start':'2026-03-09T17:00:00-04:00','end':'2026-03-09T18:30:00-04:00','date':'2026-03-09',"
	   "'zone':'America/New_York','all_day':false,'minutes':90,'scheduled_minutes':90,'breaks_minutes':0,'units':1.5,'adds':1.5,'credit':'','category':'cxpa',"
	   "'competencies':['voice','design'],'provider':'','calendar':'Work','uid':'u','state':'waiting','flags':[],"
	   "'why':'Events of Work are entered as cxpa.','location':null,'series':null,'twins':[],'changed':false}");
	p.event.flags = EVENT_ZONE_UNKNOWN | EVENT_CUT;
	p.changed = 1;
	view.has_conflict = 1;
	view.now = p.event.end - 1;
	view.worth = (struct event_worth){ .is_known = 1, .is_repeat = 1 };
	view_proposal(begin(), &view);
	has("'state':'planned','flags':['zone-unknown','cut','changed','conflict','repeat']");
	has("'adds':0");
	view = (struct proposal_view){ .proposal = &p, .standing = &s, .now = p.event.end };
	p.state = PROPOSAL_CONFIRMED;
	p.entry_no = 7;
	p.category = "";
	p.suggested = 0;
	p.event.zone = "Asia/Kolkata";
	view_proposal(begin(), &view);
	has("'start':'2026-03-10T02:30:00+05:30'");
	has("'minutes':null,'scheduled_minutes':90,'breaks_minutes':0,'units':null,'adds':null,'credit':'','category':null");
	has("'state':'confirmed'");
	has("'why':'Work names no category for its events.','location':null,'series':null,'twins':[],'changed':true,'entry':7}");
	p.category = "cxpa";
	p.suggested = 60;
	p.event.zone = "No/Such";
	view.standing = NULL;
	view_proposal(begin(), &view);
	has("'start':'2026-03-09T21:00:00+00:00'");
	has("'minutes':60,'scheduled_minutes':90,'breaks_minutes':0,'units':null,'adds':null");
	standing_free(&s);
}

/* Breaks, where else it is known, an entry made by hand, what its calendar says now. */
static void proposal_relations(void **state)
{
	struct proposal p = event("Europe/Berlin", "2026-05-12T11:00:00Z", "2026-05-12T19:00:00Z"), twin = { .calendar_name = "Club" };
	struct proposal_news news = { .at = 1000, .event = p.event };
	struct proposal_view view = { .proposal = &p, .now = p.event.end, .twins = { &twin, 1, 1 }, .news = &news };

	(void)state;
	p.suggested = 420;
	p.breaks = 60;
	p.why = "8:00 scheduled less 1:00 for breaks.";
	p.provider = "CXPA";
	p.series_key = "weekly-1";
	p.event.credit = "0.6 CEU";
	view.worth = (struct event_worth){ .is_known = 1, .recorded = 12 };
	news.event.start += 3600000;
	news.event.location = "Room 2";
	view_proposal(begin(), &view);
	has("'minutes':420,'scheduled_minutes':480,'breaks_minutes':60,'units':null,'adds':0,'credit':'0.6 CEU'");
	has("'provider':'CXPA'");
	has("'why':'8:00 scheduled less 1:00 for breaks.'");
	has("'series':'weekly-1','twins':['Club'],'recorded':12,'changed':false,'news':{'at':'1970-01-01T00:00:01Z','cancelled':false,"
	    "'start':'2026-05-12T14:00:00+02:00','end':'2026-05-12T21:00:00+02:00'");
	has("'title':'T','location':'Room 2','text':'The calendar now says Tue 12 May 2026, 14:00 to 21:00; "
	    "it was Tue 12 May 2026, 13:00 to 21:00. Its place is \\'Room 2\\' now.'}");
	p.event.all_day = 1;
	view_proposal(begin(), &view);
	has("'scheduled_minutes':null");
}

/* Each kind of news in words. */
static void news_words(void **state)
{
	struct proposal p = event("Europe/Berlin", "2026-05-12T11:00:00Z", "2026-05-12T13:00:00Z");
	struct event was = p.event, now = was;
	struct buf text = BUF_INIT;

	(void)state;
	news_text(&was, &now, &text);
	assert_string_equal(buf_str(&text), "The calendar now says other things about it.");
	buf_reset(&text);
	now.zone = "Asia/Tokyo";
	now.end += 86400000;
	news_text(&was, &now, &text);
	assert_string_equal(buf_str(&text), "The calendar now says Tue 12 May 2026, 20:00 to Wed 13 May 2026, 22:00 (Asia/Tokyo); "
	    "it was Tue 12 May 2026, 13:00 to 15:00 (Europe/Berlin).");
	buf_reset(&text);
	now = was;
	now.all_day = 1;
	now.start = 1778536800000;		/* 12 May, midnight in Berlin */
	now.end = now.start + 2 * 86400000;
	now.title = "U";
	was.location = "Hall";
	news_text(&was, &now, &text);
	assert_string_equal(buf_str(&text), "The calendar now says Tue 12 May 2026 to Wed 13 May 2026; "
	    "it was Tue 12 May 2026, 13:00 to 15:00. Its title is \"U\" now. Its place is gone now.");
	buf_reset(&text);
	now.cancelled = 1;
	news_text(&was, &now, &text);
	assert_string_equal(buf_str(&text), "The calendar now says that it is cancelled.");
	buf_free(&text);
}

static void calendars_and_mails(void **state)
{
	struct calendar c = { .no = 2, .name = "", .url = "https://h/secret", .shown = "https://h/...",
	    .state = "error",
		.error_code = "gone", .error_text = "It answers 404.", .category = "", .competencies = "",
		    .next_poll = 0 };
	struct calendar_counts counts = { .waiting = 3, .planned = 2, .ignored = 7 };
	struct outbox_mail m = { .id = 5, .kind = "reminder", .rcpt = "dana@example.org", .subject = "",
	    .state = OUTBOX_READY,
		.not_before = 1000, .next_try = 2000, .reason = "", .message_id = "" };

	(void)state;
	view_calendar(begin(), NULL, &c, &counts);
	is("{'id':2,'name':'https://h/...','url':'https://h/...','state':'error','error':'It answers 404.','error_code':'gone',"
	   "'last_good':null,'next_poll':null,'events':0,'proposals':3,'planned':2,'ignored':7,'everything':false,'unstable':false,'category':null,'competencies':[]}");
	c.state = "suspect";
	view_calendar(begin(), NULL, &c, &counts);
	has("'state':'suspect'");
	has("'notice':'Nothing of the last fetch was taken over. Look at it, then: ceu calendar accept 2'}");
	c.state = "error";
	c.paused = c.everything = c.unstable = 1;
	c.next_poll = 5000;
	view_calendar(begin(), NULL, &c, &counts);
	has("'state':'paused'");
	has("'next_poll':null");
	has("'everything':true,'unstable':true");
	has("'notice':'It could not be read for 14 days and is not asked any more. Once it is there again: ceu calendar check 2'}");
	c.paused = 0;
	view_calendar(begin(), NULL, &c, &counts);
	has("'notice':'Its publisher keeps giving the same events new ids; they are told apart by title and time.'}");
	c.removed = 1;
	c.next_poll = 5000;
	counts = (struct calendar_counts){ 0 };
	view_calendar(begin(), NULL, &c, &counts);
	has("'state':'removed'");
	assert_null(strstr(buf_str(&out), "notice"));
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
		cmocka_unit_test(planned_entries), cmocka_unit_test(entry_extras), cmocka_unit_test(chances),
		cmocka_unit_test(status_and_why), cmocka_unit_test(next_steps), cmocka_unit_test(proposals), cmocka_unit_test(proposal_relations), cmocka_unit_test(news_words),
		    cmocka_unit_test(calendars_and_mails),
	};

	return cmocka_run_group_tests_name("views", tests, load_program, free_program);
}
