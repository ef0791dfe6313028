/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-camera-portal.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-error.h"

#define BUS_NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define INTERFACE "org.freedesktop.portal.Camera"
#define REQUEST "org.freedesktop.portal.Request"

/* What a request ends with: 0 is yes, and any other number that somebody or something else put an end to it. */
enum
{
  ANSWER_YES,
  ANSWER_NO,
};

/* --- what goes wrong --- */

typedef struct
{
  const char *name; /* of an error on the bus */
  StileErrorCode code;
  const char *sentence;
} Meaning;

static const char no_portal[] =
    N_ ("The desktop has no portal that leads to a camera. Install “xdg-desktop-portal” and the part of it "
        "that is made for this desktop, then sign in again.");
static const char denied[] = N_ ("The camera may not be used: access was denied. Allow it for Stile in the "
                                 "desktop’s settings, under Privacy, then try again.");
static const char no_pipewire[] =
    N_ ("The desktop’s portal cannot reach PipeWire, which brings the camera’s picture. Start “pipewire” and "
        "“wireplumber”, or sign in again.");

static const char gone[] = N_ ("The desktop’s portal ended while it was asked for the camera. Try again.");

static const Meaning meanings[] = {
  { "org.freedesktop.DBus.Error.ServiceUnknown", STILE_ERROR_UNREACHABLE, no_portal },
  { "org.freedesktop.DBus.Error.NameHasNoOwner", STILE_ERROR_UNREACHABLE, no_portal },
  { "org.freedesktop.DBus.Error.NoReply", STILE_ERROR_RETRY, gone },
  { "org.freedesktop.DBus.Error.UnknownInterface", STILE_ERROR_UNREACHABLE, no_portal },
  { "org.freedesktop.DBus.Error.UnknownMethod", STILE_ERROR_UNREACHABLE, no_portal },
  { "org.freedesktop.DBus.Error.UnknownObject", STILE_ERROR_UNREACHABLE, no_portal },
  { "org.freedesktop.DBus.Error.AccessDenied", STILE_ERROR_REFUSED, denied },
  { "org.freedesktop.portal.Error.NotAllowed", STILE_ERROR_REFUSED, denied },
  { "org.freedesktop.portal.Error.Cancelled", STILE_ERROR_REFUSED, denied },
  { "org.freedesktop.portal.Error.Failed", STILE_ERROR_UNREACHABLE, no_pipewire },
};

static const Meaning *
find_meaning (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (meanings); i++)
    if (strcmp (name, meanings[i].name) == 0)
      return &meanings[i];

  return NULL;
}

/* (transfer full) to the task, whatever it is. */
static void
fail (GTask *task, GError *error)
{
  const Meaning *meaning = find_meaning (error);

  if (meaning != NULL)
    {
      g_debug ("%s", error->message);
      g_clear_error (&error);
      g_task_return_new_error (task, STILE_ERROR, (int)meaning->code, "%s", _ (meaning->sentence));
      return;
    }

  g_dbus_error_strip_remote_error (error);
  stile_error_convert (&error, STILE_ERROR_FAILED);
  if (!stile_error_is_cancelled (error))
    g_prefix_error (&error, "%s: ", _ ("Asking the desktop for the camera"));
  g_task_return_error (task, error);
}

/* --- whether there is one --- */

static void
told_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  g_autoptr (GVariant) value = NULL;

  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  else
    g_debug ("No portal tells of a camera: %s", error->message);
  g_task_return_boolean (task, value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
                                   g_variant_get_boolean (value));
}

static void
asking_bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (bus == NULL)
    {
      g_debug ("There is no session bus: %s", error->message);
      g_task_return_boolean (task, FALSE);
      return;
    }

  g_dbus_connection_call (bus, BUS_NAME, PATH, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", INTERFACE, "IsCameraPresent"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, told_cb, g_steal_pointer (&task));
}

/**
 * stile_camera_portal_ask_async:
 *
 * Asks whether there is a camera; nobody is bothered with a question.
 */
void
stile_camera_portal_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_camera_portal_ask_async);
  /* One connection for all: whoever cancels here cancels for others, too. */
  g_bus_get (G_BUS_TYPE_SESSION, NULL, asking_bus_cb, task);
}

/**
 * stile_camera_portal_ask_finish:
 *
 * Returns: whether there is a camera, and a portal that leads to it
 */
gboolean
stile_camera_portal_ask_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- the way to it --- */

/**
 * Opening:
 *
 * A request for access.  A person may think about it for as long as they like; meanwhile the portal may go, and whoever
 * asked may lose interest.
 */
typedef struct
{
  GDBusConnection *bus;
  char *request;       /* the path of what the portal answers on */
  guint answering;     /* subscription to the answer; each of these three holds the task */
  guint owning;        /* to who has the portal's name */
  GSource *cancelling; /* waits for the cancellable */
} Opening;

static void
stop_waiting (Opening *self)
{
  if (self->answering != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->answering);
  if (self->owning != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->owning);
  self->answering = 0;
  self->owning = 0;
  if (self->cancelling != NULL)
    g_source_destroy (self->cancelling);
  g_clear_pointer (&self->cancelling, g_source_unref);
}

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_clear_object (&self->bus);
  g_free (self->request);
  g_free (self);
}

/* An index in a message is a number like any other. */
static int
take_fd (GVariant *answer, GUnixFDList *list, GError **error)
{
  gint32 index;

  g_variant_get (answer, "(h)", &index);
  if (list != NULL && index >= 0 && index < g_unix_fd_list_get_length (list))
    return g_unix_fd_list_get (list, index, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("the desktop’s portal answered without a way to the camera"));
  return -1;
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (object), &list, result, &error);
  int fd = answer != NULL ? take_fd (answer, list, &error) : -1;

  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    fail (task, error);
}

static void
open_remote (GTask *task)
{
  Opening *self = g_task_get_task_data (task);

  g_dbus_connection_call_with_unix_fd_list (self->bus, BUS_NAME, PATH, INTERFACE, "OpenPipeWireRemote",
                                            g_variant_new ("(a{sv})", NULL), G_VARIANT_TYPE ("(h)"),
                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, g_task_get_cancellable (task),
                                            opened_cb, g_object_ref (task));
}

static void
answered_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *arguments,
             gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  guint32 answer = ANSWER_NO;

  stop_waiting (g_task_get_task_data (task));
  if (g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get_child (arguments, 0, "u", &answer);
  if (answer == ANSWER_YES)
    open_remote (task);
  else
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_REFUSED, "%s", _ (denied));
}

/* Whoever takes its place knows nothing of the question. */
static void
owner_changed_cb (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *arguments,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  stop_waiting (g_task_get_task_data (task));
  g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_RETRY, "%s", _ (gone));
}

/* Waited for only so that the connection is there until it was said. */
static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);
}

/* The question is taken from the screen. */
static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Opening *self = g_task_get_task_data (task);

  stop_waiting (self);
  g_dbus_connection_call (self->bus, BUS_NAME, self->request, REQUEST, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, closed_cb, NULL);
  g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_CANCELLED, "%s", _ ("The camera was not opened"));
  return G_SOURCE_REMOVE;
}

static void
await_others (GTask *task)
{
  Opening *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->owning = g_dbus_connection_signal_subscribe (
      self->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
      BUS_NAME, G_DBUS_SIGNAL_FLAGS_NONE, owner_changed_cb, g_object_ref (task), g_object_unref);
  if (cancellable == NULL)
    return;

  self->cancelling = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelling, G_SOURCE_FUNC (cancelled_cb), g_object_ref (task), g_object_unref);
  g_source_attach (self->cancelling, g_main_context_get_thread_default ());
}

/* The question stands.  The answer may have come before this, and ended the wait. */
static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  Opening *self = g_task_get_task_data (task);

  if (self->answering == 0)
    {
      g_clear_error (&error);
      return;
    }
  if (answer == NULL)
    {
      stop_waiting (self);
      fail (task, error);
    }
}

/* Listened for before it is asked, so that no answer is missed: portals since 0.9 (2017) make the path of the token. */
static void
await_answer (GTask *task, const char *token)
{
  Opening *self = g_task_get_task_data (task);
  g_autofree char *sender =
      g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (self->bus) + 1), ".", '_');

  self->request = g_strdup_printf (PATH "/request/%s/%s", sender, token);
  self->answering = g_dbus_connection_signal_subscribe (self->bus, BUS_NAME, REQUEST, "Response",
                                                        self->request, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                        answered_cb, g_object_ref (task), g_object_unref);
}

static void
ask_person (GTask *task)
{
  Opening *self = g_task_get_task_data (task);
  g_autofree char *token = g_strdup_printf ("stile%u", g_random_int ());
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  await_answer (task, token);
  await_others (task);
  g_dbus_connection_call (self->bus, BUS_NAME, PATH, INTERFACE, "AccessCamera",
                          g_variant_new ("(a{sv})", &options), G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE,
                          -1, NULL, asked_cb, g_object_ref (task));
}

static void
opening_bus_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Opening *self = g_task_get_task_data (task);

  self->bus = g_bus_get_finish (result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->bus != NULL)
    ask_person (task);
  else
    g_task_return_new_error (task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "%s", _ (no_portal));
}

/**
 * stile_camera_portal_open_async:
 *
 * Asks for access to the camera.  The desktop may put the question to a person, who takes their time.
 */
void
stile_camera_portal_open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_camera_portal_open_async);
  /* A descriptor that nobody takes would stay open. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_new0 (Opening, 1), opening_free);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, opening_bus_cb, task);
}

/**
 * stile_camera_portal_open_finish:
 * @error: %STILE_ERROR_UNREACHABLE without a portal or PipeWire, %STILE_ERROR_REFUSED when access was denied
 *
 * Returns: (transfer full): a connection to PipeWire on which the camera is, to be closed; -1 with @error
 */
int
stile_camera_portal_open_finish (GAsyncResult *result, GError **error)
{
  return (int)g_task_propagate_int (G_TASK (result), error);
}
