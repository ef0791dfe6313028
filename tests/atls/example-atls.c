/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-endpoint.h"
#include "atls/stile-error.h"
#include "atls/stile-session.h"
#include "support/test-pki.h"

/* src/atls/README.md quotes what is between the marks: a client and a service in a program of another's.  Here a
 * function call carries the bodies; there it is whatever you have. */

/* --- quoted --- */
typedef struct
{
  StileEndpoint *endpoint;
  char *session;
} Wire;

static void
answered (GObject *endpoint, GAsyncResult *result, gpointer answer)
{
  *(StileAnswer **)answer = stile_endpoint_deliver_finish (STILE_ENDPOINT (endpoint), result);
}

/* Your transport: takes a body to the service, and what answers it back. */
static GBytes *
carry (Wire *wire, GBytes *body)
{
  g_autoptr (StileDelivery) delivery = stile_delivery_new (STILE_MESSAGE_FLIGHT, body, wire->session, NULL);
  g_autoptr (StileAnswer) answer = NULL;

  stile_endpoint_deliver_async (wire->endpoint, delivery, NULL, answered, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);

  if (stile_answer_get_status (answer) != STILE_ANSWER_OK)
    return NULL; /* stile_answer_get_detail() says why */
  if (wire->session == NULL)
    wire->session = g_strdup (stile_answer_get_new_session (answer));
  return g_bytes_ref (stile_answer_get_body (answer));
}

/* The client: shakes hands, says something, and gives what the service answers. */
static GBytes *
talk (StileCredentials *credentials, Wire *wire, GBytes *question, GError **error)
{
  g_autoptr (StileSession) session = stile_session_new (credentials, "localhost", error);
  g_autoptr (GBytes) answer = NULL;

  while (session != NULL && stile_session_get_state (session) != STILE_SESSION_ESTABLISHED)
    {
      g_autoptr (GBytes) flight = NULL;
      gboolean good = stile_session_step (session, answer, &flight, error);

      g_clear_pointer (&answer, g_bytes_unref);
      if (flight != NULL) /* also when it failed: then it is the alert that the service should see */
        answer = carry (wire, flight);
      if (!good)
        return NULL; /* @error says why, and what to do next */
      if (flight != NULL && answer == NULL)
        break;
    }

  if (session != NULL && stile_session_get_state (session) == STILE_SESSION_ESTABLISHED)
    {
      g_autoptr (GBytes) records = stile_session_send (session, question, error);

      g_clear_pointer (&answer, g_bytes_unref);
      answer = records != NULL ? carry (wire, records) : NULL;
      if (answer != NULL)
        return stile_session_receive (session, answer, error);
    }
  return NULL;
}

/* The service's handler: what comes out of a session, and what goes back into it. */
static GBytes *
answer_question (GBytes *question, gpointer user_data)
{
  gsize length;
  const char *text = g_bytes_get_data (question, &length);

  return g_bytes_new_take (g_ascii_strup (text, (gssize)length), length);
}
/* --- end of quoted --- */

static StileCredentials *
make_credentials (StileRole role, TestPki *who, TestPki *believed)
{
  StileCredentials *credentials = stile_credentials_new (role);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (who);
  g_autoptr (GPtrArray) anchors = test_pki_list (believed, NULL);
  g_autofree char *key = test_pki_get_key_pem (who);
  g_autoptr (GBytes) key_bytes = g_bytes_new (key, strlen (key));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_new (chain, key_bytes, &error);

  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  return credentials;
}

static void
test_talks (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) service =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Service", .hosts = "localhost" });
  g_autoptr (TestPki) client = test_pki_issue (root, &(TestPkiOptions){ .name = "Client" });
  g_autoptr (StileCredentials) server_credentials = make_credentials (STILE_ROLE_SERVER, service, root);
  g_autoptr (StileCredentials) client_credentials = make_credentials (STILE_ROLE_CLIENT, client, root);
  g_autoptr (StileEndpoint) endpoint = stile_endpoint_new (server_credentials, NULL);
  g_autoptr (GBytes) question = g_bytes_new_static ("is anybody there?", 17);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  Wire wire = { .endpoint = endpoint };

  stile_endpoint_set_raw_handler (endpoint, answer_question, NULL);
  answer = talk (client_credentials, &wire, question, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "IS ANYBODY THERE?", 17);
  g_free (wire.session);
}

static void
test_says_who_is_not_believed (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) other = test_pki_authority_new ("Other", TEST_PKI_P256);
  g_autoptr (TestPki) service =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Service", .hosts = "localhost" });
  g_autoptr (TestPki) client = test_pki_issue (root, &(TestPkiOptions){ .name = "Client" });
  g_autoptr (StileCredentials) server_credentials = make_credentials (STILE_ROLE_SERVER, service, root);
  g_autoptr (StileCredentials) client_credentials = make_credentials (STILE_ROLE_CLIENT, client, other);
  g_autoptr (StileEndpoint) endpoint = stile_endpoint_new (server_credentials, NULL);
  g_autoptr (GBytes) question = g_bytes_new_static ("?", 1);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  Wire wire = { .endpoint = endpoint };

  answer = talk (client_credentials, &wire, question, &error);
  g_assert_null (answer);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  /* The alert arrived: nothing half-open is left behind. */
  g_assert_cmpuint (stile_endpoint_get_n_sessions (endpoint), ==, 0);
  g_free (wire.session);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/docs/example-atls/talks", test_talks);
  g_test_add_func ("/docs/example-atls/says-who-is-not-believed", test_says_who_is_not_believed);

  return g_test_run ();
}
