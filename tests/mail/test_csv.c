/* The digest's numbers as a table: RFC 4180, in the order of the digest, never a formula. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "support.h"

#define HEADER "\xef\xbb\xbf" "person,email,program,status,counted,required,to go,waiting,deadline,days left," \
	"chance in percent,entries without evidence,full category\r\n"

static void rows_in_the_order_of_the_digest(void **state)
{
	struct digest_facts f = support_digest();
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(digest_csv(&f, &out, NULL), 0);
	assert_string_equal(out.data, HEADER
	    "amir,amir@example.org,CCXP,off-track,7,20,13,0,2026-04-30,49,0.5,1,\r\n"
	    "dana,dana@example.org,CCXP,off-track,12,20,8,5,2026-06-30,110,5.2,2,Training\r\n"
	    "ines,ines@example.org,CCXP,done,20,20,0,0,2026-05-31,80,100.0,0,\r\n"
	    "bea,bea@example.org,CCXP,at-risk,11.5,20,8.5,1,2026-08-31,172,30.9,0,\r\n"
	    "chen,chen@example.org,CCXP,at-risk,9,20,11,0,2026-12-31,294,25.0,0,\r\n"
	    "femi,femi@example.org,CCXP,at-risk,7.5,20,12.5,0,2027-06-30,475,60.0,0,\r\n"
	    "hugo,hugo@example.org,CCXP,on-track,16,20,4,0,2026-09-30,202,80.0,0,\r\n"
	    "ebba,ebba@example.org,CCXP,on-track,11,20,9,0,2026-11-30,263,81.0,0,\r\n"
	    "gita,gita@example.org,CCXP,on-track,5,20,15,0,2027-12-31,659,76.0,0,\r\n");
	buf_free(&out);
}

static void hostile_fields_stay_fields(void **state)
{
	static const struct { const char *name, *field; } rows[] = {
		{ "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0" }, { "+1", "'+1" }, { "-1", "'-1" }, { "@SUM(A1)", "'@SUM(A1)" },
		{ "\t=1+1", "'=1+1" }, { "\r\n=1+1", "'=1+1" }, { " =1", "'=1" }, { "\xe2\x80\xae=1", "'=1" },
		{ "Doe, Jane", "\"Doe, Jane\"" }, { "Jane \"JD\" Doe", "\"Jane \"\"JD\"\" Doe\"" }, { "=\",\"", "\"'=\"\",\"\"\"" },
		{ "two\r\nlines", "two lines" }, { "", "" }, { "Zo\xc3\xab", "Zo\xc3\xab" }, { "a=b", "a=b" } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct digest_facts f = support_digest();
		struct buf out = BUF_INIT, row = BUF_INIT;

		f.npeople = 1;
		f.people[0].name = f.people[0].program = f.people[0].binding = rows[i].name;
		f.people[0].email = NULL;
		buf_printf(&row, HEADER "%s,,%s,done,20,20,0,0,2026-05-31,80,100.0,0,%s\r\n", rows[i].field, rows[i].field, rows[i].field);
		assert_int_equal(digest_csv(&f, &out, NULL), 0);
		assert_string_equal(buf_str(&out), buf_str(&row));
		buf_free(&out);
		buf_free(&row);
	}
}

static void numbers_of_our_own_stay_numbers(void **state)
{
	struct digest_facts f = support_digest();
	struct buf out = BUF_INIT;

	(void)state;
	f.npeople = 2;
	f.people[0].state = CYCLE_LAPSED;
	f.people[0].days_left = -3;
	f.people[0].counted = 1225;
	f.people[1].state = CYCLE_SUBMITTED;
	assert_int_equal(digest_csv(&f, &out, NULL), 0);
	assert_non_null(strstr(out.data, "lapsed,12.25,20,0,0,2026-05-31,-3,,0,\r\n"));
	assert_non_null(strstr(out.data, "submitted,9,20,11,0,2026-12-31,294,,0,\r\n"));
	buf_reset(&out);
	f.npeople = 0;
	assert_int_equal(digest_csv(&f, &out, NULL), 0);
	assert_string_equal(out.data, HEADER);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_in_the_order_of_the_digest),
		cmocka_unit_test(hostile_fields_stay_fields),
		cmocka_unit_test(numbers_of_our_own_stay_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
