/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-replies.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-est-body.h"
#include "codec/stile-multipart.h"
#include "codec/stile-secret.h"

#define CERTIFICATE_TYPE "application/pkcs7-mime; smime-type=certs-only"

/* Somebody decides, or something is busy: in a minute it may be over.  A pledge caps the wait at this (BRSKI P4). */
#define RETRY_AFTER "60"
#define BUSY_RETRY_AFTER "2"

/**
 * stile_est_replies_refuse:
 * @status: 202 when somebody must decide, else 400 to 599
 * @sentence: why, for a person (RFC 7030 section 4.2.3)
 */
StileHttpMessage *
stile_est_replies_refuse (guint status, const char *sentence)
{
  StileHttpMessage *response = stile_http_message_new_response (status);
  g_autofree char *text = g_strdup_printf ("%s\n", sentence);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  stile_http_message_set_content (response, "text/plain; charset=utf-8", body);
  if (status == 202)
    stile_http_message_add_field (response, "retry-after", RETRY_AFTER);
  else if (status == 503)
    stile_http_message_add_field (response, "retry-after", BUSY_RETRY_AFTER);
  else if (status == 401)
    stile_http_message_add_field (response, "www-authenticate", "Basic realm=\"EST\", charset=\"UTF-8\"");

  return response;
}

/**
 * stile_est_replies_fail:
 * @error: of a request's, when it is %STILE_ERROR_REFUSED; else the service's own, of which a client learns no more than
 *   that it is there
 */
StileHttpMessage *
stile_est_replies_fail (const GError *error)
{
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_REFUSED))
    return stile_est_replies_refuse (400, error->message);

  g_message ("EST: %s", error->message);
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_RETRY))
    return stile_est_replies_refuse (503, _ ("The service is busy; try again in a moment"));

  return stile_est_replies_refuse (
      500, _ ("The service has trouble of its own; its operator finds it in the log"));
}

/**
 * stile_est_replies_body:
 * @body: base64
 */
StileHttpMessage *
stile_est_replies_body (const char *media_type, GBytes *body)
{
  StileHttpMessage *response = stile_http_message_new_response (200);

  stile_http_message_set_content (response, media_type, body);
  stile_http_message_add_field (response, "content-transfer-encoding", "base64");
  return response;
}

static GBytes *
to_body (StileCertificate *certificate, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  g_ptr_array_add (list, certificate);
  return stile_certificate_bundle_to_est (list, error);
}

/**
 * stile_est_replies_certificate:
 *
 * Returns: (transfer full): the certificate and no other (RFC 7030 section 4.2.3)
 */
StileHttpMessage *
stile_est_replies_certificate (StileCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = to_body (certificate, &error);

  return body != NULL ? stile_est_replies_body (CERTIFICATE_TYPE, body) : stile_est_replies_fail (error);
}

static GBytes *
export_key (gnutls_x509_privkey_t key)
{
  gnutls_datum_t der = { NULL, 0 };
  g_autoptr (GBytes) secret = NULL;

  if (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &der) < 0)
    return NULL;

  secret = stile_secret_bytes_new (der.data, der.size);
  stile_secret_wipe (der.data, der.size);
  gnutls_free (der.data);
  return stile_est_body_encode (secret);
}

/**
 * stile_est_replies_key:
 * @key: that was made for the client
 *
 * Returns: (transfer full): key and certificate (RFC 7030 section 4.4.2)
 */
StileHttpMessage *
stile_est_replies_key (gnutls_x509_privkey_t key, StileCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) certificate_body = to_body (certificate, &error);
  g_autoptr (GBytes) key_body = export_key (key);
  g_autoptr (GPtrArray) parts = stile_multipart_new ();
  g_autoptr (GBytes) body = NULL;
  g_autofree char *type = NULL;
  StileHttpMessage *response;

  if (certificate_body == NULL || key_body == NULL)
    return stile_est_replies_refuse (500, _ ("The new key could not be written"));

  stile_multipart_add (parts, "application/pkcs8", key_body);
  stile_multipart_add (parts, CERTIFICATE_TYPE, certificate_body);
  body = stile_multipart_write (parts, &type);
  response = stile_http_message_new_response (200);
  stile_http_message_set_content (response, type, body);
  return response;
}

static gboolean
names (const char *range, const char *media_type)
{
  gsize length = strcspn (range, "; \t");
  gsize name_length = strcspn (media_type, ";");
  gsize kind_length = strcspn (media_type, "/") + 1;

  if (length == 3 && strncmp (range, "*/*", 3) == 0)
    return TRUE;
  if (length == kind_length + 1 && range[kind_length] == '*')
    return g_ascii_strncasecmp (range, media_type, kind_length) == 0;

  return length == name_length && g_ascii_strncasecmp (range, media_type, length) == 0;
}

/**
 * stile_est_replies_is_wanted:
 * @media_type: what the answer would be
 *
 * Returns: whether the request's Accept field lets it be (RFC 9110 section 12.5.1)
 */
gboolean
stile_est_replies_is_wanted (StileHttpMessage *request, const char *media_type)
{
  const char *field = stile_http_message_get_field (request, "accept");
  g_auto (GStrv) ranges = field != NULL ? g_strsplit (field, ",", -1) : NULL;

  for (guint i = 0; ranges != NULL && ranges[i] != NULL; i++)
    if (names (g_strstrip (ranges[i]), media_type))
      return TRUE;

  return field == NULL;
}
