#ifndef NET_READ_H
#define NET_READ_H

/*
 * ceud-net read: the occurrences in files of calendars, one JSON line each, for people and for tests; ceud-net(8)
 * has the options and the lines.  Returns the exit code: 0 all files were looked at, whatever is in them;
 * 1 one of them cannot be opened; 2 the command line is not understood.
 */
int read_run(int argc, char **argv);

#endif
