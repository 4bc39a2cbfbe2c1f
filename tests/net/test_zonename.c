/* Time zones as calendars name them: in what order, and what is not known. */
#include "help.h"
#include "vtimezone.h"
#include "zonename.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOUR 3600

#define OBSERVANCE(kind, start, from, to, more) \
	"BEGIN:" kind "\nDTSTART:" start "\nTZOFFSETFROM:" from "\nTZOFFSETTO:" to "\n" more "END:" kind "\n"
/* Rules that no zone has: nine hours, and ten from April to September. */
#define NINE OBSERVANCE("STANDARD", "19700901T000000", "+1000", "+0900", "RRULE:FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1\n") \
	OBSERVANCE("DAYLIGHT", "19700401T000000", "+0900", "+1000", "RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1\n")
#define BROKEN OBSERVANCE("STANDARD", "19700901T000000", "+1000", "+0900", "RRULE:FREQ=MINUTELY\n")

static struct zone_names *names;

static int begin(void **state)
{
	(void)state;
	names = zone_names_new();
	return names == NULL ? -1 : 0;
}

static int end(void **state)
{
	(void)state;
	assert_false(zone_names_failed(names));
	zone_names_free(names);
	return 0;
}

static int64_t at(const char *text)
{
	int64_t instant = 0;

	assert_int_equal(instant_parse(text, &instant), 0);
	return instant;
}

static const struct zone *find(const char *id)
{
	return zone_names_find(names, id, strlen(id));
}

static void define(const char *id, const char *lines)
{
	struct buf b = BUF_INIT;

	assert_int_equal(buf_printf(&b, "TZID:%s\n%s", id, lines), 0);
	assert_int_equal(vtimezone_add(names, buf_str(&b), b.len, 0, NULL), 0);
	buf_free(&b);
}

/* Debian 13 has old names in a package of their own; without it they are other names of these. */
static const char *today(const char *name)
{
	static const char *const old[][2] = {
		{ "EST5EDT", "America/New_York" }, { "Asia/Calcutta", "Asia/Kolkata" }, { "Europe/Kiev", "Europe/Kyiv" },
		{ "US/Pacific", "America/Los_Angeles" }, { "GB-Eire", "Europe/London" }, { "CET", "Europe/Brussels" },
	};
	char path[100];

	for (size_t i = 0; i < COUNT(old); i++) {
		snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", old[i][0]);
		if (strcmp(name, old[i][0]) == 0 && access(path, F_OK) != 0)
			return old[i][1];
	}
	return name;
}

static void check(const char *id, const char *wanted)
{
	const struct zone *z = find(id);

	if (wanted == NULL && z != NULL)
		fail_msg("\"%s\" is %s, not unknown", id, zone_name(z));
	if (wanted != NULL && z == NULL)
		fail_msg("\"%s\" is unknown, not %s", id, wanted);
	if (wanted != NULL)
		assert_string_equal(zone_name(z), today(wanted));
}

static void names_that_are_known(void **state)
{
	static const char *const rows[][2] = {
		{ "Europe/Berlin", "Europe/Berlin" }, { "\"Europe/Berlin\"", "Europe/Berlin" },
		{ " 'Europe/Berlin' ", "Europe/Berlin" }, { "europe/berlin", "Europe/Berlin" },
		{ "EUROPE/BERLIN", "Europe/Berlin" }, { "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires" },
		{ "UTC", "UTC" }, { "utc", "UTC" }, { "Etc/GMT+5", "Etc/GMT+5" }, { "GMT", "GMT" }, { "EST5EDT", "EST5EDT" },
		{ "Europe/Kiev", "Europe/Kiev" }, { "US/Pacific", "US/Pacific" }, { "GB-Eire", "GB-Eire" }, { "CET", "CET" },
		{ "/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin" },
		{ "/freeassociation.sourceforge.net/Tzfile/America/New_York", "America/New_York" },
		{ "/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin" },
		{ "/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires" },
		{ "/citadel.org/20190914_1/Asia/Tokyo", "Asia/Tokyo" }, { "/mozilla.org/20050126_1/GMT", "GMT" },
		{ "/a.publisher/of/nobody/Asia/Tokyo", "Asia/Tokyo" }, { "custom_Europe/Berlin", "Europe/Berlin" },
		{ "custom_/mozilla.org/1/europe/berlin", "Europe/Berlin" }, { "Europe_Berlin", "Europe/Berlin" },
		{ "posix/Europe/Berlin", "Europe/Berlin" },
		{ "W. Europe Standard Time", "Europe/Berlin" }, { "Eastern Standard Time", "America/New_York" },
		{ "Central Asia Standard Time", "Asia/Bishkek" }, { "Mountain Standard Time (Mexico)", "America/Mazatlan" },
		{ "Tokyo Standard Time", "Asia/Tokyo" }, { "India Standard Time", "Asia/Calcutta" },
		{ "UTC+2", "UTC+02:00" }, { "UTC-10", "UTC-10:00" }, { "UTC-11", "Etc/GMT+11" } /* of Windows */, { "GMT+0100", "UTC+01:00" },
		{ "GMT-05:30", "UTC-05:30" }, { "gmt+1:00", "UTC+01:00" }, { "UTC+05:30", "UTC+05:30" },
		{ "UTC+00:00", "UTC" }, { "GMT-14", "UTC-14:00" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		check(rows[i][0], rows[i][1]);
		check(rows[i][0], rows[i][1]);		/* from the cache */
	}
}

static void names_that_are_not_known(void **state)
{
	static const char *const rows[] = {
		"", " ", "\"\"", "Berlin", "Europe/Berln", "../../../etc/passwd", "/etc/passwd", "/etc/localtime",
		"/../../etc/passwd", "Europe/../../../etc/passwd", "/mozilla.org/../../etc/passwd", "localtime", "posixrules",
		"right/Europe/Berlin", "Factory", "factory", "tzdata.zi", "zone.tab", "Europe", "America/Argentina",
		"/nobody/EST", "UTC+15", "UTC+2x", "UTC+", "UTC+2:", "UTC+02:60", "UTC2", "GMT+12345", "UTC++2", "+0200",
		"(UTC+01:00) Amsterdam, Berlin", "Customized Time Zone", "W. Europe Standard Time 1", "\xC3\xBC", "%s%n",
		"Europe/Berlin\x01", "a/b/c/d/e",
	};
	char longest[400];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(rows[i], NULL);
	memset(longest, 'A', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	check(longest, NULL);
	assert_null(zone_names_find(names, "Europe/Berlin\0x", 15));
}

static void the_system_comes_first(void **state)
{
	(void)state;
	define("Europe/Berlin", NINE);
	define("europe/paris", NINE);
	define("/mozilla.org/1/Asia/Tokyo", NINE);
	define("Eastern Standard Time", NINE);
	define("Office", "X-LIC-LOCATION:America/New_York\n" NINE);
	define("Windows", "X-LIC-LOCATION:Tokyo Standard Time\n" NINE);
	define("Nowhere", "X-LIC-LOCATION:Atlantis\n" NINE);
	check("Europe/Berlin", "Europe/Berlin");
	check("europe/paris", "Europe/Paris");
	check("/mozilla.org/1/Asia/Tokyo", "Asia/Tokyo");
	check("Eastern Standard Time", "America/New_York");
	check("Office", "America/New_York");
	check("Windows", "Asia/Tokyo");
	assert_true(zone_is_made(find("Nowhere")));
}

static void what_a_calendar_defines(void **state)
{
	const struct zone *z;

	(void)state;
	define("(UTC+09:00) Here\\, There\\; Elsewhere", NINE);
	z = find("\"(UTC+09:00) Here, There; Elsewhere\"");
	assert_non_null(z);
	assert_true(zone_is_made(z));
	assert_ptr_equal(find("(UTC+09:00) Here\\, There\\; Elsewhere"), z);
	assert_int_equal(zone_offset(z, at("2026-01-15T00:00:00Z")), 9 * HOUR);
	assert_int_equal(zone_offset(z, at("2026-07-15T00:00:00Z")), 10 * HOUR);
	/* before an offset in the name, also in our own form of it */
	define("UTC+2", NINE);
	define("UTC+05:30", NINE);
	assert_int_equal(zone_offset(find("UTC+2"), at("2026-01-15T00:00:00Z")), 9 * HOUR);
	assert_int_equal(zone_offset(find("UTC+05:30"), at("2026-01-15T00:00:00Z")), 9 * HOUR);
	/* and if it cannot be used the offset is all there is */
	define("GMT+3", BROKEN);
	check("GMT+3", "UTC+03:00");
	define("Broken", BROKEN);
	check("Broken", NULL);
}

static void definitions_that_differ(void **state)
{
	(void)state;
	define("Same", NINE);
	define("Same", NINE);
	define("Two", NINE);
	define("Two", OBSERVANCE("STANDARD", "19700901T000000", "+0500", "+0500", ""));
	define("Places", "X-LIC-LOCATION:Europe/Berlin\n" NINE);
	define("Places", "X-LIC-LOCATION:Europe/Paris\n" NINE);
	define("Place", "X-LIC-LOCATION:Europe/Paris\n" NINE);
	define("Place", "X-LIC-LOCATION:Europe/Paris\n" BROKEN);
	assert_non_null(find("Same"));
	check("Two", NULL);
	check("Places", NULL);
	check("Place", "Europe/Paris");
	assert_int_equal(vtimezone_add(names, "TZID:Cut\n" NINE, strlen("TZID:Cut\n" NINE), 1, NULL), 0);
	check("Cut", NULL);
	assert_int_equal(vtimezone_add(names, NINE, strlen(NINE), 0, NULL), 0);		/* without a name */
	assert_int_equal(vtimezone_add(names, "", 0, 0, NULL), 0);
}

static void many_definitions(void **state)
{
	char id[32];

	(void)state;
	for (int i = 0; i < 2 * ZONE_DEFINITIONS_MAX; i++) {
		snprintf(id, sizeof(id), "Zone %d", i);
		define(id, NINE);
	}
	for (int i = 0; i < 2 * ZONE_DEFINITIONS_MAX; i++) {
		snprintf(id, sizeof(id), "Zone %d", i);
		assert_int_equal(find(id) != NULL, i < ZONE_DEFINITIONS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_that_are_known, begin, end),
		cmocka_unit_test_setup_teardown(names_that_are_not_known, begin, end),
		cmocka_unit_test_setup_teardown(the_system_comes_first, begin, end),
		cmocka_unit_test_setup_teardown(what_a_calendar_defines, begin, end),
		cmocka_unit_test_setup_teardown(definitions_that_differ, begin, end),
		cmocka_unit_test_setup_teardown(many_definitions, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
