/* How the tzdb spells its names: from tzdata.zi, the text that all zones were made of. */
#include "zoneparts.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST ZONE_ROOT "/tzdata.zi"
#define MOST_BYTES (1024 * 1024)
#define MOST_LINKS 8			/* of names to names; one is usual */

struct spelling {
	const char *name, *target;	/* target: of another name for it, else NULL */
};

static struct {
	char *text;
	struct spelling *names;
	size_t n;
	int absent;
} list;

/* The whole text, ended by '\0'. 0; 1 it is not there; -1 no memory. */
static int read_list(char **ret)
{
	int fd = open(LIST, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	size_t size, len = 0;
	char *text;

	if (fd < 0)
		return 1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 1 || st.st_size > MOST_BYTES) {
		close(fd);
		return 1;
	}
	size = (size_t)st.st_size;
	text = malloc(size + 1);
	while (text != NULL && len < size) {
		ssize_t n = read(fd, text + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	close(fd);
	if (text == NULL)
		return -1;
	text[len] = '\0';
	*ret = text;
	return 0;
}

/* The next word of a line: cut off behind, *s behind it. NULL at its end. */
static char *word(char **s)
{
	char *from = *s + strspn(*s, " \t");
	size_t len = strcspn(from, " \t");

	if (len == 0)
		return NULL;
	*s = from + len;
	if (**s != '\0')
		*(*s)++ = '\0';
	return from;
}

/* "Z NAME ..." is a zone, "L TARGET NAME" another name of one. */
static void take_line(char *line)
{
	struct spelling found = { NULL, NULL };
	char *what = word(&line);

	if (what == NULL || (strcmp(what, "Z") != 0 && strcmp(what, "L") != 0))
		return;
	if (*what == 'L')
		found.target = word(&line);
	found.name = word(&line);
	if (found.name != NULL)
		list.names[list.n++] = found;
}

static size_t count_names(const char *text)
{
	size_t n = 0;

	for (const char *s = text; s != NULL; s = strchr(s, '\n')) {
		s += *s == '\n';
		n += *s == 'Z' || *s == 'L';
	}
	return n;
}

/* 0 the list is there; 1 there is none; -1. */
static int load(struct err *err)
{
	char *text = NULL;
	int bad;

	if (list.text != NULL || list.absent)
		return list.absent;
	bad = read_list(&text);
	if (bad == 0) {
		list.names = calloc(count_names(text) + 1, sizeof(*list.names));
		if (list.names == NULL)
			bad = -1;
	}
	if (bad != 0) {
		free(text);
		list.absent = bad == 1;
		return bad < 0 ? err_oom(err) : 1;
	}
	list.text = text;
	while (text != NULL) {
		char *line = strsep(&text, "\n");

		take_line(line);
	}
	return 0;
}

/* The one name that is spelt so in any case, or NULL. */
static const struct spelling *find(const char *name)
{
	const struct spelling *found = NULL;

	for (size_t i = 0; i < list.n; i++) {
		if (strcasecmp(list.names[i].name, name) != 0)
			continue;
		if (found != NULL && strcmp(found->name, list.names[i].name) != 0)
			return NULL;
		found = &list.names[i];
	}
	return found;
}

int zone_spelling(const char *name, char ret[ZONE_NAME_SIZE], struct err *err)
{
	const struct spelling *found;
	const struct zone *zone;
	int none = load(err);

	if (none != 0)
		return none;
	found = find(name);
	for (int i = 0; found != NULL && i < MOST_LINKS; i++) {
		struct err why = { .class = ERR_NONE };

		if (zone_get(found->name, &zone, &why) == 0) {
			memcpy(ret, zone_name(zone), ZONE_NAME_SIZE);
			return 0;
		}
		if (strcmp(why.code, "out-of-memory") == 0)
			return err_oom(err);
		found = found->target != NULL ? find(found->target) : NULL;
	}
	return 1;
}
