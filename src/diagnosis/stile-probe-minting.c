/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-probe-minting.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>

#include "atls/stile-error.h"
#include "codec/stile-hex.h"
#include "transport/stile-outer-handshake.h"

/* So that nobody can have made a certificate for it before. */
#define NONCE_SIZE 8

static gboolean
is_named (StileOuterHandshake *handshake, const char *name)
{
  GPtrArray *chain = stile_outer_handshake_get_chain (handshake);

  return chain != NULL && chain->len > 0 &&
         stile_certificate_matches_host (g_ptr_array_index (chain, 0), name);
}

/* Who was reached and does not go on; whoever was not reached said nothing. */
static gboolean
hung_up (const GError *error)
{
  return error->domain == G_TLS_ERROR || error->domain == STILE_ERROR ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
shaken (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileOuterHandshake) handshake = stile_outer_handshake_run_finish (result, &error);
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (handshake == NULL && !hung_up (error))
    {
      stile_probe_context_say (context, stile_probe_minting.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                               error->message);
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* Who knows the name of no such service may well hang up (RFC 6066 section 3). */
  if (handshake != NULL)
    signals->canary = is_named (handshake, signals->canary_name) ? STILE_YES : STILE_NO;
  if (signals->canary == STILE_YES)
    stile_probe_context_say (context, stile_probe_minting.id, STILE_CHECK_STATE_CHANGED,
                             _ ("Somebody certified “%s” on the spot, a name that cannot exist."),
                             signals->canary_name);
  else
    stile_probe_context_say (context, stile_probe_minting.id, STILE_CHECK_STATE_PASSED, "%s",
                             _ ("Nobody certified a name that cannot exist when asked for it."));
  g_task_return_boolean (task, TRUE);
}

/* RFC 6761 section 6.4: ".invalid" names nobody, for ever. */
static char *
make_name (void)
{
  guint8 nonce[NONCE_SIZE];
  g_autofree char *text = NULL;

  gnutls_rnd (GNUTLS_RND_NONCE, nonce, sizeof nonce);
  text = stile_hex_encode (nonce, sizeof nonce);
  return g_strdup_printf ("canary-%s.invalid", text);
}

static void
run (GTask *task)
{
  StileProbeContext *context = g_task_get_source_object (task);
  StileSignals *signals = stile_probe_context_get_signals (context);

  if (g_strcmp0 (g_uri_get_scheme (stile_probe_context_get_uri (context)), "https") != 0)
    {
      stile_probe_context_say (context, stile_probe_minting.id, STILE_CHECK_STATE_NOT_RUN, "%s",
                               _ ("The address begins with http: there is no TLS outside."));
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  signals->canary_name = make_name ();
  stile_outer_handshake_run_async (signals->host, signals->port, stile_probe_context_get_proxy (context),
                                   signals->canary_name, STILE_PROBE_CONTEXT_TIMEOUT_SECONDS,
                                   g_task_get_cancellable (task), shaken, task);
}

const StileProbe stile_probe_minting = {
  .id = "minting",
  .title = N_ ("Certificates made on the spot"),
  .turn = STILE_PROBE_AT_ONCE,
  .run = run,
};
