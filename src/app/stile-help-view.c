/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-help-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/stile-help-text.h"
#include "app/stile-speech.h"

#define PICTURES "/org/stile/Stile/help/"
#define INDENT 18

/**
 * StileHelpView:
 *
 * One page of the help, as widgets: headings that screen readers know as such, text that can be selected, code that can be
 * copied.
 */
struct _StileHelpView
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *box;
  GHashTable *headings; /* anchor → GtkLabel, borrowed */
};

G_DEFINE_FINAL_TYPE (StileHelpView, stile_help_view, GTK_TYPE_WIDGET)

static guint link_signal;

static void
stile_help_view_dispose (GObject *object)
{
  StileHelpView *self = STILE_HELP_VIEW (object);

  g_clear_pointer (&self->headings, g_hash_table_unref);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_help_view_parent_class)->dispose (object);
}

static void
stile_help_view_class_init (StileHelpViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_help_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  link_signal = g_signal_new ("link", STILE_TYPE_HELP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
stile_help_view_init (StileHelpView *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->headings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_add_css_class (self->box, "help");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->box);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_scrollable_set_vscroll_policy (
      GTK_SCROLLABLE (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (self->scroller))),
      GTK_SCROLL_NATURAL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
stile_help_view_new (void)
{
  return g_object_new (STILE_TYPE_HELP_VIEW, NULL);
}

/* --- blocks --- */

static gboolean
link_activated (GtkLabel *label, const char *target, StileHelpView *self)
{
  g_signal_emit (self, link_signal, 0, target);
  return TRUE;
}

static GtkWidget *
make_label (StileHelpView *self, GtkAccessibleRole role, const char *markup)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, "label", markup, "use-markup",
                                   TRUE, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, NULL);

  g_signal_connect_object (label, "activate-link", G_CALLBACK (link_activated), self, G_CONNECT_DEFAULT);
  return label;
}

static GtkWidget *
make_heading (StileHelpView *self, const StileHelpBlock *block)
{
  static const char *const classes[] = { "title-1", "title-2", "heading" };
  GtkWidget *label = make_label (self, GTK_ACCESSIBLE_ROLE_HEADING, block->text);

  gtk_widget_add_css_class (label, classes[CLAMP (block->level, 1, G_N_ELEMENTS (classes)) - 1]);
  gtk_widget_set_focusable (label, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, (int)block->level,
                                  -1);
  g_hash_table_insert (self->headings, g_strdup (block->target), label);
  return label;
}

static GtkWidget *
make_text (StileHelpView *self, const StileHelpBlock *block)
{
  GtkWidget *label = make_label (self, GTK_ACCESSIBLE_ROLE_LABEL, block->text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return label;
}

/* The marker's place stays where an item goes on. */
static GtkWidget *
make_item (StileHelpView *self, const StileHelpBlock *block)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *marker = gtk_label_new (block->marker != NULL ? block->marker : "");
  GtkWidget *text = make_text (self, block);

  gtk_widget_set_size_request (marker, INDENT, -1);
  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_margin_start (row, (int)(block->level - 1) * INDENT);
  gtk_box_append (GTK_BOX (row), marker);
  gtk_box_append (GTK_BOX (row), text);
  return row;
}

static void
copy_clicked (GtkWidget *button, GtkLabel *label)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), gtk_label_get_text (label));
}

static GtkWidget *
make_code (const StileHelpBlock *block)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *text = g_strchomp (g_strdup (block->text));
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, "selectable", TRUE, "hexpand", TRUE, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (row, "card");
  gtk_widget_add_css_class (row, "code");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _ ("Copy"));
  stile_speech_set_name (button, _ ("Copy"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_clicked), label, G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), button);
  return row;
}

static GtkWidget *
make_table (StileHelpView *self, const StileHelpBlock *block)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_widget_add_css_class (grid, "card");
  gtk_widget_add_css_class (grid, "table");
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 9);
  for (guint i = 0; i < block->cells->len; i++)
    {
      guint column = i % block->columns;
      GtkWidget *label = make_label (self, GTK_ACCESSIBLE_ROLE_LABEL, g_ptr_array_index (block->cells, i));

      if (i < block->columns)
        gtk_widget_add_css_class (label, "heading");
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_label_set_yalign (GTK_LABEL (label), 0);
      gtk_widget_set_hexpand (label, column + 1 == block->columns);
      gtk_grid_attach (GTK_GRID (grid), label, (int)column, (int)(i / block->columns), 1, 1);
    }

  return grid;
}

static GtkWidget *
make_picture (const StileHelpBlock *block)
{
  g_autofree char *path = g_strconcat (PICTURES, block->target, NULL);
  GtkWidget *picture = gtk_picture_new_for_resource (path);

  gtk_picture_set_alternative_text (GTK_PICTURE (picture), block->text);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_set_halign (picture, GTK_ALIGN_START);
  return picture;
}

static GtkWidget *
make_widget (StileHelpView *self, const StileHelpBlock *block)
{
  switch (block->kind)
    {
    case STILE_HELP_HEADING:
      return make_heading (self, block);
    case STILE_HELP_ITEM:
      return make_item (self, block);
    case STILE_HELP_CODE:
      return make_code (block);
    case STILE_HELP_TABLE:
      return make_table (self, block);
    case STILE_HELP_PICTURE:
      return make_picture (block);
    case STILE_HELP_PARAGRAPH:
    default:
      return make_text (self, block);
    }
}

/* --- the page --- */

static void
clear (StileHelpView *self)
{
  GtkWidget *child;

  g_hash_table_remove_all (self->headings);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

/* A label that cannot be selected does not take the focus, but it can be given it. */
static void
focus_on (GtkWidget *heading)
{
  GtkRoot *root = gtk_widget_get_root (heading);

  if (root != NULL)
    gtk_root_set_focus (root, heading);
}

/**
 * stile_help_view_show_page:
 * @markdown: a page
 *
 * Puts the focus on its title, so that a screen reader begins there.
 */
void
stile_help_view_show_page (StileHelpView *self, GBytes *markdown)
{
  gsize length;
  const char *text = g_bytes_get_data (markdown, &length);
  g_autoptr (GPtrArray) blocks = stile_help_text_parse (text, length);

  clear (self);
  for (guint i = 0; i < blocks->len; i++)
    gtk_box_append (GTK_BOX (self->box), make_widget (self, g_ptr_array_index (blocks, i)));
  if (blocks->len > 0)
    focus_on (gtk_widget_get_first_child (self->box));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

static gboolean
scroll_to (gpointer user_data)
{
  GtkWidget *heading = user_data;
  GtkWidget *scroller = gtk_widget_get_ancestor (heading, GTK_TYPE_SCROLLED_WINDOW);
  GtkWidget *box = gtk_widget_get_parent (heading);
  graphene_rect_t bounds;

  if (scroller != NULL && gtk_widget_compute_bounds (heading, box, &bounds))
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)),
                              bounds.origin.y);
  return G_SOURCE_REMOVE;
}

/**
 * stile_help_view_go_to:
 * @anchor: what links call a heading
 *
 * Puts the focus there, so that a screen reader reads on from it, and shows it.
 *
 * Returns: whether the page has it
 */
gboolean
stile_help_view_go_to (StileHelpView *self, const char *anchor)
{
  GtkWidget *heading = g_hash_table_lookup (self->headings, anchor);

  if (heading == NULL)
    return FALSE;

  focus_on (heading);
  /* A new page has its sizes after the next layout. */
  g_idle_add_full (G_PRIORITY_LOW, scroll_to, g_object_ref (heading), g_object_unref);
  return TRUE;
}
