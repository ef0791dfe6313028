/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "transport/fake-avahi.h"
#include "support/test-avahi.h"
#include "support/test-await.h"
#include "transport/stile-dns-sd-announcer.h"
#include "transport/stile-dns-sd-avahi.h"
#include "transport/stile-dns-sd-browser.h"
#include "transport/stile-dns-sd-resolver.h"

/* What the loopback interface is in each network namespace, and a link that is not there. */
#define LOOPBACK 1
#define LINK 4711

#define IPV4 STILE_DNS_SD_AVAHI_IPV4
#define IPV6 STILE_DNS_SD_AVAHI_IPV6

typedef struct
{
  TestAvahi *bus;
  FakeAvahi *avahi;
  GDBusConnection *connection;
  StileDnsSdBrowser *browser;
  GError *failure; /* of the signal */
} Fixture;

static void
failed_cb (GObject *object, const GError *error, Fixture *self)
{
  g_assert_null (self->failure);
  self->failure = g_error_copy (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->bus = test_avahi_new ();
  self->connection = test_avahi_connect (self->bus);
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  self->browser = stile_dns_sd_browser_new (self->connection, STILE_DNS_SD_BROWSER_PLEDGES);
  g_signal_connect (self->browser, "failed", G_CALLBACK (failed_cb), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_await_finalized (g_steal_pointer (&self->browser));
  g_clear_pointer (&self->avahi, fake_avahi_free);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  test_await_finalized (g_steal_pointer (&self->connection));
  test_avahi_free (self->bus);
  g_clear_error (&self->failure);
}

static gboolean
start (StileDnsSdBrowser *browser, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_dns_sd_browser_start_async (browser, NULL, test_await_cb, &result);
  return stile_dns_sd_browser_start_finish (browser, test_await_result (&result), error);
}

static void
set_up_running (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_up (self, data);
  self->avahi = fake_avahi_new (self->bus);
  g_assert_true (start (self->browser, &error));
  g_assert_no_error (error);
}

static guint
count (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->browser));
}

static char *
get_address (Fixture *self)
{
  g_autoptr (StileDnsSdService) service = g_list_model_get_item (G_LIST_MODEL (self->browser), 0);

  return service != NULL ? g_strdup (stile_dns_sd_service_get_address (service)) : NULL;
}

/* Everything that Avahi said has arrived, and whatever was asked for is answered or known to be asked. */
static void
settle (Fixture *self)
{
  fake_avahi_say (self->avahi, "AllForNow", NULL);
  test_await_until (stile_dns_sd_browser_is_settled (self->browser));
}

static void
answer (Fixture *self, const char *address, guint16 port)
{
  g_autofree char *name = fake_avahi_answer (self->avahi, "pump.local", address, port);

  g_assert_nonnull (name);
}

/* --- nobody there --- */

static void
assert_unreachable (const GError *error, const char *pattern)
{
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("“%s” is not “%s”", error->message, pattern);
}

static void
test_no_daemon (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdAnnouncer) announcer =
      stile_dns_sd_announcer_new (self->connection, "one", STILE_DNS_SD_BROWSER_PLEDGES, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (start (self->browser, &error));
  assert_unreachable (error, "Looking for devices: The Avahi daemon,* does not run; install and start *");
  g_clear_error (&error);
  stile_dns_sd_announcer_announce_async (announcer, NULL, test_await_cb, &result);
  g_assert_false (stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), &error));
  assert_unreachable (error, "Announcing “one”: The Avahi daemon,* does not run; install and start *");
}

static void
test_no_bus (void)
{
  StileDnsSdBrowser *browser = stile_dns_sd_browser_new (NULL, STILE_DNS_SD_BROWSER_PLEDGES);
  g_autoptr (GError) error = NULL;

  g_assert_false (start (browser, &error));
  assert_unreachable (error, "Looking for devices: There is no system bus, *; start “dbus” and *");
  test_await_finalized (browser);
}

static void
test_daemon_ends (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_avahi_say_item (self->avahi, "ItemNew", LOOPBACK, IPV4, "one");
  answer (self, "127.0.0.1", 1);
  test_await_until (count (self) == 1);
  g_clear_pointer (&self->avahi, fake_avahi_free);
  test_await_until (self->failure != NULL);
  assert_unreachable (self->failure, "Looking for devices: The Avahi daemon,* does not run; *");
  g_assert_cmpuint (count (self), ==, 0);
  /* When it is back, so can we be. */
  self->avahi = fake_avahi_new (self->bus);
  g_assert_true (start (self->browser, &error));
  g_assert_no_error (error);
}

static void
test_bus_ends (Fixture *self, gconstpointer data)
{
  fake_avahi_say_item (self->avahi, "ItemNew", LOOPBACK, IPV4, "one");
  test_await_until (!g_queue_is_empty (&self->avahi->questions));
  g_dbus_connection_set_exit_on_close (self->avahi->connection, FALSE);
  test_avahi_stop_bus (self->bus);
  test_await_until (self->failure != NULL);
  assert_unreachable (self->failure, "Looking for devices: *");
}

static void
test_daemon_gives_up (Fixture *self, gconstpointer data)
{
  fake_avahi_say (self->avahi, "Failure", g_variant_new ("(s)", "org.freedesktop.Avahi.Failure"));
  test_await_until (self->failure != NULL);
  g_assert_cmpstr (self->failure->message, ==, "Looking for devices: The Avahi daemon gave up");
  test_await_until (self->avahi->freed == 1);
}

static void
test_stop_frees (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_dns_sd_browser_stop (self->browser);
  test_await_until (self->avahi->freed == 1);
  /* And so does a start that nobody waits for any more. */
  stile_dns_sd_browser_start_async (self->browser, NULL, test_await_cb, &result);
  stile_dns_sd_browser_stop (self->browser);
  test_await_until (self->avahi->freed == 2);
  g_assert_cmpuint (self->avahi->started, ==, 1);
}

/* --- what is announced --- */

static void
test_one_item_for_all_ways (Fixture *self, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV6, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV6, "one");
  answer (self, "fe80::1", 7);
  test_await_until (count (self) == 1);
  first = get_address (self);
  g_assert_cmpstr (first, ==, "fe80::1%4711");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK + 1, IPV4, "one");
  answer (self, "192.0.2.7", 7);
  settle (self);
  second = get_address (self);
  g_assert_cmpstr (second, ==, "192.0.2.7");
  g_assert_cmpuint (count (self), ==, 1);
  /* The way that is known goes, another stays. */
  fake_avahi_say_item (self->avahi, "ItemRemove", LINK, IPV4, "one");
  answer (self, "192.0.2.8", 7);
  settle (self);
  third = get_address (self);
  g_assert_cmpstr (third, ==, "192.0.2.8");
  fake_avahi_say_item (self->avahi, "ItemRemove", LINK + 1, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemRemove", LINK, IPV6, "one");
  test_await_until (count (self) == 0);
}

static void
test_scope_by_name (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;

  fake_avahi_say_item (self->avahi, "ItemNew", LOOPBACK, IPV6, "one");
  answer (self, "fe80::1", 7);
  test_await_until (count (self) == 1);
  address = get_address (self);
  g_assert_cmpstr (address, ==, "fe80::1%lo");
}

/* Gone, and back on another port, before the first question is answered. */
static void
test_late_answer_is_worth_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (StileDnsSdService) service = NULL;

  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV6, "one");
  test_await_until (!g_queue_is_empty (&self->avahi->questions));
  fake_avahi_say_item (self->avahi, "ItemRemove", LINK, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "one");
  answer (self, "192.0.2.7", 1);
  answer (self, "192.0.2.7", 2);
  settle (self);
  service = g_list_model_get_item (G_LIST_MODEL (self->browser), 0);
  g_assert_cmpuint (stile_dns_sd_service_get_port (service), ==, 2);
}

static void
test_asks_twice_then_another_way (Fixture *self, gconstpointer data)
{
  g_autofree char *address = NULL;

  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV6, "one");
  answer (self, NULL, 0);
  answer (self, NULL, 0);
  answer (self, "2001:db8::1", 7);
  settle (self);
  address = get_address (self);
  g_assert_cmpstr (address, ==, "2001:db8::1");
}

static void
test_answers_that_are_none (Fixture *self, gconstpointer data)
{
  static const struct
  {
    int protocol;
    const char *address;
    guint16 port;
  } rows[] = {
    { IPV4, "192.0.2.1", 0 },        /* no port */
    { IPV4, "192.0.2", 1 },          /* no address */
    { IPV4, "2001:db8::1", 1 },      /* of another protocol */
    { IPV4, "0.0.0.0", 1 },          /* nobody's */
    { IPV4, "224.0.0.251", 1 },      /* everybody's */
    { IPV4, "127.0.0.1", 1 },        /* ours */
    { IPV6, "::1", 1 },              /* ours */
    { IPV6, "::ffff:127.0.0.1", 1 }, /* ours, in disguise */
    { IPV6, "::ffff:192.0.2.1", 1 }, /* of another protocol, in disguise */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      fake_avahi_say_item (self->avahi, "ItemNew", LINK, rows[i].protocol, name);
      for (guint try = 0; try < 2; try++)
        answer (self, rows[i].address, rows[i].port);
      settle (self);
      if (count (self) != 0)
        g_error ("%s, port %u, was believed", rows[i].address, rows[i].port);
    }
}

static void
test_host_has_a_limit (Fixture *self, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (STILE_DNS_SD_SERVICE_MAX_HOST, 'a');
  g_autofree char *too_long = g_strnfill (STILE_DNS_SD_SERVICE_MAX_HOST + 1, 'a');
  const char *const hosts[] = { too_long, "", longest };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, name);
      for (guint try = 0; try < (hosts[i] == longest ? 1 : 2); try++)
        g_free (fake_avahi_answer (self->avahi, hosts[i], "192.0.2.1", 1));
      settle (self);
      g_assert_cmpuint (count (self), ==, hosts[i] == longest ? 1 : 0);
    }
}

static void
test_names_that_are_none (Fixture *self, gconstpointer data)
{
  static const char *const names[] = {
    "",
    "0123456789012345678901234567890123456789012345678901234567890abc",
    "two\nlines",
    "\xe2\x80\xae"
    "drawkcab",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, names[i]);
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, 7, "protocol");
  fake_avahi_say (self->avahi, "ItemNew", g_variant_new ("(s)", "shape"));
  fake_avahi_say_item (self->avahi, "ItemRemove", LINK, IPV4, "nobody heard of");
  settle (self);
  g_assert_true (g_queue_is_empty (&self->avahi->questions));
  g_assert_cmpuint (count (self), ==, 0);
}

static void
test_flood (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < STILE_DNS_SD_ROSTER_MAX_SERVICES + 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, name);
    }
  test_await_until (stile_dns_sd_browser_is_full (self->browser));
  test_await_until (g_queue_get_length (&self->avahi->questions) == STILE_DNS_SD_RESOLVER_MAX_RUNNING);
  for (guint i = 0; i < STILE_DNS_SD_ROSTER_MAX_SERVICES; i++)
    answer (self, "192.0.2.1", 1);
  settle (self);
  g_assert_cmpuint (count (self), ==, STILE_DNS_SD_ROSTER_MAX_SERVICES);
  g_assert_cmpuint (self->avahi->most, ==, STILE_DNS_SD_RESOLVER_MAX_RUNNING);
}

static void
test_freed_while_it_asks (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, name);
    }
  test_await_until (g_queue_get_length (&self->avahi->questions) == STILE_DNS_SD_RESOLVER_MAX_RUNNING);
  g_assert_finalize_object (g_steal_pointer (&self->browser));
  test_await_until (self->avahi->freed == 1);
  test_await_idle ();
  self->browser = stile_dns_sd_browser_new (self->connection, STILE_DNS_SD_BROWSER_PLEDGES);
}

static void
stop_cb (StileDnsSdBrowser *browser, guint position, guint removed, guint added, gpointer user_data)
{
  stile_dns_sd_browser_stop (browser);
}

static void
test_stopped_by_who_sees_the_first (Fixture *self, gconstpointer data)
{
  g_signal_connect (self->browser, "items-changed", G_CALLBACK (stop_cb), NULL);
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "one");
  fake_avahi_say_item (self->avahi, "ItemNew", LINK, IPV4, "two");
  answer (self, "192.0.2.1", 1);
  test_await_until (self->avahi->freed == 1);
  answer (self, "192.0.2.2", 2);
  test_await_idle ();
  g_assert_cmpuint (count (self), ==, 0);
  g_assert_no_error (self->failure);
}

/* --- announcing --- */

static StileDnsSdAnnouncer *
begin_announcing (Fixture *self, GAsyncResult **result)
{
  StileDnsSdAnnouncer *announcer =
      stile_dns_sd_announcer_new (self->connection, "one", STILE_DNS_SD_BROWSER_PLEDGES, 1);

  g_signal_connect (announcer, "failed", G_CALLBACK (failed_cb), self);
  stile_dns_sd_announcer_announce_async (announcer, NULL, test_await_cb, result);
  return announcer;
}

static void
test_name_is_taken_elsewhere (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileDnsSdAnnouncer) announcer = begin_announcing (self, &result);
  g_autoptr (GError) error = NULL;

  test_await_until (self->avahi->committed == 1);
  fake_avahi_say_state (self->avahi, 1);
  fake_avahi_say_state (self->avahi, 3);
  g_assert_false (stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  test_await_until (self->avahi->freed == 1);
}

static void
test_name_is_taken_later (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileDnsSdAnnouncer) announcer = begin_announcing (self, &result);
  g_autoptr (GError) error = NULL;

  test_await_until (self->avahi->committed == 1);
  fake_avahi_say_state (self->avahi, 2);
  g_assert_true (stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), &error));
  g_assert_no_error (error);
  fake_avahi_say_state (self->avahi, 3);
  test_await_until (self->failure != NULL);
  g_assert_error (self->failure, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_false (stile_dns_sd_announcer_is_announced (announcer));
}

static void
test_withdrawn_too_early (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  StileDnsSdAnnouncer *announcer = begin_announcing (self, &result);
  g_autoptr (GError) error = NULL;

  test_await_until (self->avahi->committed == 1);
  stile_dns_sd_announcer_withdraw (announcer);
  g_assert_false (stile_dns_sd_announcer_announce_finish (announcer, test_await_result (&result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_CANCELLED);
  test_await_until (self->avahi->freed == 1);
  g_clear_object (&result);
  test_await_finalized (announcer);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*run) (Fixture *self, gconstpointer data);
  } rows[] = {
    { "/transport/dns-sd-hostile/daemon-ends", test_daemon_ends },
    { "/transport/dns-sd-hostile/bus-ends", test_bus_ends },
    { "/transport/dns-sd-hostile/daemon-gives-up", test_daemon_gives_up },
    { "/transport/dns-sd-hostile/stop-frees", test_stop_frees },
    { "/transport/dns-sd-hostile/one-item-for-all-ways", test_one_item_for_all_ways },
    { "/transport/dns-sd-hostile/scope-by-name", test_scope_by_name },
    { "/transport/dns-sd-hostile/late-answer-is-worth-nothing", test_late_answer_is_worth_nothing },
    { "/transport/dns-sd-hostile/asks-twice-then-another-way", test_asks_twice_then_another_way },
    { "/transport/dns-sd-hostile/answers-that-are-none", test_answers_that_are_none },
    { "/transport/dns-sd-hostile/host-has-a-limit", test_host_has_a_limit },
    { "/transport/dns-sd-hostile/names-that-are-none", test_names_that_are_none },
    { "/transport/dns-sd-hostile/flood", test_flood },
    { "/transport/dns-sd-hostile/freed-while-it-asks", test_freed_while_it_asks },
    { "/transport/dns-sd-hostile/stopped-by-who-sees-the-first", test_stopped_by_who_sees_the_first },
    { "/transport/dns-sd-hostile/name-is-taken-elsewhere", test_name_is_taken_elsewhere },
    { "/transport/dns-sd-hostile/name-is-taken-later", test_name_is_taken_later },
    { "/transport/dns-sd-hostile/withdrawn-too-early", test_withdrawn_too_early },
  };

  /* Nobody listens there; the system's own daemon is not to be met by accident. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/transport/dns-sd-hostile/no-daemon", Fixture, NULL, set_up, test_no_daemon, tear_down);
  g_test_add_func ("/transport/dns-sd-hostile/no-bus", test_no_bus);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add (rows[i].path, Fixture, NULL, set_up_running, rows[i].run, tear_down);

  return g_test_run ();
}
