/* How the units cover the competencies, and what a role asks for. */
#include "render.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "view.h"

enum { NAME_WIDTH = 34, BAR_AT = 38, COUNTED_END = BAR_AT + PAGE_SMALL_BAR + 6, WANTED_END = 64,
    LACKS_END = 74 };

static int64_t largest(const struct json *list)
{
	int64_t most = 0;

	for (size_t i = 0; i < json_size(list); i++) {
		int64_t counted = view_units(json_at(list, i), "counted"),
			wanted = view_units(json_at(list, i), "wanted");

		most = counted > most ? counted : most;
		most = wanted > most ? wanted : most;
	}
	return most;
}

static void head(struct page *p, int has_role)
{
	page_to(p, 2);
	page_text(p, INK_DIM, "Competency");
	page_to(p, BAR_AT);
	page_text(p, INK_DIM, "Counted");
	if (has_role) {
		page_right(p, WANTED_END, INK_DIM, "Role asks");
		page_right(p, LACKS_END, INK_DIM, "Lacks");
	}
	page_line(p);
}

static void row(struct page *p, struct arena *a, const struct json *v, int64_t scale, int has_role)
{
	int64_t counted = view_units(v, "counted"), wanted = view_units(v, "wanted"),
		lacks = view_units(v, "lacks");

	page_to(p, 2);
	page_cut(p, NAME_WIDTH, INK_PLAIN, view_short(a, view_str(a, v, "name"), NAME_WIDTH));
	page_to(p, BAR_AT);
	page_bar(p, &(struct bar){ scale, counted, has_role ? lacks : 0, PAGE_SMALL_BAR });
	page_amount(p, COUNTED_END, INK_PLAIN, view_amount(a, counted));
	if (has_role) {
		page_amount(p, WANTED_END, INK_PLAIN, view_amount(a, wanted));
		if (lacks > 0)
			page_amount(p, LACKS_END, INK_WARN, view_amount(a, lacks));
		else
			page_right(p, LACKS_END, INK_GOOD, "covered");
	}
	page_line(p);
}

static void roles(struct page *p, struct arena *a, const struct json *list)
{
	if (json_size(list)) {
		page_line(p);
		page_text(p, INK_BOLD, "Roles to compare with");
		page_line(p);
	}
	for (size_t i = 0; i < json_size(list); i++) {
		page_to(p, 2);
		page_text(p, INK_BOLD, view_str(a, json_at(list, i), "id"));
		page_to(p, 22);
		page_wrap(p, 22, INK_PLAIN, view_str(a, json_at(list, i), "name"));
		page_line(p);
	}
}

void render_skills(struct page *p, struct arena *a, const struct json *v)
{
	const struct json *list = json_get(v, "competencies"), *role = json_get(v, "role");
	int has_role = json_kind(role) == JSON_OBJECT;
	const char *source = view_str(a, role, "source");
	int64_t scale = largest(list);

	if (has_role) {
		page_wrap(p, 2, INK_BOLD, view_printf(a, "Your units against the role %s",
		    view_str(a, role, "name")));
		page_line(p);
	}
	head(p, has_role);
	for (size_t i = 0; i < json_size(list); i++)
		row(p, a, json_at(list, i), scale, has_role);
	if (*source) {
		page_to(p, 2);
		page_wrap(p, 2, INK_DIM, view_printf(a, "The role's weights: %s.", source));
		page_line(p);
	}
	if (!has_role)
		roles(p, a, json_get(v, "roles"));
	render_next(p, a, v, NULL);
}
