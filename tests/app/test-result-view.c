/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-result-view.h"

#include <adwaita.h>

#include "support/test-pseudo.h"

/* What is left of a phone's 360 for a page, beside the window's frame and the page's own margins. */
#define NARROWEST 336

static StileReport *
load_report (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "reports", "limited.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  StileReport *report = stile_report_load (path, &error);

  g_assert_no_error (error);
  /* It was made in English, and says so wherever it is shown. */
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  test_pseudo_add_data (text);
  return report;
}

static void
check_width (GtkWidget *widget, guint depth)
{
  int least;

  if (!gtk_widget_get_visible (widget))
    return;
  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  if (least > NARROWEST)
    g_test_message ("%*s%s needs %d", (int)depth, "", G_OBJECT_TYPE_NAME (widget), least);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && least > NARROWEST;
       child = gtk_widget_get_next_sibling (child))
    check_width (child, depth + 1);
}

static void
test_fits_a_phone (void)
{
  g_autoptr (StileReport) report = load_report ();
  GtkWidget *view = g_object_ref_sink (g_object_new (STILE_TYPE_RESULT_VIEW, NULL));
  int least;

  stile_result_view_show_report (STILE_RESULT_VIEW (view), report);
  check_width (view, 0);
  gtk_widget_measure (view, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, NARROWEST);
  g_assert_finalize_object (G_OBJECT (view));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/app/result-view/fits-a-phone", test_fits_a_phone);

  return g_test_run ();
}
