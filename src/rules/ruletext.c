/* The id and the words of a rule whose file gives none. */
#include "base/buf.h"
#include "reader.h"

static const char *const in_period[] = {
	[PER_CYCLE] = "cycle", [PER_YEAR] = "year of the cycle", [PER_CALENDAR_YEAR] = "calendar year",
};

/* The units the rule is about: " from Drills". */
static void put_selection(const struct program *p, const struct rule *rule, struct buf *text)
{
	switch (rule->selector) {
	case SELECT_EACH_CATEGORY:
		buf_puts(text, " from any one category");
		break;
	case SELECT_CATEGORY:
		buf_printf(text, " from %s", p->categories[rule->category].name);
		break;
	case SELECT_GROUP:
		buf_printf(text, " from the group %s", p->groups[rule->group].id);
		break;
	case SELECT_TAG:
		buf_printf(text, " from what is tagged %s", p->tags[rule->tag].name);
		break;
	default:
		break;
	}
}

static void put_text(const struct program *p, const struct rule *rule, struct buf *text)
{
	const char *period = in_period[rule->period];
	char amount[32];

	units_text(rule->amount, amount, sizeof amount);
	switch (rule->kind) {
	case RULE_REQUIRE:
		if (rule->selector == SELECT_TOTAL)
			buf_printf(text, "%s units", amount);
		else if (rule->selector == SELECT_DISTINCT)
			buf_printf(text, "Units from at least %d categories", (int)(rule->amount / 100));
		else
			buf_printf(text, "At least %s units", amount);
		put_selection(p, rule, text);
		buf_printf(text, " in every %s.", period);
		break;
	case RULE_LIMIT:
		if (rule->percent > 0)
			buf_printf(text, "At most %d %% of the units required count", rule->percent);
		else
			buf_printf(text, "At most %s units count", amount);
		put_selection(p, rule, text);
		if (rule->period != PER_CYCLE)
			buf_printf(text, " in any %s", period);
		buf_putc(text, '.');
		break;
	case RULE_NEEDS:
		buf_puts(text, rule->selector == SELECT_EVIDENCE_GIVEN ? "An entry counts when it has evidence." :
		    "An entry counts when it names a competency.");
		break;
	case RULE_ONCE:
		buf_printf(text, "The same %s counts once in a cycle.",
		    rule->selector == SELECT_EVENT ? "event" : "course");
		break;
	}
}

static void put_id(const struct program *p, const struct rule *rule, struct buf *id)
{
	static const char *const kinds[] = { [RULE_REQUIRE] = "require", [RULE_LIMIT] = "limit",
		[RULE_NEEDS] = "needs", [RULE_ONCE] = "once" };
	const char *kind = kinds[rule->kind];

	switch (rule->selector) {
	case SELECT_TOTAL: buf_puts(id, "total"); break;
	case SELECT_DISTINCT: buf_puts(id, "distinct-categories"); break;
	case SELECT_EACH_CATEGORY: buf_printf(id, "%s-each-category", kind); break;
	case SELECT_CATEGORY: buf_printf(id, "%s-%s", kind, p->categories[rule->category].id); break;
	case SELECT_GROUP: buf_printf(id, "%s-group-%s", kind, p->groups[rule->group].id); break;
	case SELECT_TAG: buf_printf(id, "%s-tag-%s", kind, p->tags[rule->tag].id); break;
	case SELECT_COMPETENCY_GIVEN: buf_printf(id, "%s-competency", kind); break;
	case SELECT_EVIDENCE_GIVEN: buf_printf(id, "%s-evidence", kind); break;
	case SELECT_COURSE: buf_printf(id, "%s-course", kind); break;
	case SELECT_EVENT: buf_printf(id, "%s-event", kind); break;
	}
	if (rule->period != PER_CYCLE)
		buf_printf(id, "-per-%s", period_words[rule->period]);
}

void fill_rule_words(struct reader *r, struct rule *rule)
{
	struct buf text = BUF_INIT, id = BUF_INIT;

	put_text(r->p, rule, &text);
	put_id(r->p, rule, &id);
	if (id.failed || text.failed)
		r->no_memory = 1;
	if (!rule->id)
		rule->id = keep(r, buf_str(&id));
	if (!rule->text)
		rule->text = keep(r, buf_str(&text));
	buf_free(&id);
	buf_free(&text);
}
