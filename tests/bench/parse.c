/* The peer of the feed bench: libical parses the whole file, every VEVENT is visited, all is freed. Prints milliseconds. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

#include "clocks.h"

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (!f)
		return NULL;
	if (!fseek(f, 0, SEEK_END) && (size = ftell(f)) >= 0 && !fseek(f, 0, SEEK_SET)) {
		text = malloc((size_t)size + 1);
		if (text && fread(text, 1, (size_t)size, f) == (size_t)size)
			text[size] = '\0';
	}
	fclose(f);
	return text;
}

int main(int argc, char **argv)
{
	char *text = argc == 2 ? read_file(argv[1]) : NULL;
	double start = bench_ms();
	icalcomponent *root, *event;
	int n = 0;

	if (!text || !(root = icalparser_parse_string(text)))
		return 1;
	for (event = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT); event;
	     event = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT))
		n += icalcomponent_get_uid(event) != NULL;
	icalcomponent_free(root);
	printf("%.3f %d\n", bench_ms() - start, n);
	free(text);
	return 0;
}
