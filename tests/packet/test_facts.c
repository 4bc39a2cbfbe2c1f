/* A job's members: each is missing once, and of the wrong kind once; and what verdicts a fresh evaluation refuses. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "recount.h"
#include "unpack.h"
#include "words.h"

static void reads_all(void **state)
{
	struct support s;

	(void)state;
	support_open(&s, NULL, NULL);
	assert_string_equal(s.facts.email, "dana@example.org");
	assert_string_equal(s.facts.organisation, "Example Ltd");
	assert_true(s.facts.instant == INT64_C(1773320820000));
	assert_int_equal(s.facts.cycle.counts_from, DAY_NONE);
	assert_int_equal(s.facts.required, 2000);
	assert_int_equal(s.facts.counted, 1175);
	assert_int_equal(s.facts.is_submitted, 1);
	assert_int_equal(s.facts.submitted_counted, 1175);
	assert_int_equal(s.facts.n, 2);
	assert_int_equal(s.facts.entries[0].units, 1200);
	assert_int_equal(s.facts.entries[0].npieces, 2);
	assert_int_equal(s.facts.entries[0].pieces[1].units, 200);
	assert_string_equal(s.facts.entries[0].pieces[1].rule, "most");
	assert_int_equal(s.facts.entries[0].proofs[0].bytes, 7);
	assert_int_equal(s.facts.entries[0].state, ENTRY_PART_COUNTED);
	assert_string_equal(s.facts.entries[1].provider, "");
	assert_string_equal(s.facts.entries[1].event, "u1");
	assert_int_equal(fact_is_unproven(&s.facts.entries[0]), 0);
	assert_int_equal(fact_is_unproven(&s.facts.entries[1]), 1);
	assert_int_equal(s.facts.findings[1].have, 1000);
	support_close(&s);
}

static void refused(const char *old, const char *new, const char *words)
{
	struct err err = { .class = ERR_NONE };
	char *text = support_job(old, new);
	struct json *document;
	struct facts f;

	assert_int_equal(json_parse(text, strlen(text), &document, &err), 0);
	if (facts_read_job(document, &f, &err) == 0)
		fail_msg("%s passed", new);
	assert_int_equal(err.class, ERR_USAGE);
	assert_string_equal(err.code, "facts-invalid");
	if (strstr(err.what, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\" (%s)", words, err.what, new);
	json_free(document);
	free(text);
}

static void refuses_members(void **state)
{
	static const char *const rows[][3] = {
		{ "\"email\":\"dana@example.org\"", "\"mail\":\"x\"", "email is no string" },
		{ "\"email\":\"dana@example.org\"", "\"email\":7", "email is no string" },
		{ "\"name\":\"Dana\"", "\"name\":[]", "name is no string" },
		{ "\"organisation\":\"Example Ltd\"", "\"organisation\":1", "organisation is no string" },
		{ "\"generated\":\"2026-03-12T13:07:00Z\"", "\"generated\":\"today\"", "generated is no instant" },
		{ "\"generated\":\"2026-03-12T13:07:00Z\"", "\"generated\":\"1969-03-12T13:07:00Z\"", "generated is no instant" },
		{ "\"today\":\"2026-03-12\"", "\"today\":\"2026-02-30\"", "today is no date" },
		{ "\"today\":\"2026-03-12\"", "\"today\":null", "today is no date" },
		{ "\"cycle\":{", "\"cycles\":{", "cycle is no object" },
		{ "\"start\":\"2024-07-01\"", "\"start\":1", "start is no date" },
		{ "\"end\":\"2026-06-30\"", "\"end\":\"\"", "end is no date" },
		{ "\"counts_from\":null", "\"counts_from\":\"x\"", "counts_from is no date" },
		{ "\"counts_until\":\"2026-06-30\"", "\"counts_until\":0", "counts_until is no date" },
		{ "\"is_first\":false", "\"is_first\":0", "is_first is neither true nor false" },
		{ "\"carried\":0", "\"carried\":-1", "carried is no whole number" },
		{ "\"carried\":0", "\"carried\":1.5", "carried is no whole number" },
		{ "\"submitted\":{", "\"submitted\":7,\"x\":{", "submitted is no object" },
		{ "\"on\":\"2026-03-01\"", "\"on\":null", "on is no date" },
		{ "\"counted\":11.75},\"program\"", "\"counted\":\"1\"},\"program\"", "counted is no number" },
		{ "\"program\":{\"id\":\"small\"", "\"program\":{\"id\":\"../x\"", "has an id that is none" },
		{ "\"program\":{\"id\":\"small\"", "\"program\":{\"id\":\".x\"", "has an id that is none" },
		{ "\"hash\":", "\"has\":", "hash is no string" },
		{ "\"status\":{", "\"status\":[],\"x\":{", "status is no object" },
		{ "\"why\":{", "\"why\":null,\"x\":{", "why is no object" },
		{ "\"required\":20", "\"required\":-20", "required is no amount" },
		{ "\"required\":20", "\"required\":20.125", "required is no amount" },
		{ "\"categories\":[", "\"categories\":0,\"x\":[", "categories is no list" },
		{ "\"logged\":12", "\"logged\":null", "logged is no number" },
		{ "\"limit\":10", "\"limit\":\"10\"", "limit is no number" },
		{ "\"met\":false", "\"met\":\"no\"", "met is neither" },
		{ "\"text\":\"Twenty units.\"", "\"text\":1", "text is no string" },
		{ "\"entries\":[{\"id\":1,\"units\"", "\"entries\":[{\"id\":\"1\",\"units\"", "item 1 of the reasons" },
		{ "\"rule\":null", "\"rule\":5", "rule of item 1 of the reasons is no string" },
		{ "\"entries\":[{\"id\":1,\"title\"", "\"entries\":{},\"x\":[{\"id\":1,\"title\"", "entries is no list" },
		{ "\"entries\":[{\"id\":1,\"title\"", "\"entries\":[7,{\"id\":1,\"title\"", "id of item 1 of entries" },
		{ "\"id\":1,\"title\"", "\"id\":0,\"title\"", "id of item 1 of entries is no whole number" },
		{ "\"date\":\"2025-01-02\"", "\"date\":\"2 Jan\"", "date of entry 1 is no date" },
		{ "\"minutes\":720", "\"minutes\":0", "minutes of entry 1 is no whole number" },
		{ "\"minutes\":720", "\"minutes\":1e3", "minutes of entry 1 is no whole number" },
		{ "\"category\":\"training\"", "\"category\":null", "category of entry 1 is no string" },
		{ "\"competencies\":[\"voice\",", "\"competencies\":[1,", "competencies of entry 1 has an item" },
		{ "\"tags\":[]", "\"tags\":\"x\"", "tags of entry 1 is no list" },
		{ "\"earn\":null", "\"earn\":1", "earn of entry 1 is no string" },
		{ "\"count\":null", "\"count\":\"1\"", "count of entry 1 is no number" },
		{ "\"state\":\"part-counted\"", "\"state\":\"good\"", "state of entry 1 is no state" },
		{ "\"name\":\"a.pdf\"", "\"name\":\"../a.pdf\"", "name of entry 1 is no name of a file" },
		{ "\"bytes\":7", "\"bytes\":-7", "bytes of entry 1" },
		{ "\"sha256\":\"e3b0", "\"sha256\":\"E3b0", "sha256 of entry 1 is no SHA-256" },
		{ "\"sha256\":\"e3b0", "\"sha256\":\"b0", "sha256 of entry 1 is no SHA-256" },
		{ "\"evidence\":[{", "\"evidence\":[{\"name\":\"a.pdf\",\"bytes\":1,\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41"
		    "e4649b934ca495991b7852b855\"},{", "evidence of entry 1 names a file twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		refused(rows[i][0], rows[i][1], rows[i][2]);
}

static void differs(const char *old, const char *new, const char *words)
{
	struct err err = { .class = ERR_NONE };
	struct buf why = BUF_INIT;
	struct support s;
	int ret;

	support_open(&s, old, new);
	ret = recount(&s.facts, s.program, &why, &err);
	assert_int_equal(ret, words != NULL);
	assert_string_equal(buf_str(&why), words != NULL ? words : "");
	buf_free(&why);
	support_close(&s);
}

static void recounts(void **state)
{
	(void)state;
	differs(NULL, NULL, NULL);
	differs("\"counted\":11.75,\"categories\"", "\"counted\":12,\"categories\"",
	    "Counted: the packet says 12.0, the rules give 11.75.");
	differs("\"earn\":null", "\"earn\":\"of another program\"", NULL);	/* then time counts */
	differs("\"required\":20", "\"required\":11", "Required: the packet says 11.0, the rules give 20.0.");
	differs("\"units\":1.75,\"counted\":1.75,\"category\"", "\"units\":2,\"counted\":1.75,\"category\"",
	    "Entry 2, units: the packet says 2.0, the rules give 1.75.");
	differs("\"state\":\"part-counted\"", "\"state\":\"counted\"",
	    "Entry 1: the packet says counted, the rules give part-counted.");
	differs("\"logged\":12", "\"logged\":13", "Category training, logged: the packet says 13.0, the rules give 12.0.");
	differs("\"have\":11.75,\"met\":false", "\"have\":11.75,\"met\":true",
	    "Rule total: its words, or whether it is met, differ.");
	differs("At most ten of each.\",\"need\"", "At most a hundred.\",\"need\"",
	    "Rule most: its words, or whether it is met, differ.");
	differs("\"date\":\"2025-02-03\"", "\"date\":\"2023-02-03\"",
	    "Counted: the packet says 11.75, the rules give 10.0. "
	    "Entry 2, counted: the packet says 1.75, the rules give 0.0. "
	    "Entry 2: the packet says counted, the rules give out-of-cycle. "
	    "Category talk, counted: the packet says 1.75, the rules give 0.0. "
	    "Category talk, logged: the packet says 1.75, the rules give 0.0.");
}

static void cannot_recount(void **state)
{
	struct err err = { .class = ERR_NONE };
	struct buf why = BUF_INIT;
	struct support s;

	(void)state;
	support_open(&s, "\"category\":\"talk\"", "\"category\":\"walk\"");
	assert_int_equal(recount(&s.facts, s.program, &why, &err), -1);
	assert_string_equal(err.code, "fact-invalid");
	assert_string_equal(err.what, "Entry 2 has a category that program small does not know.");
	support_close(&s);
	support_open(&s, "\"id\":2,\"title\"", "\"id\":1,\"title\"");
	assert_int_equal(recount(&s.facts, s.program, &why, &err), -1);
	assert_string_equal(err.code, "fact-invalid");
	support_close(&s);
	support_open(&s, "\"end\":\"2026-06-30\"", "\"end\":\"2020-06-30\"");
	assert_int_equal(recount(&s.facts, s.program, &why, &err), -1);
	assert_string_equal(err.code, "cycle-invalid");
	support_close(&s);
	buf_free(&why);
}

static void programs(void **state)
{
	struct err err = { .class = ERR_NONE };
	struct program *p;
	struct support s;

	(void)state;
	support_open(&s, NULL, NULL);
	assert_int_equal(recount_program(&s.facts, "program x", 9, &p, &err), -1);
	assert_string_equal(err.code, "program-invalid");
	assert_non_null(strstr(err.what, "not those of the cycle"));
	s.facts.program = "other";
	assert_int_equal(recount_program(&s.facts, support_program, strlen(support_program), &p, &err), -1);
	assert_string_equal(err.what, "The rules are of program small, not of other.");
	s.facts.program_hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
	assert_int_equal(recount_program(&s.facts, "x", 1, &p, &err), -1);
	assert_non_null(strstr(err.what, "cannot be read: other:1:1: "));
	support_close(&s);
}

static void paths(void **state)
{
	static const char *const none[] = { "", "x", "renewal.PDF", "/renewal.pdf", "./renewal.pdf", "evidence", "evidence/",
		"evidence/1", "evidence/1/", "evidence/x/a.pdf", "evidence/01/a.pdf", "evidence/0/a.pdf", "evidence/1/../a.pdf",
		"evidence/1/..", "evidence/1/a/b.pdf", "evidence//a.pdf", "evidence/-1/a.pdf", "evidence/1/.hidden",
		"evidence/1/a\\b", "evidence/1/a\nb", ("evidence/1/\xE2\x80\xAE" "fdp.exe"), "evidence/99999999999999999/a",
		"program/.rules", "program/x.rules/y", "program/x.RULES", "../program/x.rules", "program/../x.rules",
		"SHA256SUMS ", "__MACOSX/x" };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (part_of(none[i]) != PART_NONE)
			fail_msg("\"%s\" is taken", none[i]);
	assert_int_equal(part_of("renewal.pdf"), PART_PDF);
	assert_int_equal(part_of("entries.json"), PART_JSON);
	assert_int_equal(part_of("program/ccxp-2y20.rules"), PART_PROGRAM);
	assert_int_equal(part_of("evidence/12/a b.pdf"), PART_PROOF);
	assert_int_equal(part_of("evidence/1/\xE8\xAF\x81.pdf"), PART_PROOF);
}

static void words(void **state)
{
	static const struct { int64_t bytes; const char *text; } rows[] = { { 0, "0 bytes" }, { 999, "999 bytes" },
		{ 1000, "1 kB" }, { 1499, "1 kB" }, { 212000, "212 kB" }, { 999499, "999 kB" }, { 1000000, "1.0 MB" },
		{ 20971520, "20.9 MB" } };
	struct buf out = BUF_INIT;
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(words_bytes(rows[i].bytes, text, sizeof text), rows[i].text);
	assert_int_equal(words_printed(&out, "a\xE2\x80\xAE" "b\tc\r\nd\x1b[31m\n", 100, 1), 0);
	assert_string_equal(buf_str(&out), "ab c\nd[31m\n");
	buf_reset(&out);
	assert_int_equal(words_printed(&out, "a\nb", 100, 0), 0);
	assert_string_equal(buf_str(&out), "a b");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all), cmocka_unit_test(refuses_members), cmocka_unit_test(recounts),
		cmocka_unit_test(cannot_recount), cmocka_unit_test(programs), cmocka_unit_test(paths),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
