#ifndef API_API_H
#define API_API_H

#include <string.h>

/*
 * What ceu and ceud share: how a failure travels.  ceud answers a problem document (RFC 9457) with the HTTP status
 * of its error class; ceu turns the status back into the class, which is its exit code (INTERFACE.md section 2).
 */

#define API_PREFIX "/v1"
#define API_PROBLEM_TYPE "application/problem+json"
#define API_JSON_TYPE "application/json"

enum { API_PAGE_MAX = 500 };		/* rows of a list in one answer */
enum { API_IDS_MAX = 100 };		/* ids joined by commas in one path */

/* enum err_class of base/err.h -> status */
static inline int api_status(int class) {
	switch (class) {
	case 2: return 400;
	case 3: return 404;
	case 4: return 403;
	case 5: return 422;
	case 6: return 503;
	default: return 500;
	}
}

/* status -> exit code of ceu; 0 for success */
static inline int api_exit(int status) {
	switch (status) {
	case 404: case 410: return 3;
	case 401: case 403: return 4;
	case 409: case 412: case 422: return 5;
	case 502: case 503: case 504: return 6;
	default:
		return status >= 200 && status < 300 ? 0 : status >= 400 && status < 500 ? 2 : 1;
	}
}

/* The socket of a person's own ceud, and that of the service. */
#define API_SOCKET_NAME "ceud.sock"
#define API_SOCKET_SYSTEM "/run/ceud/ceud.sock"

#endif
