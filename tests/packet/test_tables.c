/* The texts of a packet, word by word; and the facts that come back from entries.json. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "recount.h"
#include "tables.h"

static const char head[] = "id,date,title,provider,category,category_name,competencies,minutes,units,counted,state,reason,"
    "evidence,note\r\n";

static void csv_is(const char *old, const char *new, const char *want)
{
	struct buf out = BUF_INIT;
	struct support s;
	struct err err;

	support_open(&s, old, new);
	assert_int_equal(tables_csv(&s.facts, s.program, &out, &err), 0);
	assert_memory_equal(buf_str(&out), head, strlen(head));
	assert_string_equal(buf_str(&out) + strlen(head), want);
	buf_free(&out);
	support_close(&s);
}

#define SECOND "2,2025-02-03,'-Talk,,talk,Talks,voice,105,1.75,1.75,counted,,,'@x\r\n"
#define FIRST_FROM_PROVIDER "\"Says \"\"yes\"\", twice\",training,\"Training, seminars\",voice metrics,720,12,10,part-counted," \
	"Ten count.,a.pdf,\"One\r\ntwo\"\r\n" SECOND

static void csv(void **state)
{
	(void)state;
	csv_is(NULL, NULL, "1,2025-01-02,'=cmd|' /C calc'!A0," FIRST_FROM_PROVIDER);
}

static void csv_formulas(void **state)
{
	static const char *const rows[][2] = {		/* a title in JSON, its cell */
		{ "+1", "'+1" }, { "-1", "'-1" }, { "@SUM(A1)", "'@SUM(A1)" }, { "\\t=1", "'\t=1" }, { "\\r=1", "\"'\r=1\"" },
		{ "\\n=1", "\"'\n=1\"" }, { "=1,2", "\"'=1,2\"" }, { "=\\\"a\\\"", "\"'=\"\"a\"\"\"" },
		{ "\xEF\xBC\x9D" "1", "'\xEF\xBC\x9D" "1" }, { "a=1", "a=1" }, { "1-2", "1-2" }, { "'=1", "'=1" },
		{ "\xE8\xAF\x81", "\xE8\xAF\x81" }, { "", "" }, { " =1", " =1" },
	};
	struct buf want = BUF_INIT, title = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_reset(&want);
		buf_reset(&title);
		buf_printf(&title, "\"title\":\"%s\"", rows[i][0]);
		buf_printf(&want, "1,2025-01-02,%s,%s", rows[i][1], FIRST_FROM_PROVIDER);
		csv_is("\"title\":\"=cmd|' /C calc'!A0\"", buf_str(&title), buf_str(&want));
	}
	buf_free(&want);
	buf_free(&title);
}

static void json_comes_back(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT, why = BUF_INIT;
	struct json *document;
	struct support s;
	struct facts f;
	struct err err;

	(void)state;
	support_open(&s, NULL, NULL);
	assert_int_equal(tables_json(&s.facts, s.program, &first, &err), 0);
	assert_int_equal(json_parse(buf_str(&first), first.len, &document, &err), 0);
	assert_int_equal(facts_read(document, &f, &err), 0);
	assert_int_equal(tables_json(&f, s.program, &second, &err), 0);
	assert_string_equal(buf_str(&first), buf_str(&second));
	assert_int_equal(recount(&f, s.program, &why, &err), 0);
	buf_reset(&second);
	assert_int_equal(tables_csv(&f, s.program, &second, &err), 0);
	assert_non_null(strstr(buf_str(&second), SECOND));
	facts_free(&f);
	json_free(document);
	buf_free(&first);
	buf_free(&second);
	buf_free(&why);
	support_close(&s);
}

static void json_layout(void **state)
{
	static const char from[] = "\n \"entries\": [\n  {\n   \"id\": 1,\n   \"date\": \"2025-01-02\",\n"
	    "   \"title\": \"=cmd|' /C calc'!A0\",\n   \"provider\": \"Says \\\"yes\\\", twice\",\n"
	    "   \"category\": \"training\",\n   \"competencies\": [\n    \"voice\",\n    \"metrics\"\n   ],\n"
	    "   \"tags\": [],\n   \"minutes\": 720,\n   \"earn\": null,\n   \"count\": null,\n   \"units\": 12,\n"
	    "   \"counted\": 10,\n   \"state\": \"part-counted\",\n   \"reason\": \"Ten count.\",\n   \"parts\": [\n    {\n"
	    "     \"units\": 10,\n     \"counted\": 10,\n     \"rule\": null,\n     \"text\": \"It counts.\"\n    },\n";
	static const char top[] = "{\n \"ceud\": 1,\n \"generated\": \"2026-03-12T13:07:00Z\",\n"
	    " \"today\": \"2025-02-03\",\n \"organisation\": \"Example Ltd\",\n \"person\": {\n"
	    "  \"email\": \"dana@example.org\",\n  \"name\": \"Dana\"\n },\n \"program\": {\n  \"id\": \"small\",\n";
	struct buf out = BUF_INIT;
	struct support s;
	struct err err;

	(void)state;
	support_open(&s, NULL, NULL);
	assert_int_equal(tables_json(&s.facts, s.program, &out, &err), 0);
	assert_memory_equal(buf_str(&out), top, strlen(top));
	if (strstr(buf_str(&out), from) == NULL)
		fail_msg("%s", buf_str(&out));
	assert_non_null(strstr(buf_str(&out), "\"submitted\": {\n  \"on\": \"2026-03-01\",\n  \"counted\": 11.75\n },\n"));
	buf_free(&out);
	support_close(&s);
}

static void versions(void **state)
{
	static const char *const texts[] = { "{}", "[]", "{\"ceud\":2}", "{\"ceud\":\"1\"}", "7" };
	struct json *document;
	struct facts f;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(json_parse(texts[i], strlen(texts[i]), &document, &err), 0);
		assert_int_equal(facts_read(document, &f, &err), -1);
		assert_string_equal(err.what, "It is not of version 1.");
		json_free(document);
	}
}

static void readme(void **state)
{
	struct buf out = BUF_INIT;
	struct support s;
	struct err err;

	(void)state;
	support_open(&s, NULL, NULL);
	assert_int_equal(tables_readme(&s.facts, s.program, &out, &err), 0);
	assert_non_null(strstr(buf_str(&out), "Renewal packet: Small certificate\n\nDana, dana@example.org\n"
	    "Cycle 1 July 2024 to 30 June 2026\n11.75 of 20.0 CEU count.\n  not met  Twenty units.\n"
	    "  met      At most ten of each.\n1 entry counts that has no evidence; the first page of renewal.pdf names it.\n"
	    "Submitted on 1 March 2026 with 11.75 units.\nThe state of 2026-03-12T13:07:00Z.\n"));
	assert_non_null(strstr(buf_str(&out), "sha256sum -c SHA256SUMS\n"));
	assert_non_null(strstr(buf_str(&out), "ceu verify FILE\n"));
	buf_free(&out);
	support_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv), cmocka_unit_test(csv_formulas), cmocka_unit_test(json_comes_back),
		cmocka_unit_test(json_layout), cmocka_unit_test(versions), cmocka_unit_test(readme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
