/* What several tests of this folder need. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/sha.h"
#include "recount.h"

const char support_program[] =
    "program small {\n"
    "\tname \"Small\"\n"
    "\ttitle \"Small certificate\"\n"
    "\tissuer \"Issuer\"\n"
    "\tsource book \"The book\"\n"
    "\tunit CEU {\n\t\tminutes 60\n\t\tstep 0.25\n\t\tround down\n\t}\n"
    "\tcycle 24 months\n"
    "\tcategory training \"Training, seminars\"\n"
    "\tcategory talk \"Talks\"\n"
    "\tcompetency voice \"Voice of the customer\"\n"
    "\tcompetency metrics \"Metrics\"\n"
    "\trequire 20 total {\n\t\tid total\n\t\ttext \"Twenty units.\"\n\t\tsource book\n\t}\n"
    "\tlimit 10 each category {\n\t\tid most\n\t\ttext \"At most ten of each.\"\n\t}\n"
    "}\n";

static const char job[] =
    "{\"format\":\"zip\",\"evidence_dir\":\"/nowhere\",\"organisation\":\"Example Ltd\","
    "\"person\":{\"email\":\"dana@example.org\",\"name\":\"Dana\"},\"generated\":\"2026-03-12T13:07:00Z\","
    "\"cycle\":{\"start\":\"2024-07-01\",\"end\":\"2026-06-30\",\"counts_from\":null,\"counts_until\":\"2026-06-30\","
    "\"is_first\":false,\"carried\":0},\"today\":\"2026-03-12\",\"submitted\":{\"on\":\"2026-03-01\",\"counted\":11.75},"
    "\"program\":{\"id\":\"small\",\"hash\":\"%s\",\"text\":%s},"
    "\"status\":{\"required\":20,\"counted\":11.75,\"categories\":["
    "{\"id\":\"training\",\"logged\":12,\"counted\":10,\"over_limit\":2,\"limit\":10},"
    "{\"id\":\"talk\",\"logged\":1.75,\"counted\":1.75,\"over_limit\":0,\"limit\":10}],\"rules\":["
    "{\"id\":\"total\",\"text\":\"Twenty units.\",\"need\":20,\"have\":11.75,\"met\":false},"
    "{\"id\":\"most\",\"text\":\"At most ten of each.\",\"need\":10,\"have\":10,\"met\":true}]},"
    "\"why\":{\"entries\":[{\"id\":1,\"units\":12,\"counted\":10,\"parts\":["
    "{\"units\":10,\"counted\":10,\"rule\":null,\"text\":\"It counts.\"},"
    "{\"units\":2,\"counted\":0,\"rule\":\"most\",\"text\":\"Ten count.\"}]},{\"id\":2,\"units\":1.75,\"counted\":1.75,"
    "\"parts\":[{\"units\":1.75,\"counted\":1.75,\"rule\":null,\"text\":\"It counts.\"}]}],\"rules\":[]},"
    "\"entries\":[{\"id\":1,\"title\":\"=cmd|' /C calc'!A0\",\"date\":\"2025-01-02\",\"minutes\":720,\"units\":12,"
    "\"counted\":10,\"category\":\"training\",\"competencies\":[\"voice\",\"metrics\"],\"provider\":\"Says \\\"yes\\\", twice\","
    "\"note\":\"One\\r\\ntwo\",\"tags\":[],\"earn\":null,\"count\":null,\"state\":\"part-counted\",\"reason\":\"Ten count.\","
    "\"evidence\":[{\"name\":\"a.pdf\",\"bytes\":7,"
    "\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}],"
    "\"source\":{\"kind\":\"hand\",\"calendar\":null,\"uid\":null},\"warnings\":[],\"next\":[]},"
    "{\"id\":2,\"title\":\"-Talk\",\"date\":\"2025-02-03\",\"minutes\":105,\"units\":1.75,\"counted\":1.75,\"category\":\"talk\","
    "\"competencies\":[\"voice\"],\"provider\":null,\"note\":\"@x\",\"state\":\"counted\",\"reason\":\"\",\"tags\":[],"
    "\"evidence\":[],\"source\":{\"kind\":\"calendar\",\"calendar\":\"work\",\"uid\":\"u1\"},\"warnings\":[],\"next\":[]}]}";

char *support_job(const char *old, const char *new)
{
	struct buf quoted = BUF_INIT, all = BUF_INIT, ret = BUF_INIT;
	char hash[SHA_HEX_SIZE];
	struct jsonw w;
	const char *at;

	sha256_hex(support_program, strlen(support_program), hash);
	jsonw_begin(&w, &quoted);
	jsonw_str(&w, NULL, support_program);
	buf_printf(&all, job, hash, buf_str(&quoted));
	at = old != NULL ? strstr(buf_str(&all), old) : NULL;
	if (old != NULL && at == NULL)
		fail_msg("%s is not in the job", old);
	if (at != NULL) {
		buf_add(&ret, buf_str(&all), (size_t)(at - buf_str(&all)));
		buf_puts(&ret, new);
		buf_puts(&ret, at + strlen(old));
	} else {
		buf_puts(&ret, buf_str(&all));
	}
	buf_free(&quoted);
	buf_free(&all);
	return buf_take(&ret);
}

void support_open(struct support *s, const char *old, const char *new)
{
	struct err err = { .class = ERR_NONE };

	s->text = support_job(old, new);
	assert_int_equal(json_parse(s->text, strlen(s->text), &s->document, &err), 0);
	if (facts_read_job(s->document, &s->facts, &err) != 0 ||
	    recount_program(&s->facts, support_program, strlen(support_program), &s->program, &err) != 0)
		fail_msg("%s", err.what);
}

void support_close(struct support *s)
{
	facts_free(&s->facts);
	program_free(s->program);
	json_free(s->document);
	free(s->text);
}
