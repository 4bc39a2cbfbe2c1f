#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

struct err;

enum { ADDRESS_MAX = 254 };

/* What is wrong with an address for SMTP, as a clause; NULL if nothing is. */
const char *address_fault(const char *addr);

/* ERR_USAGE "address-invalid" with the address, clean and not endless, and the fault. */
int address_refuse(struct err *err, const char *addr, const char *fault);

/* An address in any case and with a domain of any letters, its domain as A-labels where it is not ASCII. out[256].
 * Sets *fault, or -1 with err: out of memory. */
int address_encode(const char *addr, char out[256], const char **fault, struct err *err);

#endif
