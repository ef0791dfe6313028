/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-scan-view.h"

#include <adwaita.h>

#include "app/fake-portal.h"
#include "app/stile-devices-page.h"
#include "app/stile-import-dialog.h"
#include "app/widget-tree.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* What is left of a phone's 360 beside the window's frame. */
#define NARROWEST 352

static const char *const texts[] = { "serial=X1-0001;address=192.0.2.1", "WIFI:S:cellar;P:secret;;",
                                     "X1-0002", "SN:X1-0002", NULL };

/**
 * Place:
 *
 * The place Devices, on a desktop with a camera.
 */
typedef struct
{
  FakeCamera *camera;
  FakePortal *portal;
  char *folder;
  char *inventory;
  GtkWidget *window;
  StileDevicesPage *page;
} Place;

static StileDeviceStore *
get_store (Place *self)
{
  StileStation *station = stile_devices_page_get_station (self->page);

  return station != NULL ? stile_station_get_store (station) : NULL;
}

static void
show_page (Place *self)
{
  GtkWidget *toasts = adw_toast_overlay_new ();

  self->folder = test_pki_directory_new ();
  self->inventory = g_build_filename (self->folder, "devices.db", NULL);
  self->page = g_object_new (STILE_TYPE_DEVICES_PAGE, NULL);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), GTK_WIDGET (self->page));
  self->window = widget_tree_show (toasts, 900, 640);
  stile_devices_page_set_up (self->page, &(StileStationSetup){ .inventory = self->inventory });
  test_await_until (get_store (self) != NULL);
}

/* With a camera, where the test says so. */
static void
begin (Place *self, gconstpointer data)
{
  self->camera = data != NULL ? fake_camera_new (data) : NULL;
  self->portal = fake_portal_new (data != NULL ? FAKE_PORTAL_YES : FAKE_PORTAL_NO, self->camera);
  show_page (self);
}

static void
end (Place *self, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (self->page), (gpointer *)&self->page);
  widget_tree_close (self->window);
  test_await_until (self->page == NULL);
  fake_portal_free (self->portal);
  g_clear_pointer (&self->camera, fake_camera_free);
  test_pki_directory_remove (self->folder);
  g_free (self->folder);
  g_free (self->inventory);
}

static GtkWidget *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *each = windows; each != NULL; each = each->next)
    if (STILE_IS_IMPORT_DIALOG (each->data))
      return each->data;

  return NULL;
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (child, type) ? child : find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
open_dialog (Place *self)
{
  test_await_until (widget_tree_find_button (self->window, "With the _camera…") != NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->page), "add.scanned", NULL);
  return find_dialog ();
}

static void
close_dialog (GtkWidget *dialog)
{
  gtk_window_close (GTK_WINDOW (dialog));
  test_await_until (find_dialog () == NULL);
}

static void
test_is_offered_where_a_camera_is (Place *self, gconstpointer data)
{
  test_await_until (widget_tree_find_button (self->window, "With the _camera…") != NULL);
  self->portal->present = FALSE;
  gtk_widget_unmap (GTK_WIDGET (self->page));
  gtk_widget_map (GTK_WIDGET (self->page));
  test_await_until (widget_tree_find_button (self->window, "With the _camera…") == NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->page), "add.scanned", NULL);
  g_assert_null (find_dialog ());
  g_assert_cmpuint (self->portal->asked, ==, 0);
}

static void
test_collects_what_codes_say (Place *self, gconstpointer data)
{
  GtkWidget *dialog = open_dialog (self);
  GtkWidget *add;

  test_await_until ((add = widget_tree_find_button (dialog, "_Add 2 of 3")) != NULL);
  test_await_until (widget_tree_has_text (dialog, "X1-0002 was read before. Show the next code."));
  test_await_until (widget_tree_has_text (dialog, "192.0.2.1"));
  test_await_until (widget_tree_has_text (dialog, "QR code"));
  g_assert_false (widget_tree_has_text (dialog, "secret"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))), ==, 0);
  widget_tree_shoot ("devices-camera");
  g_assert_cmpint (widget_tree_get_minimum_width (dialog), <=, NARROWEST);

  g_signal_emit_by_name (add, "clicked");
  test_await_until (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))) == 2);
  test_await_until (find_dialog () == NULL);
}

/* Also where something still holds what nobody can see. */
static void
test_is_off_when_nobody_looks (Place *self, gconstpointer data)
{
  GtkWidget *dialog = open_dialog (self);
  g_autoptr (StileScanView) held = g_object_ref (STILE_SCAN_VIEW (find (dialog, STILE_TYPE_SCAN_VIEW)));
  StileCamera *camera = stile_scan_view_get_camera (held);

  g_assert_true (stile_camera_is_on (camera));
  test_await_until (widget_tree_has_text (dialog, "was read"));
  close_dialog (dialog);
  g_assert_false (stile_camera_is_on (camera));
}

static void
test_keeps_what_was_read (Place *self, gconstpointer data)
{
  GtkWidget *dialog = open_dialog (self);

  test_await_until (widget_tree_find_button (dialog, "_Add 2 of 3") != NULL);
  fake_camera_kill (self->camera);
  test_await_until (widget_tree_has_text (dialog, "PipeWire, which brings it, has ended"));
  g_assert_true (widget_tree_has_text (
      dialog, "A picture file of the code can be used in its place, with “From a list”."));
  g_assert_true (gtk_widget_is_sensitive (widget_tree_find_button (dialog, "_Add 2 of 3")));
  widget_tree_shoot ("devices-camera-ended");
  close_dialog (dialog);
}

static void
test_says_why_there_is_no_picture (Place *self, gconstpointer data)
{
  GtkWidget *dialog = open_dialog (self);

  test_await_until (widget_tree_has_text (dialog, "Nothing can be added"));
  g_assert_true (widget_tree_has_text (dialog, "access was denied"));
  g_assert_true (widget_tree_has_text (
      dialog, "A picture file of the code can be used in its place, with “From a list”."));
  widget_tree_shoot ("devices-camera-denied");
  close_dialog (dialog);
}

#define ADD(name, data, function) g_test_add ("/app/scan-view/" name, Place, data, begin, function, end)

int
main (int argc, char *argv[])
{
  widget_tree_begin (&argc, &argv);

  ADD ("is-offered-where-a-camera-is", NULL, test_is_offered_where_a_camera_is);
  ADD ("collects-what-codes-say", texts, test_collects_what_codes_say);
  ADD ("is-off-when-nobody-looks", texts, test_is_off_when_nobody_looks);
  ADD ("keeps-what-was-read", texts, test_keeps_what_was_read);
  ADD ("says-why-there-is-no-picture", NULL, test_says_why_there_is_no_picture);

  return g_test_run ();
}
