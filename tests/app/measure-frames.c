/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-diagnose-page.h"

#include <adwaita.h>

#include "app/loop-meter.h"
#include "app/widget-tree.h"
#include "lab/stile-lab.h"
#include "support/test-await.h"

/*
 * How long the main loop is away at most, in a diagnosis of the lab's service on the page: from where it has something to do to
 * where it waits again.  It is printed, and nothing is asserted of it: a machine has other things to do.  The lab runs in
 * this process as it does in the app, and is counted with it.  Apart from that: how long at most without what GTK takes for
 * layout and drawing, which is what the program's own code can be blamed for.
 */

static void
set_up (StileDiagnosePage *page, StileLab *lab)
{
  g_autofree char *folder = g_build_filename (stile_lab_get_directory (lab), "diagnoses", NULL);
  g_autofree char *known = g_build_filename (stile_lab_get_directory (lab), "known", NULL);

  stile_diagnose_page_set_up (page,
                              &(StileDiagnoseSetup){ .proxy = stile_lab_get_proxy_url (lab),
                                                     .anchors = stile_lab_get_domain_file (lab),
                                                     .certificate = stile_lab_get_certificate_file (lab),
                                                     .key = stile_lab_get_key_file (lab),
                                                     .folder = folder,
                                                     .known = known });
}

static void
show (StileDiagnosePage *page, GtkWidget **window)
{
  GtkWidget *toasts = adw_toast_overlay_new ();

  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), GTK_WIDGET (page));
  *window = widget_tree_show (toasts, 900, 700);
  loop_meter_watch (*window);
}

static void
measure (gconstpointer data)
{
  const char *name = data;
  StileLabScenario scenario;
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GError) error = NULL;
  StileDiagnosePage *page = g_object_new (STILE_TYPE_DIAGNOSE_PAGE, NULL);
  GtkWidget *window;

  g_assert_true (stile_lab_scenario_find (name, &scenario));
  stile_lab_set_scenario (lab, scenario);
  g_assert_true (stile_lab_start (lab, &error));
  show (page, &window);
  set_up (page, lab);

  loop_meter_reset ();
  stile_diagnose_page_run (page, stile_lab_get_service_url (lab));
  test_await_until (stile_diagnose_page_get_report (page) != NULL);
  loop_meter_print (name, "until the report");
  gtk_test_widget_wait_for_draw (window);
  test_await_idle ();
  loop_meter_print (name, "until it is drawn");

  widget_tree_close (window);
  stile_lab_stop (lab);
}

int
main (int argc, char *argv[])
{
  static const char *const scenarios[] = { "direct", "intercepted", "block-page" };

  widget_tree_begin (&argc, &argv);
  loop_meter_begin ();

  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *path = g_strdup_printf ("/app/frames/%s", scenarios[i]);

      g_test_add_data_func (path, scenarios[i], measure);
    }

  return g_test_run ();
}
