/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-request.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-binary-http.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-chain.h"
#include "transport/stile-http-observer.h"
#include "transport/stile-limited-reader.h"

/* What this connection has to say for itself. */
static const char *const dropped_fields[] = { "host", "connection", "content-length", "transfer-encoding" };

/* How the message got its connection. */
typedef enum
{
  CONNECTION_KEPT,  /* it was there */
  CONNECTION_NEW,   /* it was made for this message */
  CONNECTION_AGAIN, /* so too, since the one that was there broke */
} ConnectionKind;

typedef struct
{
  StileHttpOrigin *origin;
  StileHttpMessage *request;
  SoupMessage *message;
  ConnectionKind connection;
  GError *refusal; /* why the service is not believed */
} Request;

static void
forget_message (Request *request)
{
  if (request->message != NULL)
    g_signal_handlers_disconnect_by_data (request->message, request);
  g_clear_object (&request->message);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  forget_message (request);
  g_object_unref (request->origin);
  g_object_unref (request->request);
  g_clear_error (&request->refusal);
  g_free (request);
}

/* --- whom to believe --- */

static gboolean
check_purpose (StileCertificate *leaf, GError **error)
{
  if (gnutls_x509_crt_check_key_purpose (stile_certificate_get_x509 (leaf), GNUTLS_KP_TLS_WWW_SERVER, 0) != 0)
    return TRUE;

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, _ ("“%s” is no certificate for a server"),
               stile_certificate_get_name (leaf));
  return FALSE;
}

/* GIO has judged with the system's store, and says no: in our words. */
static void
explain (GPtrArray *chain, const char *host, GTlsCertificateFlags errors, GError **error)
{
  static const struct
  {
    GTlsCertificateFlags theirs;
    unsigned int ours;
  } table[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, GNUTLS_CERT_SIGNER_NOT_FOUND },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, GNUTLS_CERT_UNEXPECTED_OWNER },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, GNUTLS_CERT_NOT_ACTIVATED },
    { G_TLS_CERTIFICATE_EXPIRED, GNUTLS_CERT_EXPIRED },
    { G_TLS_CERTIFICATE_REVOKED, GNUTLS_CERT_REVOKED },
    { G_TLS_CERTIFICATE_INSECURE, GNUTLS_CERT_INSECURE_ALGORITHM },
  };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autofree char *reason = NULL;
  unsigned int status = GNUTLS_CERT_INVALID;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (errors & table[i].theirs)
      status |= table[i].ours;

  reason = stile_certificate_chain_explain (chain, nobody, host, status);
  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, reason);
}

/* With anchors of one's own GIO has no store at all and always asks; without, it asks when it would refuse. */
static gboolean
accept_certificate_cb (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer user_data)
{
  Request *request = user_data;
  GPtrArray *anchors = stile_http_origin_get_anchors (request->origin);
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  g_autoptr (GPtrArray) chain = stile_http_observer_read_chain (certificate);

  g_clear_error (&request->refusal);
  if (chain->len == 0)
    g_set_error_literal (&request->refusal, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                         _ ("The service’s certificate cannot be read"));
  else if (anchors == NULL)
    explain (chain, host, errors, &request->refusal);
  else
    return stile_certificate_bundle_verify (chain, anchors, host, &request->refusal) &&
           check_purpose (g_ptr_array_index (chain, 0), &request->refusal);

  return FALSE;
}

/* GIO still speaks TLS 1.1.  The request is about to be written, and must not get out. */
static void
network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GIOStream) below = NULL;

  if (request->connection == CONNECTION_KEPT)
    request->connection = CONNECTION_NEW;
  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKED || !G_IS_TLS_CONNECTION (connection) ||
      g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection)) >= G_TLS_PROTOCOL_VERSION_TLS_1_2)
    return;

  g_clear_error (&request->refusal);
  g_set_error (
      &request->refusal, STILE_ERROR, STILE_ERROR_UNTRUSTED,
      _ ("The service speaks nothing better than %s, and TLS 1.2 is the least"),
      stile_http_observer_name_tls (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection))));
  g_object_get (connection, "base-io-stream", &below, NULL);
  if (G_IS_SOCKET_CONNECTION (below))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (below)), TRUE, TRUE, NULL);
}

/* --- the answer --- */

static StileHttpMessage *
make_response (SoupMessage *message, GBytes *body)
{
  StileHttpMessage *response = stile_http_message_new_response (soup_message_get_status (message));
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    stile_http_message_add_field (response, name, value);
  stile_http_message_set_content (response, NULL, body);

  return response;
}

static void send_message (GTask *task);

/* A kept connection may end just when it is used again; a new one that ends has something to say by it.  Nobody can know
 * whether the service had read the request: MASAs and EST servers answer the same request with the same answer, and
 * those who ask them would ask again themselves. */
static gboolean
may_try_again (Request *request, const GError *error)
{
  return request->connection == CONNECTION_KEPT && request->refusal == NULL &&
         (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
          g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
          g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) ||
          g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF));
}

/* Takes over @error.  Our reason says more than "Unacceptable TLS certificate", or that a connection broke. */
static void
return_failure (GTask *task, GError *error)
{
  Request *request = g_task_get_task_data (task);

  if (request->refusal != NULL && !stile_error_is_cancelled (error))
    {
      g_clear_error (&error);
      error = g_steal_pointer (&request->refusal);
      stile_error_convert (&error, STILE_ERROR_UNTRUSTED);
    }
  stile_error_convert (&error, STILE_ERROR_UNREACHABLE);
  g_prefix_error (&error, _ ("Reaching %s: "), g_uri_get_host (stile_http_origin_get_uri (request->origin)));
  g_task_return_error (task, error);
}

static void
body_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) body = stile_limited_reader_read_finish (G_INPUT_STREAM (object), result, &error);
  Request *request = g_task_get_task_data (task);

  if (body == NULL || request->refusal != NULL)
    return_failure (task, error);
  else if (!stile_http_message_is_final_status (soup_message_get_status (request->message)))
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_NOT_ATLS,
                             _ ("Something answered with the status %u, which HTTP does not know"),
                             soup_message_get_status (request->message));
  else
    g_task_return_pointer (task, make_response (request->message, body), g_object_unref);
}

/* It was believed: else nothing would have come. */
static void
note_peer (Request *request)
{
  GTlsCertificate *shown = soup_message_get_tls_peer_certificate (request->message);
  g_autoptr (GPtrArray) chain = shown != NULL ? stile_http_observer_read_chain (shown) : NULL;

  if (chain != NULL && chain->len > 0)
    stile_http_origin_set_peer (request->origin, g_ptr_array_index (chain, 0));
}

static void
answered (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream != NULL)
    note_peer (request);
  if (stream != NULL)
    stile_limited_reader_read_async (stream, STILE_BINARY_HTTP_MAX_SIZE, FALSE, cancellable, body_read,
                                     g_steal_pointer (&task));
  else if (may_try_again (request, error))
    {
      g_error_free (error);
      request->connection = CONNECTION_AGAIN;
      send_message (g_steal_pointer (&task));
    }
  else
    return_failure (task, error);
}

/* --- the request --- */

static gboolean
is_dropped (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dropped_fields); i++)
    if (g_ascii_strcasecmp (name, dropped_fields[i]) == 0)
      return TRUE;

  return FALSE;
}

/* Only path and query are the request's: what looks like another host in it stays a path. */
static GUri *
make_target (GUri *uri, const char *path)
{
  const char *query = strchr (path, '?');
  g_autofree char *own = query != NULL ? g_strndup (path, (gsize)(query - path)) : g_strdup (path);

  return soup_uri_copy (uri, SOUP_URI_PATH, own, SOUP_URI_QUERY, query != NULL ? query + 1 : NULL,
                        SOUP_URI_NONE);
}

static SoupMessage *
make_message (GUri *uri, StileHttpMessage *request)
{
  g_autoptr (GUri) target = make_target (uri, stile_http_message_get_path (request));
  SoupMessage *message = soup_message_new_from_uri (stile_http_message_get_method (request), target);
  GBytes *content = stile_http_message_get_content (request);

  if (g_bytes_get_size (content) > 0)
    soup_message_set_request_body_from_bytes (message, NULL, content);
  for (guint i = 0; i < stile_http_message_get_n_fields (request); i++)
    {
      const char *value;
      const char *name = stile_http_message_get_nth_field (request, i, &value);

      if (!is_dropped (name))
        soup_message_headers_append (soup_message_get_request_headers (message), name, value);
    }

  return message;
}

/* Takes over @task. */
static void
send_message (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  SoupSession *soup = stile_http_origin_get_soup (request->origin);

  forget_message (request);
  request->message = make_message (stile_http_origin_get_uri (request->origin), request->request);
  stile_http_origin_prepare (request->origin, request->message);
  if (request->connection == CONNECTION_AGAIN)
    soup_message_add_flags (request->message, SOUP_MESSAGE_NEW_CONNECTION);
  g_signal_connect (request->message, "accept-certificate", G_CALLBACK (accept_certificate_cb), request);
  g_signal_connect (request->message, "network-event", G_CALLBACK (network_event_cb), request);
  soup_session_send_async (soup, request->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                           answered, task);
}

/**
 * stile_http_request_async:
 * @carrier: the task's source
 * @origin: whom to ask
 * @request: method, path, fields and content
 *
 * Asks without ATLS, over TLS 1.2 or better (RFC 8995 section 5.4), and sends nothing before the service is believed: its
 * chain, its host name, its purpose.  Where a connection that was kept breaks, the request goes out once more.  The task
 * gives a StileHttpMessage, which may be a redirect.
 */
void
stile_http_request_async (StileCarrier *carrier,
                          StileHttpOrigin *origin,
                          StileHttpMessage *request,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (carrier, cancellable, callback, user_data);
  Request *data = g_new0 (Request, 1);

  data->origin = g_object_ref (origin);
  data->request = g_object_ref (request);
  g_task_set_source_tag (task, stile_http_request_async);
  g_task_set_task_data (task, data, request_free);
  send_message (task);
}
