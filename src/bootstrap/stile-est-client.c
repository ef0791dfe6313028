/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-client.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-answer.h"
#include "bootstrap/stile-est-exchange.h"

#define MILLISECONDS 1000

/**
 * StileEstClient:
 *
 * Asks a service for what EST has: the domain's roots, what a certificate request must say, certificates, and keys (RFC
 * 7030 with RFC 8951).  Whoever enrols holds it; whether the service is the right one, and whether what it sent is what
 * was wanted, is looked at elsewhere.
 */
struct _StileEstClient
{
  GObject parent_instance;

  StileChannel *channel;
  char *label;      /* escaped; NULL for none */
  char *user;       /* NULL for none */
  GBytes *password; /* a secret */
  guint second;     /* milliseconds of it */
};

/* What a service that makes keys sends. */
typedef struct
{
  GPtrArray *certificates;
  GBytes *key;
} Generated;

typedef enum
{
  OPERATION_ROOTS,
  OPERATION_ATTRIBUTES,
  OPERATION_ENROL,
  OPERATION_RENEW,
  OPERATION_GENERATE,
} Operation;

static const struct
{
  const char *method;
  const char *name;
  const char *accept;
  const char *doing;
} operations[] = {
  [OPERATION_ROOTS] = { "GET", "cacerts", "application/pkcs7-mime", N_ ("Asking for the CA roots: ") },
  [OPERATION_ATTRIBUTES] = { "GET", "csrattrs", "application/csrattrs",
                             N_ ("Asking what a certificate request must say: ") },
  [OPERATION_ENROL] = { "POST", "simpleenroll", "application/pkcs7-mime", N_ ("Asking for a certificate: ") },
  [OPERATION_RENEW] = { "POST", "simplereenroll", "application/pkcs7-mime",
                        N_ ("Asking for a new certificate: ") },
  [OPERATION_GENERATE] = { "POST", "serverkeygen", "multipart/mixed",
                           N_ ("Asking for a key and its certificate: ") },
};

enum
{
  SIGNAL_WAITING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (StileEstClient, stile_est_client, G_TYPE_OBJECT)

static void
stile_est_client_finalize (GObject *object)
{
  StileEstClient *self = STILE_EST_CLIENT (object);

  g_clear_object (&self->channel);
  g_free (self->label);
  g_free (self->user);
  g_clear_pointer (&self->password, g_bytes_unref);

  G_OBJECT_CLASS (stile_est_client_parent_class)->finalize (object);
}

static void
stile_est_client_class_init (StileEstClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_est_client_finalize;

  /**
   * StileEstClient::waiting:
   * @until: Unix seconds at which the same request goes out again
   *
   * Somebody decides, or the service is not ready (202).
   */
  signals[SIGNAL_WAITING] = g_signal_new ("waiting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
stile_est_client_init (StileEstClient *self)
{
  self->second = MILLISECONDS;
}

/**
 * stile_est_client_new:
 * @channel: where requests go
 *
 * Returns: (transfer full): a client of the service behind @channel
 */
StileEstClient *
stile_est_client_new (StileChannel *channel)
{
  StileEstClient *self = g_object_new (STILE_TYPE_EST_CLIENT, NULL);

  self->channel = g_object_ref (channel);
  return self;
}

/**
 * stile_est_client_get_channel:
 *
 * Returns: (transfer none): where requests go
 */
StileChannel *
stile_est_client_get_channel (StileEstClient *self)
{
  return self->channel;
}

/**
 * stile_est_client_set_label:
 * @label: (nullable): which of the service's CAs (RFC 7030 section 3.2.2)
 */
void
stile_est_client_set_label (StileEstClient *self, const char *label)
{
  g_free (self->label);
  self->label = label != NULL ? g_uri_escape_string (label, NULL, FALSE) : NULL;
}

/**
 * stile_est_client_set_credentials:
 * @user: (nullable): for HTTP basic (RFC 7030 section 3.2.3)
 * @password: (nullable): a secret
 *
 * Both are given only to a service that asks for them.
 */
void
stile_est_client_set_credentials (StileEstClient *self, const char *user, GBytes *password)
{
  g_free (self->user);
  self->user = g_strdup (user);
  g_clear_pointer (&self->password, g_bytes_unref);
  if (password != NULL)
    self->password = g_bytes_ref (password);
}

/**
 * stile_est_client_set_second:
 * @milliseconds: that a second of waiting takes: 1000 outside of tests
 */
void
stile_est_client_set_second (StileEstClient *self, guint milliseconds)
{
  self->second = milliseconds;
}

/* --- asking --- */

static void
waiting_cb (guint seconds, gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_WAITING], 0,
                 g_get_real_time () / G_USEC_PER_SEC + (gint64)seconds);
}

static StileHttpMessage *
make_request (StileEstClient *self, Operation operation, StileCertificateRequest *csr)
{
  g_autofree char *path = g_strconcat ("/.well-known/est/", self->label != NULL ? self->label : "",
                                       self->label != NULL ? "/" : "", operations[operation].name, NULL);
  StileHttpMessage *request = stile_http_message_new_request (operations[operation].method, "https",
                                                              stile_channel_get_host (self->channel), path);

  stile_http_message_add_field (request, "accept", operations[operation].accept);
  if (csr != NULL)
    {
      g_autoptr (GBytes) body = stile_certificate_request_to_est (csr);

      stile_http_message_set_content (request, "application/pkcs10", body);
      /* Nobody needs it (RFC 8951 section 3), and some old servers want it. */
      stile_http_message_add_field (request, "content-transfer-encoding", "base64");
    }

  return request;
}

static void
ask (StileEstClient *self,
     Operation operation,
     StileCertificateRequest *csr,
     GTask *task,
     GAsyncReadyCallback callback)
{
  g_autoptr (StileHttpMessage) request = make_request (self, operation, csr);
  const StileEstExchange settings = { self->user, self->password, self->second, waiting_cb, self };

  g_task_set_task_data (task, GINT_TO_POINTER (operation), NULL);
  stile_est_exchange_run_async (&settings, self->channel, request, g_task_get_cancellable (task), callback,
                                task);
}

/* Says what was being done in front of what went wrong. */
static void
fail (GTask *task, GError *error)
{
  Operation operation = (Operation)GPOINTER_TO_INT (g_task_get_task_data (task));

  if (!stile_error_is_cancelled (error))
    g_prefix_error (&error, "%s", _ (operations[operation].doing));
  g_task_return_error (task, error);
}

static void
finish (GTask *task, gpointer value, GDestroyNotify free_value, GError *error)
{
  if (value != NULL)
    g_task_return_pointer (task, value, free_value);
  else
    fail (task, error);
}

/* --- roots --- */

/**
 * stile_est_client_ask_roots:
 * @host: of the service
 *
 * Returns: (transfer full): EST's request for the domain's CA certificates (RFC 7030 section 4.1.2)
 */
StileHttpMessage *
stile_est_client_ask_roots (const char *host)
{
  StileHttpMessage *request =
      stile_http_message_new_request ("GET", "https", host, STILE_EST_CLIENT_CACERTS_PATH);

  stile_http_message_add_field (request, "accept", "application/pkcs7-mime");
  return request;
}

/**
 * stile_est_client_read_roots:
 * @response: the service's answer
 *
 * Returns: (transfer full) (element-type StileCertificate): the domain's CA certificates; all of them may sign
 */
GPtrArray *
stile_est_client_read_roots (StileHttpMessage *response, GError **error)
{
  return stile_est_answer_read_roots (response, error);
}

static void
got_roots (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response = stile_est_exchange_run_finish (result, &error);
  GPtrArray *roots = response != NULL ? stile_est_client_read_roots (response, &error) : NULL;

  finish (task, roots, (GDestroyNotify)g_ptr_array_unref, error);
}

/**
 * stile_est_client_get_roots_async:
 *
 * Asks for the domain's CA certificates (RFC 7030 section 4.1).
 */
void
stile_est_client_get_roots_async (StileEstClient *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_est_client_get_roots_async);
  ask (self, OPERATION_ROOTS, NULL, task, got_roots);
}

/**
 * stile_est_client_get_roots_finish:
 *
 * Returns: (transfer full) (element-type StileCertificate): the domain's CA certificates; all of them may sign
 */
GPtrArray *
stile_est_client_get_roots_finish (StileEstClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what a request must say --- */

static void
got_attributes (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response = stile_est_exchange_run_finish (result, &error);
  StileCsrAttributes *attributes =
      response != NULL ? stile_est_answer_read_attributes (response, &error) : NULL;

  finish (task, attributes, g_object_unref, error);
}

/**
 * stile_est_client_get_attributes_async:
 *
 * Asks what a certificate request must say (RFC 7030 section 4.5).
 */
void
stile_est_client_get_attributes_async (StileEstClient *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_est_client_get_attributes_async);
  ask (self, OPERATION_ATTRIBUTES, NULL, task, got_attributes);
}

/**
 * stile_est_client_get_attributes_finish:
 *
 * Returns: (transfer full): what is asked for, perhaps nothing
 */
StileCsrAttributes *
stile_est_client_get_attributes_finish (StileEstClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- certificates --- */

static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response = stile_est_exchange_run_finish (result, &error);
  GPtrArray *certificates = response != NULL ? stile_est_answer_read_certificates (response, &error) : NULL;

  finish (task, certificates, (GDestroyNotify)g_ptr_array_unref, error);
}

/**
 * stile_est_client_enrol_async:
 * @request: is sent as it is, again and again while somebody decides
 * @renew: whether it is for a certificate that one has, and shows on @channel (RFC 7030 section 4.2.2)
 *
 * Asks for a certificate (RFC 7030 section 4.2).
 */
void
stile_est_client_enrol_async (StileEstClient *self,
                              StileCertificateRequest *request,
                              gboolean renew,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_est_client_enrol_async);
  ask (self, renew ? OPERATION_RENEW : OPERATION_ENROL, request, task, enrolled);
}

/**
 * stile_est_client_enrol_finish:
 *
 * Returns: (transfer full) (element-type StileCertificate): what the service issued, and perhaps the way to its root, in
 *   no order that means anything; nothing of it has been checked
 */
GPtrArray *
stile_est_client_enrol_finish (StileEstClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- keys that the service makes --- */

static void
generated_free (gpointer data)
{
  Generated *generated = data;

  g_clear_pointer (&generated->certificates, g_ptr_array_unref);
  g_clear_pointer (&generated->key, g_bytes_unref);
  g_free (generated);
}

static Generated *
read_generated (StileHttpMessage *response, GError **error)
{
  g_autoptr (GBytes) key = NULL;
  GPtrArray *certificates = stile_est_answer_read_key (response, &key, error);
  Generated *generated;

  if (certificates == NULL)
    return NULL;

  generated = g_new0 (Generated, 1);
  generated->certificates = certificates;
  generated->key = g_steal_pointer (&key);
  return generated;
}

static void
generated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (StileHttpMessage) response = stile_est_exchange_run_finish (result, &error);
  Generated *generated = response != NULL ? read_generated (response, &error) : NULL;

  finish (task, generated, generated_free, error);
}

/**
 * stile_est_client_generate_key_async:
 * @request: says what the certificate is for; its own key counts for nothing (RFC 7030 section 4.4.1)
 *
 * Asks the service to make a key, and a certificate for it.
 */
void
stile_est_client_generate_key_async (StileEstClient *self,
                                     StileCertificateRequest *request,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_est_client_generate_key_async);
  ask (self, OPERATION_GENERATE, request, task, generated_cb);
}

/**
 * stile_est_client_generate_key_finish:
 * @key: (out) (transfer full): PKCS #8 in DER, a secret; only on success
 *
 * Returns: (transfer full) (element-type StileCertificate): as stile_est_client_enrol_finish()
 */
GPtrArray *
stile_est_client_generate_key_finish (StileEstClient *self,
                                      GAsyncResult *result,
                                      GBytes **key,
                                      GError **error)
{
  Generated *generated = g_task_propagate_pointer (G_TASK (result), error);
  GPtrArray *certificates;

  if (generated == NULL)
    return NULL;

  certificates = g_steal_pointer (&generated->certificates);
  *key = g_steal_pointer (&generated->key);
  generated_free (generated);
  return certificates;
}
