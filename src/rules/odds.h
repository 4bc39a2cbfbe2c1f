#ifndef RULES_ODDS_H
#define RULES_ODDS_H

/* What the model takes for granted of people at large (chance.c); test_chance.c holds it against lives lived. */
#define PRIOR_DAYS	140	/* twenty weeks */
#define PRIOR_PACE	1.4	/* of the pace that the program asks for */
#define LATE_DAYS	120
#define LATE_PACE	1.8
#define SHIFTING	0.5
#define PLANNED		0.9
#define TYPICAL_MINUTES	90

#endif
