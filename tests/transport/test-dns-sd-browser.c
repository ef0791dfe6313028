/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "support/test-avahi.h"
#include "support/test-await.h"
#include "transport/stile-dns-sd-announcer.h"
#include "transport/stile-dns-sd-browser.h"

/* With a real daemon, on a loopback interface of its own.  All tests share it, and each has a type of service. */
static TestAvahi *avahi;

typedef struct
{
  GDBusConnection *connection;
  StileDnsSdBrowser *browser;
  char *type;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  static guint count;

  self->connection = test_avahi_connect (avahi);
  self->type = g_strdup_printf ("_stile%u._tcp", count++);
  self->browser = stile_dns_sd_browser_new (self->connection, self->type);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->browser != NULL)
    test_await_finalized (g_steal_pointer (&self->browser));
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  test_await_finalized (g_steal_pointer (&self->connection));
  g_free (self->type);
}

static void
start (StileDnsSdBrowser *browser)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_dns_sd_browser_start_async (browser, NULL, test_await_cb, &result);
  g_assert_true (stile_dns_sd_browser_start_finish (browser, test_await_result (&result), &error));
  g_assert_no_error (error);
}

static gboolean
announce (StileDnsSdAnnouncer *announcer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_dns_sd_announcer_announce_async (announcer, NULL, test_await_cb, &result);
  return stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), error);
}

static StileDnsSdAnnouncer *
announce_new (Fixture *self, const char *name, guint16 port)
{
  StileDnsSdAnnouncer *announcer = stile_dns_sd_announcer_new (self->connection, name, self->type, port);
  g_autoptr (GError) error = NULL;

  g_assert_true (announce (announcer, &error));
  g_assert_no_error (error);
  return announcer;
}

static guint
count (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->browser));
}

static void
assert_found (Fixture *self, guint position, const char *name, guint port)
{
  g_autoptr (StileDnsSdService) service = g_list_model_get_item (G_LIST_MODEL (self->browser), position);
  g_autofree char *got_name = NULL, *host = NULL, *address = NULL;
  guint got_port;

  g_object_get (service, "name", &got_name, "host", &host, "address", &address, "port", &got_port, NULL);
  g_assert_cmpstr (got_name, ==, name);
  g_assert_cmpstr (host, ==, "stile-test.local");
  g_assert_cmpstr (address, ==, "127.0.0.1");
  g_assert_cmpuint (got_port, ==, port);
}

static void
test_finds (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) announcer = announce_new (self, "JADA-123456789", 4711);

  start (self->browser);
  test_await_until (count (self) == 1);
  assert_found (self, 0, "JADA-123456789", 4711);
  test_await_until (stile_dns_sd_browser_is_settled (self->browser));
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_false (stile_dns_sd_browser_is_full (self->browser));
}

static void
test_asks_on_the_system_bus (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) announcer = stile_dns_sd_announcer_new (NULL, "one", self->type, 7);
  g_autoptr (GError) error = NULL;

  g_assert_true (announce (announcer, &error));
  g_assert_no_error (error);
  test_await_finalized (g_steal_pointer (&self->browser));
  self->browser = stile_dns_sd_browser_new (NULL, self->type);
  start (self->browser);
  test_await_until (count (self) == 1);
  assert_found (self, 0, "one", 7);
}

static void
test_settles_on_nobody (Fixture *self, gconstpointer data)
{
  start (self->browser);
  g_assert_false (stile_dns_sd_browser_is_settled (self->browser));
  test_await_until (stile_dns_sd_browser_is_settled (self->browser));
  g_assert_cmpuint (count (self), ==, 0);
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, GString *log)
{
  g_string_append_printf (log, "%u -%u +%u, ", position, removed, added);
}

static void
test_comes_and_goes (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  StileDnsSdAnnouncer *one, *two;

  g_signal_connect (self->browser, "items-changed", G_CALLBACK (changed_cb), log);
  start (self->browser);
  one = announce_new (self, "one", 1);
  test_await_until (count (self) == 1);
  two = announce_new (self, "two", 2);
  test_await_until (count (self) == 2);
  g_assert_true (stile_dns_sd_announcer_is_announced (one));
  stile_dns_sd_announcer_withdraw (one);
  g_assert_false (stile_dns_sd_announcer_is_announced (one));
  test_await_until (count (self) == 1);
  assert_found (self, 0, "two", 2);
  /* Freed is withdrawn too. */
  g_assert_finalize_object (two);
  test_await_until (count (self) == 0);
  g_assert_cmpstr (log->str, ==, "0 -0 +1, 1 -0 +1, 0 -1 +0, 0 -1 +0, ");
  g_assert_finalize_object (one);
  /* Nothing changes any more when it stops. */
  stile_dns_sd_browser_stop (self->browser);
  g_assert_true (g_str_has_suffix (log->str, "0 -1 +0, 0 -1 +0, "));
  g_signal_handlers_disconnect_by_data (self->browser, log);
}

static void
test_comes_back_elsewhere (Fixture *self, gconstpointer data)
{
  StileDnsSdAnnouncer *announcer = announce_new (self, "mover", 1);

  start (self->browser);
  test_await_until (count (self) == 1);
  g_assert_finalize_object (announcer);
  test_await_until (count (self) == 0);
  announcer = announce_new (self, "mover", 2);
  test_await_until (count (self) == 1);
  assert_found (self, 0, "mover", 2);
  g_assert_finalize_object (announcer);
}

static void
test_name_is_taken (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) one = announce_new (self, "SN 1", 1);
  g_autoptr (StileDnsSdAnnouncer) two = stile_dns_sd_announcer_new (self->connection, "SN 1", self->type, 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (announce (two, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_cmpstr (
      error->message, ==,
      "Announcing “SN 1”: Another device of the local network has that name already; each needs a "
      "name of its own");
  g_assert_false (stile_dns_sd_announcer_is_announced (two));
  /* And when the name is free, it may try again. */
  stile_dns_sd_announcer_withdraw (one);
  g_clear_error (&error);
  g_assert_true (announce (two, &error));
  g_assert_no_error (error);
}

/* What a serial number may have in it, and a DNS name not without an escape; and as long as it may be. */
static void
test_names (Fixture *self, gconstpointer data)
{
  static const char *const names[] = {
    "PID:CHIMAY-U-AC SN:FDO27361XTF",
    "SN: 12/3 4.5\\6",
    "Pumpe №7",
    "0123456789012345678901234567890123456789012345678901234567890ab",
  };

  StileDnsSdAnnouncer *announcers[G_N_ELEMENTS (names)];

  start (self->browser);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      announcers[i] = announce_new (self, names[i], 1000 + i);
      test_await_until (count (self) == i + 1);
      assert_found (self, i, names[i], 1000 + i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_finalize_object (announcers[i]);
  test_await_until (count (self) == 0);
}

static void
test_names_that_are_none (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *message;
  } rows[] = {
    { "", "Announcing “”: The name is empty" },
    { "0123456789012345678901234567890123456789012345678901234567890abc",
      "Announcing “0123456789012345678901234567890123456789012345678901234567890abc”: The name has 64 "
      "octets, the "
      "limit is 63" },
    { "a\tb", "Announcing “a\tb”: The name has a control character" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (StileDnsSdAnnouncer) announcer =
          stile_dns_sd_announcer_new (self->connection, rows[i].name, self->type, 1);
      g_autoptr (GError) error = NULL;

      g_assert_false (announce (announcer, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

static void
test_stops_and_starts (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) announcer = announce_new (self, "one", 1);

  for (guint i = 0; i < 3; i++)
    {
      start (self->browser);
      test_await_until (count (self) == 1);
      test_await_until (stile_dns_sd_browser_is_settled (self->browser));
      stile_dns_sd_browser_stop (self->browser);
      g_assert_cmpuint (count (self), ==, 0);
      g_assert_false (stile_dns_sd_browser_is_settled (self->browser));
    }
}

static void
test_freed_while_it_runs (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) announcer = announce_new (self, "one", 1);

  start (self->browser);
  g_assert_finalize_object (g_steal_pointer (&self->browser));
  self->browser = stile_dns_sd_browser_new (self->connection, self->type);
  start (self->browser);
  test_await_until (count (self) == 1);
  g_assert_finalize_object (g_steal_pointer (&self->browser));
  test_await_idle ();
}

static void
assert_start_is_cancelled (StileDnsSdBrowser *browser, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_dns_sd_browser_start_finish (browser, test_await_result (result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_CANCELLED);
  g_clear_object (result);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileDnsSdAnnouncer) announcer =
      stile_dns_sd_announcer_new (self->connection, "one", self->type, 1);
  g_autoptr (GError) error = NULL;

  stile_dns_sd_browser_start_async (self->browser, cancellable, test_await_cb, &result);
  g_cancellable_cancel (cancellable);
  assert_start_is_cancelled (self->browser, &result);
  stile_dns_sd_browser_start_async (self->browser, NULL, test_await_cb, &result);
  stile_dns_sd_browser_stop (self->browser);
  assert_start_is_cancelled (self->browser, &result);
  stile_dns_sd_announcer_announce_async (announcer, cancellable, test_await_cb, &result);
  g_assert_false (stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_CANCELLED);
  /* What was cancelled does not get in the way. */
  start (self->browser);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/transport/dns-sd-browser/finds", Fixture, NULL, set_up, test_finds, tear_down);
  g_test_add ("/transport/dns-sd-browser/asks-on-the-system-bus", Fixture, NULL, set_up,
              test_asks_on_the_system_bus, tear_down);
  g_test_add ("/transport/dns-sd-browser/settles-on-nobody", Fixture, NULL, set_up, test_settles_on_nobody,
              tear_down);
  g_test_add ("/transport/dns-sd-browser/comes-and-goes", Fixture, NULL, set_up, test_comes_and_goes,
              tear_down);
  g_test_add ("/transport/dns-sd-browser/comes-back-elsewhere", Fixture, NULL, set_up,
              test_comes_back_elsewhere, tear_down);
  g_test_add ("/transport/dns-sd-browser/name-is-taken", Fixture, NULL, set_up, test_name_is_taken,
              tear_down);
  g_test_add ("/transport/dns-sd-browser/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/transport/dns-sd-browser/names-that-are-none", Fixture, NULL, set_up,
              test_names_that_are_none, tear_down);
  g_test_add ("/transport/dns-sd-browser/stops-and-starts", Fixture, NULL, set_up, test_stops_and_starts,
              tear_down);
  g_test_add ("/transport/dns-sd-browser/freed-while-it-runs", Fixture, NULL, set_up,
              test_freed_while_it_runs, tear_down);
  g_test_add ("/transport/dns-sd-browser/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);

  avahi = test_avahi_new ();
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", test_avahi_get_address (avahi), TRUE);
  test_avahi_start_daemon (avahi);
  status = g_test_run ();
  test_avahi_free (avahi);

  return status;
}
