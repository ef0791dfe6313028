/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-server.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "bootstrap/stile-est-enrolment.h"
#include "bootstrap/stile-est-replies.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-content-type.h"

#define CERTIFICATES_TYPE "application/pkcs7-mime"
#define ATTRIBUTES_TYPE "application/csrattrs"
#define REQUEST_TYPE "application/pkcs10"
#define KEY_TYPE "multipart/mixed"

/**
 * StileEstServer:
 *
 * An EST server (RFC 7030): the domain's CA certificates, what requests must have, and certificates, from a CA of its own
 * or from another EST server.  A service puts it at /.well-known/est/.  Set it up before it is used.
 */
struct _StileEstServer
{
  GObject parent_instance;

  GBytes *body;      /* of the domain's CA certificates */
  GPtrArray *domain; /* of StileCertificate: what is under them may be renewed */
  char *label;       /* or NULL */
  GDestroyNotify destroy_gate;
  gboolean makes_keys;
  StileEstEnrolmentRules rules; /* has references */
  StileEstUpstream *upstream;   /* or NULL */
};

/* What a server can be asked (RFC 7030 section 3.2.2). */
typedef struct
{
  const char *name;
  const char *method;
  const char *answers; /* media type */
  StileEstEnrolmentKind kind;
} Operation;

static const Operation operations[] = {
  { "cacerts", "GET", CERTIFICATES_TYPE, 0 },
  { "csrattrs", "GET", ATTRIBUTES_TYPE, 0 },
  { "simpleenroll", "POST", CERTIFICATES_TYPE, STILE_EST_ENROLMENT_NEW },
  { "simplereenroll", "POST", CERTIFICATES_TYPE, STILE_EST_ENROLMENT_RENEWAL },
  { "serverkeygen", "POST", KEY_TYPE, STILE_EST_ENROLMENT_KEY },
};

/* A request that is being answered. */
typedef struct
{
  const Operation *operation;
  StileExchange *exchange;
  StileCertificateRequest *request; /* or NULL */
} Work;

static void handler_init (StileHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StileEstServer,
                               stile_est_server,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, handler_init))

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->exchange);
  g_clear_object (&work->request);
  g_free (work);
}

static void
clear_gate (StileEstServer *self)
{
  if (self->destroy_gate != NULL)
    self->destroy_gate (self->rules.gate_data);
  self->rules.gate = NULL;
  self->rules.gate_data = NULL;
  self->destroy_gate = NULL;
}

static void
stile_est_server_finalize (GObject *object)
{
  StileEstServer *self = STILE_EST_SERVER (object);

  clear_gate (self);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->domain, g_ptr_array_unref);
  g_clear_object (&self->rules.attributes);
  g_clear_object (&self->rules.ca);
  g_clear_object (&self->upstream);
  g_free (self->label);

  G_OBJECT_CLASS (stile_est_server_parent_class)->finalize (object);
}

static void
stile_est_server_class_init (StileEstServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_est_server_finalize;
}

static void
stile_est_server_init (StileEstServer *self)
{
}

/* --- setting up --- */

/**
 * stile_est_server_new:
 * @roots: (nullable) (element-type StileCertificate): the domain's CA certificates; %NULL when the upstream has them
 */
StileEstServer *
stile_est_server_new (GPtrArray *roots, GError **error)
{
  g_autoptr (StileEstServer) self = g_object_new (STILE_TYPE_EST_SERVER, NULL);

  self->domain = g_ptr_array_new_with_free_func (g_object_unref);
  self->rules.domain = self->domain;
  if (roots == NULL)
    return g_steal_pointer (&self);

  for (guint i = 0; i < roots->len; i++)
    g_ptr_array_add (self->domain, g_object_ref (g_ptr_array_index (roots, i)));
  self->body = stile_certificate_bundle_to_est (roots, error);
  return self->body != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * stile_est_server_set_label:
 * @label: (nullable): the path segment before the operation, for services with several CAs (RFC 7030 section 3.2.2)
 */
void
stile_est_server_set_label (StileEstServer *self, const char *label)
{
  g_free (self->label);
  self->label = g_strdup (label);
}

/**
 * stile_est_server_set_attributes:
 * @attributes: (nullable): what requests must have; is told to who asks for it
 */
void
stile_est_server_set_attributes (StileEstServer *self, StileCsrAttributes *attributes)
{
  g_set_object (&self->rules.attributes, attributes);
}

/**
 * stile_est_server_set_gate:
 * @gate: decides who may enrol; without one nobody may
 * @user_data: for @gate
 * @destroy: (nullable): for @user_data
 */
void
stile_est_server_set_gate (StileEstServer *self,
                           StileEstGate gate,
                           gpointer user_data,
                           GDestroyNotify destroy)
{
  clear_gate (self);
  self->rules.gate = gate;
  self->rules.gate_data = user_data;
  self->destroy_gate = destroy;
}

/**
 * stile_est_server_set_authority:
 * @ca: issues from now on; what is under its own certificate may be renewed
 */
void
stile_est_server_set_authority (StileEstServer *self, StileDomainCa *ca)
{
  g_set_object (&self->rules.ca, ca);
  g_ptr_array_add (self->domain, g_object_ref (g_ptr_array_index (stile_domain_ca_get_chain (ca), 0)));
}

/**
 * stile_est_server_set_upstream:
 * @upstream: (nullable): issues where there is no CA here, and has what is not set here
 */
void
stile_est_server_set_upstream (StileEstServer *self, StileEstUpstream *upstream)
{
  g_set_object (&self->upstream, upstream);
}

/**
 * stile_est_server_set_key_generation:
 * @offered: whether keys are made for clients that have no good way to (RFC 7030 section 4.4)
 */
void
stile_est_server_set_key_generation (StileEstServer *self, gboolean offered)
{
  self->makes_keys = offered;
}

/* --- what is asked --- */

static const char *
skip (const char *path, const char *prefix)
{
  return path != NULL && g_str_has_prefix (path, prefix) ? path + strlen (prefix) : NULL;
}

static const char *
skip_label (StileEstServer *self, const char *path)
{
  const char *rest = self->label != NULL ? skip (path, self->label) : NULL;

  return self->label != NULL ? skip (rest, "/") : path;
}

static gboolean
is_offered (StileEstServer *self, const Operation *operation)
{
  if (g_str_equal (operation->method, "GET"))
    return TRUE;
  if (operation->kind == STILE_EST_ENROLMENT_KEY && !self->makes_keys)
    return FALSE;

  return self->rules.ca != NULL || self->upstream != NULL;
}

static const Operation *
find_operation (StileEstServer *self, StileHttpMessage *request)
{
  const char *name = skip_label (self, skip (stile_http_message_get_path (request), STILE_EST_SERVER_PREFIX));
  gsize length = name != NULL ? strcspn (name, "?") : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (length == strlen (operations[i].name) && strncmp (name, operations[i].name, length) == 0)
      return is_offered (self, &operations[i]) ? &operations[i] : NULL;

  return NULL;
}

static StileHttpMessage *
refuse_method (const Operation *operation)
{
  g_autofree char *sentence = g_strdup_printf (_ ("%s is used with %s"), operation->name, operation->method);
  StileHttpMessage *response = stile_est_replies_refuse (405, sentence);

  stile_http_message_add_field (response, "allow", operation->method);
  return response;
}

static gboolean
is_request (StileHttpMessage *request)
{
  g_autoptr (StileContentType) type =
      stile_content_type_parse (stile_http_message_get_field (request, "content-type"), NULL);

  return type != NULL && stile_content_type_is (type, REQUEST_TYPE);
}

/* Returns: (nullable): why not */
static StileHttpMessage *
check (const Operation *operation, StileHttpMessage *request)
{
  if (operation == NULL)
    return stile_est_replies_refuse (404, _ ("This EST server does not offer this"));
  if (g_strcmp0 (stile_http_message_get_method (request), operation->method) != 0)
    return refuse_method (operation);
  if (!stile_est_replies_is_wanted (request, operation->answers))
    return stile_est_replies_refuse (406, _ ("The answer would be of a media type that you do not accept"));
  if (g_str_equal (operation->method, "POST") && !is_request (request))
    return stile_est_replies_refuse (415, _ ("A request to enrol has the media type application/pkcs10"));

  return NULL;
}

/* --- what is answered --- */

/* Returns: (nullable): NULL when the upstream has it */
static StileHttpMessage *
answer_get (StileEstServer *self, const Operation *operation)
{
  g_autoptr (GBytes) attributes = NULL;

  if (g_str_equal (operation->name, "cacerts") && self->body != NULL)
    return stile_est_replies_body (CERTIFICATES_TYPE, self->body);
  if (self->upstream != NULL && (self->rules.attributes == NULL || g_str_equal (operation->name, "cacerts")))
    return NULL;
  if (g_str_equal (operation->name, "cacerts"))
    return stile_est_replies_refuse (404, _ ("There are no CA certificates here"));
  /* RFC 7030 section 4.5.2. */
  if (self->rules.attributes == NULL || stile_csr_attributes_is_empty (self->rules.attributes))
    return stile_http_message_new_response (204);

  attributes = stile_csr_attributes_to_est (self->rules.attributes);
  return stile_est_replies_body (ATTRIBUTES_TYPE, attributes);
}

static void
forwarded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, stile_est_upstream_forward_finish (STILE_EST_UPSTREAM (object), result),
                         g_object_unref);
}

static void
forward (StileEstServer *self, GTask *task)
{
  Work *work = g_task_get_task_data (task);

  stile_est_upstream_forward_async (self->upstream, work->operation->name,
                                    stile_exchange_get_request (work->exchange), work->request,
                                    g_task_get_cancellable (task), forwarded, g_object_ref (task));
}

static void
enrol_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StileEstServer *self = STILE_EST_SERVER (source);
  Work *work = task_data;

  g_task_return_pointer (
      task, stile_est_enrolment_answer (&self->rules, work->operation->kind, work->exchange, &work->request),
      g_object_unref);
}

static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  StileHttpMessage *answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (answer != NULL)
    g_task_return_pointer (task, answer, g_object_unref);
  else
    forward (STILE_EST_SERVER (object), task);
}

static void
enrol (StileEstServer *self, GTask *task)
{
  Work *work = g_task_get_task_data (task);
  g_autoptr (GTask) inner = g_task_new (self, g_task_get_cancellable (task), enrolled, g_object_ref (task));

  g_task_set_source_tag (inner, enrol);
  /* Shared: the outer task lives until the inner one is over. */
  g_task_set_task_data (inner, work, NULL);
  g_task_run_in_thread (inner, enrol_in_thread);
}

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  StileEstServer *self = STILE_EST_SERVER (handler);
  StileHttpMessage *request = stile_exchange_get_request (exchange);
  const Operation *operation = find_operation (self, request);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);
  StileHttpMessage *answer = check (operation, request);

  g_task_set_source_tag (task, handle_async);
  g_task_set_task_data (task, work, work_free);
  work->operation = operation;
  work->exchange = g_object_ref (exchange);
  if (answer == NULL && g_str_equal (operation->method, "POST"))
    {
      enrol (self, task);
      return;
    }
  if (answer == NULL)
    answer = answer_get (self, operation);

  if (answer != NULL)
    g_task_return_pointer (task, answer, g_object_unref);
  else
    forward (self, task);
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
