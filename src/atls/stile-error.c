/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (stile_error, stile_error)

typedef struct
{
  const char *name;      /* in JSON */
  const char *next_step; /* for people */
} Move;

static const Move moves[] = {
  [STILE_ERROR_FAILED] = { "failed", N_ ("Try again; if it stays, report it with the details.") },
  [STILE_ERROR_SETTINGS] = { "settings", N_ ("Correct this setting or file, then try again.") },
  [STILE_ERROR_UNREACHABLE] = { "unreachable",
                                N_ ("Check the address, the network and the proxy, then try again.") },
  [STILE_ERROR_RETRY] = { "retry", N_ ("Try again in a moment.") },
  [STILE_ERROR_NOT_ATLS] = { "not-atls", N_ ("Check the service’s address and path, and whether something in "
                                             "between blocks or answers for it.") },
  [STILE_ERROR_UNTRUSTED] = { "untrusted",
                              N_ ("Do not go on unless you know why. Check that the anchor is the one "
                                  "that the manufacturer or operator gave you.") },
  [STILE_ERROR_REFUSED] = { "refused", N_ ("Present another identity, or ask the operator of the service.") },
  [STILE_ERROR_PROTOCOL] = { "protocol", N_ ("Begin a new session; if it happens again, something in between "
                                             "changes the messages.") },
  [STILE_ERROR_EXPIRED] = { "expired", N_ ("Begin a new session.") },
  [STILE_ERROR_LIMIT] = { "limit", N_ ("Send less, or ask the operator to raise the limit.") },
  [STILE_ERROR_CANCELLED] = { "cancelled", N_ ("Start again when you like.") },
};

static const Move *
move_of (const GError *error)
{
  if (error->domain == STILE_ERROR && error->code >= 0 && error->code < (int)G_N_ELEMENTS (moves))
    return &moves[error->code];

  return &moves[stile_error_is_cancelled (error) ? STILE_ERROR_CANCELLED : STILE_ERROR_FAILED];
}

static StileErrorCode
code_of_io_error (int code, StileErrorCode fallback)
{
  static const struct
  {
    int io;
    StileErrorCode ours;
  } table[] = {
    { G_IO_ERROR_CANCELLED, STILE_ERROR_CANCELLED },
    { G_IO_ERROR_CONNECTION_REFUSED, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_HOST_UNREACHABLE, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_NETWORK_UNREACHABLE, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_HOST_NOT_FOUND, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_TIMED_OUT, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_PROXY_FAILED, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_PROXY_AUTH_FAILED, STILE_ERROR_SETTINGS },
    { G_IO_ERROR_PROXY_NEED_AUTH, STILE_ERROR_SETTINGS },
    { G_IO_ERROR_PROXY_NOT_ALLOWED, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_CONNECTION_CLOSED, STILE_ERROR_RETRY },
    { G_IO_ERROR_BUSY, STILE_ERROR_RETRY },
    { G_IO_ERROR_MESSAGE_TOO_LARGE, STILE_ERROR_LIMIT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].io == code)
      return table[i].ours;

  return fallback;
}

static StileErrorCode
code_of (const GError *error, StileErrorCode fallback)
{
  if (error->domain == G_IO_ERROR)
    return code_of_io_error (error->code, fallback);
  if (error->domain == G_RESOLVER_ERROR)
    return STILE_ERROR_UNREACHABLE;
  /* Where a setting is read, what GIO says of its TLS files is about that setting and no peer's. */
  if (error->domain == G_TLS_ERROR && fallback == STILE_ERROR_SETTINGS)
    return fallback;
  if (error->domain == G_TLS_ERROR)
    return error->code == G_TLS_ERROR_BAD_CERTIFICATE ? STILE_ERROR_UNTRUSTED : STILE_ERROR_UNREACHABLE;
  if (error->domain == G_FILE_ERROR || error->domain == G_KEY_FILE_ERROR || error->domain == G_OPTION_ERROR)
    return STILE_ERROR_SETTINGS;

  return fallback;
}

/**
 * stile_error_convert:
 * @error: (inout) (nullable): somebody else's error, or already ours, or nothing
 * @fallback: the move when the foreign code does not tell
 *
 * Turns foreign codes into ours, keeping the message: the one place where that is done.
 */
void
stile_error_convert (GError **error, StileErrorCode fallback)
{
  if (error == NULL || *error == NULL || (*error)->domain == STILE_ERROR)
    return;

  (*error)->code = (int)code_of (*error, fallback);
  (*error)->domain = STILE_ERROR;
}

/**
 * stile_error_is_cancelled:
 * @error: (nullable): any error
 *
 * Returns: whether somebody asked to stop, in our words or in GIO's
 */
gboolean
stile_error_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, STILE_ERROR, STILE_ERROR_CANCELLED);
}

/**
 * stile_error_get_name:
 *
 * Returns: (transfer none): the code's name, as in JSON output
 */
const char *
stile_error_get_name (const GError *error)
{
  return move_of (error)->name;
}

/**
 * stile_error_get_next_step:
 *
 * Returns: (transfer none): what to do next, a translated sentence
 */
const char *
stile_error_get_next_step (const GError *error)
{
  return _ (move_of (error)->next_step);
}
