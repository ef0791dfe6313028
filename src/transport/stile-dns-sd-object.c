/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-object.h"

#include "transport/stile-dns-sd-avahi.h"

/**
 * StileDnsSdObject:
 *
 * Something that the Avahi daemon made for us, and keeps until we free it: a search, or an announcement.  Whoever asked
 * for it holds it, hears what it says, and hears when the daemon or the bus is gone, and it with them.
 */
struct _StileDnsSdObject
{
  GDBusConnection *connection;
  const StileDnsSdObjectKind *kind;
  char *path;
  gpointer owner; /* no-ref: frees us */
  guint saying;   /* subscription to its signals */
  guint owning;   /* to who has the daemon's name */
  gulong closing; /* handler of the connection's end */
};

static void
said_cb (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *signal,
         GVariant *arguments,
         gpointer user_data)
{
  StileDnsSdObject *self = user_data;

  self->kind->said (self->owner, signal, arguments);
}

static void
lose (StileDnsSdObject *self)
{
  g_autoptr (GError) error = NULL;

  stile_dns_sd_avahi_set_lost (&error);
  self->kind->lost (self->owner, error);
}

/* A daemon that took over knows nothing of what its predecessor made, so any change is a loss. */
static void
owner_changed_cb (GDBusConnection *connection,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *arguments,
                  gpointer user_data)
{
  lose (user_data);
}

static void
closed_cb (GDBusConnection *connection, gboolean vanished, GError *error, gpointer user_data)
{
  lose (user_data);
}

/* The subscription goes out before whatever is called next, so that no signal of what that begins is missed. */
static StileDnsSdObject *
object_new (GDBusConnection *connection, const StileDnsSdObjectKind *kind, const char *path, gpointer owner)
{
  StileDnsSdObject *self = g_new0 (StileDnsSdObject, 1);

  self->connection = g_object_ref (connection);
  self->kind = kind;
  self->path = g_strdup (path);
  self->owner = owner;
  self->saying =
      g_dbus_connection_signal_subscribe (connection, STILE_DNS_SD_AVAHI_NAME, kind->interface, NULL, path,
                                          NULL, G_DBUS_SIGNAL_FLAGS_NONE, said_cb, self, NULL);
  self->owning = g_dbus_connection_signal_subscribe (
      connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", "/org/freedesktop/DBus",
      STILE_DNS_SD_AVAHI_NAME, G_DBUS_SIGNAL_FLAGS_NONE, owner_changed_cb, self, NULL);
  self->closing = g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);

  return self;
}

/* --- how it is made --- */

typedef struct
{
  const StileDnsSdObjectKind *kind;
  GVariant *arguments;
  gpointer owner; /* no-ref: whoever waits holds it */
} Making;

static void
making_free (gpointer data)
{
  Making *making = data;

  g_clear_pointer (&making->arguments, g_variant_unref);
  g_free (making);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GDBusConnection *connection = G_DBUS_CONNECTION (object);
  g_autoptr (GVariant) answer = stile_dns_sd_avahi_call_finish (connection, result, &error);
  const Making *making = g_task_get_task_data (task);
  const char *path;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_variant_get (answer, "(&o)", &path);
  g_task_return_pointer (task, object_new (connection, making->kind, path, making->owner),
                         (GDestroyNotify)stile_dns_sd_object_free);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GDBusConnection) connection = stile_dns_sd_avahi_connect_finish (result, &error);
  const Making *making = g_task_get_task_data (task);

  if (connection == NULL)
    g_task_return_error (task, error);
  else
    stile_dns_sd_avahi_call (connection, "/", making->kind->server, making->kind->method, making->arguments,
                             "(o)", NULL, made_cb, g_steal_pointer (&task));
}

/**
 * stile_dns_sd_object_make_async:
 * @connection: (nullable): the bus to use; %NULL for the system's
 * @kind: static
 * @arguments: (transfer floating) (nullable): of its method
 * @owner: (transfer none): gets what the object says; the callback's data must hold it
 *
 * Has the daemon make an object.  This cannot be cancelled: what was made must be freed, and only the answer says which
 * that is.
 */
void
stile_dns_sd_object_make_async (GDBusConnection *connection,
                                const StileDnsSdObjectKind *kind,
                                GVariant *arguments,
                                gpointer owner,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Making *making = g_new0 (Making, 1);

  making->kind = kind;
  making->arguments = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  making->owner = owner;
  g_task_set_source_tag (task, stile_dns_sd_object_make_async);
  g_task_set_task_data (task, making, making_free);
  stile_dns_sd_avahi_connect_async (connection, NULL, connected_cb, task);
}

/**
 * stile_dns_sd_object_make_finish:
 *
 * Returns: (transfer full) (nullable): the object; %NULL with %STILE_ERROR_UNREACHABLE when there is no daemon, or no bus
 */
StileDnsSdObject *
stile_dns_sd_object_make_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * stile_dns_sd_object_free:
 *
 * Has the daemon forget it.  The answer does not matter: there is nothing to be done about any.
 */
void
stile_dns_sd_object_free (StileDnsSdObject *self)
{
  g_dbus_connection_signal_unsubscribe (self->connection, self->saying);
  g_dbus_connection_signal_unsubscribe (self->connection, self->owning);
  g_signal_handler_disconnect (self->connection, self->closing);
  g_dbus_connection_call (self->connection, STILE_DNS_SD_AVAHI_NAME, self->path, self->kind->interface,
                          "Free", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  g_object_unref (self->connection);
  g_free (self->path);
  g_free (self);
}

/**
 * stile_dns_sd_object_get_connection:
 *
 * Returns: (transfer none): the bus that leads to the daemon
 */
GDBusConnection *
stile_dns_sd_object_get_connection (StileDnsSdObject *self)
{
  return self->connection;
}

/**
 * stile_dns_sd_object_call:
 * @arguments: (transfer floating) (nullable): what the method takes; it answers nothing
 *
 * The callback's object is the connection; it finishes with stile_dns_sd_avahi_call_finish().
 */
void
stile_dns_sd_object_call (StileDnsSdObject *self,
                          const char *method,
                          GVariant *arguments,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  stile_dns_sd_avahi_call (self->connection, self->path, self->kind->interface, method, arguments, "()", NULL,
                           callback, user_data);
}
