/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-devices-page.h"

#include <adwaita.h>

#include "app/loop-meter.h"
#include "app/stile-device-table.h"
#include "app/widget-tree.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/*
 * How long the place Devices keeps the main loop busy with 100, 1,000 and 10,000 devices: the first frame with the list, scrolling
 * through it, and each letter of a search; and how much memory the process has then.
 */

#define SCROLLS 60

static gsize
get_memory (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10) : 0;
}

static void
fill (const char *inventory, guint count)
{
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) added = NULL;
  g_autoptr (StileDeviceStore) store = NULL;
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (StileDeviceSpec));
  g_autoptr (GStringChunk) texts = g_string_chunk_new (4096);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *serial = g_strdup_printf ("PID:X1 SN:%05u", i);
      g_autofree char *address = g_strdup_printf ("10.%u.%u.%u:8080", i >> 16, (i >> 8) & 255, i & 255);
      const StileDeviceSpec spec = { .serial = g_string_chunk_insert (texts, serial),
                                     .address = g_string_chunk_insert (texts, address),
                                     .name = "Pump of the cooling water, hall 7" };

      g_array_append_val (specs, spec);
    }
  stile_device_store_open_async (inventory, NULL, test_await_cb, &opened);
  store = stile_device_store_open_finish (test_await_result (&opened), NULL);
  stile_device_store_add_async (store, (const StileDeviceSpec *)specs->data, specs->len, NULL, test_await_cb,
                                &added);
  g_assert_true (stile_device_store_add_finish (store, test_await_result (&added), NULL, NULL));
}

static void
settle (GtkWidget *window)
{
  gtk_test_widget_wait_for_draw (window);
  test_await_idle ();
}

static void
scroll (GtkWidget *window, GObject *view)
{
  GtkWidget *scrolled = gtk_widget_get_parent (GTK_WIDGET (view));
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  double most = gtk_adjustment_get_upper (place) - gtk_adjustment_get_page_size (place);

  for (guint i = 0; i <= SCROLLS; i++)
    {
      gtk_adjustment_set_value (place, most * i / SCROLLS);
      gtk_widget_queue_draw (GTK_WIDGET (view));
      gtk_test_widget_wait_for_draw (window);
    }
}

static void
search (GtkWidget *window, GObject *entry)
{
  const char *text = "hall 7 or nothing";

  for (gsize i = 0; i < strlen (text); i++)
    {
      int place = (int)i;

      gtk_editable_insert_text (GTK_EDITABLE (entry), text + i, 1, &place);
      g_signal_emit_by_name (entry, "search-changed");
      gtk_test_widget_wait_for_draw (window);
    }
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

static void
measure (gconstpointer data)
{
  guint count = GPOINTER_TO_UINT (data);
  g_autofree char *name = g_strdup_printf ("%u devices", count);
  g_autofree char *folder = test_pki_directory_new ();
  g_autofree char *inventory = g_build_filename (folder, "devices.db", NULL);
  StileDevicesPage *page = g_object_new (STILE_TYPE_DEVICES_PAGE, NULL);
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *window;
  GtkWidget *table;
  gint64 began;

  fill (inventory, count);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), GTK_WIDGET (page));
  window = widget_tree_show (toasts, 900, 700);
  loop_meter_watch (window);
  settle (window);

  loop_meter_reset ();
  began = g_get_monotonic_time ();
  stile_devices_page_set_up (page, &(StileStationSetup){ .inventory = inventory });
  test_await_until (widget_tree_has_text (window, "PID:X1 SN:00000"));
  settle (window);
  g_print ("# %s, first frame after %.1f ms, memory %zu KiB\n", name,
           (double)(g_get_monotonic_time () - began) / 1000, get_memory ());
  loop_meter_print (name, "until the list is drawn");
  table = find (window, STILE_TYPE_DEVICE_TABLE);
  scroll (window, gtk_widget_get_template_child (table, STILE_TYPE_DEVICE_TABLE, "view"));
  loop_meter_print (name, "scrolling");
  search (window, gtk_widget_get_template_child (table, STILE_TYPE_DEVICE_TABLE, "search"));
  loop_meter_print (name, "searching");

  widget_tree_close (window);
  test_await_idle ();
  test_pki_directory_remove (folder);
}

int
main (int argc, char *argv[])
{
  static const guint counts[] = { 100, 1000, 10000 };

  widget_tree_begin (&argc, &argv);
  loop_meter_begin ();

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/app/devices/%u", counts[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (counts[i]), measure);
    }

  return g_test_run ();
}
