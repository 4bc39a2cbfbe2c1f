#ifndef RULES_ODDS_H
#define RULES_ODDS_H

/* What the model takes for granted of people at large (chance.c says what each means); test_calibration.c holds it
 * against lives lived. */
#define PRIOR_DAYS	284
#define PRIOR_PACE	2.1
#define LATE_DAYS	130
#define CALM		{ 0.53, 0.87, 0.87 }	/* how likely; what a day is worth, a late one */
#define HURRIED		{ 0.47, 1, 2.1 }
#define SHIFTING	0.56
#define PLANNED		0.9
#define TYPICAL_MINUTES	120

#endif
