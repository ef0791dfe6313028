/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-answer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-content-type.h"
#include "codec/stile-est-body.h"
#include "codec/stile-json.h"
#include "codec/stile-multipart.h"

/* A problem document is a few lines (RFC 9457); what is larger is a page. */
#define MAX_PROBLEM (16 * 1024)

/**
 * stile_est_answer_is:
 * @media_type: type and subtype
 *
 * Returns: whether @response says that it is of @media_type
 */
gboolean
stile_est_answer_is (StileHttpMessage *response, const char *media_type)
{
  g_autoptr (StileContentType) type =
      stile_content_type_parse (stile_http_message_get_field (response, "content-type"), NULL);

  return type != NULL && stile_content_type_is (type, media_type);
}

/**
 * stile_est_answer_is_certificates:
 * @content_type: (nullable): a Content-Type field
 *
 * Whether it is PKCS #7 with certificates and nothing else.  Servers leave smime-type out (RFC 7030 section 4.1.3 has it
 * so); one that says something else means something else.
 */
gboolean
stile_est_answer_is_certificates (const char *content_type)
{
  g_autoptr (StileContentType) type = stile_content_type_parse (content_type, NULL);
  const char *smime_type = type != NULL ? stile_content_type_get_parameter (type, "smime-type") : NULL;

  return type != NULL && stile_content_type_is (type, "application/pkcs7-mime") &&
         (smime_type == NULL || g_ascii_strcasecmp (smime_type, "certs-only") == 0);
}

static char *
read_plain (GBytes *content)
{
  gsize length;
  const char *text = g_bytes_get_data (content, &length);

  return g_utf8_make_valid (length > 0 ? text : "", (gssize)MIN (length, STILE_EST_ANSWER_MAX_TEXT * 4));
}

/* RFC 9457 section 3.1.4. */
static char *
read_problem (GBytes *content)
{
  g_autoptr (GVariant) document = stile_json_parse (content, MAX_PROBLEM, NULL);

  return document != NULL ? g_strdup (stile_json_get_string (document, "detail")) : NULL;
}

/* Line breaks become spaces: one sentence stands in one line. */
static char *
tidy (const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  glong count = 0;

  for (; *text != '\0' && count < STILE_EST_ANSWER_MAX_TEXT; text = g_utf8_next_char (text))
    {
      gboolean space = g_ascii_isspace (*text);

      if (space && (line->len == 0 || line->str[line->len - 1] == ' '))
        continue;
      g_string_append_unichar (line, space ? ' ' : g_utf8_get_char (text));
      count++;
    }
  if (*text != '\0')
    g_string_append (line, "…");

  g_strchomp (line->str);
  return *line->str != '\0' ? stile_certificate_text_make_presentable (line->str, strlen (line->str)) : NULL;
}

/**
 * stile_est_answer_get_text:
 *
 * What the service wants people to know: the body of type text/plain, or the detail of a problem document.  Pages are
 * nobody's words: whatever lies between sends them.
 *
 * Returns: (transfer full) (nullable): one line, with nothing in it that could hide or begin another, limited
 */
char *
stile_est_answer_get_text (StileHttpMessage *response)
{
  GBytes *content = stile_http_message_get_content (response);
  g_autofree char *text = NULL;

  if (stile_est_answer_is (response, "text/plain"))
    text = read_plain (content);
  else if (stile_est_answer_is (response, "application/problem+json"))
    text = read_problem (content);

  return text != NULL ? tidy (text) : NULL;
}

static const char *
explain (guint status)
{
  switch (status)
    {
    case 400:
      return _ ("The service does not understand the request (400)");
    case 401:
      return _ ("The service wants to know who asks (401)");
    case 403:
      return _ ("The service does not let this identity do this (403)");
    case 404:
      return _ ("The service does not offer this (404)");
    default:
      return NULL;
    }
}

/**
 * stile_est_answer_refuse:
 * @response: one that is no success
 * @error: %STILE_ERROR_RETRY where the same may work later, else %STILE_ERROR_REFUSED; with the service's own words
 */
void
stile_est_answer_refuse (StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);
  gboolean busy = status >= 500 || status == 429 || status == 408;
  g_autofree char *text = stile_est_answer_get_text (response);
  g_autofree char *answered = g_strdup_printf (_ ("The service answered %u"), status);
  const char *sentence = explain (status);

  if (text != NULL)
    g_set_error (
        error, STILE_ERROR,
        busy
            ? STILE_ERROR_RETRY
            : STILE_ERROR_REFUSED, /* TRANSLATORS: what the service’s answer means, and the service’s own words */
        _ ("%s: “%s”"), sentence != NULL ? sentence : answered, text);
  else
    g_set_error_literal (error, STILE_ERROR, busy ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED,
                         sentence != NULL ? sentence : answered);
}

/**
 * stile_est_answer_check:
 * @media_type: what the body has to be
 *
 * Returns: whether @response has what was asked for, by its status and its type
 */
gboolean
stile_est_answer_check (StileHttpMessage *response, const char *media_type, GError **error)
{
  const char *found = stile_http_message_get_field (response, "content-type");
  g_autofree char *presentable = NULL;

  if (stile_http_message_get_status (response) != 200)
    {
      stile_est_answer_refuse (response, error);
      return FALSE;
    }
  if (stile_est_answer_is (response, media_type))
    return TRUE;

  if (found == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("The answer does not say of what type it is, and should be %s"), media_type);
      return FALSE;
    }

  presentable = stile_certificate_text_make_presentable (found, MIN (strlen (found), 80));
  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The answer is %s, and should be %s"),
               presentable, media_type);
  return FALSE;
}

/* --- what was asked for --- */

static gboolean
check_roots_answer (StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);
  const char *media_type = stile_http_message_get_field (response, "content-type");

  if (status == 404)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED,
                         _ ("The service hands out no CA roots: it has no EST (404)"));
  else if (status != 200)
    g_set_error (error, STILE_ERROR, status >= 500 ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED,
                 _ ("The service answered %u instead of the domain’s CA roots"), status);
  else if (media_type == NULL)
    g_set_error_literal (
        error, STILE_ERROR, STILE_ERROR_PROTOCOL,
        _ ("The answer does not say of what type it is, CA roots come as application/pkcs7-mime"));
  else if (!stile_est_answer_is_certificates (media_type))
    g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                 _ ("The answer is %s, CA roots come as application/pkcs7-mime"), media_type);
  else
    return TRUE;

  return FALSE;
}

static gboolean
check_roots (GPtrArray *roots, GError **error)
{
  if (roots->len == 0 || roots->len > STILE_EST_ANSWER_MAX_ROOTS)
    {
      g_set_error (
          error, STILE_ERROR, STILE_ERROR_PROTOCOL,
          g_dngettext (GETTEXT_PACKAGE, "The service sent %u CA certificate; between 1 and %d make sense",
                       "The service sent %u CA certificates; between 1 and %d make sense", roots->len),
          roots->len, STILE_EST_ANSWER_MAX_ROOTS);
      return FALSE;
    }

  for (guint i = 0; i < roots->len; i++)
    if (!stile_certificate_is_authority (g_ptr_array_index (roots, i)))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                     _ ("“%s” is no CA certificate, and must not be trusted as one"),
                     stile_certificate_get_name (g_ptr_array_index (roots, i)));
        return FALSE;
      }

  return TRUE;
}

/**
 * stile_est_answer_read_roots:
 * @response: the service's answer
 *
 * Returns: (transfer full) (element-type StileCertificate): the domain's CA certificates; all of them may sign
 */
GPtrArray *
stile_est_answer_read_roots (StileHttpMessage *response, GError **error)
{
  g_autoptr (GPtrArray) roots = NULL;

  if (!check_roots_answer (response, error))
    return NULL;
  roots = stile_certificate_bundle_parse_est (stile_http_message_get_content (response), error);
  if (roots == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }

  return check_roots (roots, error) ? g_steal_pointer (&roots) : NULL;
}

/**
 * stile_est_answer_read_attributes:
 * @response: to /csrattrs
 *
 * Returns: (transfer full): what is asked for; nothing where the service has no list
 */
StileCsrAttributes *
stile_est_answer_read_attributes (StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);
  StileCsrAttributes *attributes;

  /* RFC 7030 section 4.5.2: both say that nothing is asked for. */
  if (status == 204 || status == 404)
    return stile_csr_attributes_new ();
  if (!stile_est_answer_check (response, "application/csrattrs", error))
    return NULL;

  attributes = stile_csr_attributes_parse_est (stile_http_message_get_content (response), error);
  if (attributes == NULL)
    stile_error_convert (error, STILE_ERROR_PROTOCOL);
  return attributes;
}

static GPtrArray *
read_certificates (GBytes *body, GError **error)
{
  g_autoptr (GPtrArray) certificates = stile_certificate_bundle_parse_est (body, error);

  if (certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }
  if (certificates->len > STILE_EST_ANSWER_MAX_CERTIFICATES)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   g_dngettext (GETTEXT_PACKAGE, "The service sent %u certificate; at most %d make sense",
                                "The service sent %u certificates; at most %d make sense", certificates->len),
                   certificates->len, STILE_EST_ANSWER_MAX_CERTIFICATES);
      return NULL;
    }

  return g_steal_pointer (&certificates);
}

static gboolean
refuse_other_pkcs7 (GError **error)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("The answer is PKCS #7, but not of certificates"));
  return FALSE;
}

/**
 * stile_est_answer_read_certificates:
 * @response: to a request to enrol
 *
 * Returns: (transfer full) (element-type StileCertificate): what was issued, unchecked, in no order that means anything
 */
GPtrArray *
stile_est_answer_read_certificates (StileHttpMessage *response, GError **error)
{
  if (!stile_est_answer_check (response, "application/pkcs7-mime", error))
    return NULL;
  if (!stile_est_answer_is_certificates (stile_http_message_get_field (response, "content-type")))
    return refuse_other_pkcs7 (error), NULL;

  return read_certificates (stile_http_message_get_content (response), error);
}

static gboolean
is_type (const StileMultipartPart *part, const char *media_type)
{
  g_autoptr (StileContentType) type = stile_content_type_parse (part->content_type, NULL);

  return type != NULL && stile_content_type_is (type, media_type);
}

/* RFC 7030 section 4.4.2: a key in the clear, or one that is encrypted with a key that was agreed before. */
static gboolean
read_part (const StileMultipartPart *part, GBytes **key, GPtrArray **certificates, GError **error)
{
  if (is_type (part, "application/pkcs8") && *key == NULL)
    {
      *key = stile_est_body_decode (part->content, STILE_EST_ANSWER_MAX_KEY_SIZE, error);
      return *key != NULL;
    }
  if (stile_est_answer_is_certificates (part->content_type) && *certificates == NULL)
    {
      *certificates = read_certificates (part->content, error);
      return *certificates != NULL;
    }

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       is_type (part, "application/pkcs7-mime")
                           ? _ ("The key is encrypted, which was not asked for")
                           : _ ("There is more in the answer than a key and its certificates"));
  return FALSE;
}

/**
 * stile_est_answer_read_key:
 * @response: to a request for a key
 * @key: (out) (transfer full): PKCS #8 in DER, a secret; only on success
 *
 * Returns: (transfer full) (element-type StileCertificate): as stile_est_answer_read_certificates()
 */
GPtrArray *
stile_est_answer_read_key (StileHttpMessage *response, GBytes **key, GError **error)
{
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GPtrArray) certificates = NULL;
  g_autoptr (GPtrArray) parts = NULL;

  if (!stile_est_answer_check (response, "multipart/mixed", error))
    return NULL;
  parts = stile_multipart_parse (stile_http_message_get_content (response),
                                 stile_http_message_get_field (response, "content-type"), error);
  stile_error_convert (error, STILE_ERROR_PROTOCOL);
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    if (!read_part (g_ptr_array_index (parts, i), &found, &certificates, error))
      {
        stile_error_convert (error, STILE_ERROR_PROTOCOL);
        return NULL;
      }
  if (parts == NULL)
    return NULL;

  if (found == NULL || certificates == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The answer does not have both a key and its certificates"));
      return NULL;
    }

  *key = g_steal_pointer (&found);
  return g_steal_pointer (&certificates);
}
