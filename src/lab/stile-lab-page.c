/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-page.h"

#include <string.h>

#define SKIP_SIZE 16384

/* Not translated: a middlebox's page never is in the words of the program that meets it. */
static const struct
{
  const char *status;
  const char *title;
  const char *text;
} pages[] = {
  [STILE_LAB_PAGE_DENIED] = { "403 Forbidden", "Access denied",
                              "This page was blocked by the network policy of Plant Nord." },
  [STILE_LAB_PAGE_NOT_UNDERSTOOD] = { "400 Bad Request", "Not understood",
                                      "The lab's middlebox takes CONNECT only." },
  [STILE_LAB_PAGE_NOT_HERE] = { "403 Forbidden", "Not in the lab",
                                "The lab's middlebox connects to this computer only." },
  [STILE_LAB_PAGE_NOT_A_TUNNEL] = { "501 Not Implemented", "Not in the lab",
                                    "The lab's middlebox takes CONNECT only." },
  [STILE_LAB_PAGE_NOBODY_THERE] = { "502 Bad Gateway", "Nobody there",
                                    "The lab's middlebox could not connect to the service." },
};

static char *
write_page (StileLabPage page)
{
  g_autofree char *body = g_strdup_printf ("<!DOCTYPE html>\n<html><head><title>%s</title></head>"
                                           "<body><h1>%s</h1><p>%s</p></body></html>\n",
                                           pages[page].title, pages[page].title, pages[page].text);

  return g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          pages[page].status, strlen (body), body);
}

static void skip (GTask *task);

static void
skipped (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gssize length = g_input_stream_skip_finish (G_INPUT_STREAM (object), result, &error);

  if (length < 0)
    g_task_return_error (task, error);
  else if (length == 0)
    g_task_return_boolean (task, TRUE);
  else
    skip (g_steal_pointer (&task));
}

/* Takes over @task. */
static void
skip (GTask *task)
{
  GInputStream *input = g_io_stream_get_input_stream (g_task_get_source_object (task));

  g_input_stream_skip_async (input, SKIP_SIZE, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), skipped,
                             task);
}

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    skip (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/**
 * stile_lab_page_send_async:
 *
 * Answers with a page, then waits for the client to close: whoever closes first may throw away what the other has not
 * read yet (RFC 9112 section 9.6).
 */
void
stile_lab_page_send_async (GIOStream *client,
                           StileLabPage page,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  char *text = write_page (page);

  g_task_set_source_tag (task, stile_lab_page_send_async);
  g_task_set_task_data (task, text, g_free);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (client), text, strlen (text),
                                   G_PRIORITY_DEFAULT, cancellable, written, task);
}

/**
 * stile_lab_page_send_finish:
 *
 * Returns: %FALSE when the client did not take it
 */
gboolean
stile_lab_page_send_finish (GIOStream *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
