/* Reading an admin's files, making and locking the state folder. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static int read_all(int fd, const char *path, size_t max, char **ret, size_t *len, struct err *err)
{
	char *text = malloc(max + 2);
	size_t used = 0;
	ssize_t n;

	if (!text)
		return err_oom(err);
	while (used <= max && (n = read(fd, text + used, max + 1 - used)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(text);
			return err_errno(err, "file-unreadable", "%s", path);
		}
		used += (size_t)n;
	}
	if (used > max) {
		free(text);
		return err_set(err, ERR_FAILED, "file-unreadable", "%s is larger than %zu bytes.", path, max);
	}
	text[used] = '\0';
	*ret = text;
	*len = used;
	return 0;
}

int file_read(const char *path, size_t max, char **ret, size_t *len, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc;
	struct stat st;

	if (fd < 0)
		return err_errno(err, "file-unreadable", "%s", path);
	if (fstat(fd, &st))
		rc = err_errno(err, "file-unreadable", "%s", path);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(err, ERR_FAILED, "file-unreadable", "%s is no regular file.", path);
	else
		rc = read_all(fd, path, max, ret, len, err);
	close(fd);
	return rc;
}

static int ends_with(const char *s, const char *ending)
{
	size_t n = strlen(s), m = strlen(ending);

	return n > m && !strcmp(s + n - m, ending);
}

void files_each(const char *folder, const char *ending, size_t max, files_fn *fn, void *arg, struct conf_errors *errors)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, NULL);
	char path[4096], *text;
	struct err err = { 0 };
	size_t len;

	if (n < 0) {
		conf_error(errors, folder, 1, 1, "%s", strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++)		/* names in byte order, whatever the locale */
		for (int j = i; j > 0 && strcmp(names[j - 1]->d_name, names[j]->d_name) > 0; j--) {
			struct dirent *t = names[j];

			names[j] = names[j - 1];
			names[j - 1] = t;
		}
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		if (ends_with(names[i]->d_name, ending) && names[i]->d_name[0] != '.') {
			if (file_read(path, max, &text, &len, &err))
				conf_error(errors, path, 1, 1, "%s", err.what);
			else
				fn(arg, path, text, len, errors);
		}
		free(names[i]);
	}
	free(names);
}

int file_make_folder(const char *path, struct err *err)
{
	char part[4096];
	size_t len = strlen(path);

	if (len >= sizeof part)
		return err_set(err, ERR_USAGE, "path-long", "The path is too long: %.80s...", path);
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i])
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) && errno != EEXIST)
			return err_errno(err, "folder-failed", "Cannot make the folder %s", part);
	}
	return 0;
}

int file_lock_folder(const char *folder, struct err *err)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/lock", folder);
	if (chmod(folder, 0700))
		return err_errno(err, "folder-failed", "Cannot close the folder %s to others", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_errno(err, "folder-failed", "Cannot open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		err_set(err, ERR_RULE, "state-in-use", "Another ceud works on %s.", folder);
		return err_next(err, "Stop it first, or name another folder with --state.");
	}
	return fd;
}
