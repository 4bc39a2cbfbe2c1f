#ifndef PACKET_PACKET_H
#define PACKET_PACKET_H

/*
 * The two jobs of ceud-packet (ceud-packet(8)). packet_make() reads its job from `in`, writes the file to
 * `to` and its progress to `out`; packet_verify() reads the packet at `path` and tells people what it found.
 * Both return the exit code: 0 done, or the packet is sound; 1 failed, or it is not; 2 the job or the command
 * is not understood.
 */
enum packet_exit { PACKET_DONE = 0, PACKET_FAILED = 1, PACKET_BAD_JOB = 2 };

int packet_make(int in, int out, int to);
int packet_verify(const char *path, int as_json);

/* What a packet may hold; make refuses to pass it, verify refuses what did. */
enum { PACKET_FILES_MAX = 2000, PACKET_MB_MAX = 2048 };

#endif
