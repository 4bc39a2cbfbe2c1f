/* What an SMTP outcome means: every fault that was measured, and what follows from it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mail/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE INT64_C(60000)

struct row {
	const char *what;
	enum mail_phase phase;
	int curlcode, code;
	const char *enhanced, *text;
	int all_sent, reused;
	enum mail_class expected;
};

static const struct row rows[] = {
	{ "accepted", PHASE_DOT, 0, 250, "2.0.0", "ok", 1, 0, MAIL_SENT },
	{ "accepted, on a new connection after the old was gone", PHASE_DOT, 0, 250, "", "", 1, 1, MAIL_SENT },
	/* channel */
	{ "connection refused", PHASE_CONNECT, 7, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "name not found", PHASE_CONNECT, 6, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "no banner", PHASE_BANNER, 28, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "slow banner", PHASE_BANNER, 28, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "closed before the banner", PHASE_BANNER, 56, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "banner 421", PHASE_BANNER, 8, 421, "", "", 0, 0, MAIL_CHANNEL },
	{ "banner 554", PHASE_BANNER, 8, 554, "", "", 0, 0, MAIL_CHANNEL },
	{ "EHLO 421 and closed", PHASE_EHLO, 56, 421, "", "", 0, 0, MAIL_CHANNEL },
	{ "drop in the TLS handshake", PHASE_TLS, 56, 220, "", "", 0, 0, MAIL_CHANNEL },
	{ "AUTH 454", PHASE_AUTH, 67, 454, "4.7.0", "", 0, 0, MAIL_CHANNEL },
	{ "drop at AUTH", PHASE_AUTH, 56, 334, "", "", 0, 0, MAIL_CHANNEL },
	{ "AUTH never answered", PHASE_AUTH, 28, 250, "", "", 0, 0, MAIL_CHANNEL },
	{ "MAIL 421", PHASE_MAIL, 55, 421, "", "", 0, 0, MAIL_CHANNEL },
	{ "MAIL 452", PHASE_MAIL, 55, 452, "", "", 0, 0, MAIL_CHANNEL },
	{ "MAIL never answered", PHASE_MAIL, 28, 250, "", "", 0, 0, MAIL_CHANNEL },
	{ "MAIL never answered on an old connection", PHASE_MAIL, 28, 0, "", "", 0, 1, MAIL_CHANNEL },
	/* channel, and an admin must act */
	{ "no STARTTLS offered", PHASE_STARTTLS, 64, 250, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "no STARTTLS offered, seen at EHLO", PHASE_EHLO, 64, 250, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "STARTTLS 454", PHASE_STARTTLS, 64, 454, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "starttls in lower case", PHASE_STARTTLS, 64, 250, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "text injected behind the 220", PHASE_STARTTLS, 8, 220, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "certificate self-signed", PHASE_TLS, 60, 220, "", "self-signed certificate", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "certificate expired", PHASE_TLS, 60, 220, "", "certificate has expired", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "certificate of another name", PHASE_TLS, 60, 220, "", "no alternative certificate", 0, 0,
	    MAIL_CHANNEL_CONFIG },
	{ "smtps against a plain port", PHASE_TLS, 35, 0, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "no CA file", PHASE_TLS, 77, 0, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "AUTH 535", PHASE_AUTH, 67, 535, "5.7.8", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "only a mechanism we do not use", PHASE_AUTH, 67, 250, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "AUTH not offered, stopped by us at AUTH", PHASE_AUTH, 42, 0, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "AUTH not offered, stopped by us in the body", PHASE_BODY, 42, 354, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "MAIL 530", PHASE_MAIL, 55, 530, "5.7.0", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "MAIL 550", PHASE_MAIL, 55, 550, "", "", 0, 0, MAIL_CHANNEL_CONFIG },
	{ "RCPT 530", PHASE_RCPT, 55, 530, "5.7.0", "", 0, 0, MAIL_CHANNEL_CONFIG },
	/* an old connection was gone */
	{ "old 421 was waiting", PHASE_MAIL, 55, 421, "", "", 0, 1, MAIL_RECONNECT },
	{ "closed while idle", PHASE_MAIL, 56, 0, "", "", 0, 1, MAIL_RECONNECT },
	{ "closed while idle, nothing done", PHASE_NONE, 56, 0, "", "", 0, 1, MAIL_RECONNECT },
	{ "closed while idle, but on a new connection", PHASE_MAIL, 56, 0, "", "", 0, 0, MAIL_CHANNEL },
	{ "gone after everything was sent", PHASE_DOT, 56, 0, "", "", 1, 1, MAIL_DOUBT },
	/* this mail, later */
	{ "RCPT 450", PHASE_RCPT, 55, 450, "4.2.1", "", 0, 0, MAIL_LATER },
	{ "RCPT 452", PHASE_RCPT, 55, 452, "4.5.3", "", 0, 0, MAIL_LATER },
	{ "RCPT 552, mailbox full", PHASE_RCPT, 55, 552, "5.2.2", "mailbox full", 0, 0, MAIL_LATER },
	{ "RCPT 552 without more", PHASE_RCPT, 55, 552, "", "exceeded storage allocation", 0, 0, MAIL_LATER },
	{ "dot 552, mailbox full", PHASE_DOT, 8, 552, "5.2.2", "mailbox full", 1, 0, MAIL_LATER },
	{ "RCPT 550, about us", PHASE_RCPT, 55, 550, "5.7.1", "", 0, 0, MAIL_LATER },
	{ "RCPT 554, relay denied", PHASE_RCPT, 55, 554, "", "Relay access denied", 0, 0, MAIL_LATER },
	{ "RCPT answered too late", PHASE_RCPT, 28, 250, "", "", 0, 0, MAIL_LATER },
	{ "drop at RCPT", PHASE_RCPT, 56, 250, "", "", 0, 0, MAIL_LATER },
	{ "DATA 451", PHASE_DATA, 55, 451, "", "", 0, 0, MAIL_LATER },
	{ "drop before all was read", PHASE_BODY, 55, 354, "", "", 0, 0, MAIL_LATER },
	{ "time-out before all was read", PHASE_BODY, 28, 354, "", "", 0, 0, MAIL_LATER },
	{ "drop at DATA", PHASE_DATA, 56, 250, "", "", 0, 0, MAIL_LATER },
	{ "dot 421", PHASE_DOT, 8, 421, "", "", 1, 0, MAIL_LATER },
	{ "dot 451", PHASE_DOT, 8, 451, "", "", 1, 0, MAIL_LATER },
	{ "dot 452", PHASE_DOT, 8, 452, "", "", 1, 1, MAIL_LATER },
	/* this mail, never */
	{ "MAIL 552, too big", PHASE_MAIL, 55, 552, "5.3.4", "", 0, 0, MAIL_DEAD },
	{ "MAIL 550 5.3.4, too big", PHASE_MAIL, 55, 550, "5.3.4", "", 0, 0, MAIL_DEAD },
	{ "RCPT 550", PHASE_RCPT, 55, 550, "5.1.1", "no such user", 0, 0, MAIL_DEAD },
	{ "RCPT 550 without more", PHASE_RCPT, 55, 550, "", "", 0, 0, MAIL_DEAD },
	{ "RCPT 550 by a server called relay", PHASE_RCPT, 55, 550, "", "550 relay.example.org: user unknown", 0, 0, MAIL_DEAD },
	{ "RCPT 550, no such user, whatever relays", PHASE_RCPT, 55, 550, "5.1.1", "not relaying for this one", 0, 0, MAIL_DEAD },
	{ "RCPT 552, too big", PHASE_RCPT, 55, 552, "5.3.4", "", 0, 0, MAIL_DEAD },
	{ "RCPT 551", PHASE_RCPT, 55, 551, "", "", 0, 1, MAIL_DEAD },
	{ "RCPT 553", PHASE_RCPT, 55, 553, "", "", 0, 0, MAIL_DEAD },
	{ "DATA 554", PHASE_DATA, 55, 554, "", "", 0, 0, MAIL_DEAD },
	{ "dot 550", PHASE_DOT, 8, 550, "5.7.1", "spam", 1, 0, MAIL_DEAD },
	{ "dot 552", PHASE_DOT, 8, 552, "5.3.4", "", 1, 0, MAIL_DEAD },
	{ "550 in the middle of the body, read by us", PHASE_BODY, 55, 550, "", "", 0, 0, MAIL_DEAD },
	{ "an address that is none", PHASE_ADDRESS, 3, 0, "", "", 0, 0, MAIL_DEAD },
	/* may have arrived */
	{ "drop after DATA", PHASE_BODY, 56, 354, "", "", 1, 0, MAIL_DOUBT },
	{ "drop after the dot", PHASE_DOT, 56, 354, "", "", 1, 0, MAIL_DOUBT },
	{ "silence after the dot", PHASE_DOT, 28, 354, "", "", 1, 0, MAIL_DOUBT },
	{ "550 and closed while we wrote, the 550 lost", PHASE_DOT, 55, 354, "", "", 1, 0, MAIL_DOUBT },
	{ "after the dot on an old connection", PHASE_DOT, 56, 354, "", "", 1, 1, MAIL_DOUBT },
	/* libcurl knows only 250 */
	{ "dot 251", PHASE_DOT, 8, 251, "", "", 1, 0, MAIL_SENT },
};

static void judges_every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct mail_outcome o = { .phase = r->phase, .curlcode = r->curlcode, .code = r->code,
			.all_sent = r->all_sent, .reused = r->reused };
		enum mail_class got;

		snprintf(o.enhanced, sizeof(o.enhanced), "%s", r->enhanced);
		snprintf(o.text, sizeof(o.text), "%s", r->text);
		got = mail_judge(&o);
		if (got != r->expected)
			fail_msg("%s: %s, expected %s", r->what, mail_class_name(got), mail_class_name(r->expected));
	}
}

/* Whatever comes: a mail that may have arrived is never taken for one that surely did not, nor the other way round. */
static void never_loses_or_doubles(void **state)
{
	(void)state;
	for (int phase = PHASE_NONE; phase <= PHASE_ADDRESS; phase++) {
		for (int curlcode = 0; curlcode < 100; curlcode++) {
			for (int code = 0; code < 600; code += code == 0 ? 200 : 1) {
				struct mail_outcome o = { .phase = (enum mail_phase)phase, .curlcode = curlcode, .code = code };
				enum mail_class c;

				c = mail_judge(&o);
				assert_true(c != MAIL_DOUBT && (c == MAIL_SENT) == (curlcode == 0));
				o.all_sent = 1;
				if (phase < PHASE_DATA || phase == PHASE_ADDRESS)
					continue;
				c = mail_judge(&o);
				assert_true(c != MAIL_RECONNECT && c != MAIL_CHANNEL);
				if (curlcode != 0 && code < 400)
					assert_true(c == MAIL_DOUBT || (c == MAIL_SENT && curlcode == 8 && code / 100 == 2));
			}
		}
	}
}

static struct mail_outcome outcome(enum mail_phase phase, int code, const char *enhanced, const char *text)
{
	struct mail_outcome o = { .phase = phase, .curlcode = phase == PHASE_DOT ? 8 : 55, .code = code,
		.all_sent = phase == PHASE_DOT };

	snprintf(o.enhanced, sizeof(o.enhanced), "%s", enhanced);
	snprintf(o.text, sizeof(o.text), "%s", text);
	return o;
}

static void repetition_changes_the_meaning(void **state)
{
	const int64_t day = 24 * 60 * MINUTE;
	struct mail_outcome denied = outcome(PHASE_RCPT, 554, "5.7.1", "Relay access denied");
	struct mail_outcome full = outcome(PHASE_RCPT, 552, "5.2.2", "over quota");
	struct mail_outcome busy = outcome(PHASE_RCPT, 450, "4.2.1", "busy");
	struct mail_outcome gone = { .phase = PHASE_MAIL, .curlcode = 56, .reused = 1 };

	(void)state;
	assert_int_equal(mail_judge_again(&denied, &(struct mail_past){ .denied = 1 }), MAIL_LATER);
	assert_int_equal(mail_judge_again(&denied, &(struct mail_past){ .denied = 2, .waited = 9 * day }), MAIL_LATER);
	assert_int_equal(mail_judge_again(&denied, &(struct mail_past){ .denied = 3 }), MAIL_CHANNEL_CONFIG);
	assert_int_equal(mail_judge_again(&busy, &(struct mail_past){ .denied = 3, .waited = 9 * day }), MAIL_LATER);
	assert_int_equal(mail_judge_again(&full, &(struct mail_past){ .waited = day }), MAIL_LATER);
	assert_int_equal(mail_judge_again(&full, &(struct mail_past){ .waited = day + 1 }), MAIL_DEAD);
	assert_int_equal(mail_judge_again(&gone, &(struct mail_past){ 0 }), MAIL_RECONNECT);
	assert_int_equal(mail_judge_again(&gone, &(struct mail_past){ .reconnected = 1 }), MAIL_CHANNEL);
}

static void hard_is_what_the_address_is(void **state)
{
	static const struct { enum mail_phase phase; int code; const char *enhanced, *text; int hard, denied; } cases[] = {
		{ PHASE_RCPT, 550, "5.1.1", "no such user", 1, 0 }, { PHASE_RCPT, 550, "", "no", 1, 0 },
		{ PHASE_RCPT, 553, "", "", 1, 0 }, { PHASE_RCPT, 550, "5.2.1", "disabled", 1, 0 },
		{ PHASE_DOT, 550, "5.1.1", "", 1, 0 }, { PHASE_DOT, 554, "5.2.1", "", 1, 0 },
		{ PHASE_DOT, 550, "5.7.1", "spam", 0, 0 }, { PHASE_DOT, 550, "", "content", 0, 0 },
		{ PHASE_DOT, 552, "5.3.4", "", 0, 0 }, { PHASE_RCPT, 552, "5.3.4", "", 0, 0 },
		{ PHASE_RCPT, 552, "5.2.2", "", 0, 0 }, { PHASE_RCPT, 552, "5.2.3", "", 0, 0 },
		{ PHASE_RCPT, 450, "4.1.1", "", 0, 0 }, { PHASE_MAIL, 550, "5.1.8", "sender", 0, 0 },
		{ PHASE_RCPT, 550, "5.7.1", "", 0, 1 }, { PHASE_RCPT, 554, "", "Relay access denied", 0, 1 },
		{ PHASE_RCPT, 550, "", "relaying denied", 0, 1 }, { PHASE_RCPT, 530, "5.7.0", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mail_outcome o = outcome(cases[i].phase, cases[i].code, cases[i].enhanced, cases[i].text);

		if (mail_is_denied(&o) != cases[i].denied || (mail_is_hard(&o) != cases[i].hard))
			fail_msg("%s %d %s: hard %d, denied %d", mail_phase_name(o.phase), o.code, o.enhanced, mail_is_hard(&o),
			    mail_is_denied(&o));
	}
	assert_int_equal(mail_is_hard(&(struct mail_outcome){ .phase = PHASE_ADDRESS, .curlcode = 3 }), 1);
	assert_int_equal(mail_is_hard(&(struct mail_outcome){ .phase = PHASE_DOT, .code = 250 }), 0);
}

static void names_go_both_ways(void **state)
{
	enum mail_phase p = PHASE_DOT;
	enum mail_state s = MAIL_HELD;

	(void)state;
	for (int i = PHASE_NONE; i <= PHASE_ADDRESS; i++) {
		assert_int_equal(mail_phase_parse(mail_phase_name((enum mail_phase)i), &p), 0);
		assert_int_equal(p, i);
	}
	for (int i = MAIL_HELD; i <= MAIL_CANCELLED; i++) {
		assert_int_equal(mail_state_parse(mail_state_name((enum mail_state)i), &s), 0);
		assert_int_equal(s, i);
	}
	assert_string_equal(mail_phase_name(PHASE_RCPT), "rcpt");
	assert_string_equal(mail_state_name(MAIL_IS_SENT), "sent");
	assert_string_equal(mail_state_name(MAIL_CANCELLED), "cancelled");
	assert_string_equal(mail_class_name(MAIL_CHANNEL_CONFIG), "channel-config");
	p = PHASE_TLS;
	assert_int_equal(mail_phase_parse("tea", &p), -1);
	assert_int_equal(mail_phase_parse("", &p), -1);
	assert_int_equal(p, PHASE_TLS);
	s = MAIL_READY;
	assert_int_equal(mail_state_parse("Sent", &s), -1);
	assert_int_equal(s, MAIL_READY);
}

static void assert_near(int64_t got, int64_t middle)
{
	if (got < middle * 8 / 10 || got > middle * 12 / 10)
		fail_msg("%lld is not within a fifth of %lld", (long long)got, (long long)middle);
}

static void later_waits_longer_each_time(void **state)
{
	static const int minutes[] = { 5, 15, 30, 60, 120, 240, 360, 360, 360 };
	const int64_t now = INT64_C(1773304200000), never = now + 1000 * 24 * 60 * MINUTE;

	(void)state;
	for (size_t i = 0; i < COUNT(minutes); i++) {
		int64_t least = INT64_MAX, most = 0;

		for (uint64_t seed = 0; seed < 2000; seed++) {
			struct mail_next n = mail_settle(MAIL_LATER, (int)i, 0, now, never, seed);
			int64_t wait = n.next_try - now;

			assert_int_equal(n.state, MAIL_READY);
			assert_int_equal(n.attempts, i + 1);
			assert_int_equal(n.doubts, 0);
			assert_near(wait, minutes[i] * MINUTE);
			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		assert_true(least < minutes[i] * MINUTE * 82 / 100 && most > minutes[i] * MINUTE * 118 / 100);
	}
}

static void settles_every_class(void **state)
{
	const int64_t now = INT64_C(1773304200000), end = now + 60 * MINUTE;
	struct mail_next n;

	(void)state;
	n = mail_settle(MAIL_SENT, 2, 1, now, end, 7);
	assert_true(n.state == MAIL_IS_SENT && n.attempts == 3 && n.doubts == 1 && n.next_try == 0);
	n = mail_settle(MAIL_DEAD, 0, 0, now, end, 7);
	assert_true(n.state == MAIL_FAILED && n.attempts == 1 && n.doubts == 0 && n.next_try == 0);
	n = mail_settle(MAIL_CHANNEL, 4, 1, now, end, 7);
	assert_true(n.state == MAIL_READY && n.attempts == 4 && n.doubts == 1 && n.next_try == now);
	n = mail_settle(MAIL_CHANNEL_CONFIG, 4, 1, now, end, 7);
	assert_true(n.state == MAIL_READY && n.attempts == 4 && n.doubts == 1 && n.next_try == now);
	n = mail_settle(MAIL_RECONNECT, 0, 0, now, end, 7);
	assert_true(n.state == MAIL_READY && n.attempts == 0 && n.doubts == 0 && n.next_try == now);
	n = mail_settle(MAIL_DOUBT, 0, 0, now, end, 7);
	assert_true(n.state == MAIL_READY && n.attempts == 1 && n.doubts == 1 && n.next_try == now + 10 * MINUTE);
	n = mail_settle(MAIL_DOUBT, 1, 1, now, end, 7);
	assert_true(n.state == MAIL_UNKNOWN && n.attempts == 2 && n.doubts == 2 && n.next_try == 0);
	/* a mail in doubt once that is then refused for now stays a mail in doubt once */
	n = mail_settle(MAIL_LATER, 1, 1, now, end, 7);
	assert_true(n.state == MAIL_READY && n.attempts == 2 && n.doubts == 1);
}

static void late_mail_is_worse_than_none(void **state)
{
	const int64_t now = INT64_C(1773304200000);
	struct mail_next n;

	(void)state;
	n = mail_settle(MAIL_LATER, 0, 0, now, now + 3 * MINUTE, 7);
	assert_true(n.state == MAIL_FAILED && n.attempts == 1 && n.next_try == 0);
	n = mail_settle(MAIL_CHANNEL, 0, 0, now, now - 1, 7);
	assert_true(n.state == MAIL_FAILED && n.attempts == 0);
	n = mail_settle(MAIL_RECONNECT, 0, 0, now, now, 7);
	assert_int_equal(n.state, MAIL_READY);
	n = mail_settle(MAIL_DOUBT, 0, 0, now, now + 9 * MINUTE, 7);	/* it may have arrived: not "failed" */
	assert_true(n.state == MAIL_UNKNOWN && n.doubts == 1);
	n = mail_settle(MAIL_SENT, 0, 0, now, now - MINUTE, 7);
	assert_int_equal(n.state, MAIL_IS_SENT);
	n = mail_settle(MAIL_LATER, 1, 1, now, now + 3 * MINUTE, 7);	/* its first copy may have arrived */
	assert_true(n.state == MAIL_UNKNOWN && n.doubts == 1);
}

static void breaker_opens_at_the_third_fault(void **state)
{
	static const int minutes[] = { 1, 2, 5, 10, 15, 30, 30, 30 };

	(void)state;
	for (int faults = -1; faults < 3; faults++)
		assert_int_equal(mail_breaker_pause(faults, 1), 0);
	for (size_t i = 0; i < COUNT(minutes); i++) {
		for (uint64_t seed = 0; seed < 100; seed++)
			assert_near(mail_breaker_pause(3 + (int)i, seed), minutes[i] * MINUTE);
	}
	assert_int_equal(mail_breaker_pause(5, 42), mail_breaker_pause(5, 42));
	assert_near(mail_breaker_pause(INT32_MAX, 1), 30 * MINUTE);
}

static void rate_gives_a_burst_then_a_steady_flow(void **state)
{
	int64_t tokens = 0, refilled = 0, now = INT64_C(1773304200000), wait;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(mail_rate_take(30, now, &tokens, &refilled), 0);
	wait = mail_rate_take(30, now, &tokens, &refilled);
	assert_int_equal(wait, 2000);
	assert_true(mail_rate_take(30, now + 1999, &tokens, &refilled) == 1);
	assert_int_equal(mail_rate_take(30, now + 2000, &tokens, &refilled), 0);
	assert_int_equal(mail_rate_take(30, now + 2000, &tokens, &refilled), 2000);
	assert_int_equal(mail_rate_take(0, now, &tokens, &refilled), MINUTE);
}

/* Over an hour of asking whenever it says, and at every odd moment between, the rate and the burst go out and no more. */
static void rate_holds_over_an_hour(void **state)
{
	static const int rates[] = { 1, 7, 30, 59, 1000, 600000 };

	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		int64_t tokens = 0, refilled = 0, start = INT64_C(1773304200000), now = start, sent = 0;
		int64_t burst = rates[i] < 10 ? rates[i] : 10, span = rates[i] > 1000 ? 1000 : 60 * MINUTE, expected;

		while (now < start + span) {
			int64_t wait = mail_rate_take(rates[i], now, &tokens, &refilled);

			sent += wait == 0;
			assert_true(wait >= 0 && wait <= MINUTE);
			now += wait > 3 ? wait - wait / 3 : wait;
		}
		expected = span * rates[i] / MINUTE + burst;
		if (sent < expected - 1 - expected / 500 || sent > expected)
			fail_msg("rate %d: %lld sent, expected %lld", rates[i], (long long)sent, (long long)expected);
	}
}

static void rate_survives_a_clock_set_back(void **state)
{
	int64_t tokens = 500, refilled = 10000000, wait;

	(void)state;
	wait = mail_rate_take(60, 5000000, &tokens, &refilled);
	assert_int_equal(wait, 500);
	assert_int_equal(refilled, 5000000);
	assert_int_equal(mail_rate_take(60, 5000500, &tokens, &refilled), 0);
	tokens = -77;
	assert_int_equal(mail_rate_take(60, 5000500, &tokens, &refilled), 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_every_fault),
		cmocka_unit_test(never_loses_or_doubles),
		cmocka_unit_test(repetition_changes_the_meaning),
		cmocka_unit_test(hard_is_what_the_address_is),
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(later_waits_longer_each_time),
		cmocka_unit_test(settles_every_class),
		cmocka_unit_test(late_mail_is_worse_than_none),
		cmocka_unit_test(breaker_opens_at_the_third_fault),
		cmocka_unit_test(rate_gives_a_burst_then_a_steady_flow),
		cmocka_unit_test(rate_holds_over_an_hour),
		cmocka_unit_test(rate_survives_a_clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
