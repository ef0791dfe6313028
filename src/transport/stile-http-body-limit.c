/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-body-limit.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "transport/stile-http-plain.h"

/* What is still allowed of a body that does not say its length. */
typedef struct
{
  StileHttpListener *listener;
  gsize limit;
  gsize left;
} Watch;

static void
watch_free (gpointer data, GClosure *closure)
{
  Watch *watch = data;

  g_object_unref (watch->listener);
  g_free (watch);
}

/**
 * stile_http_body_limit_refuse:
 * @message: a request of which only the header fields are there
 * @problem: the answer
 *
 * What is left of the body is read past, and the connection ends after the answer.
 */
void
stile_http_body_limit_refuse (SoupServerMessage *message, StileHttpMessage *problem)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  stile_http_plain_write_response (message, problem);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
}

static void
refuse_size (SoupServerMessage *message, const char *detail)
{
  g_autoptr (StileHttpMessage) problem = stile_http_message_new_problem (413, _ ("Too large"), detail);

  stile_http_body_limit_refuse (message, problem);
}

/* A chunked body says its length only by its end: it is counted, and cut off. */
static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Watch *watch = user_data;
  gsize length = g_bytes_get_size (chunk);
  g_autofree char *detail = NULL;

  if (length <= watch->left)
    {
      watch->left -= length;
      return;
    }

  watch->left = 0;
  detail =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The body has more than %zu byte, which is the limit.",
                                    "The body has more than %zu bytes, which is the limit.", watch->limit),
                       watch->limit);
  /* With a status it is answered, and not handed over although libsoup takes the cut for the body's end. */
  if (soup_server_message_get_status (message) == 0)
    refuse_size (message, detail);
  stile_http_listener_close (watch->listener, soup_server_message_get_remote_address (message));
}

/**
 * stile_http_body_limit_watch:
 * @message: a request of which only the header fields are there
 * @limit: bytes that its body may have
 * @listener: has accepted its connection
 *
 * Returns: whether the body may come; else it was refused
 */
gboolean
stile_http_body_limit_watch (SoupServerMessage *message, gsize limit, StileHttpListener *listener)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset length = soup_message_headers_get_content_length (headers);
  Watch *watch;

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH && length > (goffset)limit)
    {
      g_autofree char *detail =
          g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "The body has %" PRIi64 " byte, the limit is %zu.",
                                        "The body has %" PRIi64 " bytes, the limit is %zu.", (gulong)length),
                           (gint64)length, limit);

      refuse_size (message, detail);
      return FALSE;
    }

  watch = g_new (Watch, 1);
  watch->listener = g_object_ref (listener);
  watch->limit = limit;
  watch->left = limit;
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (got_chunk_cb), watch, watch_free, 0);
  return TRUE;
}
