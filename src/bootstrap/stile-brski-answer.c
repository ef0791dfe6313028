/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-brski-answer.h"

#include <string.h>

#include "bootstrap/stile-voucher.h"

const char *const stile_brski_answer_voucher_types[] = { STILE_VOUCHER_CMS_MEDIA_TYPE,
                                                         STILE_VOUCHER_JWS_MEDIA_TYPE, NULL };

/**
 * stile_brski_answer_new:
 * @media_type: (nullable): of @content
 * @content: (nullable): what is answered; nothing when all is said with "200"
 *
 * Returns: (transfer full): 200
 */
StileHttpMessage *
stile_brski_answer_new (const char *media_type, GBytes *content)
{
  StileHttpMessage *response = stile_http_message_new_response (200);

  if (content != NULL)
    stile_http_message_set_content (response, media_type, content);

  return response;
}

static void
set_sentence (StileHttpMessage *response, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);
  gsize length = strlen (line);
  g_autoptr (GBytes) content = g_bytes_new_take (g_steal_pointer (&line), length);

  stile_http_message_set_content (response, "text/plain; charset=utf-8", content);
}

/**
 * stile_brski_answer_refuse:
 * @status: 400 to 599
 * @sentence: for the person at the other end (RFC 8995 section 5.6), with the check's id when one refused
 */
StileHttpMessage *
stile_brski_answer_refuse (guint status, const char *sentence)
{
  StileHttpMessage *response = stile_http_message_new_response (status);

  set_sentence (response, sentence);
  return response;
}

/**
 * stile_brski_answer_wait:
 * @status: 202 while somebody decides, 503 and 504 while somebody else does not answer
 * @seconds: after which the same request may come again
 */
StileHttpMessage *
stile_brski_answer_wait (guint status, guint seconds, const char *sentence)
{
  StileHttpMessage *response = stile_brski_answer_refuse (status, sentence);
  g_autofree char *value = g_strdup_printf ("%u", seconds);

  stile_http_message_add_field (response, "retry-after", value);
  return response;
}

/**
 * stile_brski_answer_judged:
 * @checks: which refused
 * @error: what a judge said
 *
 * A device that sees somebody else's certificate is in the hands of somebody in between: 401, and the connection ends
 * (RFC 8995 section 5.2).  What cannot be read is a bad request, all else is forbidden.
 */
StileHttpMessage *
stile_brski_answer_judged (StileChecks *checks, const GError *error)
{
  if (g_strcmp0 (stile_checks_get_refused (checks), "R4") == 0)
    {
      StileHttpMessage *response = stile_brski_answer_refuse (401, error->message);

      stile_http_message_add_field (response, "connection", "close");
      return response;
    }
  if (g_error_matches (error, STILE_ERROR, STILE_ERROR_PROTOCOL) ||
      g_error_matches (error, STILE_ERROR, STILE_ERROR_LIMIT))
    return stile_brski_answer_refuse (400, error->message);

  return stile_brski_answer_refuse (403, error->message);
}

/* "Application/JSON; charset=utf-8" is "application/json". */
static gboolean
is_type (const char *value, gsize length, const char *type)
{
  while (length > 0 && (value[0] == ' ' || value[0] == '\t'))
    {
      value++;
      length--;
    }
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    length--;

  return length == strlen (type) && g_ascii_strncasecmp (value, type, length) == 0;
}

/**
 * stile_brski_answer_find_type:
 * @types: (array zero-terminated=1): the media types that there may be
 *
 * Returns: (transfer none) (nullable): which of them @message has
 */
const char *
stile_brski_answer_find_type (StileHttpMessage *message, const char *const *types)
{
  const char *value = stile_http_message_get_field (message, "content-type");

  for (gsize i = 0; value != NULL && types[i] != NULL; i++)
    if (is_type (value, strcspn (value, ";"), types[i]))
      return types[i];

  return NULL;
}

/**
 * stile_brski_answer_check_request:
 * @types: (array zero-terminated=1): the media types that it may have
 * @limit: bytes of content
 *
 * Returns: (transfer full) (nullable): why a request is not even read; %NULL when it is
 */
StileHttpMessage *
stile_brski_answer_check_request (StileHttpMessage *request, const char *const *types, gsize limit)
{
  gsize size = g_bytes_get_size (stile_http_message_get_content (request));
  g_autofree char *sentence = NULL;

  if (g_strcmp0 (stile_http_message_get_method (request), "POST") != 0)
    {
      StileHttpMessage *response =
          stile_brski_answer_refuse (405, "Requests to this path are sent with POST");

      stile_http_message_add_field (response, "allow", "POST");
      return response;
    }
  if (stile_brski_answer_find_type (request, types) == NULL)
    {
      g_autofree char *all = g_strjoinv (" or ", (char **)types);

      sentence = g_strdup_printf ("The request must be of the media type %s", all);
      return stile_brski_answer_refuse (415, sentence);
    }
  if (size <= limit)
    return NULL;

  sentence = g_strdup_printf ("The request has %zu bytes, the limit is %zu", size, limit);
  return stile_brski_answer_refuse (413, sentence);
}

static gboolean
accepts (const char *accept, const char *type)
{
  g_auto (GStrv) ranges = g_strsplit (accept, ",", 32);

  for (gsize i = 0; ranges[i] != NULL; i++)
    {
      gsize length = strcspn (ranges[i], ";");

      if (is_type (ranges[i], length, type) || is_type (ranges[i], length, "*/*") ||
          is_type (ranges[i], length, "application/*"))
        return TRUE;
    }

  return FALSE;
}

/**
 * stile_brski_answer_check_accept:
 * @type: what would be answered: the media type of the request (RFC 8995 section 5.6)
 *
 * Returns: (transfer full) (nullable): 406 when whoever asks cannot read that; %NULL when it can
 */
StileHttpMessage *
stile_brski_answer_check_accept (StileHttpMessage *request, const char *type)
{
  const char *accept = stile_http_message_get_field (request, "accept");
  g_autofree char *sentence = NULL;

  if (accept == NULL || accepts (accept, type))
    return NULL;

  sentence =
      g_strdup_printf ("The answer to this request is of the media type %s, which is not accepted", type);
  return stile_brski_answer_refuse (406, sentence);
}
