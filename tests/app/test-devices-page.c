/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-page.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "app/stile-agent-dialog.h"
#include "app/stile-device-detail.h"
#include "app/stile-device-dialog.h"
#include "app/stile-device-table.h"
#include "app/stile-import-dialog.h"
#include "app/widget-tree.h"
#include "inventory/stile-device-code.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* What is left of a phone's 360 beside the window's frame. */
#define NARROWEST 352

/**
 * Place:
 *
 * The page in a window that can show toasts, with a list of its own.
 */
typedef struct
{
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
set_up (Place *self)
{
  stile_devices_page_set_up (self->page, &(StileStationSetup){ .inventory = self->inventory });
}

static void
begin (Place *self, gconstpointer data)
{
  GtkWidget *toasts = adw_toast_overlay_new ();

  self->folder = test_pki_directory_new ();
  self->inventory = g_build_filename (self->folder, "devices.db", NULL);
  self->page = g_object_new (STILE_TYPE_DEVICES_PAGE, NULL);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), GTK_WIDGET (self->page));
  self->window = widget_tree_show (toasts, 900, 640);
  set_up (self);
  test_await_until (get_store (self) != NULL);
}

static void
end (Place *self, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (self->page), (gpointer *)&self->page);
  widget_tree_close (self->window);
  test_await_until (self->page == NULL);
  test_pki_directory_remove (self->folder);
  g_free (self->folder);
  g_free (self->inventory);
}

static gboolean
shows (Place *self, const char *text)
{
  return widget_tree_has_text (self->window, text);
}

static void
act (Place *self, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->page), action, NULL));
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
find_window (GType type)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *each = windows; each != NULL; each = each->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (each->data, type))
      return each->data;

  return NULL;
}

static void
add (Place *self, const StileDeviceSpec *specs, gsize count)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_device_store_add_async (get_store (self), specs, count, NULL, test_await_cb, &result);
  g_assert_true (stile_device_store_add_finish (get_store (self), test_await_result (&result), NULL, &error));
  g_assert_no_error (error);
}

static void
add_three (Place *self)
{
  const StileDeviceSpec specs[] = {
    { .serial = "X1-0001", .address = "192.0.2.1", .name = "Pump", .model = "X1" },
    { .serial = "X1-0002", .name = "A valve with a name that is longer than any list is wide, and goes on" },
    { .serial = "X1-0003", .address = "[2001:db8::7]:8080", .note = "in the cellar" },
  };

  add (self, specs, G_N_ELEMENTS (specs));
}

static StileDevice *
change (Place *self, const char *serial, StileDeviceState state, const char *message)
{
  StileDevice *device = stile_device_store_find (get_store (self), serial);
  StileDeviceChange *made = stile_device_change_new (device, state, STILE_PRM_STEP_VOUCHER_REQUEST);
  g_autoptr (GAsyncResult) result = NULL;

  made->message = g_strdup (message);
  made->until = state == STILE_DEVICE_WAITING ? g_get_real_time () / G_USEC_PER_SEC + 42 : 0;
  made->what = g_strdup ("test");
  made->text = g_strdup (message != NULL ? message : "Something happened");
  stile_device_store_change_async (get_store (self), made, test_await_cb, &result);
  g_assert_true (stile_device_store_change_finish (get_store (self), test_await_result (&result), NULL));
  return device;
}

static guint
count_shown (Place *self)
{
  StileDeviceTable *table = STILE_DEVICE_TABLE (find (self->window, STILE_TYPE_DEVICE_TABLE));
  g_autoptr (GPtrArray) devices = NULL;

  stile_device_table_select_all (table);
  devices = stile_device_table_get_selected (table);
  return devices->len;
}

/* --- the list --- */

static void
test_is_empty_at_first (Place *self, gconstpointer data)
{
  g_assert_true (shows (self, "Bring devices into a domain"));
  widget_tree_shoot ("devices-empty");
  add_three (self);
  g_assert_true (shows (self, "0 of 3 devices are done"));
  test_await_until (shows (self, "X1-0002"));
}

static void
test_searches_as_one_types (Place *self, gconstpointer data)
{
  GtkWidget *entry = find (self->window, GTK_TYPE_SEARCH_ENTRY);

  add_three (self);
  gtk_editable_set_text (GTK_EDITABLE (entry), "CELLAR");
  test_await_until (count_shown (self) == 1);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nobody");
  test_await_until (shows (self, "No such device"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  test_await_until (count_shown (self) == 3);
}

static void
test_shows_those_of_a_state (Place *self, gconstpointer data)
{
  GtkWidget *group = find (self->window, GTK_TYPE_DROP_DOWN);

  add_three (self);
  change (self, "X1-0002", STILE_DEVICE_FAILED, "It caught fire");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (group), 4);
  test_await_until (count_shown (self) == 1);
  test_await_until (shows (self, "Failed: It caught fire"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (group), 0);
}

static void
test_shows_one_in_detail (Place *self, gconstpointer data)
{
  StileDeviceDetail *detail = STILE_DEVICE_DETAIL (find (self->window, STILE_TYPE_DEVICE_DETAIL));
  GtkWidget *leaflet = find (self->window, ADW_TYPE_LEAFLET);
  GtkWidget *table = find (self->window, STILE_TYPE_DEVICE_TABLE);
  GObject *view = gtk_widget_get_template_child (table, STILE_TYPE_DEVICE_TABLE, "view");

  add_three (self);
  test_await_until (adw_leaflet_get_folded (ADW_LEAFLET (leaflet)) ||
                    shows (self, "Choose a device to see how it is, and what happened to it."));
  change (self, "X1-0001", STILE_DEVICE_WAITING, "Somebody must decide first");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (view), "list.activate-item", "u", 0));
  test_await_until (shows (self, "History"));
  g_assert_true (shows (self, "2 of 10 steps"));
  g_assert_true (shows (self, "192.0.2.1"));
  g_assert_nonnull (widget_tree_find_button (GTK_WIDGET (detail), "Ask _now"));
  widget_tree_shoot ("devices-detail");
  change (self, "X1-0001", STILE_DEVICE_DONE, NULL);
  test_await_until (shows (self, "10 of 10 steps"));
}

static void
test_removes_what_is_selected (Place *self, gconstpointer data)
{
  add_three (self);
  test_await_until (count_shown (self) == 3);
  widget_tree_shoot ("devices-selected");
  act (self, "devices.remove-selected");
  test_await_until (shows (self, "Bring devices into a domain"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))), ==, 0);
}

static const char *
get_serial_at (Place *self, guint place)
{
  g_autoptr (StileDevice) device = g_list_model_get_item (G_LIST_MODEL (get_store (self)), place);

  return stile_device_get_serial (device);
}

/* Selected it stays: somebody moves it again and again. */
static void
test_orders_by_hand (Place *self, gconstpointer data)
{
  GtkWidget *table = find (self->window, STILE_TYPE_DEVICE_TABLE);
  GObject *view = gtk_widget_get_template_child (table, STILE_TYPE_DEVICE_TABLE, "view");
  GtkSelectionModel *selection = gtk_list_view_get_model (GTK_LIST_VIEW (view));

  add_three (self);
  gtk_selection_model_select_item (selection, 0, TRUE);
  g_assert_true (gtk_widget_activate_action (table, "table.move-down", NULL));
  test_await_until (g_str_equal (get_serial_at (self, 0), "X1-0002"));
  g_assert_cmpstr (get_serial_at (self, 1), ==, "X1-0001");
  gtk_selection_model_select_item (selection, 2, TRUE);
  g_assert_true (gtk_widget_activate_action (table, "table.move-up", NULL));
  test_await_until (g_str_equal (get_serial_at (self, 1), "X1-0003"));
  gtk_selection_model_select_item (selection, 0, TRUE);
  g_assert_true (gtk_widget_activate_action (table, "table.move-up", NULL));
  g_assert_cmpstr (get_serial_at (self, 0), ==, "X1-0002");
}

/* Rows are made for what is seen, not for all there is. */
static guint
count_rows (GtkWidget *root, GType type)
{
  guint count = G_TYPE_CHECK_INSTANCE_TYPE (root, type);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    count += count_rows (child, type);
  return count;
}

static void
test_holds_ten_thousand (Place *self, gconstpointer data)
{
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (StileDeviceSpec));
  g_autoptr (GPtrArray) serials = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 10000; i++)
    {
      const StileDeviceSpec spec = { .serial = g_strdup_printf ("X1-%05u", i) };

      g_ptr_array_add (serials, (gpointer)spec.serial);
      g_array_append_val (specs, spec);
    }
  add (self, (const StileDeviceSpec *)specs->data, specs->len);
  test_await_until (count_shown (self) == 10000);
  g_assert_cmpuint (count_rows (self->window, g_type_from_name ("StileDeviceRow")), <, 500);
}

static void
test_is_narrow (Place *self, gconstpointer data)
{
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, NARROWEST);
  add_three (self);
  change (self, "X1-0002", STILE_DEVICE_FAILED, "It caught fire");
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, NARROWEST);
}

/* --- adding --- */

static void
test_imports_a_list (Place *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "note.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *dialog;

  g_assert_true (g_file_set_contents (path, "serial,address\nX1-1,192.0.2.9\n,192.0.2.10\n", -1, NULL));
  stile_devices_adding_import (stile_devices_page_get_adding (self->page), file);
  dialog = find_window (STILE_TYPE_IMPORT_DIALOG);
  g_assert_nonnull (dialog);
  test_await_until (widget_tree_find_button (dialog, "_Add 1 of 2") != NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))), ==, 0);
  g_signal_emit_by_name (widget_tree_find_button (dialog, "_Add 1 of 2"), "clicked");
  test_await_until (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))) == 1);
  test_await_until (find_window (STILE_TYPE_IMPORT_DIALOG) == NULL);
}

static void
test_reads_a_picture (Place *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "label.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  const char *const arguments[] = { "qrencode", "-o", path, "serial=X1-0042;address=192.0.2.42", NULL };
  GtkWidget *dialog;
  int status = 0;

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  stile_devices_adding_import (stile_devices_page_get_adding (self->page), file);
  dialog = find_window (STILE_TYPE_IMPORT_DIALOG);
  test_await_until (widget_tree_find_button (dialog, "_Add 1 of 1") != NULL);
  g_signal_emit_by_name (widget_tree_find_button (dialog, "_Add 1 of 1"), "clicked");
  test_await_until (stile_device_store_find (get_store (self), "X1-0042") != NULL);
  test_await_until (find_window (STILE_TYPE_IMPORT_DIALOG) == NULL);
}

static void
test_says_why_a_list_is_none (Place *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "empty.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *dialog;

  g_assert_true (g_file_set_contents (path, "", -1, NULL));
  stile_devices_adding_import (stile_devices_page_get_adding (self->page), file);
  dialog = find_window (STILE_TYPE_IMPORT_DIALOG);
  test_await_until (widget_tree_has_text (dialog, "Nothing can be added"));
  gtk_window_close (GTK_WINDOW (dialog));
  test_await_until (find_window (STILE_TYPE_IMPORT_DIALOG) == NULL);
}

static void
fill_entry (GtkWidget *dialog, guint index, const char *text)
{
  GtkWidget *group = find (dialog, ADW_TYPE_PREFERENCES_GROUP);
  GtkWidget *list = find (group, GTK_TYPE_LIST_BOX);
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int)index));

  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
test_adds_one (Place *self, gconstpointer data)
{
  GtkWidget *dialog;
  GtkWidget *button;

  act (self, "add.one");
  dialog = find_window (STILE_TYPE_DEVICE_DIALOG);
  g_assert_nonnull (dialog);
  button = widget_tree_find_button (dialog, "_Add");
  g_assert_false (gtk_widget_is_sensitive (button));
  fill_entry (dialog, 0, "WIFI:S:cellar;P:secret;;");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (widget_tree_has_text (dialog, "secret"));
  fill_entry (dialog, 0, "serial=X1-77;address=192.0.2.77");
  g_signal_emit_by_name (button, "clicked");
  test_await_until (stile_device_store_find (get_store (self), "X1-77") != NULL);
  g_assert_cmpstr (stile_device_get_address (stile_device_store_find (get_store (self), "X1-77")), ==,
                   "192.0.2.77");
  test_await_until (find_window (STILE_TYPE_DEVICE_DIALOG) == NULL);
}

/* --- starting --- */

static void
test_asks_where_to_go (Place *self, gconstpointer data)
{
  GtkWidget *dialog;

  add_three (self);
  act (self, "devices.start");
  dialog = find_window (STILE_TYPE_AGENT_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_false (gtk_widget_is_sensitive (widget_tree_find_button (dialog, "_Use")));
  gtk_window_close (GTK_WINDOW (dialog));
  test_await_until (find_window (STILE_TYPE_AGENT_DIALOG) == NULL);
  g_assert_cmpint (stile_device_get_state (stile_device_store_find (get_store (self), "X1-0001")), ==,
                   STILE_DEVICE_NEW);
}

/* Another program has the list. */
static void
test_says_when_it_cannot_be_opened (Place *self, gconstpointer data)
{
  g_autoptr (StileDeviceStore) held = g_object_ref (get_store (self));

  set_up (self);
  test_await_until (shows (self, "The list of devices cannot be opened"));
  widget_tree_shoot ("devices-locked");
  g_clear_object (&held);
  act (self, "devices.open-again");
  test_await_until (shows (self, "Bring devices into a domain"));
}

#define ADD(name, function) g_test_add ("/app/devices-page/" name, Place, NULL, begin, function, end)

int
main (int argc, char *argv[])
{
  widget_tree_begin (&argc, &argv);

  ADD ("is-empty-at-first", test_is_empty_at_first);
  ADD ("searches-as-one-types", test_searches_as_one_types);
  ADD ("shows-those-of-a-state", test_shows_those_of_a_state);
  ADD ("shows-one-in-detail", test_shows_one_in_detail);
  ADD ("removes-what-is-selected", test_removes_what_is_selected);
  ADD ("orders-by-hand", test_orders_by_hand);
  ADD ("holds-ten-thousand", test_holds_ten_thousand);
  ADD ("is-narrow", test_is_narrow);
  ADD ("imports-a-list", test_imports_a_list);
  ADD ("reads-a-picture-of-codes", test_reads_a_picture);
  ADD ("says-why-a-list-is-none", test_says_why_a_list_is_none);
  ADD ("adds-one", test_adds_one);
  ADD ("asks-where-to-go", test_asks_where_to_go);
  ADD ("says-when-it-cannot-be-opened", test_says_when_it_cannot_be_opened);

  return g_test_run ();
}
