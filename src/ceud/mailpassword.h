#ifndef CEUD_MAILPASSWORD_H
#define CEUD_MAILPASSWORD_H

struct ceud;
struct err;

/*
 * The password or token for the relay, found anew for every start of `ceud-net send`: tokens expire.  From a file or a
 * credential it is there at once; a command is run and may take until its deadline.
 */
enum { PASSWORD_MOST = 8192, PASSWORD_COMMAND_MS = 30000 };

/* password: "" where none is set, valid during the call only; or NULL and err: "password-unreadable" (file, credential),
 * "password-command" (it failed, said nothing, took too long; with what it first wrote to standard error), "stopping". */
typedef void mail_password_done(struct ceud *d, void *arg, const char *password, const struct err *err);

/* done() comes once: for a file and a credential before this returns, for a command later. -1: nothing was begun, and it
 * never comes. */
int mail_password(struct ceud *d, mail_password_done *done, void *arg, struct err *err);

/* ceud is to stop: whoever still waits for a command is told so at once; the commands are ended. */
void mail_password_stop(struct ceud *d);

#endif
