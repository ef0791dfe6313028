/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-dns-sd-avahi.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

/* For an answer of the daemon's.  It has resolved a name or given up after five seconds. */
#define CALL_MS 15000

typedef struct
{
  const char *name; /* of the error on the bus, or how it begins */
  StileErrorCode code;
  const char *sentence;
} Meaning;

static const char no_daemon[] =
    N_ ("The Avahi daemon, which knows the devices of the local network, does not run; install and start "
        "“avahi-daemon”, then try again");

static const Meaning meanings[] = {
  { "org.freedesktop.DBus.Error.ServiceUnknown", STILE_ERROR_UNREACHABLE, no_daemon },
  { "org.freedesktop.DBus.Error.NameHasNoOwner", STILE_ERROR_UNREACHABLE, no_daemon },
  { "org.freedesktop.DBus.Error.Spawn.", STILE_ERROR_UNREACHABLE, no_daemon },
  { "org.freedesktop.systemd1.", STILE_ERROR_UNREACHABLE, no_daemon },
  /* Its answer would have come, had it not ended. */
  { "org.freedesktop.DBus.Error.NoReply", STILE_ERROR_UNREACHABLE, no_daemon },
  { "org.freedesktop.DBus.Error.UnknownMethod", STILE_ERROR_UNREACHABLE,
    N_ ("The Avahi daemon is too old; install version 0.8 or newer") },
  { "org.freedesktop.DBus.Error.UnknownInterface", STILE_ERROR_UNREACHABLE,
    N_ ("The Avahi daemon is too old; install version 0.8 or newer") },
  { "org.freedesktop.DBus.Error.AccessDenied", STILE_ERROR_UNREACHABLE,
    N_ ("This program may not speak to the Avahi daemon; ask who looks after this computer to allow it") },
  { "org.freedesktop.Avahi.CollisionError", STILE_ERROR_SETTINGS,
    N_ ("Another device of the local network has that name already; each needs a name of its own") },
  { "org.freedesktop.Avahi.TimeoutError", STILE_ERROR_UNREACHABLE, N_ ("It does not answer") },
};

static const Meaning *
find_meaning (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (meanings); i++)
    if (g_str_has_prefix (name, meanings[i].name))
      return &meanings[i];

  return NULL;
}

static void
convert (GError **error)
{
  const Meaning *meaning = find_meaning (*error);

  if (meaning != NULL)
    {
      g_debug ("%s", (*error)->message);
      g_clear_error (error);
      g_set_error_literal (error, STILE_ERROR, (int)meaning->code, _ (meaning->sentence));
      return;
    }

  g_dbus_error_strip_remote_error (*error);
  stile_error_convert (error, STILE_ERROR_FAILED);
}

/**
 * stile_dns_sd_avahi_set_lost:
 *
 * Says that the daemon is gone, or the bus that leads there.
 */
void
stile_dns_sd_avahi_set_lost (GError **error)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNREACHABLE, _ (no_daemon));
}

static void
bus_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    {
      /* The system's bus may end without taking this program with it. */
      g_dbus_connection_set_exit_on_close (bus, FALSE);
      g_task_return_pointer (task, bus, g_object_unref);
      return;
    }
  if (stile_error_is_cancelled (error))
    {
      stile_error_convert (&error, STILE_ERROR_CANCELLED);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_debug ("There is no system bus: %s", error->message);
  g_task_return_new_error (
      task, STILE_ERROR, STILE_ERROR_UNREACHABLE, "%s",
      _ ("There is no system bus, over which the Avahi daemon is asked for devices; start "
         "“dbus” and “avahi-daemon”, then try again"));
}

/**
 * stile_dns_sd_avahi_connect_async:
 * @connection: (nullable): the bus to use; %NULL for the system's
 */
void
stile_dns_sd_avahi_connect_async (GDBusConnection *connection,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, stile_dns_sd_avahi_connect_async);
  if (connection != NULL)
    g_task_return_pointer (task, g_object_ref (connection), g_object_unref);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, bus_found, g_steal_pointer (&task));
}

/**
 * stile_dns_sd_avahi_connect_finish:
 *
 * Returns: (transfer full) (nullable): the bus, or %NULL with %STILE_ERROR_UNREACHABLE when there is none
 */
GDBusConnection *
stile_dns_sd_avahi_connect_finish (GAsyncResult *result, GError **error)
{
  GDBusConnection *bus = g_task_propagate_pointer (G_TASK (result), error);

  if (bus == NULL)
    stile_error_convert (error, STILE_ERROR_FAILED);
  return bus;
}

/**
 * stile_dns_sd_avahi_call:
 * @arguments: (transfer floating) (nullable): what the method takes
 * @reply_type: (nullable): what it must answer
 *
 * Asks the daemon, and starts it where the system does that when somebody asks.
 */
void
stile_dns_sd_avahi_call (GDBusConnection *connection,
                         const char *path,
                         const char *interface,
                         const char *method,
                         GVariant *arguments,
                         const char *reply_type,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_dbus_connection_call (connection, STILE_DNS_SD_AVAHI_NAME, path, interface, method, arguments,
                          reply_type != NULL ? G_VARIANT_TYPE (reply_type) : NULL, G_DBUS_CALL_FLAGS_NONE,
                          CALL_MS, cancellable, callback, user_data);
}

/**
 * stile_dns_sd_avahi_call_finish:
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with an error of ours
 */
GVariant *
stile_dns_sd_avahi_call_finish (GDBusConnection *connection, GAsyncResult *result, GError **error)
{
  GError *problem = NULL;
  GVariant *answer = g_dbus_connection_call_finish (connection, result, &problem);

  if (answer != NULL)
    return answer;

  convert (&problem);
  g_propagate_error (error, problem);
  return NULL;
}
