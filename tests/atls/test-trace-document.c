/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-trace-document.h"

#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

#define ALERT "\x15\x03\x03\x00\x02\x02\x30"

static void
add_flight (StileTrace *trace, StileRole sender, guint number)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (ALERT, 7);

  stile_trace_add_flight (trace, sender, number, bytes);
}

static StileTrace *
make_trace (void)
{
  StileTrace *trace = stile_trace_new ();

  stile_trace_note (trace, STILE_TRACE_STEP, NULL, "Secure session");
  add_flight (trace, STILE_ROLE_CLIENT, 1);
  add_flight (trace, STILE_ROLE_SERVER, 1);
  stile_trace_note (trace, STILE_TRACE_PROBLEM, NULL, "The service refused it");
  return trace;
}

static char *
print (StileTrace *trace, const char *service)
{
  g_autoptr (StileTraceDocument) document = stile_trace_document_new (trace, service);
  g_autoptr (GVariant) variant = NULL;

  stile_trace_document_set_intercepted (document, TRUE);
  variant = g_variant_ref_sink (stile_trace_document_to_variant (document));
  return stile_json_print (variant, TRUE);
}

static StileTraceDocument *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));

  return stile_trace_document_new_from_json (json, error);
}

static void
assert_same (GListModel *one, GListModel *other)
{
  g_assert_cmpuint (g_list_model_get_n_items (one), ==, g_list_model_get_n_items (other));
  for (guint i = 0; i < g_list_model_get_n_items (one); i++)
    {
      g_autoptr (StileTraceEvent) a = g_list_model_get_item (one, i);
      g_autoptr (StileTraceEvent) b = g_list_model_get_item (other, i);

      g_assert_cmpint (stile_trace_event_get_kind (a), ==, stile_trace_event_get_kind (b));
      g_assert_cmpstr (stile_trace_event_get_summary (a), ==, stile_trace_event_get_summary (b));
      g_assert_true ((stile_trace_event_get_flight (a) == NULL) ==
                     (stile_trace_event_get_flight (b) == NULL));
      if (stile_trace_event_get_flight (a) != NULL)
        g_assert_true (g_bytes_equal (stile_flight_get_bytes (stile_trace_event_get_flight (a)),
                                      stile_flight_get_bytes (stile_trace_event_get_flight (b))));
    }
}

static void
test_comes_back_as_it_was (void)
{
  StileTrace *trace = make_trace ();
  g_autofree char *text = print (trace, "https://a.example:8443/atls");
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTraceDocument) document = parse (text, &error);
  StileTrace *again;

  g_assert_no_error (error);
  again = stile_trace_document_get_trace (document);
  assert_same (G_LIST_MODEL (trace), G_LIST_MODEL (again));
  g_assert_cmpstr (stile_trace_document_get_service (document), ==, "https://a.example:8443/atls");
  g_assert_true (stile_trace_document_get_intercepted (document));
  g_assert_cmpuint (stile_trace_document_get_left_out (document), ==, 0);
  g_assert_cmpint (stile_trace_get_began (again), ==, stile_trace_get_began (trace));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (trace)); i++)
    {
      g_autoptr (StileTraceEvent) then = g_list_model_get_item (G_LIST_MODEL (trace), i);
      g_autoptr (StileTraceEvent) now = g_list_model_get_item (G_LIST_MODEL (again), i);

      g_assert_cmpint (stile_trace_event_get_time (then) - stile_trace_get_start (trace), ==,
                       stile_trace_event_get_time (now) - stile_trace_get_start (again));
    }
  g_assert_finalize_object (trace);
}

/* The desktop knows the file's type by its first bytes. */
static void
test_begins_with_its_schema (void)
{
  g_autoptr (StileTrace) trace = make_trace ();
  g_autofree char *text = print (trace, "https://a.example");

  g_assert_true (g_str_has_prefix (text, "{\n  \"schema\": \"stile-trace/1\",\n"));
}

static void
test_holds_no_secret (void)
{
  StileTrace *trace = make_trace ();
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *text = NULL;

  g_variant_builder_add (&details, "{sv}", "headers", g_variant_new_string ("Cookie: hunter2"));
  stile_trace_note (trace, STILE_TRACE_TRANSPORT, g_variant_builder_end (&details),
                    "Through http://anna:hunter2@proxy.example:3128, to a@b.example");
  text = print (trace, "https://anna:hunter2@a.example/atls?token=hunter2#hunter2");

  g_assert_null (strstr (text, "hunter2"));
  g_assert_nonnull (strstr (text, "\"https://a.example/atls\""));
  g_assert_nonnull (strstr (text, "Through http://proxy.example:3128, to a@b.example"));
  g_assert_finalize_object (trace);
}

/* A file that we wrote must not be one that we refuse. */
static void
test_keeps_the_newest (void)
{
  StileTrace *trace = stile_trace_new ();
  g_autofree guint8 *zeros = g_malloc0 (STILE_FLIGHT_MAX_SIZE);
  g_autoptr (GBytes) large = g_bytes_new (zeros, STILE_FLIGHT_MAX_SIZE);
  g_autofree char *long_sentence = g_strnfill (5000, '\x01');
  g_autofree char *text = NULL;
  g_autoptr (StileTraceDocument) document = NULL;
  g_autoptr (StileTraceEvent) last = NULL;
  g_autoptr (GError) error = NULL;
  GListModel *events;

  for (guint i = 1; i <= 150; i++)
    stile_trace_add_flight (trace, STILE_ROLE_CLIENT, i, large);
  stile_trace_note (trace, STILE_TRACE_STEP, NULL, "%s", "\xc3\xa9");
  stile_trace_note (trace, STILE_TRACE_STEP, NULL, "%s", long_sentence);
  text = print (trace, "https://a.example");
  document = parse (text, &error);
  g_assert_no_error (error);

  events = G_LIST_MODEL (stile_trace_document_get_trace (document));
  g_assert_cmpuint (g_list_model_get_n_items (events) + stile_trace_document_get_left_out (document), ==,
                    152);
  g_assert_cmpuint (stile_trace_document_get_left_out (document), >, 0);
  g_assert_cmpuint (stile_trace_document_get_left_out (document), <, 75);
  last = g_list_model_get_item (events, g_list_model_get_n_items (events) - 1);
  g_assert_cmpint (stile_trace_event_get_kind (last), ==, STILE_TRACE_STEP);
  g_assert_finalize_object (trace);
}

static void
test_too_many_are_left_out (void)
{
  StileTrace *trace = stile_trace_new ();
  g_autofree char *text = NULL;
  g_autoptr (StileTraceDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < STILE_TRACE_DOCUMENT_MAX_EVENTS + 3; i++)
    stile_trace_note (trace, STILE_TRACE_STEP, NULL, "%u", i);
  text = print (trace, "https://a.example");
  document = parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stile_trace_document_get_left_out (document), ==, 3);
  g_assert_finalize_object (trace);
}

#define HEAD                                                                                                 \
  "{\"schema\":\"stile-trace/1\",\"created\":\"2026-11-25T22:26:32Z\",\"service\":\"x\",\"events\":["
#define FLIGHT(members) HEAD "{\"event\":\"flight\",\"ms\":1,\"flight\":{" members "}}]}"

static void
test_says_what_is_wrong (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "[]", "This is no trace of a session (“stile-trace/1”)" },
    { "{\"schema\":\"stile-trace/2\",\"events\":[]}", "This is no trace of a session (“stile-trace/1”)" },
    { "{\"schema\":\"stile-trace/1\",\"events\":{}}", "This is no trace of a session (“stile-trace/1”)" },
    { "{\"schema\":\"stile-trace/1\",\"events\":[]}", "The trace lacks its service or its date" },
    { "{\"schema\":\"stile-trace/1\",\"service\":\"x\",\"created\":\"then\",\"events\":[]}",
      "The trace lacks its service or its date" },
    { HEAD "1]}", "Event 1 of the trace cannot be read: it does not say when it was" },
    { HEAD "{\"event\":\"step\",\"ms\":-1,\"summary\":\"x\"}]}",
      "Event 1 of the trace cannot be read: it does not say when it was" },
    { HEAD "{\"event\":\"step\",\"ms\":1e300,\"summary\":\"x\"}]}",
      "Event 1 of the trace cannot be read: it does not say when it was" },
    { HEAD "{\"event\":\"step\",\"ms\":1,\"summary\":\"x\"},{\"event\":\"dance\",\"ms\":1}]}",
      "Event 2 of the trace cannot be read: it is of a kind that this version does not know" },
    { HEAD "{\"event\":\"step\",\"ms\":1}]}",
      "Event 1 of the trace cannot be read: it does not say in a sentence what happened" },
    { HEAD "{\"event\":\"flight\",\"ms\":1}]}",
      "Event 1 of the trace cannot be read: the sender of the flight is neither “client” nor “server”" },
    { FLIGHT ("\"sender\":\"client\",\"number\":0,\"base64\":\"\""),
      "Event 1 of the trace cannot be read: the flight has no number" },
    { FLIGHT ("\"sender\":\"client\",\"number\":1,\"base64\":\"?\""),
      "Event 1 of the trace cannot be read: the bytes of the flight are not there in base64" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_has_limits (void)
{
  g_autofree guint8 *zeros = g_malloc0 (STILE_FLIGHT_MAX_SIZE + 1);
  g_autofree char *base64 = g_base64_encode (zeros, STILE_FLIGHT_MAX_SIZE + 1);
  g_autofree char *flight =
      g_strdup_printf (FLIGHT ("\"sender\":\"client\",\"number\":1,\"base64\":\"%s\""), base64);
  g_autoptr (GString) many = g_string_new (HEAD);
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (flight, &error));
  g_assert_nonnull (strstr (error->message, "the flight has 65537 bytes, the limit is 65536"));
  g_clear_error (&error);

  for (guint i = 0; i <= STILE_TRACE_DOCUMENT_MAX_EVENTS; i++)
    g_string_append_printf (many, "%s1", i > 0 ? "," : "");
  g_string_append (many, "]}");
  g_assert_null (parse (many->str, &error));
  g_assert_cmpstr (error->message, ==, "The trace has 4001 events, the limit is 4000");
  g_clear_error (&error);

  g_string_set_size (many, STILE_TRACE_DOCUMENT_MAX_SIZE + 1);
  memset (many->str, ' ', many->len);
  g_assert_null (parse (many->str, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

/* What comes from anybody goes to terminals and windows. */
static void
test_is_presentable (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTraceDocument) document =
      parse (HEAD "{\"event\":\"problem\",\"ms\":2.5,\"summary\":\"\\u001b[2J\\u202e\"}]}", &error);
  g_autoptr (StileTraceEvent) event = NULL;

  g_assert_no_error (error);
  event = g_list_model_get_item (G_LIST_MODEL (stile_trace_document_get_trace (document)), 0);
  g_assert_cmpstr (stile_trace_event_get_summary (event), ==, "\\1B[2J\\E2\\80\\AE");
  g_assert_cmpint (stile_trace_event_get_time (event), ==, 2500);
}

static void
test_is_a_file (void)
{
  g_autoptr (StileTrace) trace = make_trace ();
  g_autoptr (StileTraceDocument) document = stile_trace_document_new (trace, "https://a.example");
  g_autoptr (StileTraceDocument) again = NULL;
  g_autofree char *directory = g_dir_make_tmp ("stile-trace-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "a.stile-trace", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf about;

  g_assert_true (stile_trace_document_save (document, path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &about), ==, 0);
  g_assert_cmpint (about.st_mode & 0777, ==, 0600);
  again = stile_trace_document_load (path, &error);
  g_assert_no_error (error);
  assert_same (G_LIST_MODEL (trace), G_LIST_MODEL (stile_trace_document_get_trace (again)));
  g_assert_false (stile_trace_document_get_intercepted (again));
  g_unlink (path);
  g_rmdir (directory);

  g_assert_null (stile_trace_document_load (path, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_clear_error (&error);
  g_assert_false (stile_trace_document_save (document, path, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/trace-document/comes-back-as-it-was", test_comes_back_as_it_was);
  g_test_add_func ("/atls/trace-document/begins-with-its-schema", test_begins_with_its_schema);
  g_test_add_func ("/atls/trace-document/holds-no-secret", test_holds_no_secret);
  g_test_add_func ("/atls/trace-document/keeps-the-newest", test_keeps_the_newest);
  g_test_add_func ("/atls/trace-document/too-many-are-left-out", test_too_many_are_left_out);
  g_test_add_func ("/atls/trace-document/says-what-is-wrong", test_says_what_is_wrong);
  g_test_add_func ("/atls/trace-document/has-limits", test_has_limits);
  g_test_add_func ("/atls/trace-document/is-presentable", test_is_presentable);
  g_test_add_func ("/atls/trace-document/is-a-file", test_is_a_file);

  return g_test_run ();
}
