/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-tls.h"
#include "support/test-tokens.h"
#include "transport/stile-http-carrier.h"

/* A server of OpenSSL's: its page says who has asked, and whether TLS was resumed. */
typedef struct
{
  char *directory;
  GSubprocess *server;
  GDataInputStream *output;
  TestPki *root;
  char *url;
} Fixture;

static char *
read_line (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_data_input_stream_read_line_async (fixture->output, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
  return g_data_input_stream_read_line_finish (fixture->output, test_await_result (&result), NULL, NULL);
}

static void
find_port (Fixture *fixture)
{
  g_autofree char *line = read_line (fixture);

  while (line != NULL && !g_str_has_prefix (line, "ACCEPT "))
    {
      g_free (line);
      line = read_line (fixture);
    }
  g_assert_nonnull (line);
  fixture->url = g_strconcat ("https://127.0.0.1", strrchr (line, ':'), NULL);
}

static void
set_up (Fixture *fixture, gconstpointer version)
{
  g_autoptr (TestPki) others = test_pki_authority_new ("Others", TEST_PKI_P256);
  g_autoptr (TestPki) server = NULL;
  g_autofree char *chain = NULL;
  g_autofree char *key = NULL;
  g_autofree char *named = NULL;
  g_autoptr (GError) error = NULL;

  fixture->directory = test_pki_directory_new ();
  fixture->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  server = test_pki_issue (fixture->root, &(TestPkiOptions){ .name = "Server", .hosts = "127.0.0.1" });
  chain = test_pki_save_chain (server, fixture->directory, "server");
  key = test_pki_save_key (server, fixture->directory, "server");
  named = test_pki_save_chain (others, fixture->directory, "others");
  /* It asks for certificates of others, and takes whatever comes. */
  fixture->server =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "openssl",
                        "s_server", "-accept", "127.0.0.1:0", "-www", "-cipher", "ALL:@SECLEVEL=0", "-cert",
                        chain, "-key", key, "-CAfile", named, "-verify", "4", version, NULL);
  g_assert_no_error (error);
  fixture->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  find_port (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer version)
{
  g_subprocess_force_exit (fixture->server);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_object_unref (fixture->output);
  g_object_unref (fixture->server);
  test_pki_unref (fixture->root);
  test_pki_directory_remove (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->url);
}

static char *
ask (Fixture *fixture, TestPki *anchor, StileIdentity *identity, GError **error)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (anchor, NULL);
  g_autoptr (StileCarrier) carrier =
      g_initable_new (STILE_TYPE_HTTP_CARRIER, NULL, NULL, "service", fixture->url, "proxy", "none",
                      "anchors", anchors, "identity", identity, NULL);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "h", "/");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  GBytes *content;

  stile_carrier_request_async (carrier, request, NULL, test_await_cb, &result);
  response = stile_carrier_request_finish (carrier, test_await_result (&result), error);
  if (response == NULL)
    return NULL;

  g_assert_cmpuint (stile_http_message_get_status (response), ==, 200);
  content = stile_http_message_get_content (response);
  return g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
}

/* The page has the client's certificate in words: of who asks now, never of who asked before. */
static void
test_shows_who_asks (Fixture *fixture, gconstpointer version)
{
  g_autoptr (TestPki) first = test_pki_issue (NULL, &(TestPkiOptions){ .name = "First Device" });
  g_autoptr (TestPki) second = test_pki_issue (NULL, &(TestPkiOptions){ .name = "Second Device" });
  g_autoptr (StileIdentity) first_identity = test_tls_identity_new (first);
  g_autoptr (StileIdentity) second_identity = test_tls_identity_new (second);
  StileIdentity *const identities[] = { first_identity, second_identity, NULL, first_identity };
  static const char *const names[] = { "First Device", "Second Device", "no client certificate available",
                                       "First Device" };

  for (gsize i = 0; i < G_N_ELEMENTS (identities); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *page = ask (fixture, fixture->root, identities[i], &error);

      g_assert_no_error (error);
      g_test_message ("%s", page);
      g_assert_nonnull (strstr (page, names[i]));
    }
}

/* A session that could be resumed does not carry belief over. */
static void
test_judges_each_time (Fixture *fixture, gconstpointer version)
{
  g_autoptr (TestPki) stranger = test_pki_authority_new ("Stranger", TEST_PKI_P256);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *page = ask (fixture, fixture->root, NULL, &error);
      g_autofree char *none = NULL;

      g_assert_no_error (error);
      g_assert_nonnull (page);
      none = ask (fixture, stranger, NULL, &error);
      g_assert_null (none);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
    }
}

/* RFC 8995 section 5.4: TLS 1.2 is the least, and nothing is said before that is known. */
static void
test_wants_tls_1_2 (Fixture *fixture, gconstpointer version)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *page = ask (fixture, fixture->root, NULL, &error);

  g_assert_null (page);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "TLS 1.1"));
}

/* --- a token --- */

static void
run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
}

static void
put_on_token (TestPki *pki, const char *directory)
{
  const char *const init[] = { "softhsm2-util", "--init-token", "--free",   "--label", "stile-test",
                               "--pin",         "1234",         "--so-pin", "1234",    NULL };
  g_autofree char *path = test_pki_save_key (pki, directory, "token");
  const char *const import[] = { "softhsm2-util", "--import", path, "--token", "stile-test", "--label",
                                 "device",        "--id",     "01", "--pin",   "1234",       NULL };

  run (init);
  run (import);
}

/* The key stays where it is; the chain comes from a file. */
static void
test_shows_a_key_on_a_token (Fixture *fixture, gconstpointer version)
{
  g_autoptr (TestPki) authority = test_pki_authority_new ("Operator", TEST_PKI_P256);
  g_autoptr (TestPki) device = test_pki_issue (authority, &(TestPkiOptions){ .name = "Token Device" });
  g_autofree char *chain = test_pki_save_chain (device, fixture->directory, "token");
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;

  put_on_token (device, fixture->directory);
  identity = stile_identity_load (chain, "pkcs11:token=stile-test;object=device;type=private?pin-value=1234",
                                  &error);
  g_assert_no_error (error);
  page = ask (fixture, fixture->root, identity, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (page, "Token Device"));
}

int
main (int argc, char *argv[])
{
  static const char *const versions[] = { "-tls1_3", "-tls1_2" };
  g_autofree char *tokens = test_tokens_new ();
  int r;

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autofree char *who = g_strconcat ("/transport/http-foreign/shows-who-asks/", versions[i] + 1, NULL);
      g_autofree char *each =
          g_strconcat ("/transport/http-foreign/judges-each-time/", versions[i] + 1, NULL);

      g_test_add (who, Fixture, versions[i], set_up, test_shows_who_asks, tear_down);
      g_test_add (each, Fixture, versions[i], set_up, test_judges_each_time, tear_down);
    }

  g_test_add ("/transport/http-foreign/wants-tls-1.2", Fixture, "-tls1_1", set_up, test_wants_tls_1_2,
              tear_down);
  g_test_add ("/transport/http-foreign/shows-a-key-on-a-token", Fixture, "-tls1_3", set_up,
              test_shows_a_key_on_a_token, tear_down);

  r = g_test_run ();
  test_tokens_remove (tokens);
  return r;
}
