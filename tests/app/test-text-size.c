/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>

#include "app/lab-window.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

/* Text of twice its size, on a phone and on a desk: everything fits into the window's width, and no text is cut without a way to
 * read all of it. */

#define DOUBLE_DPI (2 * 96 * 1024)
#define HEIGHT 720

static GString *complaints;

static void
complain (GtkWidget *widget, const char *what)
{
  g_string_append (complaints, what);
  for (GtkWidget *each = widget; each != NULL; each = gtk_widget_get_parent (each))
    g_string_append_printf (complaints, " in %s", G_OBJECT_TYPE_NAME (each));
  g_string_append_c (complaints, '\n');
}

/* --- texts --- */

static gboolean
has_tooltip (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_tooltip_text (widget) != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
is_inside (GtkWidget *widget, const char *type)
{
  return gtk_widget_get_ancestor (widget, g_type_from_name (type)) != NULL;
}

static gboolean
is_cut (GtkLabel *label)
{
  int needed;

  /* A window's title is in the list of windows, what an entry is for is its name, and libadwaita's own is not ours. */
  if (is_inside (GTK_WIDGET (label), "AdwToastWidget") ||
      is_inside (GTK_WIDGET (label), "AdwViewSwitcherBar") ||
      gtk_widget_get_ancestor (GTK_WIDGET (label), ADW_TYPE_HEADER_BAR) != NULL ||
      gtk_widget_get_ancestor (GTK_WIDGET (label), GTK_TYPE_TEXT) != NULL)
    return FALSE;
  if (gtk_label_get_ellipsize (label) != PANGO_ELLIPSIZE_NONE)
    return pango_layout_is_ellipsized (gtk_label_get_layout (label));
  if (gtk_label_get_wrap (label))
    return FALSE;

  /* Behind what scrolls. */
  if (gtk_widget_get_width (GTK_WIDGET (label)) == 0)
    return FALSE;

  pango_layout_get_pixel_size (gtk_label_get_layout (label), &needed, NULL);
  return needed > gtk_widget_get_width (GTK_WIDGET (label)) + 1;
}

static void
check_texts (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_LABEL (widget) && is_cut (GTK_LABEL (widget)) && !has_tooltip (widget))
    {
      g_string_append_printf (complaints, "“%s” is cut, at %d: ", gtk_label_get_text (GTK_LABEL (widget)),
                              gtk_widget_get_width (widget));
      complain (widget, "");
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_texts (child);
}

/* --- widths --- */

/* Down to where the width comes from. */
static void
describe_widest (GtkWidget *widget)
{
  GtkWidget *widest = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_NATIVE (child) &&
        (widest == NULL || widget_tree_get_minimum_width (child) > widget_tree_get_minimum_width (widest)))
      widest = child;

  if (widest == NULL)
    return;

  g_string_append_printf (complaints, " %s %d", G_OBJECT_TYPE_NAME (widest),
                          widget_tree_get_minimum_width (widest));
  describe_widest (widest);
}

/* The innermost that is too wide: what is around it is too wide for its sake. */
static void
check_width (GtkWidget *widget, int width)
{
  gboolean inner = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && !GTK_IS_NATIVE (child) &&
        widget_tree_get_minimum_width (child) > width)
      {
        check_width (child, width);
        inner = TRUE;
      }

  if (!inner && widget_tree_get_minimum_width (widget) > width)
    {
      g_string_append_printf (complaints, "%d wide, not %d:", widget_tree_get_minimum_width (widget), width);
      describe_widest (widget);
      complain (widget, "");
    }
}

static void
assert_fits (GtkWindow *window, int width)
{
  gtk_window_set_default_size (window, width, HEIGHT);
  test_await_idle ();
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  complaints = g_string_new (NULL);
  check_width (GTK_WIDGET (window), width);
  if (complaints->len == 0)
    check_texts (GTK_WIDGET (window));
  if (complaints->len > 0)
    {
      g_printerr ("%s", complaints->str);
      g_test_fail ();
    }
  g_string_free (complaints, TRUE);
}

/* --- the places --- */

static void
test_bootstrap (gconstpointer data)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");
  int width = GPOINTER_TO_INT (data);

  do
    assert_fits (GTK_WINDOW (self->window), width);
  while (lab_window_walk_on (self));
}

static void
test_diagnose (gconstpointer data)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");
  int width = GPOINTER_TO_INT (data);

  lab_window_show_place (self, "diagnose");
  assert_fits (GTK_WINDOW (self->window), width);
  lab_window_diagnose (self, NULL);
  assert_fits (GTK_WINDOW (self->window), width);
}

static void
test_devices (gconstpointer data)
{
  static const char *const actions[] = { "add.one", "add.lab", "devices.agent" };
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");
  int width = GPOINTER_TO_INT (data);

  lab_window_show_place (self, "devices");
  assert_fits (GTK_WINDOW (self->window), width);
  lab_window_add_devices (self);
  assert_fits (GTK_WINDOW (self->window), width);
  lab_window_start_devices (self);
  assert_fits (GTK_WINDOW (self->window), width);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GtkWindow *dialog = lab_window_open_dialog (self, actions[i]);

      assert_fits (dialog, width);
      lab_window_close_dialog (self, dialog);
    }
}

int
main (int argc, char **argv)
{
  static const int widths[] = { 360, 900 };

  widget_tree_begin (&argc, &argv);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", DOUBLE_DPI, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autofree char *bootstrap = g_strdup_printf ("/text-size/%d/bootstrap", widths[i]);
      g_autofree char *diagnose = g_strdup_printf ("/text-size/%d/diagnose", widths[i]);
      g_autofree char *devices = g_strdup_printf ("/text-size/%d/devices", widths[i]);

      g_test_add_data_func (bootstrap, GINT_TO_POINTER (widths[i]), test_bootstrap);
      g_test_add_data_func (diagnose, GINT_TO_POINTER (widths[i]), test_diagnose);
      g_test_add_data_func (devices, GINT_TO_POINTER (widths[i]), test_devices);
    }

  return g_test_run ();
}
