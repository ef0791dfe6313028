/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/test-avahi.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "support/test-await.h"

#define AVAHI_NAME "org.freedesktop.Avahi"

struct _TestAvahi
{
  char *folder;
  GSubprocess *bus;
  char *address;
  GSubprocess *daemon; /* or NULL */
  gboolean ending;     /* as it is told */
};

static void
child_setup (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (const char *address, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *child;

  g_subprocess_launcher_set_child_setup (launcher, child_setup, NULL, NULL);
  if (address != NULL)
    g_subprocess_launcher_setenv (launcher, "DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  child = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  g_assert_no_error (error);

  return child;
}

static char *
read_line (GSubprocess *child)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

TestAvahi *
test_avahi_new (void)
{
  TestAvahi *self = g_new0 (TestAvahi, 1);
  g_autofree char *config = g_test_build_filename (G_TEST_DIST, "support", "avahi-bus.conf", NULL);
  g_autofree char *config_option = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *address_option = NULL;

  /* Not in /run, which the daemon does not see. */
  self->folder = g_mkdtemp (g_strdup ("/tmp/stile-avahi-XXXXXX"));
  g_assert_nonnull (self->folder);
  address_option = g_strdup_printf ("--address=unix:path=%s/bus", self->folder);
  self->bus = spawn (NULL, (const char *const[]){ "dbus-daemon", config_option, "--nofork", "--nopidfile",
                                                  address_option, "--print-address", NULL });
  self->address = read_line (self->bus);

  return self;
}

void
test_avahi_free (TestAvahi *self)
{
  g_autofree char *path = g_build_filename (self->folder, "bus", NULL);

  test_avahi_stop_daemon (self);
  test_avahi_stop_bus (self);
  g_remove (path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->address);
  g_free (self);
}

const char *
test_avahi_get_address (TestAvahi *self)
{
  return self->address;
}

GDBusConnection *
test_avahi_connect (TestAvahi *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      self->address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

/* Without namespaces for everybody it cannot run, and what the kernel said is in the log. */
static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  TestAvahi *self = user_data;

  if (!self->ending)
    g_error ("test-avahi: tests/support/run-avahi has ended: it needs avahi-daemon, and namespaces of users");
  g_clear_object (&self->daemon);
}

void
test_avahi_start_daemon (TestAvahi *self)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "support", "run-avahi", NULL);
  g_autoptr (GDBusConnection) connection = test_avahi_connect (self);
  gboolean appeared = FALSE;
  guint watching = g_bus_watch_name_on_connection (connection, AVAHI_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                   appeared_cb, NULL, &appeared, NULL);

  g_assert_null (self->daemon);
  self->ending = FALSE;
  self->daemon = spawn (self->address, (const char *const[]){ program, NULL });
  g_subprocess_wait_async (self->daemon, NULL, ended_cb, self);
  test_await_until (appeared);
  g_bus_unwatch_name (watching);
}

void
test_avahi_stop_daemon (TestAvahi *self)
{
  if (self->daemon == NULL)
    return;

  self->ending = TRUE;
  g_subprocess_send_signal (self->daemon, SIGTERM);
  test_await_until (self->daemon == NULL);
}

void
test_avahi_stop_bus (TestAvahi *self)
{
  if (self->bus == NULL)
    return;

  g_subprocess_send_signal (self->bus, SIGTERM);
  g_subprocess_wait (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
}
