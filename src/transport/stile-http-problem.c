/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-problem.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"
#include "transport/stile-media-type.h"

/* Whether the element that begins at @tag holds code and no text. */
static const char *
skip_element (const char *tag, gboolean title_too)
{
  static const char *const elements[] = { "script", "style", "title" };
  gsize count = title_too ? G_N_ELEMENTS (elements) : G_N_ELEMENTS (elements) - 1;

  for (gsize i = 0; i < count; i++)
    if (g_ascii_strncasecmp (tag + 1, elements[i], strlen (elements[i])) == 0)
      {
        g_autofree char *end = g_strdup_printf ("</%s", elements[i]);
        g_autofree char *lower = g_ascii_strdown (tag, -1);
        const char *found = strstr (lower, end);

        return found != NULL ? tag + (found - lower) : tag + strlen (tag);
      }

  return tag;
}

/* A page is shown as words, never rendered: tags go, white space folds. */
static char *
strip_tags (const char *html, gboolean title_too)
{
  GString *text = g_string_new (NULL);

  while (*html != '\0')
    {
      if (*html == '<')
        {
          html = skip_element (html, title_too);
          html += strcspn (html, ">");
          if (*html == '>')
            html++;
          g_string_append_c (text, ' ');
        }
      else
        g_string_append_c (text, *html++);
    }

  return g_string_free (text, FALSE);
}

/* On one line, and safe to print: what came over the network may not even be UTF-8. */
static char *
fold (const char *bytes, glong limit)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, -1);
  const char *text = valid;
  GString *folded = g_string_new (NULL);
  gboolean space = FALSE;
  glong count = 0;

  for (; *text != '\0' && count < limit; text = g_utf8_next_char (text))
    {
      gunichar character = g_utf8_get_char (text);

      if (g_unichar_isspace (character) || !g_unichar_isprint (character))
        {
          space = folded->len > 0;
          continue;
        }
      if (space)
        g_string_append_c (folded, ' ');
      space = FALSE;
      g_string_append_unichar (folded, character);
      count++;
    }
  if (*text != '\0')
    g_string_append (folded, "…");

  return g_string_free (folded, FALSE);
}

/* A title as a rule is said again by the page's first words; then once is enough. */
static char *
join_title (const char *page, const char *page_without_title)
{
  g_autofree char *whole = fold (page, G_MAXLONG);
  g_autofree char *body = fold (page_without_title, G_MAXLONG);
  gsize title_length = strlen (whole) > strlen (body) + 1 ? strlen (whole) - strlen (body) - 1 : 0;
  gboolean repeated =
      title_length > 0 && strlen (body) >= title_length && strncmp (whole, body, title_length) == 0;

  return fold (repeated ? body : whole, STILE_HTTP_PROBLEM_MAX_TEXT);
}

static gboolean
is_html (const char *media_type)
{
  g_autofree char *lower = g_ascii_strdown (media_type, -1);

  return strstr (lower, "html") != NULL;
}

/**
 * stile_http_problem_describe_page:
 * @media_type: (nullable): its Content-Type
 * @body: what somebody answered
 *
 * Returns: (transfer full): its first words, on one line, safe to print and to show
 */
char *
stile_http_problem_describe_page (const char *media_type, GBytes *body)
{
  gsize length = MIN (g_bytes_get_size (body), STILE_HTTP_PROBLEM_MAX_PAGE);
  /* Empty bytes may have no data at all. */
  g_autofree char *valid =
      length > 0 ? g_utf8_make_valid (g_bytes_get_data (body, NULL), (gssize)length) : g_strdup ("");
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;

  if (media_type != NULL && !is_html (media_type))
    return fold (valid, STILE_HTTP_PROBLEM_MAX_TEXT);

  whole = strip_tags (valid, FALSE);
  text = strip_tags (valid, TRUE);
  return join_title (whole, text);
}

static StileErrorCode
code_of_status (guint status)
{
  switch (status)
    {
    case 410:
      return STILE_ERROR_EXPIRED;
    case 413:
      return STILE_ERROR_LIMIT;
    case 503:
      return STILE_ERROR_RETRY;
    case 404:
    case 405:
    case 415:
      return STILE_ERROR_NOT_ATLS;
    default:
      return STILE_ERROR_PROTOCOL;
    }
}

/* RFC 9457: what an ATLS service says when it cannot answer in TLS. */
static gboolean
set_service_error (GError **error, guint status, GBytes *body)
{
  g_autoptr (GVariant) problem = stile_json_parse (body, STILE_HTTP_PROBLEM_MAX_PAGE, NULL);
  const char *detail = problem != NULL ? stile_json_get_string (problem, "detail") : NULL;
  g_autofree char *safe = detail != NULL ? fold (detail, STILE_HTTP_PROBLEM_MAX_TEXT) : NULL;

  if (safe == NULL)
    return FALSE;

  g_set_error (error, STILE_ERROR, (gint)code_of_status (status), _ ("The service answered %u: %s"), status,
               safe);
  return TRUE;
}

/**
 * stile_http_problem_set_error:
 * @error: (out) (optional): says what answered, with status, type and first words
 * @reason: (nullable): the status line's words
 * @media_type: (nullable): the answer's Content-Type
 * @body: its body, or the beginning of it
 *
 * For an answer that is no ATLS answer: a block page, a login page, a gateway's error, a plain web server, or the
 * service's own problem report.
 */
void
stile_http_problem_set_error (
    GError **error, guint status, const char *reason, const char *media_type, GBytes *body)
{
  g_autofree char *page = NULL;
  g_autofree char *safe_type = NULL;
  g_autofree char *safe_reason = NULL;

  if (stile_media_type_is (media_type, STILE_MEDIA_TYPE_PROBLEM) && set_service_error (error, status, body))
    return;

  page = stile_http_problem_describe_page (media_type, body);
  safe_type = media_type != NULL ? fold (media_type, 80) : NULL;
  safe_reason = fold (reason != NULL ? reason : "", 80);
  g_set_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS,
               *page != '\0' ? _ ("Something answered instead of the service: %u %s, %s: “%s”")
                             : _ ("Something answered instead of the service: %u %s, %s, without text"),
               status, safe_reason, safe_type != NULL ? safe_type : _ ("no content type"), page);
}
