/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/est-parties.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "support/test-carrier.h"

static const StileCertificateRequestTemplate plain = { .common_name = "client" };

/* What the server behind is asked, and what it answers in place of its own when that is set. */
#define TEST_TYPE_EST_UPSTREAM (test_est_upstream_get_type ())
G_DECLARE_FINAL_TYPE (TestEstUpstream, test_est_upstream, TEST, EST_UPSTREAM, GObject)

struct _TestEstUpstream
{
  GObject parent_instance;

  StileHandler *behind;
  StileCertificate *own; /* what it shows in TLS */
  StileHttpMessage *asked;
  StileHttpMessage *answer; /* or NULL */
};

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestEstUpstream,
                               test_est_upstream,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
test_est_upstream_finalize (GObject *object)
{
  TestEstUpstream *self = TEST_EST_UPSTREAM (object);

  g_clear_object (&self->behind);
  g_clear_object (&self->own);
  g_clear_object (&self->asked);
  g_clear_object (&self->answer);

  G_OBJECT_CLASS (test_est_upstream_parent_class)->finalize (object);
}

static void
test_est_upstream_class_init (TestEstUpstreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_est_upstream_finalize;
}

static void
test_est_upstream_init (TestEstUpstream *self)
{
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, stile_handler_handle_finish (STILE_HANDLER (object), result), g_object_unref);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  TestEstUpstream *self = TEST_EST_UPSTREAM (handler);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_set_object (&self->asked, stile_exchange_get_request (exchange));
  stile_exchange_set_own_certificate (exchange, self->own);
  if (self->answer == NULL)
    {
      stile_handler_handle_async (self->behind, exchange, cancellable, handled, task);
      return;
    }

  g_task_return_pointer (task, g_object_ref (self->answer), g_object_unref);
  g_object_unref (task);
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
handler_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}

/* Two servers: the one behind issues for any certificate of its domain, the one before asks it in its own name. */
typedef struct
{
  EstParties behind;
  EstParties before;
  TestEstUpstream *recorder;
  GPtrArray *chain;
} Fixture;

static gboolean
let_in (StileExchange *exchange,
        StileCertificateRequest *request,
        gboolean renewing,
        char **device_issuer,
        char **device_serial,
        guint *status,
        char **sentence,
        gpointer user_data)
{
  return TRUE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (StileEstUpstream) upstream = NULL;
  g_autoptr (StileEstServer) server = NULL;
  g_autoptr (GError) error = NULL;

  est_parties_init (&self->behind);
  est_parties_init (&self->before);
  stile_est_server_set_gate (self->behind.server, let_in, NULL, NULL);
  stile_est_server_set_key_generation (self->behind.server, TRUE);
  self->recorder = g_object_new (TEST_TYPE_EST_UPSTREAM, NULL);
  self->recorder->behind = g_object_ref (STILE_HANDLER (self->behind.server));
  self->recorder->own = g_object_ref (test_pki_get_certificate (self->behind.root));
  test_carrier_world = (TestCarrierWorld){ .plain = STILE_HANDLER (self->recorder) };

  identity = test_tls_identity_new (self->before.client);
  anchors = test_pki_list (self->behind.root, NULL);
  upstream =
      stile_est_upstream_new (TEST_TYPE_CARRIER, "https://ca.example", NULL, anchors, identity, &error);
  g_assert_no_error (error);
  /* A server with the gate of the other, and no CA of its own. */
  server = stile_est_server_new (NULL, &error);
  stile_est_server_set_upstream (server, upstream);
  stile_est_server_set_gate (server, let_in, NULL, NULL);
  stile_est_server_set_key_generation (server, TRUE);
  g_set_object (&self->before.server, server);
  self->chain = test_pki_get_chain (self->before.client);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->chain);
  g_object_unref (self->recorder);
  est_parties_clear (&self->before);
  est_parties_clear (&self->behind);
  test_carrier_world = (TestCarrierWorld){ 0 };
}

static StileHttpMessage *
enrol (Fixture *self, const char *operation, StileCertificateRequest **asked)
{
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  StileHttpMessage *response = est_parties_enrol (&self->before, operation, request, self->chain);

  if (asked != NULL)
    *asked = g_steal_pointer (&request);
  return response;
}

static void
test_good (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (StileHttpMessage) response = enrol (self, "simpleenroll", &request);
  g_autoptr (StileCertificate) certificate = est_parties_read (response);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);

  g_assert_true (stile_certificate_is_issued_by (certificate, test_pki_get_certificate (self->behind.root)));
  g_assert_cmpstr (stile_http_message_get_path (self->recorder->asked), ==, "/.well-known/est/simpleenroll");
  g_assert_true (g_bytes_equal (stile_http_message_get_content (self->recorder->asked), body));
  g_assert_nonnull (test_carrier_world.identity);
  g_assert_cmpuint (test_carrier_world.anchors->len, ==, 1);
}

static void
test_key (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = enrol (self, "serverkeygen", NULL);

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_true (
      g_str_has_prefix (stile_http_message_get_field (response, "content-type"), "multipart/mixed"));
}

static void
test_reading (Fixture *self, gconstpointer data)
{
  static const char *const operations[] = { "cacerts", "csrattrs" };
  static const guint statuses[] = { 200, 204 };

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autoptr (StileExchange) exchange = est_parties_exchange_new (operations[i], NULL, NULL);
      g_autoptr (StileHttpMessage) response = est_parties_ask (self->before.server, exchange);

      g_assert_cmpuint (stile_http_message_get_status (response), ==, statuses[i]);
    }
}

/* What is wrong with a request is seen here, and nobody behind is asked. */
static void
test_checked_before (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_ED25519);
  GBytes *der = stile_certificate_request_get_der (request);
  g_autoptr (GBytes) forged = test_tls_change (der, g_bytes_get_size (der) - 1, 1);
  g_autoptr (StileExchange) exchange = est_parties_exchange_new ("simpleenroll", forged, self->chain);
  g_autoptr (StileHttpMessage) response = est_parties_ask (self->before.server, exchange);

  est_parties_assert_refused (response, 400, "not signed with the key");
  g_assert_null (self->recorder->asked);
}

static gboolean
let_in_as_device (StileExchange *exchange,
                  StileCertificateRequest *request,
                  gboolean renewing,
                  char **device_issuer,
                  char **device_serial,
                  guint *status,
                  char **sentence,
                  gpointer user_data)
{
  *device_serial = g_strdup ("SN:7");
  return TRUE;
}

static guint
enrol_as (Fixture *self, const char *serial)
{
  const StileCertificateRequestTemplate wanted = { .common_name = "x", .serial_number = serial };
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&wanted, TEST_PKI_P256);
  g_autoptr (StileHttpMessage) response =
      est_parties_enrol (&self->before, "simpleenroll", request, self->chain);

  return stile_http_message_get_status (response);
}

/* The CA behind sees only the request: its subject must be what the device has proved to be. */
static void
test_name_of_another_device (Fixture *self, gconstpointer data)
{
  stile_est_server_set_gate (self->before.server, let_in_as_device, NULL, NULL);
  g_assert_cmpuint (enrol_as (self, "SN:8"), ==, 400);
  g_assert_cmpuint (enrol_as (self, NULL), ==, 400);
  g_assert_null (self->recorder->asked);
  g_assert_cmpuint (enrol_as (self, "SN:7"), ==, 200);
}

static void
test_password_stays (Fixture *self, gconstpointer data)
{
  g_autoptr (StileCertificateRequest) request = est_parties_request_new (&plain, TEST_PKI_P256);
  g_autoptr (GBytes) body = stile_certificate_request_to_est (request);
  g_autoptr (StileExchange) exchange = est_parties_exchange_new ("simpleenroll", body, self->chain);
  g_autoptr (StileHttpMessage) response = NULL;

  stile_http_message_add_field (stile_exchange_get_request (exchange), "authorization", "Basic YTpi");
  stile_http_message_add_field (stile_exchange_get_request (exchange), "cookie", "a=b");
  response = est_parties_ask (self->before.server, exchange);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  g_assert_null (stile_http_message_get_field (self->recorder->asked, "authorization"));
  g_assert_null (stile_http_message_get_field (self->recorder->asked, "cookie"));
}

typedef struct
{
  const char *name;
  guint status;
  const char *type;
  const char *body; /* NULL: a certificate for another key */
  guint expected;
} Answer;

static const Answer answers[] = {
  { "other-key", 200, "application/pkcs7-mime", NULL, 502 },
  { "page", 200, "text/html", "<h1>Welcome</h1>", 502 },
  { "garbage", 200, "application/pkcs7-mime", "????", 502 },
  { "empty", 200, "application/pkcs7-mime", "", 502 },
  { "wait", 202, "text/plain", "later", 202 },
  { "bad", 400, "text/plain", "no such name", 400 },
  { "forbidden", 403, "text/plain", "no", 403 },
  { "unauthorized", 401, "text/plain", "who?", 502 },
  { "proxy", 407, "text/plain", "who?", 502 },
  { "moved", 302, "text/plain", "", 502 },
  { "broken", 500, "text/plain", "secret stack trace", 502 },
  { "busy", 503, "text/plain", "busy", 503 },
};

static void
test_answer (Fixture *self, gconstpointer data)
{
  const Answer *row = data;
  g_autoptr (GPtrArray) others = test_pki_list (self->behind.client, NULL);
  g_autoptr (GBytes) other = stile_certificate_bundle_to_est (others, NULL);
  g_autoptr (GBytes) body =
      row->body != NULL ? g_bytes_new (row->body, strlen (row->body)) : g_bytes_ref (other);
  g_autoptr (StileHttpMessage) response = NULL;

  self->recorder->answer = stile_http_message_new_response (row->status);
  stile_http_message_set_content (self->recorder->answer, row->type, body);
  stile_http_message_add_field (self->recorder->answer, "retry-after", "7");
  stile_http_message_add_field (self->recorder->answer, "www-authenticate", "Basic realm=\"theirs\"");
  stile_http_message_add_field (self->recorder->answer, "set-cookie", "a=b");
  response = enrol (self, "simpleenroll", NULL);

  g_assert_cmpuint (stile_http_message_get_status (response), ==, row->expected);
  g_assert_null (stile_http_message_get_field (response, "www-authenticate"));
  g_assert_null (stile_http_message_get_field (response, "set-cookie"));
  if (row->expected == 502)
    est_parties_assert_refused (response, 502, "did not answer as it should");
  else
    {
      g_assert_true (g_bytes_equal (stile_http_message_get_content (response), body));
      g_assert_cmpstr (stile_http_message_get_field (response, "retry-after"), ==, "7");
    }
}

static void
test_nobody (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  test_carrier_world.plain = NULL;
  response = enrol (self, "simpleenroll", NULL);
  est_parties_assert_refused (response, 502, "did not answer as it should");
}

static void
test_no_address (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_est_upstream_new (TEST_TYPE_CARRIER, "ca.example", NULL, NULL, NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/est-upstream/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/est-upstream/makes-a-key", Fixture, NULL, set_up, test_key, tear_down);
  g_test_add ("/est-upstream/what-is-not-here-is-read-there", Fixture, NULL, set_up, test_reading, tear_down);
  g_test_add ("/est-upstream/R10-checked-before", Fixture, NULL, set_up, test_checked_before, tear_down);
  g_test_add ("/est-upstream/R10-name-of-another-device", Fixture, NULL, set_up, test_name_of_another_device,
              tear_down);
  g_test_add ("/est-upstream/password-stays-here", Fixture, NULL, set_up, test_password_stays, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = g_strconcat ("/est-upstream/answer/", answers[i].name, NULL);

      g_test_add (path, Fixture, &answers[i], set_up, test_answer, tear_down);
    }
  g_test_add ("/est-upstream/nobody-there", Fixture, NULL, set_up, test_nobody, tear_down);
  g_test_add_func ("/est-upstream/no-address", test_no_address);

  return g_test_run ();
}
