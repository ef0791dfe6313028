/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-finding-words.h"

#include <glib/gi18n-lib.h>

/* The names of findings never change; these are what people read in their place. */

typedef struct
{
  const char *id;
  const char *words;
} Words;

static const Words all[] = {
  { "content-type-blocked", N_ ("A media type does not pass") },
  { "method-blocked", N_ ("A method does not pass") },
  { "request-content-type-changed", N_ ("Media type of requests changed") },
  { "response-content-type-changed", N_ ("Media type of answers changed") },
  { "request-body-modified", N_ ("Bodies of requests changed") },
  { "response-body-modified", N_ ("Bodies of answers changed") },
  { "response-truncated", N_ ("Answers cut off") },
  { "body-recompressed", N_ ("Bodies compressed anew") },
  { "request-size-limited", N_ ("Large requests do not pass") },
  { "response-size-limited", N_ ("Large answers do not pass") },
  { "set-cookie-stripped", N_ ("Cookies taken out of answers") },
  { "request-cookie-stripped", N_ ("Cookies taken out of requests") },
  { "request-duplicated", N_ ("Requests sent twice") },
  { "captive-portal", N_ ("A sign-in page answers") },
  { "tls-downgraded", N_ ("An older TLS") },
  { "http-version-changed", N_ ("Another HTTP version") },
  { "request-headers-added", N_ ("Fields added to requests") },
  { "request-headers-removed", N_ ("Fields taken out of requests") },
  { "response-headers-added", N_ ("Fields added to answers") },
  { "response-headers-removed", N_ ("Fields taken out of answers") },
  { "user-agent-changed", N_ ("The program’s name changed") },
  { "keep-alive-broken", N_ ("Connections not kept alive") },
  { "quic-blocked", N_ ("QUIC does not pass") },
  { "delayed", N_ ("Answers held up") },
  { "gateway-errors", N_ ("Gateway errors now and then") },
  { "minted-on-demand", N_ ("Certificates made on the spot") },
};

/**
 * stile_finding_words_get:
 * @id: of a finding, perhaps of a later version
 *
 * Returns: (transfer none): what people read; @id itself for one that is not known
 */
const char *
stile_finding_words_get (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i].id, id) == 0)
      return _ (all[i].words);

  return id;
}
