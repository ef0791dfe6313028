/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-trace.h"

#include <string.h>

#include "codec/stile-json.h"

typedef struct
{
  guint calls;
  guint position;
  guint removed;
  guint added;
} Change;

static void
remember (GListModel *list, guint position, guint removed, guint added, gpointer user_data)
{
  Change *change = user_data;

  *change = (Change){ change->calls + 1, position, removed, added };
}

static void
test_nobody_listens (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("", 0);

  stile_trace_note (NULL, STILE_TRACE_STEP, NULL, "nobody reads %s", "this");
  stile_trace_note (NULL, STILE_TRACE_STEP, g_variant_new ("a{sv}", NULL), "nor its details");
  stile_trace_add_flight (NULL, STILE_ROLE_CLIENT, 1, bytes);
}

static void
test_is_a_list (void)
{
  StileTrace *trace = stile_trace_new ();
  Change change = { 0 };
  g_autoptr (StileTraceEvent) event = NULL;

  g_signal_connect (trace, "items-changed", G_CALLBACK (remember), &change);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (trace)) == STILE_TYPE_TRACE_EVENT);
  stile_trace_note (trace, STILE_TRACE_STEP, NULL, "step %d", 1);
  stile_trace_note (trace, STILE_TRACE_PROBLEM, NULL, "oh");
  g_assert_cmpuint (change.calls, ==, 2);
  g_assert_cmpuint (change.position, ==, 1);
  g_assert_cmpuint (change.added, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (trace)), ==, 2);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (trace), 2));
  event = g_list_model_get_item (G_LIST_MODEL (trace), 0);
  g_assert_cmpstr (stile_trace_event_get_summary (event), ==, "step 1");
  g_assert_cmpint (stile_trace_event_get_kind (event), ==, STILE_TRACE_STEP);
  g_assert_cmpint (stile_trace_event_get_time (event), >=, stile_trace_get_start (trace));
  g_assert_null (stile_trace_event_get_flight (event));
  g_assert_null (stile_trace_event_get_details (event));

  stile_trace_clear (trace);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (trace)), ==, 0);
  g_assert_cmpuint (change.removed, ==, 2);
  g_assert_finalize_object (trace);
}

static void
test_the_oldest_go_first (void)
{
  StileTrace *trace = stile_trace_new ();
  g_autoptr (StileTraceEvent) first = NULL;
  g_autoptr (StileTraceEvent) last = NULL;

  for (guint i = 0; i < STILE_TRACE_MAX_EVENTS + 3; i++)
    stile_trace_note (trace, STILE_TRACE_STEP, NULL, "%u", i);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (trace)), ==, STILE_TRACE_MAX_EVENTS);
  first = g_list_model_get_item (G_LIST_MODEL (trace), 0);
  last = g_list_model_get_item (G_LIST_MODEL (trace), STILE_TRACE_MAX_EVENTS - 1);
  g_assert_cmpstr (stile_trace_event_get_summary (first), ==, "3");
  g_assert_cmpstr (stile_trace_event_get_summary (last), ==, "10002");
  g_assert_finalize_object (trace);
}

static void
test_holds_flights (void)
{
  StileTrace *trace = stile_trace_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x15\x03\x03\x00\x02\x02\x30", 7);
  g_autoptr (StileTraceEvent) event = NULL;

  stile_trace_add_flight (trace, STILE_ROLE_CLIENT, 2, bytes);
  event = g_list_model_get_item (G_LIST_MODEL (trace), 0);
  g_assert_cmpint (stile_trace_event_get_kind (event), ==, STILE_TRACE_FLIGHT);
  g_assert_cmpstr (stile_trace_event_get_summary (event), ==, "Flight 2 to the service, 7 bytes: Alert");
  g_assert_true (stile_flight_get_bytes (stile_trace_event_get_flight (event)) == bytes);
  g_assert_finalize_object (trace);
}

static void
test_kinds_have_names (void)
{
  static const char *const names[] = { "step", "transport", "flight", "message", "session", "problem" };

  for (guint kind = STILE_TRACE_STEP; kind <= STILE_TRACE_PROBLEM; kind++)
    {
      g_autoptr (StileTraceEvent) event = stile_trace_event_new (kind, "", NULL);

      g_assert_cmpstr (stile_trace_event_get_kind_name (event), ==, names[kind]);
    }
}

/* What a person saves and sends to somebody: it must be JSON, and hold the bytes only when asked to. */
static void
test_prints_as_json (void)
{
  StileTrace *trace = stile_trace_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\x15\x03\x03\x00\x02\x02\x30", 7);
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) with = NULL;
  g_autoptr (GVariant) without = NULL;
  g_autofree char *full = NULL;
  g_autofree char *brief = NULL;
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GVariant) parsed = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_builder_add (&details, "{sv}", "host", g_variant_new_string ("a.example"));
  stile_trace_note (trace, STILE_TRACE_TRANSPORT, g_variant_builder_end (&details), "Reached");
  stile_trace_add_flight (trace, STILE_ROLE_SERVER, 1, bytes);
  with = g_variant_ref_sink (stile_trace_to_variant (trace, TRUE));
  without = g_variant_ref_sink (stile_trace_to_variant (trace, FALSE));
  full = stile_json_print (with, FALSE);
  brief = stile_json_print (without, FALSE);

  g_assert_nonnull (strstr (full, "\"base64\":\"FQMDAAICMA==\""));
  g_assert_null (strstr (brief, "base64"));
  g_assert_nonnull (strstr (brief, "\"host\":\"a.example\""));
  document = g_bytes_new_static (full, strlen (full));
  parsed = stile_json_parse (document, STILE_JSON_MAX_SIZE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (parsed), ==, 2);
  g_assert_finalize_object (trace);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/trace/nobody-listens", test_nobody_listens);
  g_test_add_func ("/atls/trace/is-a-list", test_is_a_list);
  g_test_add_func ("/atls/trace/the-oldest-go-first", test_the_oldest_go_first);
  g_test_add_func ("/atls/trace/holds-flights", test_holds_flights);
  g_test_add_func ("/atls/trace/kinds-have-names", test_kinds_have_names);
  g_test_add_func ("/atls/trace/prints-as-json", test_prints_as_json);

  return g_test_run ();
}
