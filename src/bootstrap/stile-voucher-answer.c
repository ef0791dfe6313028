/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-voucher-answer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-voucher.h"
#include "codec/stile-date.h"

/* When a registrar says to wait and not how long. */
#define USUAL_WAIT 5

/* Real locations have some hundred characters. */
#define MAX_LOCATION 2048

/**
 * stile_voucher_answer_clear:
 *
 * Drops what came.
 */
void
stile_voucher_answer_clear (StileVoucherAnswer *self)
{
  g_clear_pointer (&self->voucher, g_bytes_unref);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->location, g_free);
}

/**
 * stile_voucher_answer_ask:
 * @host: of the registrar
 * @request: the signed voucher request, DER (RFC 8995 section 6: no base64 here)
 *
 * Returns: (transfer full): the pledge's request for a voucher (RFC 8995 section 5.2)
 */
StileHttpMessage *
stile_voucher_answer_ask (const char *host, GBytes *request)
{
  StileHttpMessage *message =
      stile_http_message_new_request ("POST", "https", host, STILE_VOUCHER_ANSWER_REQUEST_PATH);

  stile_http_message_add_field (message, "accept", STILE_VOUCHER_CMS_MEDIA_TYPE);
  stile_http_message_set_content (message, STILE_VOUCHER_CMS_MEDIA_TYPE, request);
  return message;
}

static gboolean
is_markup (const char *media_type, const char *text)
{
  g_autofree char *type = media_type != NULL ? g_ascii_strdown (media_type, -1) : NULL;

  return *text == '<' || (type != NULL && (strstr (type, "html") != NULL || strstr (type, "xml") != NULL));
}

/* None may start a line, hide, or turn the text around. */
static gboolean
is_harmless (gunichar c)
{
  return g_unichar_isprint (c) && !g_unichar_isspace (c);
}

/* Until the voucher is verified these are words of a stranger: plain text, one paragraph, cut (BOOTSTRAP P3). */
static char *
read_words (StileHttpMessage *response)
{
  GBytes *content = stile_http_message_get_content (response);
  gsize length = 0;
  const char *bytes = content != NULL ? g_bytes_get_data (content, &length) : NULL;
  g_autofree char *valid = NULL;
  GString *text = g_string_new (NULL);

  if (length > 0) /* the last character may be cut, and is not shown */
    valid = g_utf8_make_valid (bytes, (gssize)MIN (length, STILE_VOUCHER_ANSWER_MAX_WORDS + 4));
  for (const char *p = valid; p != NULL && *p != '\0' && text->len < STILE_VOUCHER_ANSWER_MAX_WORDS;
       p = g_utf8_next_char (p))
    g_string_append_unichar (text, is_harmless (g_utf8_get_char (p)) ? g_utf8_get_char (p) : ' ');
  g_strstrip (text->str);

  if (*text->str == '\0' || is_markup (stile_http_message_get_field (response, "content-type"), text->str))
    g_string_truncate (text, 0);
  return g_string_free (text, *text->str == '\0');
}

static gboolean
is_voucher (const char *media_type)
{
  gsize length = strlen (STILE_VOUCHER_CMS_MEDIA_TYPE);

  return media_type != NULL && g_ascii_strncasecmp (media_type, STILE_VOUCHER_CMS_MEDIA_TYPE, length) == 0 &&
         (media_type[length] == '\0' || strchr ("; \t", media_type[length]) != NULL);
}

static gboolean
read_voucher (StileVoucherAnswer *self, StileHttpMessage *response, GError **error)
{
  const char *type = stile_http_message_get_field (response, "content-type");
  GBytes *content = stile_http_message_get_content (response);
  gsize size = content != NULL ? g_bytes_get_size (content) : 0;

  if (type == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("P4: the answer does not say of what type it is, and vouchers were asked for as %s"),
                   STILE_VOUCHER_CMS_MEDIA_TYPE);
      return FALSE;
    }
  if (!is_voucher (type))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("P4: the answer is %.80s, and vouchers were asked for as %s"), type,
                   STILE_VOUCHER_CMS_MEDIA_TYPE);
      return FALSE;
    }
  if (size == 0 || size > STILE_SIGNED_MESSAGE_MAX_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE,
                                "P3: the answer has %zu byte, and a voucher has some, and at most %d",
                                "P3: the answer has %zu bytes, and a voucher has some, and at most %d", size),
                   size, STILE_SIGNED_MESSAGE_MAX_SIZE);
      return FALSE;
    }

  self->kind = STILE_VOUCHER_ANSWER_VOUCHER;
  self->voucher = g_bytes_ref (content);
  return TRUE;
}

static gboolean
read_wait (StileVoucherAnswer *self, StileHttpMessage *response)
{
  guint seconds = stile_date_parse_retry_after (stile_http_message_get_field (response, "retry-after"),
                                                g_get_real_time () / G_USEC_PER_SEC, USUAL_WAIT,
                                                STILE_VOUCHER_ANSWER_MAX_WAIT);

  self->kind = STILE_VOUCHER_ANSWER_WAIT;
  self->seconds = MAX (seconds, 1);
  self->words = read_words (response);
  return TRUE;
}

static gboolean
read_elsewhere (StileVoucherAnswer *self, StileHttpMessage *response, GError **error)
{
  const char *location = stile_http_message_get_field (response, "location");

  if (location == NULL || strlen (location) > MAX_LOCATION)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   _ ("P4: the registrar answered %u, and does not say where to ask instead"),
                   stile_http_message_get_status (response));
      return FALSE;
    }

  self->kind = STILE_VOUCHER_ANSWER_ELSEWHERE;
  self->location = g_strdup (location);
  return TRUE;
}

/* What the RFC says that a status means (BOOTSTRAP 1.1), for people. */
static const struct
{
  guint status;
  StileErrorCode code;
  const char *meaning;
} refusals[] = {
  { 400, STILE_ERROR_PROTOCOL, N_ ("it cannot read the request") },
  { 401, STILE_ERROR_REFUSED,
    N_ ("it says that this computer does not see the registrar’s own certificate, or does not know the "
        "owner") },
  { 403, STILE_ERROR_REFUSED, N_ ("it refuses this device; its operator can change that") },
  { 404, STILE_ERROR_REFUSED, N_ ("it does not know this device, or it is no registrar") },
  { 406, STILE_ERROR_REFUSED, N_ ("it has no voucher of the kind that was asked for") },
  { 415, STILE_ERROR_REFUSED, N_ ("it does not know this kind of voucher request") },
  { 502, STILE_ERROR_RETRY, N_ ("the manufacturer’s service gave it no good answer") },
  { 503, STILE_ERROR_RETRY, N_ ("it is busy, or does not reach the manufacturer’s service") },
  { 504, STILE_ERROR_RETRY, N_ ("the manufacturer’s service does not answer it") },
};

static gboolean
refuse (StileHttpMessage *response, GError **error)
{
  guint status = stile_http_message_get_status (response);
  g_autofree char *words = read_words (response);
  StileErrorCode code = status >= 500 ? STILE_ERROR_RETRY : STILE_ERROR_REFUSED;
  const char *meaning = N_ ("it gives no voucher");

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (refusals[i].status == status)
      {
        code = refusals[i].code;
        meaning = refusals[i].meaning;
      }

  if (words != NULL)
    g_set_error (error, STILE_ERROR, (int)code, _ ("The registrar answered %u: %s. It says: “%s”"), status,
                 _ (meaning), words);
  else
    g_set_error (error, STILE_ERROR, (int)code, _ ("The registrar answered %u: %s"), status, _ (meaning));
  return FALSE;
}

/**
 * stile_voucher_answer_read:
 * @response: from a registrar that nobody vouches for yet: hostile (BOOTSTRAP P3, P4)
 * @error: %STILE_ERROR_REFUSED, %STILE_ERROR_RETRY, or %STILE_ERROR_PROTOCOL for what is none of the answers that
 *   RFC 8995 section 5.6 knows
 */
gboolean
stile_voucher_answer_read (StileVoucherAnswer *self, StileHttpMessage *response, GError **error)
{
  self->status = stile_http_message_get_status (response);
  switch (self->status)
    {
    case 200:
      return read_voucher (self, response, error);
    case 202:
      return read_wait (self, response);
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return read_elsewhere (self, response, error);
    default:
      return refuse (response, error);
    }
}
