/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-upstream.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-est-replies.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-content-type.h"
#include "codec/stile-csr-attributes.h"
#include "codec/stile-multipart.h"

/**
 * StileEstUpstream:
 *
 * An existing EST server that issues in our place.  Requests go on as they came, with our identity; answers come back as
 * they are, after a look.  A carrier belongs to the context it was made in, and this to all workers: each request has a
 * carrier of its own.
 */
struct _StileEstUpstream
{
  GObject parent_instance;

  GType carrier_type;
  char *url;
  char *proxy; /* or NULL */
  GPtrArray *anchors;
  StileIdentity *identity; /* or NULL */
  char *label;             /* or NULL */
};

/* On its way. */
typedef struct
{
  StileCarrier *carrier;
  char *operation;
  StileCertificateRequest *request; /* or NULL */
} Forward;

G_DEFINE_FINAL_TYPE (StileEstUpstream, stile_est_upstream, G_TYPE_OBJECT)

static void
forward_free (gpointer data)
{
  Forward *forward = data;

  g_clear_object (&forward->carrier);
  g_clear_object (&forward->request);
  g_free (forward->operation);
  g_free (forward);
}

static void
stile_est_upstream_finalize (GObject *object)
{
  StileEstUpstream *self = STILE_EST_UPSTREAM (object);

  g_clear_pointer (&self->anchors, g_ptr_array_unref);
  g_clear_object (&self->identity);
  g_free (self->url);
  g_free (self->proxy);
  g_free (self->label);

  G_OBJECT_CLASS (stile_est_upstream_parent_class)->finalize (object);
}

static void
stile_est_upstream_class_init (StileEstUpstreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_est_upstream_finalize;
}

static void
stile_est_upstream_init (StileEstUpstream *self)
{
}

static StileCarrier *
make_carrier (StileEstUpstream *self, GError **error)
{
  return g_initable_new (self->carrier_type, NULL, error, "service", self->url, "proxy", self->proxy,
                         "anchors", self->anchors, "identity", self->identity, NULL);
}

/**
 * stile_est_upstream_new:
 * @carrier_type: a #StileCarrier that is a #GInitable
 * @url: of the server; paths begin at its root
 * @proxy: (nullable): as carriers take it
 * @anchors: (nullable) (element-type StileCertificate): whom to believe that it is the server
 * @identity: (nullable): who we are to it
 * @error: %STILE_ERROR_SETTINGS when @url is no address
 */
StileEstUpstream *
stile_est_upstream_new (GType carrier_type,
                        const char *url,
                        const char *proxy,
                        GPtrArray *anchors,
                        StileIdentity *identity,
                        GError **error)
{
  g_autoptr (StileEstUpstream) self = g_object_new (STILE_TYPE_EST_UPSTREAM, NULL);
  g_autoptr (StileCarrier) carrier = NULL;

  self->carrier_type = carrier_type;
  self->url = g_strdup (url);
  self->proxy = g_strdup (proxy);
  self->anchors = anchors != NULL ? g_ptr_array_ref (anchors) : NULL;
  g_set_object (&self->identity, identity);

  /* Whether it can be made, before somebody needs it. */
  carrier = make_carrier (self, error);
  if (carrier != NULL)
    return g_steal_pointer (&self);

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, _ ("The EST server that issues: "));
  return NULL;
}

/**
 * stile_est_upstream_set_label:
 * @label: (nullable): a CA of the server's (RFC 7030 section 3.2.2)
 *
 * Before it is used.
 */
void
stile_est_upstream_set_label (StileEstUpstream *self, const char *label)
{
  g_free (self->label);
  self->label = g_strdup (label);
}

/* --- a look at the answer --- */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL, why);
  return FALSE;
}

static gboolean
has_type (StileHttpMessage *response, const char *name)
{
  g_autoptr (StileContentType) type =
      stile_content_type_parse (stile_http_message_get_field (response, "content-type"), NULL);

  return type != NULL && stile_content_type_is (type, name);
}

static gboolean
check_certificates (GBytes *body, StileCertificateRequest *request, GError **error)
{
  g_autoptr (GPtrArray) certificates = stile_certificate_bundle_parse_est (body, error);
  g_autoptr (GBytes) wanted = request != NULL ? stile_certificate_request_get_public_key (request) : NULL;

  if (certificates == NULL || request == NULL)
    return certificates != NULL;

  for (guint i = 0; i < certificates->len; i++)
    {
      g_autoptr (GBytes) key = stile_certificate_path_get_public_key (g_ptr_array_index (certificates, i));

      if (key != NULL && g_bytes_equal (key, wanted))
        return TRUE;
    }

  return refuse (error, _ ("the certificate is not for the key that was sent"));
}

static gboolean
check_attributes (GBytes *body, GError **error)
{
  g_autoptr (StileCsrAttributes) attributes = stile_csr_attributes_parse_est (body, error);

  return attributes != NULL;
}

static gboolean
check_key (GBytes *body, StileHttpMessage *response, GError **error)
{
  g_autoptr (GPtrArray) parts =
      stile_multipart_parse (body, stile_http_message_get_field (response, "content-type"), error);

  return parts != NULL &&
         (parts->len == 2 || refuse (error, _ ("it has not two parts, a key and a certificate")));
}

static gboolean
check_good (const Forward *forward, StileHttpMessage *response, GError **error)
{
  GBytes *body = stile_http_message_get_content (response);

  if (g_bytes_get_size (body) > STILE_EST_UPSTREAM_MAX_BODY)
    return refuse (error, _ ("it is too large"));
  if (g_str_equal (forward->operation, "csrattrs"))
    return has_type (response, "application/csrattrs") ? check_attributes (body, error)
                                                       : refuse (error, _ ("it is no list of attributes"));
  if (g_str_equal (forward->operation, "serverkeygen"))
    return check_key (body, response, error);
  if (!has_type (response, "application/pkcs7-mime"))
    return refuse (error, _ ("it is no certificate"));

  return check_certificates (body, forward->request, error);
}

/* What a client can do something about goes on: a refusal, a wait.  A 401 is for us, and would make the client send
 * its password to somebody else; a redirect is ours to follow, by configuration. */
static gboolean
may_go_on (const Forward *forward, StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);

  if (status == 200)
    return check_good (forward, response, error);
  if (status == 202 || status == 204 || status == 503 ||
      (status >= 400 && status < 500 && status != 401 && status != 407))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("it has status %u"), status);
  return FALSE;
}

static StileHttpMessage *
copy (StileHttpMessage *response)
{
  static const char *const fields[] = { "content-transfer-encoding", "retry-after" };
  StileHttpMessage *copied = stile_http_message_new_response (stile_http_message_get_status (response));
  GBytes *content = stile_http_message_get_content (response);

  if (g_bytes_get_size (content) > 0)
    stile_http_message_set_content (copied, stile_http_message_get_field (response, "content-type"), content);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (stile_http_message_get_field (response, fields[i]) != NULL)
      stile_http_message_add_field (copied, fields[i], stile_http_message_get_field (response, fields[i]));

  return copied;
}

static StileHttpMessage *
fail (const char *what, const GError *error)
{
  g_message ("%s: %s", what, error->message);
  return stile_est_replies_refuse (502, _ ("The server that issues certificates did not answer as it should; "
                                           "the operator finds it in the log"));
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Forward *forward = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_carrier_request_finish (STILE_CARRIER (object), result, &error);
  StileHttpMessage *answer;

  if (response == NULL)
    answer = fail ("Asking the EST server that issues", error);
  else if (may_go_on (forward, response, &error))
    answer = copy (response);
  else
    answer = fail ("The answer of the EST server that issues", error);

  g_task_return_pointer (task, answer, g_object_unref);
}

/* --- the request --- */

static StileHttpMessage *
make_request (StileEstUpstream *self, StileCarrier *carrier, const char *operation, StileHttpMessage *message)
{
  g_autofree char *path = self->label != NULL
                              ? g_strdup_printf ("/.well-known/est/%s/%s", self->label, operation)
                              : g_strdup_printf ("/.well-known/est/%s", operation);
  StileHttpMessage *request = stile_http_message_new_request (
      stile_http_message_get_method (message), "https", stile_carrier_get_host (carrier), path);
  GBytes *content = stile_http_message_get_content (message);

  /* Nothing of who asks us: a password that is for us above all. */
  if (g_bytes_get_size (content) > 0)
    stile_http_message_set_content (request, stile_http_message_get_field (message, "content-type"), content);
  if (stile_http_message_get_field (message, "accept") != NULL)
    stile_http_message_add_field (request, "accept", stile_http_message_get_field (message, "accept"));

  return request;
}

/**
 * stile_est_upstream_forward_async:
 * @operation: "simpleenroll"
 * @message: as it came; its body goes on byte for byte
 * @request: (nullable): what is in the body: the answer must be for its key
 */
void
stile_est_upstream_forward_async (StileEstUpstream *self,
                                  const char *operation,
                                  StileHttpMessage *message,
                                  StileCertificateRequest *request,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  Forward *forward = g_new0 (Forward, 1);
  g_autoptr (StileHttpMessage) onward = NULL;

  g_task_set_source_tag (task, stile_est_upstream_forward_async);
  g_task_set_task_data (task, forward, forward_free);
  forward->operation = g_strdup (operation);
  g_set_object (&forward->request, request);
  forward->carrier = make_carrier (self, &error);
  if (forward->carrier == NULL)
    {
      g_task_return_pointer (task, fail ("The EST server that issues", error), g_object_unref);
      return;
    }

  onward = make_request (self, forward->carrier, operation, message);
  stile_carrier_request_async (forward->carrier, onward, cancellable, answered, g_steal_pointer (&task));
}

/**
 * stile_est_upstream_forward_finish:
 *
 * Returns: (transfer full): the answer; where there was none, 502
 */
StileHttpMessage *
stile_est_upstream_forward_finish (StileEstUpstream *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  StileHttpMessage *answer = g_task_propagate_pointer (G_TASK (result), &error);

  return answer != NULL ? answer : stile_est_replies_refuse (503, error->message);
}
