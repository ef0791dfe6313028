/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-import-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/stile-help-topic.h"
#include "app/stile-speech.h"
#include "app/stile-text.h"

#include "atls/stile-error.h"
#include "inventory/stile-import-file.h"
#include "inventory/stile-import-line.h"

/**
 * StileImportDialog:
 *
 * What was understood of a list of devices, line by line, and what not: nothing is added before somebody says so.
 */
struct _StileImportDialog
{
  AdwWindow parent_instance;

  StileDeviceStore *store;
  GListModel *lines; /* of StileImportLine, or NULL */
  GtkFilterListModel *shown;
  GtkCustomFilter *filter;
  GCancellable *cancellable;

  GtkStack *stack;
  AdwStatusPage *problem;
  GtkListView *list;
  GtkLabel *summary;
  GtkToggleButton *problems_only;
  GtkButton *add;
};

G_DEFINE_FINAL_TYPE (StileImportDialog, stile_import_dialog, ADW_TYPE_WINDOW)

static guint added_signal;

static void
stile_import_dialog_dispose (GObject *object)
{
  StileImportDialog *self = STILE_IMPORT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  if (self->lines != NULL)
    g_signal_handlers_disconnect_by_data (self->lines, self);
  g_clear_object (&self->lines);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (stile_import_dialog_parent_class)->dispose (object);
}

static void
stile_import_dialog_finalize (GObject *object)
{
  g_object_unref (STILE_IMPORT_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (stile_import_dialog_parent_class)->finalize (object);
}

/* --- lines --- */

static StileImportLine *
get_line (GListModel *lines, guint place)
{
  g_autoptr (StileImportLine) line = g_list_model_get_item (lines, place);

  /* The list holds it. */
  return line;
}

static guint
count_good (StileImportDialog *self)
{
  guint good = 0;
  StileImportLine *line;

  for (guint i = 0; (line = get_line (self->lines, i)) != NULL; i++)
    good += stile_import_line_is_good (line);

  return good;
}

static void
show_numbers (StileImportDialog *self)
{
  guint all = g_list_model_get_n_items (self->lines);
  guint good = count_good (self);
  g_autofree char *add = g_strdup_printf (_ ("_Add %u of %u"), good, all);
  g_autofree char *summary =
      all > good ? g_strdup_printf (
                       ngettext ("%u line cannot be used", "%u lines cannot be used", all - good), all - good)
                 : g_strdup (_ ("All lines were understood"));

  gtk_button_set_label (self->add, add);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add), good > 0);
  gtk_label_set_text (self->summary, summary);
  stile_speech_set_description (GTK_WIDGET (self->add), summary);
  gtk_widget_set_visible (GTK_WIDGET (self->problems_only), all > good && good > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->add), TRUE);
}

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  StileImportDialog *self = user_data;

  return !gtk_toggle_button_get_active (self->problems_only) || !stile_import_line_is_good (item);
}

static void
problems_only_toggled (StileImportDialog *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_label_set_width_chars (GTK_LABEL (number), 5);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_widget_add_css_class (number, "dim-label");
  gtk_widget_add_css_class (number, "numeric");
  gtk_widget_set_valign (number, GTK_ALIGN_START);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *label = gtk_label_new (NULL);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_box_append (GTK_BOX (texts), label);
    }
  gtk_widget_add_css_class (gtk_widget_get_last_child (texts), "caption");
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_add_css_class (box, "device-row");
  gtk_list_item_set_child (item, box);
}

static char *
describe_good (StileImportLine *line)
{
  const char *parts[5] = { NULL };
  guint count = 0;
  const char *all[] = { stile_import_line_get_address (line), stile_import_line_get_name (line),
                        stile_import_line_get_model (line), stile_import_line_get_note (line) };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL)
      parts[count++] = all[i];

  return count > 0 ? g_strjoinv (" · ", (char **)parts) : g_strdup (_ ("to be found on this network"));
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  StileImportLine *line = gtk_list_item_get_item (item);
  GtkWidget *number = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *texts = gtk_widget_get_next_sibling (number);
  GtkWidget *below = gtk_widget_get_last_child (texts);
  gboolean good = stile_import_line_is_good (line);
  g_autofree char *place = g_strdup_printf ("%u", stile_import_line_get_line (line));
  g_autofree char *spoken = NULL;
  g_autofree char *described = good ? describe_good (line) : g_strdup (stile_import_line_get_problem (line));

  gtk_label_set_text (GTK_LABEL (number), stile_import_line_get_line (line) > 0 ? place : "");
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (texts)),
                      good ? stile_import_line_get_serial (line) : stile_import_line_get_text (line));
  gtk_label_set_text (GTK_LABEL (below), described);
  spoken = g_strdup_printf ("%s\n%s", gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (texts))),
                            described);
  stile_speech_set_name (gtk_widget_get_parent (gtk_list_item_get_child (item)), spoken);
  gtk_widget_remove_css_class (below, good ? "error" : "dim-label");
  gtk_widget_add_css_class (below, good ? "dim-label" : "error");
}

/* --- adding --- */

static void
added (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint count;

  if (!stile_device_store_add_finish (STILE_DEVICE_STORE (object), result, &count, &error))
    {
      stile_import_dialog_fail (self, error->message);
      return;
    }

  g_signal_emit (self, added_signal, 0, count);
  gtk_window_close (GTK_WINDOW (self));
}

static void
add_clicked (StileImportDialog *self)
{
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (StileDeviceSpec));
  StileImportLine *line;

  for (guint i = 0; (line = get_line (self->lines, i)) != NULL; i++)
    {
      const StileDeviceSpec spec = { stile_import_line_get_serial (line),
                                     stile_import_line_get_address (line), stile_import_line_get_name (line),
                                     stile_import_line_get_model (line), stile_import_line_get_note (line) };

      if (stile_import_line_is_good (line))
        g_array_append_val (specs, spec);
    }

  gtk_widget_set_sensitive (GTK_WIDGET (self->add), FALSE);
  stile_device_store_add_async (self->store, (StileDeviceSpec *)specs->data, specs->len, NULL, added,
                                g_object_ref (self));
}

/* --- the dialog --- */

static void
stile_import_dialog_class_init (StileImportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_import_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = stile_import_dialog_finalize;

  added_signal = g_signal_new ("added", STILE_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, list);
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, problems_only);
  gtk_widget_class_bind_template_child (widget_class, StileImportDialog, add);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, problems_only_toggled);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
stile_import_dialog_init (StileImportDialog *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_help_topic_set (GTK_WIDGET (self), "devices#devices-and-a-list-of-them");
  stile_text_let_wrap (GTK_WIDGET (self));
  self->filter = gtk_custom_filter_new (is_shown, self, NULL);
  self->shown = gtk_filter_list_model_new (NULL, GTK_FILTER (g_object_ref (self->filter)));
  gtk_filter_list_model_set_incremental (self->shown, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * stile_import_dialog_new:
 * @store: where the devices go
 *
 * Returns: (transfer none): a window of its own, in front of @parent
 */
StileImportDialog *
stile_import_dialog_new (GtkWindow *parent, StileDeviceStore *store)
{
  StileImportDialog *self = g_object_new (STILE_TYPE_IMPORT_DIALOG, "transient-for", parent, NULL);

  self->store = g_object_ref (store);
  return self;
}

static void
lines_changed (StileImportDialog *self)
{
  show_numbers (self);
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (self->lines) > 0 ? "lines" : "loading");
}

/**
 * stile_import_dialog_show:
 * @lines: of StileImportLine; may grow
 * @title: what they are
 */
void
stile_import_dialog_show (StileImportDialog *self, GListModel *lines, const char *title)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  gtk_window_set_title (GTK_WINDOW (self), title);
  self->lines = g_object_ref (lines);
  g_signal_connect_swapped (lines, "items-changed", G_CALLBACK (lines_changed), self);
  gtk_filter_list_model_set_model (self->shown, lines);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->shown))));
  gtk_list_view_set_model (self->list, selection);
  lines_changed (self);
}

/**
 * stile_import_dialog_set_above:
 * @widget: what the lines come from, as somebody watches it
 *
 * Shows it above the lines, in a window that is high enough for both.
 */
void
stile_import_dialog_set_above (StileImportDialog *self, GtkWidget *widget)
{
  GtkWidget *stack = GTK_WIDGET (self->stack);

  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (stack)), widget,
                              gtk_widget_get_prev_sibling (stack));
  gtk_window_set_default_size (GTK_WINDOW (self), 560, 680);
}

/**
 * stile_import_dialog_fail:
 *
 * Says why there is nothing to add.
 */
void
stile_import_dialog_fail (StileImportDialog *self, const char *message)
{
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem, escaped);
  gtk_stack_set_visible_child_name (self->stack, "problem");
  gtk_widget_set_visible (GTK_WIDGET (self->add), FALSE);
}

static void
loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = stile_import_file_load_finish (result, &error);

  if (list != NULL)
    stile_import_dialog_show (self, list, gtk_window_get_title (GTK_WINDOW (self)));
  else if (!stile_error_is_cancelled (error))
    stile_import_dialog_fail (self, error->message);
}

/**
 * stile_import_dialog_load:
 * @file: a list of devices, CSV or JSON, or a picture of their codes
 *
 * Reads it, in a thread, and shows what was understood.
 */
void
stile_import_dialog_load (StileImportDialog *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  gtk_window_set_title (GTK_WINDOW (self), name);
  stile_import_file_load_async (file, self->cancellable, loaded, g_object_ref (self));
}
