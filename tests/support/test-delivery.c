/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-delivery.h"

#include "codec/stile-base64url.h"
#include "codec/stile-binary-http.h"

static void
delivered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileAnswer **answer = user_data;

  *answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (object), result);
}

/**
 * test_delivery_send:
 * @session: (nullable): the id that came with it
 *
 * Waits for the answer in the calling thread's own context.
 */
StileAnswer *
test_delivery_send (StileEndpoint *endpoint, StileMessageKind kind, GBytes *body, const char *session)
{
  g_autoptr (StileDelivery) delivery = stile_delivery_new (kind, body, session, NULL);
  StileAnswer *answer = NULL;

  stile_endpoint_deliver_async (endpoint, delivery, NULL, delivered, &answer);
  while (answer == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  return answer;
}

void
test_delivery_assert_status (StileEndpoint *endpoint,
                             StileMessageKind kind,
                             GBytes *body,
                             const char *session,
                             StileAnswerStatus status)
{
  g_autoptr (StileAnswer) answer = test_delivery_send (endpoint, kind, body, session);

  g_assert_cmpint (stile_answer_get_status (answer), ==, status);
  g_assert_true ((stile_answer_get_body (answer) != NULL) == (status == STILE_ANSWER_OK));
  g_assert_true ((stile_answer_get_detail (answer) != NULL) == (status != STILE_ANSWER_OK));
}

void
test_delivery_init (TestDelivery *self, StileEndpoint *endpoint, StileCredentials *client)
{
  g_autoptr (GError) error = NULL;

  self->endpoint = endpoint;
  self->session = stile_session_new (client, NULL, &error);
  g_assert_no_error (error);
}

void
test_delivery_clear (TestDelivery *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->sealer, stile_sealer_free);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->flight, g_bytes_unref);
  g_clear_pointer (&self->answer, g_bytes_unref);
}

static void
take_keys (TestDelivery *self)
{
  g_autoptr (GBytes) id = stile_base64url_decode (self->id, -1, NULL);
  g_autoptr (GError) error = NULL;
  StileKeys *keys = stile_session_export_keys (self->session, &stile_keys_application, &error);

  g_assert_no_error (error);
  self->sealer = stile_sealer_new (keys, STILE_ROLE_CLIENT, g_bytes_get_data (id, NULL));
}

/**
 * test_delivery_step:
 *
 * Delivers one flight and takes its answer.
 *
 * Returns: whether the session is up on this side
 */
gboolean
test_delivery_step (TestDelivery *self)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileAnswer) answer = NULL;

  g_assert_true (stile_session_step (self->session, self->answer, &out, &error));
  g_assert_no_error (error);
  if (stile_session_get_state (self->session) == STILE_SESSION_ESTABLISHED)
    {
      take_keys (self);
      return TRUE;
    }

  g_assert_nonnull (out);
  answer = test_delivery_send (self->endpoint, STILE_MESSAGE_FLIGHT, out, self->id);
  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK);
  g_assert_true ((stile_answer_get_new_session (answer) != NULL) == (self->id == NULL));
  if (self->id == NULL)
    self->id = g_strdup (stile_answer_get_new_session (answer));
  g_clear_pointer (&self->flight, g_bytes_unref);
  self->flight = g_steal_pointer (&out);
  g_clear_pointer (&self->answer, g_bytes_unref);
  self->answer = g_bytes_ref (stile_answer_get_body (answer));
  return FALSE;
}

void
test_delivery_connect (TestDelivery *self, StileEndpoint *endpoint, StileCredentials *client)
{
  test_delivery_init (self, endpoint, client);
  while (!test_delivery_step (self))
    ;
}

/**
 * test_delivery_seal:
 *
 * Returns: (transfer full): a sealed GET for @path
 */
GBytes *
test_delivery_seal (TestDelivery *self, guint64 sequence, const char *path)
{
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("GET", "https", "service.example", path);
  g_autoptr (GBytes) plaintext = stile_binary_http_encode (request);
  g_autoptr (GError) error = NULL;
  GBytes *message = stile_sealer_seal (self->sealer, sequence, plaintext, &error);

  g_assert_no_error (error);
  return message;
}

GBytes *
test_delivery_open (TestDelivery *self, StileAnswer *answer, guint64 sequence)
{
  guint64 answered = G_MAXUINT64;
  g_autoptr (GError) error = NULL;
  GBytes *plaintext;

  g_assert_cmpint (stile_answer_get_status (answer), ==, STILE_ANSWER_OK);
  g_assert_cmpint (stile_answer_get_kind (answer), ==, STILE_MESSAGE_SEALED);
  plaintext =
      stile_sealer_open (self->sealer, stile_answer_get_body (answer), 1024 * 1024, &answered, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (answered, ==, sequence);
  return plaintext;
}
