/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include "service/stile-service-notify.h"
#include "support/test-pki.h"

static void
check_arrives (GSocketAddress *address, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  char text[64] = "";
  gssize length;

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, address, FALSE, &error));
  g_assert_no_error (error);
  g_setenv ("NOTIFY_SOCKET", name, TRUE);
  stile_service_notify_send ("READY=1");
  g_unsetenv ("NOTIFY_SOCKET");
  g_socket_set_blocking (socket, FALSE); /* it is there, or it never comes */
  length = g_socket_receive (socket, text, sizeof text - 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (text, length, "READY=1", 7);
}

static void
test_path (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "notify", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  check_arrives (address, path);
  test_pki_directory_remove (directory);
}

static void
test_abstract (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *name = g_strconcat ("@", directory, NULL);
  g_autoptr (GSocketAddress) address =
      g_unix_socket_address_new_with_type (directory, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);

  check_arrives (address, name);
  test_pki_directory_remove (directory);
}

static void
test_nobody (void)
{
  GLogLevelFlags fatal;

  g_unsetenv ("NOTIFY_SOCKET");
  stile_service_notify_send ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "relative", TRUE);
  stile_service_notify_send ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "/nonexistent/notify", TRUE);
  /* It warns, and goes on. */
  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  stile_service_notify_send ("READY=1");
  g_log_set_always_fatal (fatal);
  g_unsetenv ("NOTIFY_SOCKET");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/service/notify/path", test_path);
  g_test_add_func ("/service/notify/abstract", test_abstract);
  g_test_add_func ("/service/notify/nobody", test_nobody);

  return g_test_run ();
}
