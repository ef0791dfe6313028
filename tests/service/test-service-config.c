/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "service/stile-service-config.h"
#include "support/test-pki.h"

static StileServiceConfig *
load (const char *text, GError **error)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (directory, "stiled.conf", NULL);
  g_autoptr (StileServiceConfig) config = stile_service_config_new ();
  gboolean good;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  good = stile_service_config_load (config, path, error);
  if (!good)
    g_assert_true (g_str_has_prefix ((*error)->message, path));
  test_pki_directory_remove (directory);
  return good ? g_steal_pointer (&config) : NULL;
}

static void
test_good (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileServiceConfig) config =
      load ("# a comment\n[stiled]\nlisten=[::1]:1\necho=true\nworkers=7\nmax-flight-size=2048\n"
            "idle-seconds=9\natls-cert=/a\natls-key=/b\nlog-export=LABEL:with:colons:32\n",
            &error);
  StileEndpointLimits limits;

  g_assert_no_error (error);
  g_assert_true (stile_service_config_check (config, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (stile_service_config_get_text (config, "listen"), ==, "[::1]:1");
  g_assert_cmpstr (stile_service_config_get_text (config, "path"), ==, "/.well-known/atls");
  g_assert_null (stile_service_config_get_text (config, "upstream"));
  g_assert_true (stile_service_config_get_flag (config, "echo"));
  g_assert_true (stile_service_config_get_flag (config, "tickets"));
  g_assert_cmpuint (stile_service_config_get_number (config, "workers"), ==, 7);
  stile_service_config_get_limits (config, &limits);
  g_assert_cmpuint (limits.flight_size, ==, 2048);
  g_assert_cmpuint (limits.idle_seconds, ==, 9);
  g_assert_cmpuint (limits.half_open, ==, stile_endpoint_default_limits.half_open);
  g_assert_cmpuint (limits.message_size, ==, stile_endpoint_default_limits.message_size);
}

static void
test_refuses_file (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } table[] = {
    { "[stiled]\nlisten-on=x\n", "listen-on" },
    { "[stiled]\nListen=x\n", "Listen" },
    { "[stild]\nlisten=x\n", "stild" },
    { "[stiled]\nlisten=x\n[more]\n", "more" },
    { "[stiled]\nlisten=x\\q\n", "" },
    { "[stiled]\necho=yes\n", "echo" },
    { "[stiled]\nworkers=-1\n", "workers" },
    { "[stiled]\nworkers=257\n", "256" },
    { "[stiled]\nworkers=two\n", "two" },
    { "[stiled]\nworkers=\n", "workers" },
    { "[stiled]\nmax-flight-size=99999999999999999999\n", "max-flight-size" },
    { "[stiled]\nmax-flight-size=1\n", "1024" },
    { "listen=x\n", "" },
    { "", "" },
    { "[stiled\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileServiceConfig) config = load (table[i].text, &error);

      g_assert_null (config);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_nonnull (strstr (error->message, table[i].words));
    }
}

static void
test_missing_file (void)
{
  g_autoptr (StileServiceConfig) config = stile_service_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (stile_service_config_load (config, "/nonexistent.conf", &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "/nonexistent.conf"));
}

/* What one value alone does not tell. */
static void
test_check (void)
{
  static const struct
  {
    const char *keys[6];
    const char *words; /* NULL: it is good */
  } table[] = {
    { { NULL }, "atls-cert" },
    { { "atls-cert", "a" }, "atls-key" },
    { { "atls-key", "a" }, "atls-cert" },
    { { "atls-cert", "a", "atls-key", "b", "tls-cert", "c" }, "tls-key" },
    { { "atls-cert", "a", "atls-key", "b", "tls-key", "c" }, "tls-cert" },
    { { "atls-cert", "a", "atls-key", "b", "path", "atls" }, "path" },
    { { "atls-cert", "a", "atls-key", "b", "path", "/" }, "path" },
    { { "atls-cert", "a", "atls-key", "b", "path", "/atls/" }, "path" },
    { { "atls-cert", "a", "atls-key", "b", "path", "/a;b" }, "path" },
    { { "atls-cert", "a", "atls-key", "b", "path", "/a\r\nSet-Cookie: x" }, "path" },
    { { "atls-cert", "a", "atls-key", "b", "path", "/atls" }, NULL },
    { { "atls-cert", "a", "atls-key", "b", "tls-version", "1.1" }, "1.1" },
    { { "atls-cert", "a", "atls-key", "b", "tls-version", "1.3" }, NULL },
    { { "atls-cert", "a", "atls-key", "b", "log-export", "label" }, "label" },
    { { "atls-cert", "a", "atls-key", "b", "log-export", ":32" }, "log-export" },
    { { "atls-cert", "a", "atls-key", "b", "log-export", "label:0" }, "log-export" },
    { { "atls-cert", "a", "atls-key", "b", "log-export", "label:256" }, "log-export" },
    { { "atls-cert", "a", "atls-key", "b", "log-export", "label:255" }, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileServiceConfig) config = stile_service_config_new ();
      g_autoptr (GError) error = NULL;

      for (gsize j = 0; j < 6 && table[i].keys[j] != NULL; j += 2)
        g_assert_true (stile_service_config_set (config, table[i].keys[j], table[i].keys[j + 1], &error));
      g_test_message ("%s", table[i].words);
      g_assert_cmpint (stile_service_config_check (config, &error), ==, table[i].words == NULL);
      if (table[i].words != NULL)
        {
          g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
          g_assert_nonnull (strstr (error->message, table[i].words));
        }
    }
}

/* An option after the file has the last word; an empty value is as if nobody had said anything. */
static void
test_last_word (void)
{
  g_autoptr (StileServiceConfig) config = stile_service_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_service_config_set (config, "upstream", "http://a", &error));
  g_assert_true (stile_service_config_set (config, "upstream", "http://b", &error));
  g_assert_cmpstr (stile_service_config_get_text (config, "upstream"), ==, "http://b");
  g_assert_true (stile_service_config_set (config, "upstream", "", &error));
  g_assert_null (stile_service_config_get_text (config, "upstream"));
  g_assert_false (stile_service_config_set (config, "workers", "many", &error));
  g_assert_cmpuint (stile_service_config_get_number (config, "workers"), ==, 0);
}

static void
test_emptied (void)
{
  static const char *const keys[] = { "path", "tls-version", "listen" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (StileServiceConfig) fresh = stile_service_config_new ();
      g_autoptr (StileServiceConfig) config = stile_service_config_new ();
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_service_config_set (config, "atls-cert", "a", &error));
      g_assert_true (stile_service_config_set (config, "atls-key", "b", &error));
      g_assert_true (stile_service_config_set (config, keys[i], "", &error));
      g_assert_cmpstr (stile_service_config_get_text (config, keys[i]), ==,
                       stile_service_config_get_text (fresh, keys[i]));
      g_assert_true (stile_service_config_check (config, &error));
      g_assert_no_error (error);
    }
}

static void
test_parse_export (void)
{
  g_autofree char *label = NULL;
  gsize length = 0;

  g_assert_true (stile_service_config_parse_export ("EXPORTER-a:b:48", &label, &length));
  g_assert_cmpstr (label, ==, "EXPORTER-a:b");
  g_assert_cmpuint (length, ==, 48);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/service/config/good", test_good);
  g_test_add_func ("/service/config/refuses-file", test_refuses_file);
  g_test_add_func ("/service/config/missing-file", test_missing_file);
  g_test_add_func ("/service/config/check", test_check);
  g_test_add_func ("/service/config/last-word", test_last_word);
  g_test_add_func ("/service/config/emptied", test_emptied);
  g_test_add_func ("/service/config/parse-export", test_parse_export);

  return g_test_run ();
}
