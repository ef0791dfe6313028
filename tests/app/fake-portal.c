/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/fake-portal.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <unistd.h>

#include "support/test-await.h"

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define REQUEST "org.freedesktop.portal.Request"

static const char xml[] = "<node>"
                          "<interface name='org.freedesktop.portal.Camera'>"
                          "<method name='AccessCamera'>"
                          "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
                          "<method name='OpenPipeWireRemote'>"
                          "<arg type='a{sv}' direction='in'/><arg type='h' direction='out'/></method>"
                          "<property name='IsCameraPresent' type='b' access='read'/>"
                          "</interface>"
                          "<interface name='" REQUEST "'><method name='Close'/></interface>"
                          "</node>";

/* --- a question --- */

static void
question_called (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *method,
                 GVariant *arguments,
                 GDBusMethodInvocation *invocation,
                 gpointer user_data)
{
  ((FakePortal *)user_data)->closed++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static char *
make_path (const char *sender, GVariant *arguments)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autofree char *caller = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token = NULL;

  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  return g_strdup_printf (PATH "/request/%s/%s", caller, token);
}

static void
answer (FakePortal *self, const char *sender, const char *path)
{
  static const GDBusInterfaceVTable calls = { question_called };
  GDBusInterfaceInfo *info = g_dbus_node_info_lookup_interface (self->about, REQUEST);
  g_autoptr (GError) error = NULL;

  if (self->answer == FAKE_PORTAL_THINKS)
    g_dbus_connection_register_object (self->bus, path, info, &calls, self, NULL, &error);
  else
    g_dbus_connection_emit_signal (self->bus, sender, path, REQUEST, "Response",
                                   g_variant_new ("(ua{sv})", (guint32)self->answer, NULL), &error);
  g_assert_no_error (error);
}

static void
ask (FakePortal *self, const char *sender, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  g_autofree char *path = make_path (sender, arguments);

  self->asked++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
  answer (self, sender, path);
}

/* --- the portal --- */

static void
open_remote (FakePortal *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) list = NULL;
  int fd;

  if (self->camera == NULL)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.portal.Error.Failed",
                                                  "PipeWire disconnected");
      return;
    }

  fd = fake_camera_connect (self->camera);
  list = g_unix_fd_list_new_from_array (&fd, 1);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0), list);
}

static void
called (GDBusConnection *bus,
        const char *sender,
        const char *path,
        const char *interface,
        const char *method,
        GVariant *arguments,
        GDBusMethodInvocation *invocation,
        gpointer user_data)
{
  if (strcmp (method, "AccessCamera") == 0)
    ask (user_data, sender, arguments, invocation);
  else
    open_remote (user_data, invocation);
}

static GVariant *
get (GDBusConnection *bus,
     const char *sender,
     const char *path,
     const char *interface,
     const char *property,
     GError **error,
     gpointer user_data)
{
  return g_variant_new_boolean (((FakePortal *)user_data)->present);
}

static void
acquired (GDBusConnection *bus, const char *name, gpointer user_data)
{
  ((FakePortal *)user_data)->owns = TRUE;
}

/**
 * fake_portal_new:
 * @camera: (nullable): what it leads to
 *
 * Returns: a portal that says that a camera is present
 */
FakePortal *
fake_portal_new (FakePortalAnswer answer_given, FakeCamera *camera)
{
  static const GDBusInterfaceVTable calls = { called, get };
  FakePortal *self = g_new0 (FakePortal, 1);
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;

  self->present = TRUE;
  self->answer = answer_given;
  self->camera = camera;
  self->about = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  self->bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  self->object = g_dbus_connection_register_object (self->bus, PATH, self->about->interfaces[0], &calls, self,
                                                    NULL, &error);
  g_assert_no_error (error);
  self->name =
      g_bus_own_name_on_connection (self->bus, NAME, G_BUS_NAME_OWNER_FLAGS_NONE, acquired, NULL, self, NULL);
  test_await_until (self->owns);
  return self;
}

void
fake_portal_leave (FakePortal *self)
{
  g_dbus_connection_flush_sync (self->bus, NULL, NULL);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
}

void
fake_portal_free (FakePortal *self)
{
  g_bus_unown_name (self->name);
  g_dbus_connection_unregister_object (self->bus, self->object);
  if (!g_dbus_connection_is_closed (self->bus))
    fake_portal_leave (self);
  g_object_unref (self->bus);
  g_dbus_node_info_unref (self->about);
  g_free (self);
}
