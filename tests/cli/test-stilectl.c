/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "cli/stile-cli.h"
#include "codec/stile-json.h"
#include "support/test-await.h"
#include "support/test-pki.h"
#include "support/test-raw-http.h"

#define KEYS                                                                                                 \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233" \
  "34353637"
#define SESSION "00112233445566778899aabbccddeeff"

typedef struct
{
  int status;
  GBytes *output;
  char *errors;
} Run;

static void
run_clear (Run *self)
{
  g_clear_pointer (&self->output, g_bytes_unref);
  g_clear_pointer (&self->errors, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* The program is a process of its own and the test waits in its main context, where its servers live too. */
static void
run_with_input (Run *self, GBytes *input, const char *const *arguments)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) nothing = g_bytes_new_static (NULL, 0);
  g_autoptr (GBytes) errors = NULL;
  g_autoptr (GError) error = NULL;

  run_clear (self);
  g_strv_builder_add (argv, g_getenv ("STILECTL"));
  g_strv_builder_addv (argv, (const char **)arguments);
  all = g_strv_builder_end (argv);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)all, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_async (process, input != NULL ? input : nothing, NULL, test_await_cb, &result);
  g_assert_true (
      g_subprocess_communicate_finish (process, test_await_result (&result), &self->output, &errors, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
  self->errors = g_bytes_get_size (errors) > 0
                     ? g_strndup (g_bytes_get_data (errors, NULL), g_bytes_get_size (errors))
                     : g_strdup ("");
}

static void
run (Run *self, const char *arguments)
{
  g_auto (GStrv) words = g_strsplit (arguments, " ", -1);

  run_with_input (self, NULL, (const char *const *)words);
}

static GVariant *
parse_output (Run *self)
{
  g_autoptr (GError) error = NULL;
  GVariant *document = stile_json_parse (self->output, STILE_JSON_MAX_SIZE, &error);

  g_assert_no_error (error);
  return document;
}

typedef struct
{
  const char *name;
  const char *arguments; /* with single spaces between */
  int status;
} Case;

static const Case cases[] = {
  { "unknown-verb", "frobnicate", STILE_CLI_EXIT_USAGE },
  { "help", "--help", STILE_CLI_EXIT_DONE },
  { "short-help", "-h", STILE_CLI_EXIT_DONE },
  { "version", "--version", STILE_CLI_EXIT_DONE },
  { "connect-help", "connect --help", STILE_CLI_EXIT_DONE },
  { "bootstrap-help", "bootstrap --help", STILE_CLI_EXIT_DONE },
  { "lab-help", "lab --help", STILE_CLI_EXIT_DONE },
  { "seal-help", "seal --help", STILE_CLI_EXIT_DONE },
  { "open-help", "open --help", STILE_CLI_EXIT_DONE },
  { "trust-help", "trust --help", STILE_CLI_EXIT_DONE },
  { "trust-without-act", "trust", STILE_CLI_EXIT_USAGE },
  { "trust-unknown-act", "trust believe", STILE_CLI_EXIT_USAGE },
  { "trust-list-argument", "trust list file", STILE_CLI_EXIT_USAGE },
  { "trust-install-nothing", "trust install", STILE_CLI_EXIT_USAGE },
  { "trust-install-all", "trust install --all", STILE_CLI_EXIT_USAGE },
  { "trust-remove-nothing", "trust remove", STILE_CLI_EXIT_USAGE },
  { "trust-remove-all-and-file", "trust remove --all file", STILE_CLI_EXIT_USAGE },
  { "trust-bad-file", "trust install /nonexistent.pem --dry-run", STILE_CLI_EXIT_SETTINGS },
  { "trust-empty-input", "trust install - --dry-run", STILE_CLI_EXIT_SETTINGS },
  { "connect-without-url", "connect", STILE_CLI_EXIT_USAGE },
  { "connect-two-urls", "connect https://a https://b", STILE_CLI_EXIT_USAGE },
  { "connect-unknown-option", "connect --frob https://a", STILE_CLI_EXIT_USAGE },
  { "export-without-length", "connect --export label https://a", STILE_CLI_EXIT_USAGE },
  { "export-zero", "connect --export label:0 https://a", STILE_CLI_EXIT_USAGE },
  { "export-too-long", "connect --export label:256 https://a", STILE_CLI_EXIT_USAGE },
  { "export-without-label", "connect --export :32 https://a", STILE_CLI_EXIT_USAGE },
  { "data-and-get", "connect --data a --get / https://a", STILE_CLI_EXIT_USAGE },
  { "bad-url", "connect nonsense", STILE_CLI_EXIT_SETTINGS },
  { "bad-mode", "connect --mode some https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-tls", "connect --tls 1.1 https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-type", "connect --content-type text/html https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-ca", "connect --ca /nonexistent.pem https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-outer-ca", "connect --outer-ca /nonexistent.pem https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-proxy", "connect --proxy nonsense https://a", STILE_CLI_EXIT_SETTINGS },
  { "certificate-without-key", "connect --cert /a.pem https://a", STILE_CLI_EXIT_SETTINGS },
  { "bootstrap-without-url", "bootstrap", STILE_CLI_EXIT_USAGE },
  { "bad-policy", "bootstrap --policy sometimes https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-profile", "bootstrap --profile /nonexistent", STILE_CLI_EXIT_SETTINGS },
  { "bad-trust", "bootstrap --trust me https://a", STILE_CLI_EXIT_SETTINGS },
  { "bad-store", "bootstrap --store cupboard https://a", STILE_CLI_EXIT_SETTINGS },
  { "enrol-or-not", "bootstrap --enrol --no-enrol https://a", STILE_CLI_EXIT_USAGE },
  { "lab-in-a-store", "bootstrap --lab --store system", STILE_CLI_EXIT_SETTINGS },
  { "bad-scenario", "bootstrap --lab --scenario storm", STILE_CLI_EXIT_SETTINGS },
  { "lab-bad-scenario", "lab --scenario storm", STILE_CLI_EXIT_USAGE },
  { "lab-argument", "lab extra", STILE_CLI_EXIT_USAGE },
  { "seal-without-keys", "seal --session " SESSION, STILE_CLI_EXIT_SETTINGS },
  { "seal-short-keys", "seal --keys 0011 --session " SESSION, STILE_CLI_EXIT_SETTINGS },
  { "seal-bad-hex", "seal --keys zz --session " SESSION, STILE_CLI_EXIT_SETTINGS },
  { "seal-bad-session", "seal --keys " KEYS " --session 0011", STILE_CLI_EXIT_SETTINGS },
  { "seal-bad-cipher", "seal --cipher rot13 --keys " KEYS " --session " SESSION, STILE_CLI_EXIT_SETTINGS },
  { "seal-bad-sender", "seal --sender nobody --keys " KEYS " --session " SESSION, STILE_CLI_EXIT_SETTINGS },
  { "seal-negative", "seal --sequence=-1 --keys " KEYS " --session " SESSION, STILE_CLI_EXIT_USAGE },
  { "voucher-help", "voucher --help", STILE_CLI_EXIT_DONE },
  { "trace-help", "trace --help", STILE_CLI_EXIT_DONE },
  { "trace-nothing", "trace", STILE_CLI_EXIT_USAGE },
  { "trace-two-files", "trace /a /b", STILE_CLI_EXIT_USAGE },
  { "trace-bad-file", "trace /nonexistent.stile-trace", STILE_CLI_EXIT_SETTINGS },
  { "voucher-alone", "voucher", STILE_CLI_EXIT_USAGE },
  { "voucher-frob", "voucher frob /a", STILE_CLI_EXIT_USAGE },
  { "voucher-without-file", "voucher show", STILE_CLI_EXIT_USAGE },
  { "voucher-two-files", "voucher show /a /b", STILE_CLI_EXIT_USAGE },
  { "voucher-as-nobody", "voucher verify /a", STILE_CLI_EXIT_USAGE },
  { "voucher-as-anybody", "voucher verify --as anybody /a", STILE_CLI_EXIT_USAGE },
  { "voucher-at-noon", "voucher verify --as pledge --at noon /a", STILE_CLI_EXIT_USAGE },
  { "voucher-show-judges-nothing", "voucher show --no-clock /a", STILE_CLI_EXIT_USAGE },
  { "voucher-no-file", "voucher show /nonexistent", STILE_CLI_EXIT_SETTINGS },
  { "voucher-verify-no-file", "voucher verify --as masa /nonexistent", STILE_CLI_EXIT_SETTINGS },
  { "voucher-no-anchor", "voucher verify --as pledge --anchor /nonexistent.pem -", STILE_CLI_EXIT_SETTINGS },
  { "voucher-of-nothing", "voucher show -", STILE_CLI_EXIT_PROTOCOL },
  { "open-argument", "open file", STILE_CLI_EXIT_USAGE },
  { "open-empty", "open --keys " KEYS " --session " SESSION, STILE_CLI_EXIT_PROTOCOL },
};

static void
test_case (gconstpointer data)
{
  const Case *item = data;
  g_auto (Run) done = { 0 };

  run (&done, item->arguments);
  g_test_message ("%s", done.errors);
  g_assert_cmpint (done.status, ==, item->status);
  if (item->status == STILE_CLI_EXIT_DONE)
    {
      g_assert_cmpuint (g_bytes_get_size (done.output), >, 0);
      g_assert_cmpstr (done.errors, ==, "");
    }
  else
    {
      g_assert_cmpuint (g_bytes_get_size (done.output), ==, 0);
      g_assert_true (g_str_has_prefix (done.errors, "stilectl"));
    }
}

static void
test_no_verb (void)
{
  static const char *const nothing[] = { NULL };
  g_auto (Run) done = { 0 };

  run_with_input (&done, NULL, nothing);
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_USAGE);
}

/* --- seal and open --- */

static const char *const seal_words[] = { "seal",     "--keys", KEYS,         "--session", SESSION,
                                          "--sender", "server", "--sequence", "7",         NULL };
static const char *const open_words[] = { "open",  "--keys",   KEYS,     "--session",
                                          SESSION, "--sender", "server", NULL };
static const char *const open_json_words[] = { "open",     "--keys", KEYS,     "--session", SESSION,
                                               "--sender", "server", "--json", NULL };
static const char *const open_wrong_words[] = { "open",  "--keys",   KEYS,     "--session",
                                                SESSION, "--sender", "client", NULL };

static void
test_seal_and_open (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("hello\0world", 11);
  g_auto (Run) sealed = { 0 };
  g_auto (Run) opened = { 0 };
  g_autoptr (GVariant) document = NULL;

  run_with_input (&sealed, text, seal_words);
  g_assert_cmpstr (sealed.errors, ==, "");
  g_assert_cmpint (sealed.status, ==, STILE_CLI_EXIT_DONE);
  run_with_input (&opened, sealed.output, open_words);
  g_assert_cmpint (opened.status, ==, STILE_CLI_EXIT_DONE);
  g_assert_true (g_bytes_equal (opened.output, text));
  run_with_input (&opened, sealed.output, open_json_words);
  document = parse_output (&opened);
  g_assert_cmpint (stile_json_get_integer (document, "sequence", -1), ==, 7);
  g_assert_cmpstr (stile_json_get_string (document, "base64"), ==, "aGVsbG8Ad29ybGQ=");
  run_with_input (&opened, sealed.output, open_wrong_words);
  g_assert_cmpint (opened.status, ==, STILE_CLI_EXIT_PROTOCOL);
  g_assert_cmpuint (g_bytes_get_size (opened.output), ==, 0);
}

static void
test_open_flipped (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("hello", 5);
  g_auto (Run) sealed = { 0 };
  gsize length;
  const guint8 *data;

  run_with_input (&sealed, text, seal_words);
  data = g_bytes_get_data (sealed.output, &length);
  for (gsize i = 0; i < length; i += 7)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      g_autoptr (GBytes) flipped = NULL;
      g_auto (Run) opened = { 0 };

      copy[i] ^= 0x10;
      flipped = g_bytes_new (copy, length);
      run_with_input (&opened, flipped, open_words);
      g_assert_cmpint (opened.status, ==, STILE_CLI_EXIT_PROTOCOL);
      g_assert_cmpuint (g_bytes_get_size (opened.output), ==, 0);
    }
}

/* --- JSON on errors --- */

static void
page_cb (TestRawHttp *server, TestRawHttpRequest *request, gpointer user_data)
{
  test_raw_http_answer_and_close (
      request, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<h1>Welcome</h1>",
      NULL);
}

static void
test_json_error (void)
{
  g_autoptr (TestRawHttp) server = test_raw_http_new (page_cb, NULL);
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *ca = test_pki_save_chain (root, directory, "root");
  g_autofree char *url = test_raw_http_get_url (server, "/");
  const char *const words[] = { "connect", "--json", "--proxy", "none", "--ca", ca, url, NULL };
  g_auto (Run) done = { 0 };
  g_autoptr (GVariant) document = NULL;
  g_autoptr (GVariant) error = NULL;

  run_with_input (&done, NULL, words);
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_NOT_ATLS);
  document = parse_output (&done);
  error = stile_json_get_member (document, "error");
  g_assert_cmpstr (stile_json_get_string (error, "code"), ==, "not-atls");
  g_assert_nonnull (strstr (stile_json_get_string (error, "message"), "Welcome"));
  g_assert_nonnull (stile_json_get_string (error, "next_step"));
  test_pki_directory_remove (directory);
}

static void
test_unreachable (void)
{
  g_autoptr (TestRawHttp) server = test_raw_http_new (page_cb, NULL);
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *ca = test_pki_save_chain (root, directory, "root");
  g_autofree char *url = test_raw_http_get_url (server, "/");
  const char *const words[] = { "connect", "--proxy", "none", "--ca", ca, url, NULL };
  g_auto (Run) done = { 0 };

  g_clear_pointer (&server, test_raw_http_free);
  run_with_input (&done, NULL, words);
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_UNREACHABLE);
  test_pki_directory_remove (directory);
}

/* --- the walk --- */

static void
check_steps (GVariant *report, guint complete)
{
  static const char *const names[] = { "service", "path",    "session", "voucher",
                                       "roots",   "install", "enrol",   "done" };
  g_autoptr (GVariant) steps = stile_json_get_member (report, "steps");

  g_assert_cmpuint (g_variant_n_children (steps), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GVariant) boxed = g_variant_get_child_value (steps, i);
      g_autoptr (GVariant) step = g_variant_get_variant (boxed);
      const char *state = stile_json_get_string (step, "state");

      g_assert_cmpstr (stile_json_get_string (step, "step"), ==, names[i]);
      if (i < complete)
        g_assert_true (strcmp (state, "complete") == 0 || strcmp (state, "skipped") == 0);
      else
        g_assert_cmpstr (state, ==, i == complete ? "failed" : "waiting");
    }
}

static void
test_walk (void)
{
  static const char *const members[] = { "version",      "service", "intercepted", "before",
                                         "service_view", "after",   "session",     "roots",
                                         "stores",       "trace",   "voucher",     "enrolment" };
  g_auto (Run) done = { 0 };
  g_autoptr (GVariant) report = NULL;

  run (&done, "bootstrap --lab --json");
  g_assert_cmpstr (done.errors, ==, "");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_DONE);
  report = parse_output (&done);
  check_steps (report, 8);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (GVariant) member = stile_json_get_member (report, members[i]);

      g_assert_nonnull (member);
    }
  g_assert_true (stile_json_get_boolean (report, "intercepted", FALSE));
}

static void
test_walk_pem (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autofree char *pem = g_build_filename (directory, "roots.pem", NULL);
  const char *const words[] = { "bootstrap", "--lab", "--no-own-store", "--pem", pem, NULL };
  g_auto (Run) done = { 0 };
  g_autofree char *output = NULL;

  run_with_input (&done, NULL, words);
  g_assert_cmpstr (done.errors, ==, "");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_DONE);
  g_assert_true (g_file_test (pem, G_FILE_TEST_EXISTS));
  output = g_strndup (g_bytes_get_data (done.output, NULL), g_bytes_get_size (done.output));
  g_assert_nonnull (strstr (output, "8/8"));
  g_assert_nonnull (strstr (output, pem));
  test_pki_directory_remove (directory);
}

static void
test_walk_block_page (void)
{
  g_auto (Run) done = { 0 };
  g_autoptr (GVariant) report = NULL;

  run (&done, "bootstrap --lab --json --scenario block-page");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_NOT_ATLS);
  report = parse_output (&done);
  check_steps (report, 1);
}

static void
test_walk_rogue_masa (void)
{
  g_auto (Run) done = { 0 };
  g_autofree char *output = NULL;

  run (&done, "bootstrap --lab --scenario rogue-masa");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_UNTRUSTED);
  output = g_strndup (g_bytes_get_data (done.output, NULL), g_bytes_get_size (done.output));
  g_assert_nonnull (strstr (output, "     ! P5 refused: The voucher is not signed by the manufacturer"));
  g_assert_true (g_str_has_prefix (done.errors, "stilectl: P5: "));
}

static void
test_walk_waits (void)
{
  g_auto (Run) done = { 0 };
  g_autofree char *output = NULL;

  run (&done, "bootstrap --lab --scenario registrar-asks");
  g_assert_cmpstr (done.errors, ==, "");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_DONE);
  output = g_strndup (g_bytes_get_data (done.output, NULL), g_bytes_get_size (done.output));
  g_assert_nonnull (
      strstr (output, "The registrar says: “R5: A person is asked whether this device may join”"));
  g_assert_nonnull (strstr (output, "8/8"));
}

static void
test_walk_without_voucher (void)
{
  g_auto (Run) done = { 0 };
  g_autofree char *output = NULL;

  run (&done, "bootstrap --lab --trust service");
  g_assert_cmpstr (done.errors, ==, "");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_DONE);
  output = g_strndup (g_bytes_get_data (done.output, NULL), g_bytes_get_size (done.output));
  g_assert_nonnull (strstr (output, "No voucher was asked for"));
  g_assert_nonnull (strstr (output, "This computer keeps the identity that it has"));
}

static void
test_walk_unknown_authority (void)
{
  g_auto (Run) done = { 0 };
  g_autoptr (GVariant) report = NULL;

  run (&done, "bootstrap --lab --json --scenario unknown-authority");
  g_assert_cmpint (done.status, ==, STILE_CLI_EXIT_UNTRUSTED);
  report = parse_output (&done);
  check_steps (report, 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cli/stilectl/no-verb", test_no_verb);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat ("/cli/stilectl/case/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_case);
    }
  g_test_add_func ("/cli/stilectl/seal-and-open", test_seal_and_open);
  g_test_add_func ("/cli/stilectl/open-flipped", test_open_flipped);
  g_test_add_func ("/cli/stilectl/json-error", test_json_error);
  g_test_add_func ("/cli/stilectl/unreachable", test_unreachable);
  g_test_add_func ("/cli/stilectl/walk", test_walk);
  g_test_add_func ("/cli/stilectl/walk-pem", test_walk_pem);
  g_test_add_func ("/cli/stilectl/walk-block-page", test_walk_block_page);
  g_test_add_func ("/cli/stilectl/walk-rogue-masa", test_walk_rogue_masa);
  g_test_add_func ("/cli/stilectl/walk-waits", test_walk_waits);
  g_test_add_func ("/cli/stilectl/walk-without-voucher", test_walk_without_voucher);
  g_test_add_func ("/cli/stilectl/walk-unknown-authority", test_walk_unknown_authority);

  return g_test_run ();
}
