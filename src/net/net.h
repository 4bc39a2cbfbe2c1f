#ifndef NET_NET_H
#define NET_NET_H

/*
 * The two jobs of ceud-net. Each reads its job from `in`, answers on `out` (ceud-net(8) has both
 * protocols) and returns the exit code: 0 the job was carried out, whatever became of the calendar or
 * the mails; 1 it could not be; 2 the job is not understood. They log to standard error, at most a line.
 */
enum net_exit { NET_DONE = 0, NET_FAILED = 1, NET_BAD_JOB = 2 };

int fetch_run(int in, int out);
int smtp_run(int in, int out);

#endif
