/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-seen.h"

#include "transport/stile-http-observer.h"

/* What GnuTLS speaks at its best. */
#define BEST_TLS "TLS 1.3"

static void
observe_tls (const StileHttpSeen *self, StileObservation *observation)
{
  g_autofree char *cipher = g_tls_connection_get_ciphersuite_name (self->tls);
  const char *type;
  g_autofree char *binding = stile_http_observer_read_binding (self->tls, &type);

  stile_observation_set_tls (observation,
                             stile_http_observer_name_tls (g_tls_connection_get_protocol_version (self->tls)),
                             cipher, g_tls_connection_get_negotiated_protocol (self->tls));
  stile_observation_set_best_tls (observation, BEST_TLS);
  if (binding != NULL)
    stile_observation_set_binding (observation, type, binding);
  if (self->hello != NULL)
    stile_observation_set_hello (observation, STILE_HELLO_OWN, self->hello->digest, self->hello->ja3,
                                 self->hello->ja4);
}

/* Anybody can send such a field: only the service's own front is believed, by its address. */
static void
observe_front (const StileHttpSeen *self, StileObservation *observation, SoupServerMessage *message)
{
  const char *ja3;

  stile_observation_set_front (observation, stile_http_front_get_told (self->front));
  if (!stile_http_front_has_address (self->front, soup_server_message_get_remote_address (message)))
    return;

  ja3 = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                      stile_http_front_get_ja3_header (self->front));
  if (ja3 != NULL)
    stile_observation_set_hello (observation, STILE_HELLO_FRONT, NULL, ja3, NULL);
}

/* The fields of each answer; whoever adds another says so. */
static void
list_sent (StileObservation *observation)
{
  static const char *const names[] = { "Content-Type", "Cache-Control", "Content-Length", "Server", "Date" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    stile_observation_add_sent_header (observation, names[i]);
}

/**
 * stile_http_seen_observe:
 *
 * Returns: (transfer full): what the service saw of the connection that brought @message, and of @message
 */
StileObservation *
stile_http_seen_observe (const StileHttpSeen *self, SoupServerMessage *message)
{
  StileObservation *observation = stile_observation_new ();
  g_autofree char *peer =
      stile_http_observer_describe_address (soup_server_message_get_remote_address (message));

  stile_observation_set_peer (observation, peer);
  stile_observation_set_http_version (
      observation, stile_http_observer_name_http (soup_server_message_get_http_version (message)));
  stile_observation_set_time (observation, g_get_real_time () / G_USEC_PER_SEC);
  stile_http_observer_add_headers (observation, soup_server_message_get_request_headers (message));
  stile_observation_set_chain (observation, self->own_chain);
  list_sent (observation);
  if (self->tls != NULL)
    observe_tls (self, observation);
  if (self->front != NULL)
    observe_front (self, observation, message);

  return observation;
}
