/* People. */
#include "ledger.h"
#include "store/people.h"

#include <string.h>

enum { WORD_SIZE = 512, NAMED_MAX = 5 };

static const char forever[] = "forever";	/* a day that no date can name */

const char *role_name(enum role r)
{
	return r == ROLE_ADMIN ? "admin" : "professional";
}

void person_read(struct query *q, void *item)
{
	struct person *p = item;
	sqlite3_stmt *st = q->st;

	p->id = q_int(q);
	p->email = q_text(q);
	p->name = q_text(q);
	p->login = q_text(q);
	p->uid = sqlite3_column_type(st, q->column) == SQLITE_NULL ? -1 : sqlite3_column_int64(st, q->column);
	q->column++;
	p->program = q_text(q);
	p->zone = q_text(q);
	p->role = q_small(q) ? ROLE_ADMIN : ROLE_PROFESSIONAL;
	p->disabled = q_small(q);
	p->created_at = q_int(q);
	p->muted_until = q_day(q);
	p->reminder_days = q_text(q);
}

static struct value v_uid(int64_t uid)
{
	return uid < 0 ? v_null() : v_int(uid);
}

/* NULL is "" there, as in all values. */
static const char *days_of(const struct person *p)
{
	return p->reminder_days ? p->reminder_days : "";
}

/* One that was made without a word of it has 0 there. */
static day_t muted(const struct person *p)
{
	return p->muted_until > 0 ? p->muted_until : DAY_NONE;
}

static void person_image(struct buf *out, const struct person *p)
{
	struct jsonw w;

	jsonw_begin(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "email", p->email);
	jsonw_str(&w, "name", p->name);
	jsonw_str(&w, "login", p->login);
	jsonw_int(&w, "uid", p->uid);
	jsonw_str(&w, "program", p->program);
	jsonw_str(&w, "zone", p->zone);
	jsonw_str(&w, "role", role_name(p->role));
	jsonw_bool(&w, "disabled", p->disabled);
	if (muted(p) >= MUTED_FOREVER)
		jsonw_str(&w, "muted_until", forever);
	else
		jsonw_day(&w, "muted_until", muted(p));
	jsonw_str(&w, "reminder_days", days_of(p));
	jsonw_end_object(&w);
}

/* "120,60,14" as "120, 60, 14". */
static void days_text(struct buf *out, const char *days)
{
	buf_puts(out, *days ? "reminder days " : "reminder days as the program has them");
	for (; *days; days++) {
		buf_putc(out, *days);
		if (*days == ',')
			buf_putc(out, ' ');
	}
}

/* What became of her reminders, after `sep`. 1 if anything did. */
static int reminders_text(struct buf *out, const char *sep, const struct person *before, const struct person *after)
{
	const day_t until = muted(after);
	int is_muted = muted(before) != until, is_days = strcmp(days_of(before), days_of(after)) != 0;
	char day[32];

	if (is_muted) {
		buf_printf(out, "%sreminders %s", sep, until == DAY_NONE ? "on" : "off");
		if (until != DAY_NONE && until < MUTED_FOREVER)
			buf_printf(out, " until %s", date_text(until, DATE_LONG, day, sizeof(day)));
	}
	if (is_days) {
		buf_puts(out, is_muted ? ", " : sep);
		days_text(out, days_of(after));
	}
	return is_muted || is_days;
}

/* 1 if they differ in more than what reminders are concerned with. */
static int is_other(const struct person *a, const struct person *b)
{
	return strcmp(a->email, b->email) != 0 || strcmp(a->name, b->name) != 0 || strcmp(a->login, b->login) != 0 ||
	    a->uid != b->uid || strcmp(a->program, b->program) != 0 || strcmp(a->zone, b->zone) != 0 ||
	    a->role != b->role || a->disabled != b->disabled;
}

/* The words of the history. */
static void person_text(struct buf *out, const char *action, const struct person *before, const struct person *after)
{
	if (before && !is_other(before, after) && reminders_text(out, "", before, after))
		return;
	buf_printf(out, "%s %s", action, before ? before->email : after->email);
	if (!before)
		return;
	if (strcmp(before->email, after->email) != 0)
		buf_printf(out, ", now %s", after->email);
	(void)reminders_text(out, ", ", before, after);
}

/* text NULL: made from the action. */
static int person_write(struct store *s, const struct actor *by, struct record r, const char *text,
    const struct person *before, const struct person *after, struct err *err)
{
	struct pictures p = PICTURES_INIT;

	if (before)
		person_image(&p.before, before);
	person_image(&p.after, after);
	if (text)
		buf_puts(&p.text, text);
	else
		person_text(&p.text, r.action, before, after);
	r.subject = after->id;
	r.kind = "person";
	r.id = after->id;
	return ledger_picture(s, by, r, &p, err);
}

/* ERR_RULE "login-taken" if another person has the login or the uid. */
static int check_login(struct store *s, const struct person *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct query q;
	int found = 0, i;

	for (i = 0; i < 2 && found == 0; i++) {
		const struct value who = i ? v_uid(p->uid) : v_text(p->login);

		if (db_query(&q, s, i ? SQL_PERSON_WITH_UID : SQL_PERSON_WITH_LOGIN,
		    VALUES(who, v_int(p->id)), &a, err) < 0)
			break;
		found = db_next(&q, err);
		if (found > 0) {
			err_set(err, ERR_RULE, "login-taken", "The login %s belongs to %s already.", p->login,
			    q_text(&q));
			err_next(err,
			    "One login is one person: leave --user out, or change the other person first.");
		}
		db_end(&q);
	}
	arena_free(&a);
	return i < 2 || found ? -1 : 0;
}

/* ERR_RULE "person-exists" if another person has the address. */
static int check_email(struct store *s, const struct person *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person other;
	int known = db_one(s, SQL_PERSON_BY_EMAIL, VALUES(v_text(p->email)), &a, person_read, &other,
	    sizeof(other), err);

	arena_free(&a);
	if (known <= 0 || other.id == p->id)
		return known < 0 ? -1 : 0;
	err_set(err, ERR_RULE, "person-exists", "There is a person %s already.", p->email);
	return err_next(err, "ceu admin person set %s ..", p->email);
}

int person_add(struct store *s, const struct actor *by, struct person *p, struct err *err)
{
	struct person added = *p;

	added.id = 0;
	if (check_email(s, &added, err) < 0 || check_login(s, &added, err) < 0 ||
	    db_number(s, SQL_PERSON_ADD, VALUES(v_text(p->email), v_text(p->name), v_text(p->login),
	    v_uid(p->uid), v_text(p->program), v_text(p->zone), v_int(p->role), v_int(p->disabled),
	    v_int(p->created_at), v_day(muted(p)), v_text(p->reminder_days)), &added.id, err) < 0 ||
	    person_write(s, by, (struct record){ .action = "add" }, NULL, NULL, &added, err) < 0)
		return -1;
	p->id = added.id;
	return 0;
}

static int absent(struct err *err)
{
	err_set(err, ERR_ABSENT, "no-person", "There is no such person.");
	return err_next(err, "ceu admin person list");
}

static int store_person(struct store *s, const struct actor *by, struct record r, const char *text,
    const struct person *before, const struct person *p, struct err *err)
{
	if (check_login(s, p, err) < 0 || db_run(s, SQL_PERSON_UPDATE, VALUES(v_int(p->id), v_text(p->name),
	    v_text(p->login), v_uid(p->uid), v_text(p->program), v_text(p->zone), v_int(p->role),
	    v_int(p->disabled), v_day(muted(p)), v_text(p->reminder_days)), err) < 0)
		return -1;
	if (strcmp(before->email, p->email) != 0 && (check_email(s, p, err) < 0 ||
	    db_run(s, SQL_PERSON_SET_EMAIL, VALUES(v_int(p->id), v_text(p->email)), err) < 0))
		return -1;
	if (before->disabled != p->disabled &&
	    db_run(s, p->disabled ? SQL_CYCLE_PERSON_DISABLED : SQL_CYCLE_PERSON_ENABLED,
	    VALUES(v_int(p->id)), err) < 0)
		return -1;
	if ((strcmp(before->zone, p->zone) != 0 || strcmp(before->email, p->email) != 0) &&
	    db_run(s, SQL_CALENDAR_FORGET_OF_PERSON, VALUES(v_int(p->id)), err) < 0)
		return -1;
	return person_write(s, by, r, text, before, p, err);
}

int person_update(struct store *s, const struct actor *by, const struct person *p, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person before;
	int rc = person_get(s, p->id, &a, &before, err);

	if (rc == 0)
		rc = store_person(s, by, (struct record){ .action = "set" }, NULL, &before, p, err);
	arena_free(&a);
	return rc;
}

/* An image that lacks it was written before there was such. */
static int muted_from_image(struct person *p, const struct json *image, struct err *err)
{
	const char *word = json_str(image, "muted_until");

	if (!json_get(image, "muted_until"))
		return 0;
	p->muted_until = word && strcmp(word, forever) == 0 ? MUTED_FOREVER : DAY_NONE;
	return p->muted_until == MUTED_FOREVER ? 0 : image_day(image, "muted_until", &p->muted_until, err);
}

static int from_image(struct person *p, const struct json *image, struct arena *a, struct err *err)
{
	const char *role = json_str(image, "role");

	if (!role || json_int(image, "uid", &p->uid) < 0)
		return image_bad("a person", err);
	if (muted_from_image(p, image, err) < 0)
		return -1;
	p->email = image_str(image, "email", p->email, a);
	p->reminder_days = image_str(image, "reminder_days", p->reminder_days, a);
	p->name = image_str(image, "name", p->name, a);
	p->login = image_str(image, "login", p->login, a);
	p->program = image_str(image, "program", p->program, a);
	p->zone = image_str(image, "zone", p->zone, a);
	p->role = strcmp(role, role_name(ROLE_ADMIN)) == 0 ? ROLE_ADMIN : ROLE_PROFESSIONAL;
	p->disabled = json_bool(image, "disabled", p->disabled);
	return p->email && p->name && p->login && p->program && p->zone && p->reminder_days ? 0 : err_oom(err);
}

int person_revert(struct store *s, const struct actor *by, const struct revert *r, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct person before, p;
	int rc = person_get(s, r->id, &a, &before, err);

	if (rc == 0 && !r->image) {
		err_set(err, ERR_RULE, "nothing-to-undo", "That %s was added cannot be undone.",
		    before.email);
		rc = err_next(err, "ceu admin person disable %s", before.email);
	}
	p = before;
	if (rc == 0)
		rc = from_image(&p, r->image, &a, err);
	if (rc == 0)
		rc = store_person(s, by, (struct record){ .action = r->action, .undoes = r->step }, r->text,
		    &before, &p, err);
	arena_free(&a);
	return rc;
}

int person_get(struct store *s, int64_t id, struct arena *a, struct person *ret, struct err *err)
{
	int rc = db_one(s, SQL_PERSON_GET, VALUES(v_int(id)), a, person_read, ret, sizeof(*ret), err);

	return rc > 0 ? 0 : rc < 0 ? -1 : absent(err);
}

static int ambiguous(const char *word, const struct person *p, size_t n, struct err *err)
{
	struct buf list = BUF_INIT;
	size_t i;

	for (i = 0; i < n && i < NAMED_MAX; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", p[i].email);
	if (n > NAMED_MAX)
		buf_puts(&list, " and others");
	if (list.failed)
		err_oom(err);
	else
		err_set(err, ERR_USAGE, "person-ambiguous", "\"%s\" could be %s.", word, buf_str(&list));
	buf_free(&list);
	return err_next(err, "Type more of the address.");
}

/* E-mail addresses are kept in lower case; only ASCII letters of them have a case that matters. */
static int lower(const char *word, char *out, size_t size, struct err *err)
{
	size_t i, len = strlen(word);

	if (len >= size)
		return err_set(err, ERR_ABSENT, "no-person", "There is no person with so long an address.");
	for (i = 0; i <= len; i++)
		out[i] = (char)(word[i] >= 'A' && word[i] <= 'Z' ? word[i] + ('a' - 'A') : word[i]);
	return 0;
}

int person_find(struct store *s, const char *word, struct arena *a, struct person *ret, struct err *err)
{
	char from[WORD_SIZE], to[WORD_SIZE + 8];
	struct rows rows;
	int rc;

	if (lower(word, from, sizeof(from), err) < 0)
		return -1;
	rc = db_one(s, SQL_PERSON_BY_EMAIL, VALUES(v_text(from)), a, person_read, ret, sizeof(*ret), err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (range_end(from, to, sizeof(to), err) < 0 ||
	    db_list(s, SQL_PERSON_BETWEEN, VALUES(v_text(from), v_text(to), v_int(NAMED_MAX + 1)), a, person_read,
	    sizeof(struct person), &rows, err) < 0)
		return -1;
	if (rows.n == 0 || from[0] == '\0') {
		err_set(err, ERR_ABSENT, "no-person", "There is no person \"%s\".", word);
		return err_next(err, "ceu admin person list");
	}
	if (rows.n > 1)
		return ambiguous(word, rows.items, rows.n, err);
	memcpy(ret, rows.items, sizeof(*ret));
	return 0;
}

int person_by_uid(struct store *s, int64_t uid, struct arena *a, struct person *ret, struct err *err)
{
	return db_one(s, SQL_PERSON_BY_UID, VALUES(v_int(uid)), a, person_read, ret, sizeof(*ret), err);
}

int person_count(struct store *s, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_PERSON_COUNT, NO_VALUES, ret, err) < 0 ? -1 : 0;
}

int person_count_to(struct store *s, int64_t most, int64_t *ret, struct err *err)
{
	return db_number(s, SQL_PERSON_COUNT_TO, VALUES(v_int(most)), ret, err) < 0 ? -1 : 0;
}

static int people(struct store *s, enum sql_id id, const struct value *v, size_t n, struct arena *a,
    struct person_list *ret, struct err *err)
{
	struct rows r;

	if (db_list(s, id, v, n, a, person_read, sizeof(struct person), &r, err) < 0)
		return -1;
	*ret = (struct person_list){ r.items, r.n, r.cap };
	return 0;
}

int person_page(struct store *s, const char *after, int limit, struct arena *a, struct person_list *ret,
    struct err *err)
{
	return people(s, SQL_PERSON_PAGE, VALUES(v_text(after), v_int(limit)), a, ret, err);
}

int team_people(struct store *s, int64_t team, struct arena *a, struct person_list *ret, struct err *err)
{
	return people(s, SQL_TEAM_PEOPLE, VALUES(v_int(team)), a, ret, err);
}
