/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/fake-avahi.h"

#include "support/test-await.h"

#define NAME "org.freedesktop.Avahi"

static const char xml[] =
    "<node>"
    "<interface name='org.freedesktop.Avahi.Server2'><method name='ServiceBrowserPrepare'>"
    "<arg type='i' direction='in'/><arg type='i' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='o' direction='out'/>"
    "</method></interface>"
    "<interface name='org.freedesktop.Avahi.Server'><method name='ResolveService'>"
    "<arg type='i' direction='in'/><arg type='i' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='i' direction='in'/>"
    "<arg type='u' direction='in'/>"
    "<arg type='i' direction='out'/><arg type='i' direction='out'/><arg type='s' direction='out'/>"
    "<arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/>"
    "<arg type='i' direction='out'/><arg type='s' direction='out'/><arg type='q' direction='out'/>"
    "<arg type='aay' direction='out'/><arg type='u' direction='out'/>"
    "</method><method name='EntryGroupNew'><arg type='o' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.Avahi.ServiceBrowser'><method name='Start'/><method "
    "name='Free'/></interface>"
    "<interface name='org.freedesktop.Avahi.EntryGroup'><method name='AddService'>"
    "<arg type='i' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='q' direction='in'/><arg type='aay' direction='in'/>"
    "</method><method name='Commit'/><method name='Free'/></interface>"
    "</node>";

static void
called_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *arguments,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  FakeAvahi *self = user_data;

  if (strcmp (method, "ResolveService") == 0)
    {
      g_queue_push_tail (&self->questions, invocation);
      self->most = MAX (self->most, g_queue_get_length (&self->questions));
      return;
    }

  if (strcmp (method, "Start") == 0)
    self->started++;
  else if (strcmp (method, "Commit") == 0)
    self->committed++;
  else if (strcmp (method, "Free") == 0)
    self->freed++;
  if (strcmp (method, "ServiceBrowserPrepare") == 0)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/browser"));
  else if (strcmp (method, "EntryGroupNew") == 0)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/group"));
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
offer (FakeAvahi *self, GDBusNodeInfo *node, const char *path, const char *interface)
{
  static const GDBusInterfaceVTable table = { .method_call = called_cb };
  g_autoptr (GError) error = NULL;
  guint object = g_dbus_connection_register_object (self->connection, path,
                                                    g_dbus_node_info_lookup_interface (node, interface),
                                                    &table, self, NULL, &error);

  g_assert_no_error (error);
  g_ptr_array_add (self->objects, GUINT_TO_POINTER (object));
}

FakeAvahi *
fake_avahi_new (TestAvahi *bus)
{
  FakeAvahi *self = g_new0 (FakeAvahi, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  g_autoptr (GVariant) answer = NULL;

  g_assert_no_error (error);
  g_queue_init (&self->questions);
  self->connection = test_avahi_connect (bus);
  self->objects = g_ptr_array_new ();
  offer (self, node, "/", NAME ".Server2");
  offer (self, node, "/", NAME ".Server");
  offer (self, node, "/browser", NAME ".ServiceBrowser");
  offer (self, node, "/group", NAME ".EntryGroup");
  answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", NAME, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  return self;
}

static void
refuse (gpointer invocation)
{
  g_dbus_method_invocation_return_dbus_error (invocation, NAME ".TimeoutError", "Timeout reached");
}

void
fake_avahi_free (FakeAvahi *self)
{
  g_queue_clear_full (&self->questions, refuse);
  for (guint i = 0; i < self->objects->len; i++)
    g_dbus_connection_unregister_object (self->connection,
                                         GPOINTER_TO_UINT (g_ptr_array_index (self->objects, i)));
  g_ptr_array_unref (self->objects);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_free (self);
}

static void
emit (FakeAvahi *self, const char *path, const char *interface, const char *signal, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (self->connection, NULL, path, interface, signal, arguments, &error);
  g_assert_no_error (error);
}

void
fake_avahi_say (FakeAvahi *self, const char *signal, GVariant *arguments)
{
  emit (self, "/browser", NAME ".ServiceBrowser", signal, arguments);
}

void
fake_avahi_say_item (FakeAvahi *self, const char *signal, int interface, int protocol, const char *name)
{
  fake_avahi_say (self, signal,
                  g_variant_new ("(iisssu)", interface, protocol, name, "_brski-pledge._tcp", "local", 0));
}

void
fake_avahi_say_state (FakeAvahi *self, int state)
{
  emit (self, "/group", NAME ".EntryGroup", "StateChanged", g_variant_new ("(is)", state, ""));
}

char *
fake_avahi_answer (FakeAvahi *self, const char *host, const char *address, guint16 port)
{
  GDBusMethodInvocation *question;
  GVariantBuilder texts;
  int interface, protocol;
  char *name;

  test_await_until (!g_queue_is_empty (&self->questions));
  question = g_queue_pop_head (&self->questions);
  g_variant_get (g_dbus_method_invocation_get_parameters (question), "(iisssiu)", &interface, &protocol,
                 &name, NULL, NULL, NULL, NULL);
  if (address == NULL)
    {
      refuse (question);
      return name;
    }

  g_variant_builder_init (&texts, G_VARIANT_TYPE ("aay"));
  g_dbus_method_invocation_return_value (question, g_variant_new ("(iissssisqaayu)", interface, protocol,
                                                                  name, "_brski-pledge._tcp", "local", host,
                                                                  protocol, address, port, &texts, 0));
  return name;
}
