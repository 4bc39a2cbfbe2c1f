#ifndef RULES_ODDS_H
#define RULES_ODDS_H

/* What the model takes for granted of people at large (chance.c says what each means); test_calibration.c holds it
 * against lives lived. */
#define PRIOR_DAYS	257
#define PRIOR_PACE	2.25
#define LATE_DAYS	128
#define CALM		{ 0.53, 0.85, 0.85 }	/* how likely; what a day is worth, a late one */
#define HURRIED		{ 0.47, 1, 2.1 }
#define SHIFTING	0.67
#define PLANNED		0.9
#define TYPICAL_MINUTES	140

#endif
