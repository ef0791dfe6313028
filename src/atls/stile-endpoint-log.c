/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-endpoint-log.h"

/*
 * What an operator reads of sessions, at the level "info": who came and why somebody did not get in.  Never a key, a
 * plaintext or a whole session id, which would be as good as the cookie.
 */

/**
 * stile_endpoint_log_established:
 *
 * Who the client is takes time to parse: it is done for somebody who reads it.
 */
void
stile_endpoint_log_established (StileEndpointSession *session)
{
  g_autofree char *name = NULL;
  GPtrArray *chain;

  if (g_log_writer_default_would_drop (G_LOG_LEVEL_INFO, G_LOG_DOMAIN))
    return;

  name = stile_endpoint_session_get_name (session);
  chain = stile_session_get_peer_chain (session->session);
  g_info ("Session %.6s…: established, %s, %s, client %s", name, stile_session_get_version (session->session),
          stile_session_get_cipher_suite (session->session),
          chain != NULL ? stile_certificate_get_subject (g_ptr_array_index (chain, 0))
                        : "without certificate");
}

void
stile_endpoint_log_failed (StileEndpointSession *session, const GError *error)
{
  g_autofree char *name = stile_endpoint_session_get_name (session);

  g_info ("Session %.6s…: handshake failed: %s", name, error->message);
}
