/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-view.h"

#include <glib/gi18n-lib.h>

#include "app/stile-focus.h"
#include "app/stile-path-layout.h"
#include "app/stile-path-leg.h"
#include "app/stile-path-lines.h"
#include "app/stile-speech.h"
#include "diagnosis/stile-path-variant.h"

/**
 * StilePathView:
 *
 * The connection as a picture: who takes part, which layers end where, and the session through all of them.  Boxes and
 * words are widgets; only the lines are drawn, and each box says in words what the lines show.
 */
struct _StilePathView
{
  GtkWidget parent_instance;

  GVariant *shown; /* the path as it is drawn now, or NULL */
  GtkWidget *boxes[STILE_PATH_MAX_HOPS];
  guint n_boxes;
  GtkWidget *label; /* of the session from end to end */
  StileLineStyle session_style;
};

G_DEFINE_FINAL_TYPE (StilePathView, stile_path_view, GTK_TYPE_WIDGET)

static void
remove_children (StilePathView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->n_boxes = 0;
  self->label = NULL;
}

static void
stile_path_view_dispose (GObject *object)
{
  StilePathView *self = STILE_PATH_VIEW (object);

  remove_children (self);
  g_clear_pointer (&self->shown, g_variant_unref);

  G_OBJECT_CLASS (stile_path_view_parent_class)->dispose (object);
}

/* --- the lines --- */

static void
draw_session (StilePathView *self, GtkSnapshot *snapshot)
{
  GtkWidget *first = self->boxes[0], *last = self->boxes[self->n_boxes - 1];
  cairo_t *cr = stile_line_begin (GTK_WIDGET (self), snapshot, self->label);

  if (stile_path_view_is_vertical (self))
    stile_path_lines_draw_beside (cr, self->session_style, first, last);
  else
    stile_path_lines_draw_under (cr, self->session_style, first, last, self->label);
  cairo_destroy (cr);
}

static void
draw_leg (StilePathView *self, cairo_t *cr, StilePathLeg *leg)
{
  StileLineStyle style = stile_path_leg_get_style (leg);
  GtkWidget *one = self->boxes[stile_path_leg_get_from (leg)];
  GtkWidget *other = self->boxes[stile_path_leg_get_to (leg)];

  if (!stile_path_view_is_vertical (self))
    stile_path_lines_draw_layers (cr, style, one, other, GTK_WIDGET (leg));
  else if (stile_path_leg_passes (leg))
    stile_path_lines_draw_past (cr, style, one, other, GTK_WIDGET (leg));
  else
    stile_path_lines_draw_between (cr, style, one, other);
}

static void
stile_path_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StilePathView *self = STILE_PATH_VIEW (widget);
  cairo_t *cr = stile_line_begin (widget, snapshot, widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_LEG (child))
      draw_leg (self, cr, STILE_PATH_LEG (child));
  cairo_destroy (cr);
  if (self->label != NULL && gtk_widget_get_visible (self->label))
    draw_session (self, snapshot);

  GTK_WIDGET_CLASS (stile_path_view_parent_class)->snapshot (widget, snapshot);
}

/* --- the keys --- */

/* Tab goes in the order of the way. */
static gboolean
stile_path_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    return stile_focus_move_along (widget, direction);

  return GTK_WIDGET_CLASS (stile_path_view_parent_class)->focus (widget, direction);
}

/* --- the object --- */

static void
stile_path_view_class_init (StilePathViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_path_view_dispose;
  widget_class->snapshot = stile_path_view_snapshot;
  widget_class->focus = stile_path_view_focus;

  gtk_widget_class_set_layout_manager_type (widget_class, STILE_TYPE_PATH_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "path");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
stile_path_view_init (StilePathView *self)
{
  stile_speech_set_name (GTK_WIDGET (self), _ ("The path to the service"));
}

GtkWidget *
stile_path_view_new (void)
{
  return g_object_new (STILE_TYPE_PATH_VIEW, NULL);
}

/* --- what it shows --- */

static void
add_box (StilePathView *self, const StileHop *hop)
{
  GtkWidget *box = stile_path_box_new (hop);

  gtk_widget_set_parent (box, GTK_WIDGET (self));
  self->boxes[self->n_boxes++] = box;
}

static gboolean
is_passed (StilePath *path, guint index)
{
  return index > 0 && index + 1 < stile_path_get_n_hops (path) &&
         stile_path_get_hop (path, index)->kind == STILE_HOP_PROXY;
}

/* Behind a proxy, all layers but the outermost have come from the hop before it (the draft, Figures 10 and 11). */
static guint
count_passing (StilePath *path, guint leg)
{
  guint n_layers = stile_path_get_leg (path, leg)->layers->len;

  return is_passed (path, leg) && n_layers > 0 ? n_layers - 1 : 0;
}

static gboolean
is_among (const char *word, GPtrArray *words, guint count)
{
  for (guint i = 0; i < count; i++)
    if (g_str_equal (g_ptr_array_index (words, i), word))
      return TRUE;

  return FALSE;
}

/* Some who make paths name what passes the proxy on the leg before it, too. */
static gboolean
ends_on (StilePath *path, guint leg, guint layer)
{
  const StileLeg *here = stile_path_get_leg (path, leg);

  if (layer < count_passing (path, leg))
    return FALSE;

  return leg + 2 >= stile_path_get_n_hops (path) ||
         !is_among (g_ptr_array_index (here->layers, layer), stile_path_get_leg (path, leg + 1)->layers,
                    count_passing (path, leg + 1));
}

static void
add_leg (StilePathView *self, StilePath *path, guint index)
{
  const StileLeg *leg = stile_path_get_leg (path, index);
  GtkWidget *widget = stile_path_leg_new (index, index + 1, leg->certainty);

  for (guint i = 0; i < leg->layers->len; i++)
    if (ends_on (path, index, i))
      stile_path_leg_add_layer (STILE_PATH_LEG (widget), g_ptr_array_index (leg->layers, i));
  stile_path_leg_set_changes (STILE_PATH_LEG (widget), leg->changed);
  gtk_widget_set_parent (widget, GTK_WIDGET (self));
}

static void
add_passing_leg (StilePathView *self, StilePath *path, guint index)
{
  const StileLeg *leg = stile_path_get_leg (path, index);
  guint n_passing = count_passing (path, index);
  GtkWidget *widget;

  if (n_passing == 0)
    return;

  widget = stile_path_leg_new (index - 1, index + 1, leg->certainty);
  for (guint i = 0; i < n_passing; i++)
    stile_path_leg_add_layer (STILE_PATH_LEG (widget), g_ptr_array_index (leg->layers, i));
  gtk_widget_set_parent (widget, GTK_WIDGET (self));
}

static void
add_session (StilePathView *self, StilePathSession session)
{
  static const StileLineStyle styles[] = {
    [STILE_PATH_SESSION_NONE] = STILE_LINE_DOTTED,
    [STILE_PATH_SESSION_PLANNED] = STILE_LINE_DASHED,
    [STILE_PATH_SESSION_ESTABLISHED] = STILE_LINE_SOLID,
    [STILE_PATH_SESSION_FAILED] = STILE_LINE_DOTTED,
  };
  static const char *const words[] = {
    [STILE_PATH_SESSION_NONE] = "",
    [STILE_PATH_SESSION_PLANNED] = N_ ("Next: a secure session from end to end (ATLS)"),
    [STILE_PATH_SESSION_ESTABLISHED] = N_ ("Secure session from end to end (ATLS)"),
    [STILE_PATH_SESSION_FAILED] = N_ ("No secure session (ATLS) came up"),
  };

  self->session_style = styles[session];
  self->label = gtk_label_new (*words[session] != '\0' ? _ (words[session]) : NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_widget_add_css_class (self->label, "caption-heading");
  gtk_widget_add_css_class (self->label, session == STILE_PATH_SESSION_FAILED ? "no-session" : "session");
  gtk_widget_set_visible (self->label, session != STILE_PATH_SESSION_NONE);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

static void
speak (StilePathView *self, StilePath *path)
{
  const char *spoken = stile_path_get_spoken (path);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, spoken, -1);
}

/**
 * stile_path_view_show:
 * @path: read now, not kept
 *
 * One that is drawn already is left as it is, with what is open and focused in it.
 */
void
stile_path_view_show (StilePathView *self, StilePath *path)
{
  g_autoptr (GVariant) shown = g_variant_ref_sink (stile_path_variant_write (path));
  guint n_hops = stile_path_get_n_hops (path);

  if (self->shown != NULL && g_variant_equal (self->shown, shown))
    return;

  g_clear_pointer (&self->shown, g_variant_unref);
  self->shown = g_steal_pointer (&shown);
  remove_children (self);
  for (guint i = 0; i < n_hops; i++)
    {
      add_box (self, stile_path_get_hop (path, i));
      if (i + 1 < n_hops)
        add_leg (self, path, i);
    }
  for (guint i = 1; i + 1 < n_hops; i++)
    add_passing_leg (self, path, i);
  add_session (self, n_hops > 1 ? stile_path_get_session (path) : STILE_PATH_SESSION_NONE);
  speak (self, path);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

guint
stile_path_view_get_n_boxes (StilePathView *self)
{
  return self->n_boxes;
}

/**
 * stile_path_view_get_box:
 *
 * Returns: (transfer none): a box, in the order of the way
 */
StilePathBox *
stile_path_view_get_box (StilePathView *self, guint index)
{
  g_return_val_if_fail (index < self->n_boxes, NULL);

  return STILE_PATH_BOX (self->boxes[index]);
}

/**
 * stile_path_view_is_vertical:
 *
 * Returns: whether the boxes stand one below the other for want of room
 */
gboolean
stile_path_view_is_vertical (StilePathView *self)
{
  return stile_path_layout_is_vertical (
      STILE_PATH_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))));
}
