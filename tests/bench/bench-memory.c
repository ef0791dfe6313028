/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-memory.h"

#include <gnutls/crypto.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "atls/stile-endpoint.h"
#include "atls/stile-sealer.h"
#include "bench/bench-identities.h"
#include "codec/stile-base64url.h"
#include "codec/stile-binary-http.h"

#define SESSIONS 2000

static gint64 now = 1;

static gint64
read_clock (void)
{
  return now;
}

static gsize
heap (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(StileAnswer **)user_data = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
}

static StileAnswer *
deliver (StileEndpoint *endpoint, StileMessageKind kind, GBytes *body, const char *session)
{
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, session, NULL);
  StileAnswer *answer = NULL;

  stile_endpoint_deliver_async (endpoint, delivery, NULL, answered, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (stile_answer_get_status (answer) != STILE_ANSWER_OK)
    bench_figure_fail ("the endpoint refused: %s", stile_answer_get_detail (answer));
  return answer;
}

static GBytes *
step (StileSession *session, GBytes *flight)
{
  g_autoptr (GError) error = NULL;
  GBytes *answer = NULL;

  if (!stile_session_step (session, flight, &answer, &error))
    bench_figure_fail ("step: %s", error->message);
  return answer;
}

static void
send_sealed (StileEndpoint *endpoint, StileSession *client, const char *name)
{
  g_autoptr (GBytes) id = stile_base64url_decode (name, -1, NULL);
  g_autoptr (StileSealer) sealer =
      stile_sealer_new (stile_session_export_keys (client, &stile_keys_application, NULL), STILE_ROLE_CLIENT,
                        g_bytes_get_data (id, NULL));
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "localhost", "/");
  g_autoptr (GBytes) data = stile_binary_http_encode (request);
  g_autoptr (GBytes) message = stile_sealer_seal (sealer, 0, data, NULL);
  g_autoptr (StileAnswer) answer = deliver (endpoint, STILE_MESSAGE_SEALED, message, NULL);

  g_assert (answer != NULL);
}

/* A whole handshake, and then a sealed message unless @sealed is FALSE; nothing of the client is left. */
static void
establish (StileEndpoint *endpoint, StileCredentials *credentials, gboolean sealed)
{
  g_autoptr (StileSession) client = stile_session_new (credentials, "localhost", NULL);
  g_autoptr (GBytes) flight = step (client, NULL);
  g_autofree char *name = NULL;

  while (flight != NULL)
    {
      g_autoptr (StileAnswer) answer = deliver (endpoint, STILE_MESSAGE_FLIGHT, flight, name);

      if (name == NULL)
        name = g_strdup (stile_answer_get_new_session (answer));
      g_clear_pointer (&flight, g_bytes_unref);
      if (stile_session_get_state (client) != STILE_SESSION_ESTABLISHED)
        flight = step (client, stile_answer_get_body (answer));
    }
  g_assert (stile_session_get_state (client) == STILE_SESSION_ESTABLISHED);
  if (sealed)
    send_sealed (endpoint, client, name);
}

static StileEndpoint *
make_endpoint (BenchIdentities *identities)
{
  g_autoptr (StileCredentials) server = bench_identities_make_credentials (
      identities, STILE_ROLE_SERVER, STILE_TLS_ANY, TRUE, STILE_BINARY_HTTP_ALPN);
  StileEndpoint *endpoint = stile_endpoint_new (server, NULL);
  StileEndpointLimits limits = stile_endpoint_default_limits;

  limits.half_open = SESSIONS + 10;
  stile_endpoint_set_limits (endpoint, &limits);
  stile_endpoint_set_clock (endpoint, read_clock);
  return endpoint;
}

static void
measure_half_open (BenchIdentities *identities, StileCredentials *credentials, const char *name)
{
  g_autoptr (StileEndpoint) endpoint = make_endpoint (identities);
  g_autoptr (StileSession) client = stile_session_new (credentials, "localhost", NULL);
  g_autoptr (GBytes) hello = step (client, NULL);
  gsize before;

  /* The first allocates what all share. */
  g_clear_pointer (&(StileAnswer *){ deliver (endpoint, STILE_MESSAGE_FLIGHT, hello, NULL) },
                   stile_answer_free);
  before = heap ();
  for (int i = 0; i < SESSIONS; i++)
    stile_answer_free (deliver (endpoint, STILE_MESSAGE_FLIGHT, hello, NULL));
  g_assert_cmpuint (stile_endpoint_get_n_half_open (endpoint), ==, SESSIONS + 1);
  bench_figure_print_size (name, (double)(heap () - before) / SESSIONS, 0);
}

static void
measure_established (BenchIdentities *identities, StileCredentials *credentials)
{
  g_autoptr (StileEndpoint) endpoint = make_endpoint (identities);
  gsize before;

  establish (endpoint, credentials, TRUE);
  before = heap ();
  for (int i = 0; i < SESSIONS; i++)
    establish (endpoint, credentials, TRUE);
  bench_figure_print_size ("session, export mode, answers kept", (double)(heap () - before) / SESSIONS, 0);

  now += (stile_endpoint_default_limits.keep_seconds + 1) * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (endpoint);
  g_assert_cmpuint (stile_endpoint_get_n_sessions (endpoint), ==, SESSIONS + 1);
  bench_figure_print_size ("session, export mode", (double)(heap () - before) / SESSIONS, 1024);
}

static void
measure_unused (BenchIdentities *identities, StileCredentials *credentials)
{
  g_autoptr (StileEndpoint) endpoint = make_endpoint (identities);
  gsize before;

  establish (endpoint, credentials, FALSE);
  before = heap ();
  for (int i = 0; i < SESSIONS; i++)
    establish (endpoint, credentials, FALSE);
  now += (stile_endpoint_default_limits.keep_seconds + 1) * G_TIME_SPAN_SECOND;
  stile_endpoint_expire (endpoint);
  bench_figure_print_size ("session, established, nothing sent yet", (double)(heap () - before) / SESSIONS,
                           0);
}

/* Bytes of the heap that each session of an endpoint takes: the same process has no client's half of it left. */
void
bench_memory_run (const BenchOptions *options)
{
  g_autoptr (BenchIdentities) identities = bench_identities_new ();
  g_autoptr (StileCredentials) client = bench_identities_make_credentials (
      identities, STILE_ROLE_CLIENT, STILE_TLS_1_3, FALSE, STILE_BINARY_HTTP_ALPN);
  g_autoptr (StileCredentials) old_client = bench_identities_make_credentials (
      identities, STILE_ROLE_CLIENT, STILE_TLS_1_2, FALSE, STILE_BINARY_HTTP_ALPN);

  measure_half_open (identities, client, "session, half-open, TLS 1.3");
  measure_half_open (identities, old_client, "session, half-open, TLS 1.2");
  measure_unused (identities, client);
  measure_established (identities, client);
}
