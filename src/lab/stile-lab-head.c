/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-head.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

#define END "\r\n\r\n"

static void read_part (GTask *task);

static void
part_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GString *head = g_task_get_task_data (task);
  GError *error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (length < 0)
    {
      g_task_return_error (task, error);
      return;
    }

  g_string_set_size (head, head->len + (gsize)length);
  if (strstr (head->str, END) != NULL)
    g_task_return_pointer (task, g_strdup (head->str), g_free);
  else if (length == 0)
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_RETRY,
                             g_dngettext (GETTEXT_PACKAGE, "The request ended after %zu byte",
                                          "The request ended after %zu bytes", head->len),
                             head->len);
  else if (head->len >= STILE_LAB_HEAD_MAX_SIZE)
    g_task_return_new_error (
        task, STILE_ERROR, STILE_ERROR_LIMIT,
        g_dngettext (GETTEXT_PACKAGE, "A request’s head has %zu byte or more, the limit is %d",
                     "A request’s head has %zu bytes or more, the limit is %d", head->len),
        head->len, STILE_LAB_HEAD_MAX_SIZE);
  else
    read_part (g_steal_pointer (&task));
}

/* Takes over @task.  Reads into the room behind what is there: the string has been made with room for all of it. */
static void
read_part (GTask *task)
{
  GString *head = g_task_get_task_data (task);

  g_input_stream_read_async (g_task_get_source_object (task), head->str + head->len,
                             STILE_LAB_HEAD_MAX_SIZE - head->len, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), part_read, task);
}

static void
free_string (gpointer data)
{
  g_string_free (data, TRUE);
}

/**
 * stile_lab_head_read_async:
 *
 * Reads the head of an HTTP request, and what came along with it.
 */
void
stile_lab_head_read_async (GInputStream *stream,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_lab_head_read_async);
  g_task_set_task_data (task, g_string_sized_new (STILE_LAB_HEAD_MAX_SIZE + 1), free_string);
  read_part (task);
}

/**
 * stile_lab_head_read_finish:
 *
 * Returns: (transfer full): text that contains an empty line; what stands behind it is of the request's body
 */
char *
stile_lab_head_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what a proxy is asked for --- */

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

static guint
parse_target (const char *authority, char **host, guint16 *port)
{
  g_autoptr (GSocketConnectable) address = g_network_address_parse (authority, 0, NULL);
  const char *name = address != NULL ? g_network_address_get_hostname (G_NETWORK_ADDRESS (address)) : NULL;

  if (name == NULL || g_network_address_get_port (G_NETWORK_ADDRESS (address)) == 0)
    return 400;
  if (!is_loopback (name))
    return 403;

  *host = g_ascii_strdown (name, -1);
  *port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return 200;
}

/**
 * stile_lab_head_parse:
 * @head: of a request to the proxy
 * @host: (out) (transfer full): the host to connect to
 * @port: (out): and its port
 *
 * Returns: 200, or the status that refuses it; @host and @port are not touched then
 */
guint
stile_lab_head_parse (const char *head, char **host, guint16 *port)
{
  const char *end = strstr (head, END);
  g_autofree char *line = g_strndup (head, strcspn (head, "\r\n"));
  g_auto (GStrv) words = g_strsplit (line, " ", 4);

  if (end == NULL || g_strv_length (words) != 3 || !g_str_has_prefix (words[2], "HTTP/1."))
    return 400;
  if (strcmp (words[0], "CONNECT") != 0)
    return strstr (words[1], "://") != NULL ? 501 : 400;
  if (end[strlen (END)] != '\0')
    return 400; /* nobody speaks into a tunnel that is not open yet */

  return parse_target (words[1], host, port);
}
