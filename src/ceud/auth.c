/* Who asks, and for whom: by the peer's uid and nothing else. */
#include "auth.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "ceud.h"
#include "http.h"
#include "mail/message.h"

enum { GROUPS_MAX = 256 };

/* The name service is asked at start only: it may block (auth_open). */
static gid_t admin_group = (gid_t)-1;

void auth_open(void)
{
	const struct group *g = getgrnam("ceud-admin");

	admin_group = g ? g->gr_gid : (gid_t)-1;
}

static int in_admin_group(const struct request *r)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof groups;

	if (admin_group == (gid_t)-1)
		return 0;
	if (r->gid == admin_group)
		return 1;
	if (getsockopt(r->peer_fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len))
		return 0;
	for (size_t i = 0; i < len / sizeof *groups; i++)
		if (groups[i] == admin_group)
			return 1;
	return 0;
}

int auth_caller(struct ceud *d, const struct request *r, struct arena *a, struct caller *ret, struct err *err)
{
	struct caller c = { .uid = r->uid };
	struct team_list teams = { 0 };
	char name[32];
	int found = person_by_uid(d->store, c.uid, a, &c.person, err);

	if (found < 0)
		return -1;
	c.is_admin = r->uid == 0 || r->uid == geteuid() || in_admin_group(r);
	if (found && c.person.disabled)
		return err_set(err, ERR_DENIED, "person-disabled", "%s is disabled here.", c.person.email);
	if (found) {
		c.is_admin |= c.person.role == ROLE_ADMIN;
		if (team_led_by(d->store, c.person.id, a, &teams, err))
			return -1;
		c.is_lead = teams.n > 0;
		c.name = c.person.email;
	} else {
		snprintf(name, sizeof name, "uid %lld", (long long)c.uid);
		c.name = arena_strdup(a, name);
		if (!c.name)
			return err_oom(err);
	}
	*ret = c;
	return 0;
}

int auth_known(const struct caller *c, struct err *err)
{
	if (c->is_admin || c->person.id)
		return 0;
	err_set(err, ERR_DENIED, "uid-unknown", "Your login (%s) is nobody that ceud knows.", c->name);
	return err_next(err, "Ask your admin for: ceu admin person set YOUR-E-MAIL --user YOUR-LOGIN");
}

int auth_person(struct ceud *d, const char *word, struct arena *a, struct person *ret, struct err *err)
{
	char ascii[256];

	return person_find(d->store, message_address_ascii(word, ascii, NULL) ? word : ascii, a, ret, err);
}

/* Her own address, as it is kept or as she writes it. */
static int is_own(const struct caller *c, const char *word)
{
	char ascii[256];

	return c->person.id && (!strcmp(word, c->person.email) ||
	    (!message_address_ascii(word, ascii, NULL) && !strcmp(ascii, c->person.email)));
}

static int acting_for(struct ceud *d, const struct caller *c, const char *word, struct arena *a, struct person *ret,
    struct err *err)
{
	if (c->is_admin)
		return auth_person(d, word, a, ret, err);
	err_set(err, ERR_DENIED, "not-admin", "Only admins act for other people; you are %s.", c->name);
	return err_next(err, "Leave out --as.");
}

static int myself(const struct caller *c, struct person *ret, struct err *err)
{
	if (c->person.id) {
		*ret = c->person;
		return 0;
	}
	err_set(err, ERR_ABSENT, "uid-no-person", "You are an admin here (%s), not a person with units.", c->name);
	return err_next(err, "Use --as PERSON, or: ceu admin person set E-MAIL --user YOUR-LOGIN");
}

static int refused(const struct caller *c, const char *word, struct err *err)
{
	err_set(err, ERR_DENIED, "not-yours", "You are %s; what belongs to %s is not yours to see or change.", c->name, word);
	return err_next(err, "Your own: ceu status");
}

int auth_subject(struct ceud *d, const struct request *r, const struct caller *c, const char *word, enum scope scope,
    struct arena *a, struct person *ret, struct err *err)
{
	const char *as = request_query(r, "as");
	struct person p;
	int leads = 0;

	if (auth_known(c, err))
		return -1;
	if (!strcmp(word, "me"))
		return as ? acting_for(d, c, as, a, ret, err) : myself(c, ret, err);
	if (is_own(c, word))
		return myself(c, ret, err);
	if (!c->is_admin && (!c->is_lead || scope != SCOPE_NUMBERS))
		return refused(c, word, err);
	if (auth_person(d, word, a, &p, err))
		return -1;
	if (!c->is_admin && p.id != c->person.id) {
		if (team_leads(d->store, c->person.id, p.id, &leads, err))
			return -1;
		if (!leads)
			return refused(c, word, err);
	}
	*ret = p;
	return 0;
}
