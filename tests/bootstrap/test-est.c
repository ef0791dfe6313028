/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-answer.h"
#include "bootstrap/stile-est-client.h"
#include "bootstrap/stile-est-server.h"
#include "codec/stile-certificate-bundle.h"
#include "support/test-await.h"
#include "support/test-pki.h"

static StileHttpMessage *
ask (GPtrArray *roots, StileHttpMessage *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileEstServer) server = stile_est_server_new (roots, &error);
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_no_error (error);
  stile_handler_handle_async (STILE_HANDLER (server), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (server), test_await_result (&result));
}

static void
test_good (void)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two", TEST_PKI_ED25519);
  g_autoptr (GPtrArray) roots = test_pki_list (one, two, NULL);
  g_autoptr (StileHttpMessage) request = stile_est_client_ask_roots ("service.example");
  g_autoptr (StileHttpMessage) response = ask (roots, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = stile_est_client_read_roots (response, &error);

  g_assert_cmpstr (stile_http_message_get_method (request), ==, "GET");
  g_assert_cmpstr (stile_http_message_get_path (request), ==, "/.well-known/est/cacerts");
  g_assert_cmpstr (stile_http_message_get_authority (request), ==, "service.example");
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-transfer-encoding"), ==, "base64");
  g_assert_no_error (error);
  g_assert_cmpuint (got->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_ptr_array_find_with_equal_func (got, g_ptr_array_index (roots, i),
                                                     (GEqualFunc)stile_certificate_equal, NULL));
}

static void
test_other_method (void)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (GPtrArray) roots = test_pki_list (one, NULL);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("POST", "https", "h", STILE_EST_CLIENT_CACERTS_PATH);
  g_autoptr (StileHttpMessage) response = ask (roots, request);

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 405);
}

typedef struct
{
  const char *name;
  guint status;
  const char *type;
  const char *body;
  StileErrorCode code;
} Answer;

static const Answer answers[] = {
  { "no-est", 404, "application/problem+json", "{}", STILE_ERROR_REFUSED },
  { "refused", 403, "text/html", "no", STILE_ERROR_REFUSED },
  { "busy", 503, NULL, "", STILE_ERROR_RETRY },
  { "accepted", 202, NULL, "", STILE_ERROR_REFUSED },
  { "wrong-type", 200, "text/html", "<h1>Welcome</h1>", STILE_ERROR_PROTOCOL },
  { "longer-type", 200, "application/pkcs7-mimex", "", STILE_ERROR_PROTOCOL },
  { "no-type", 200, NULL, "", STILE_ERROR_PROTOCOL },
  { "empty", 200, "application/pkcs7-mime", "", STILE_ERROR_PROTOCOL },
  { "garbage", 200, "application/pkcs7-mime", "????", STILE_ERROR_PROTOCOL },
  { "base64-of-garbage", 200, "application/pkcs7-mime; smime-type=certs-only",
    "Z2FyYmFnZQ==", STILE_ERROR_PROTOCOL },
};

static void
test_answer (gconstpointer data)
{
  const Answer *answer = data;
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (answer->status);
  g_autoptr (GBytes) content = g_bytes_new_static (answer->body, strlen (answer->body));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  stile_http_message_set_content (response, answer->type, content);
  roots = stile_est_client_read_roots (response, &error);
  g_assert_null (roots);
  g_assert_error (error, STILE_ERROR, (int)answer->code);
}

static void
read_list (GPtrArray *list, StileErrorCode code)
{
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (200);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = stile_certificate_bundle_to_est (list, &error);
  g_autoptr (GPtrArray) roots = NULL;

  g_assert_no_error (error);
  stile_http_message_set_content (response, "application/pkcs7-mime", content);
  roots = stile_est_client_read_roots (response, &error);
  g_assert_null (roots);
  g_assert_error (error, STILE_ERROR, (int)code);
}

/* A leaf among roots would be trusted for whatever it signs. */
static void
test_leaf (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "Leaf" });
  g_autoptr (GPtrArray) list = test_pki_list (root, leaf, NULL);

  read_list (list, STILE_ERROR_UNTRUSTED);
}

static void
test_too_many (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i <= STILE_EST_ANSWER_MAX_ROOTS; i++)
    {
      g_autoptr (TestPki) next =
          test_pki_issue (NULL, &(TestPkiOptions){ .name = "Root", .authority = TRUE, .same_key_as = root });

      g_ptr_array_add (list, g_object_ref (test_pki_get_certificate (next)));
    }
  read_list (list, STILE_ERROR_PROTOCOL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/est/good", test_good);
  g_test_add_func ("/bootstrap/est/other-method", test_other_method);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/est/answer/", answers[i].name, NULL);

      g_test_add_data_func (name, &answers[i], test_answer);
    }
  g_test_add_func ("/bootstrap/est/leaf", test_leaf);
  g_test_add_func ("/bootstrap/est/too-many", test_too_many);

  return g_test_run ();
}
