/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileErrorCode:
 * @STILE_ERROR_FAILED: nothing better is known: report it
 * @STILE_ERROR_SETTINGS: a setting or a file of one's own is wrong: correct it
 * @STILE_ERROR_UNREACHABLE: nobody answers: look at address, network and proxy
 * @STILE_ERROR_RETRY: the connection broke or the peer is busy: the same again, later
 * @STILE_ERROR_NOT_ATLS: something else answered: look at what lies between
 * @STILE_ERROR_UNTRUSTED: the peer is not who it must be: do not go on
 * @STILE_ERROR_REFUSED: the peer refuses us: show another identity, or ask its operator
 * @STILE_ERROR_PROTOCOL: a message was damaged or does not belong here: begin a new session
 * @STILE_ERROR_EXPIRED: the session is gone: begin a new one
 * @STILE_ERROR_LIMIT: more than is allowed: send less
 * @STILE_ERROR_CANCELLED: somebody asked to stop
 *
 * One code for each next move of the caller, whatever function noticed.
 */
typedef enum
{
  STILE_ERROR_FAILED,
  STILE_ERROR_SETTINGS,
  STILE_ERROR_UNREACHABLE,
  STILE_ERROR_RETRY,
  STILE_ERROR_NOT_ATLS,
  STILE_ERROR_UNTRUSTED,
  STILE_ERROR_REFUSED,
  STILE_ERROR_PROTOCOL,
  STILE_ERROR_EXPIRED,
  STILE_ERROR_LIMIT,
  STILE_ERROR_CANCELLED,
} StileErrorCode;

#define STILE_ERROR (stile_error_quark ())
GQuark stile_error_quark (void);

void stile_error_convert (GError **error, StileErrorCode fallback);
gboolean stile_error_is_cancelled (const GError *error);
const char *stile_error_get_name (const GError *error);
const char *stile_error_get_next_step (const GError *error);

G_END_DECLS
