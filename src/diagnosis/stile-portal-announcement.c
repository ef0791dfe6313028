/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-portal-announcement.h"

#include <string.h>

#define BUS_NAME "org.freedesktop.NetworkManager"
#define MANAGER_PATH "/org/freedesktop/NetworkManager"

/* The bus is on this computer: who does not answer in this time will not. */
#define TIMEOUT_MS 2000

/* Where leases are, and what each calls the option that RFC 8910 defines; older NetworkManagers have the name that its number
 * had before. */
static const struct
{
  const char *property;
  const char *interface;
} leases[] = {
  { "Dhcp4Config", BUS_NAME ".DHCP4Config" },
  { "Dhcp6Config", BUS_NAME ".DHCP6Config" },
};

static const char *const options[] = { "captive_portal", "v4_captive_portal", "default_url",
                                       "dhcp6_captive_portal" };

/**
 * Finding:
 *
 * A walk along NetworkManager's objects: the primary connection, its lease, the lease's options; then the next kind of lease.
 */
typedef struct
{
  GDBusConnection *bus;
  char *connection; /* its object's path */
  guint lease;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *self = data;

  g_clear_object (&self->bus);
  g_free (self->connection);
  g_free (self);
}

static void look_at_lease (GTask *task);

static void
ask (GTask *task, const char *path, const char *interface, const char *property, GAsyncReadyCallback callback)
{
  Finding *self = g_task_get_task_data (task);

  g_dbus_connection_call (self->bus, BUS_NAME, path, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", interface, property), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, TIMEOUT_MS, g_task_get_cancellable (task),
                          callback, task);
}

static GVariant *
take_value (GObject *bus, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  GVariant *value = NULL;

  if (answer == NULL)
    g_debug ("NetworkManager does not say: %s", error->message);
  else
    g_variant_get (answer, "(v)", &value);
  return value;
}

/* "/" stands for none. */
static char *
take_path (GObject *bus, GAsyncResult *result)
{
  g_autoptr (GVariant) value = take_value (bus, result);

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH) ||
      strcmp (g_variant_get_string (value, NULL), "/") == 0)
    return NULL;

  return g_variant_dup_string (value, NULL);
}

static gboolean
is_announcement (const char *text)
{
  return strlen (text) <= STILE_PORTAL_ANNOUNCEMENT_MAX_URI &&
         (strcmp (text, STILE_PORTAL_ANNOUNCEMENT_UNRESTRICTED) == 0 ||
          g_ascii_strncasecmp (text, "https://", strlen ("https://")) == 0);
}

static char *
find_option (GVariant *lease)
{
  for (gsize i = 0; lease != NULL && i < G_N_ELEMENTS (options); i++)
    {
      const char *text = NULL;

      if (g_variant_is_of_type (lease, G_VARIANT_TYPE_VARDICT) &&
          g_variant_lookup (lease, options[i], "&s", &text) && is_announcement (text))
        return g_strdup (text);
    }

  return NULL;
}

static void
look_at_next_lease (GTask *task)
{
  Finding *self = g_task_get_task_data (task);

  self->lease++;
  look_at_lease (task);
}

static void
options_told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) lease = take_value (object, result);
  char *uri = find_option (lease);

  if (g_task_return_error_if_cancelled (task))
    g_free (uri);
  else if (uri != NULL)
    g_task_return_pointer (task, uri, g_free);
  else
    look_at_next_lease (g_steal_pointer (&task));
}

static void
lease_told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Finding *self = g_task_get_task_data (task);
  g_autofree char *path = take_path (object, result);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (path != NULL)
    ask (g_steal_pointer (&task), path, leases[self->lease].interface, "Options", options_told);
  else
    look_at_next_lease (g_steal_pointer (&task));
}

/* Takes over @task. */
static void
look_at_lease (GTask *task)
{
  Finding *self = g_task_get_task_data (task);

  if (self->lease < G_N_ELEMENTS (leases))
    {
      ask (task, self->connection, BUS_NAME ".Connection.Active", leases[self->lease].property, lease_told);
      return;
    }

  g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
}

static void
connection_told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Finding *self = g_task_get_task_data (task);

  self->connection = take_path (object, result);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->connection != NULL)
    look_at_lease (g_steal_pointer (&task));
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
bus_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Finding *self = g_task_get_task_data (task);

  self->bus = g_bus_get_finish (result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->bus != NULL)
    {
      /* The system's bus may end without taking this program with it. */
      g_dbus_connection_set_exit_on_close (self->bus, FALSE);
      ask (g_steal_pointer (&task), MANAGER_PATH, BUS_NAME, "PrimaryConnection", connection_told);
    }
  else
    {
      g_debug ("There is no system bus: %s", error->message);
      g_task_return_pointer (task, NULL, NULL);
    }
}

/**
 * stile_portal_announcement_find_async:
 *
 * Asks NetworkManager whether the network announced a captive portal by DHCP (RFC 8910).
 */
void
stile_portal_announcement_find_async (GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, g_new0 (Finding, 1), finding_free);
  g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, bus_found, task);
}

/**
 * stile_portal_announcement_find_finish:
 *
 * Returns: (transfer full) (nullable): the https URI of the portal's API (RFC 8908), or
 *   %STILE_PORTAL_ANNOUNCEMENT_UNRESTRICTED; %NULL without an error when nobody says anything
 */
char *
stile_portal_announcement_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
