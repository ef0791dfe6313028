/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-flight-view.h"
#include "app/widget-tree.h"
#include "support/test-pseudo.h"

static void
add_flight (StileTrace *trace, StileRole sender, guint number, gsize size)
{
  g_autofree guint8 *zeros = g_malloc0 (size);
  g_autoptr (GBytes) bytes = g_bytes_new (zeros, size);

  stile_trace_add_flight (trace, sender, number, bytes);
}

static void
assert_spoken (GtkWidget *view, guint index, const char *beginning)
{
  StileFlightRow *row = stile_flight_view_get_row (STILE_FLIGHT_VIEW (view), index);
  g_autofree char *english = test_pseudo_read (stile_flight_row_get_spoken (row));

  g_assert_true (g_str_has_prefix (english, beginning));
}

static void
test_live (void)
{
  g_autoptr (StileTrace) trace = stile_trace_new ();
  GtkWidget *view = stile_flight_view_new ();
  GtkWidget *window = widget_tree_show (view, 360, 480);

  stile_flight_view_set_trace (STILE_FLIGHT_VIEW (view), trace);
  stile_flight_view_set_between (STILE_FLIGHT_VIEW (view), TRUE);
  g_assert_null (stile_flight_view_get_row (STILE_FLIGHT_VIEW (view), 0));

  add_flight (trace, STILE_ROLE_CLIENT, 1, 315);
  stile_trace_note (trace, STILE_TRACE_STEP, NULL, "%s", "Not a flight");
  add_flight (trace, STILE_ROLE_SERVER, 2, 1);

  assert_spoken (view, 0, "Flight 1, from this computer to the service, 315 bytes: ");
  assert_spoken (view, 1, "Flight 2, from the service to this computer, 1 byte: ");
  g_assert_null (stile_flight_view_get_row (STILE_FLIGHT_VIEW (view), 2));
  gtk_test_accessible_assert_role (stile_flight_view_get_row (STILE_FLIGHT_VIEW (view), 0),
                                   GTK_ACCESSIBLE_ROLE_LIST_ITEM);

  gtk_test_widget_wait_for_draw (window);
  widget_tree_close (window);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/flight-view/live", test_live);

  return g_test_run ();
}
