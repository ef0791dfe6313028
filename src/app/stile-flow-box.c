/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-flow-box.h"

/**
 * StileFlowBox:
 *
 * Puts children into lines, as words into a paragraph: as many in a line as fit, or in columns of one width.  GtkFlowBox does the
 * same, but in GTK 4.8 the Tab key never leaves one whose first child takes no focus, and it stops at each child besides what is
 * in it.
 */
struct _StileFlowBox
{
  GtkWidget parent_instance;

  guint columns; /* at most, all of one width; 0: as many as fit, each as wide as it likes */
  int spacing;
};

G_DEFINE_FINAL_TYPE (StileFlowBox, stile_flow_box, GTK_TYPE_WIDGET)

enum
{
  PROP_COLUMNS = 1,
  PROP_SPACING,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

static GtkWidget *
get_first (GtkWidget *widget)
{
  return skip_hidden (gtk_widget_get_first_child (widget));
}

static GtkWidget *
get_next (GtkWidget *child)
{
  return skip_hidden (gtk_widget_get_next_sibling (child));
}

/* --- widths --- */

typedef struct
{
  guint n_children;
  int minimum; /* of the one that needs most */
  int natural; /* of the one that likes most */
  int sum;     /* of what all like */
} Wishes;

static Wishes
ask (GtkWidget *widget)
{
  Wishes wishes = { 0 };

  for (GtkWidget *child = get_first (widget); child != NULL; child = get_next (child))
    {
      int minimum, natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
      wishes.n_children++;
      wishes.minimum = MAX (wishes.minimum, minimum);
      wishes.natural = MAX (wishes.natural, natural);
      wishes.sum += natural;
    }

  return wishes;
}

static int
get_natural_width (StileFlowBox *self, const Wishes *wishes)
{
  guint in_line = self->columns > 0 ? MIN (self->columns, wishes->n_children) : wishes->n_children;
  int gaps = in_line > 1 ? (int)(in_line - 1) * self->spacing : 0;

  return gaps + (self->columns > 0 ? (int)in_line * wishes->natural : wishes->sum);
}

/* 0: each has a width of its own */
static int
get_column_width (StileFlowBox *self, const Wishes *wishes, int width)
{
  int n = (int)MIN (self->columns, wishes->n_children);

  while (n > 1 && n * wishes->minimum + (n - 1) * self->spacing > width)
    n--;

  return n > 0 ? (width - (n - 1) * self->spacing) / n : 0;
}

/* --- lines --- */

/* What stands in a line, from @first to the one before @end. */
typedef struct
{
  GtkWidget *first;
  GtkWidget *end;
  int left; /* room that nobody took */
  int height;
} Line;

static int
get_child_width (GtkWidget *child, int column, int width)
{
  int minimum, natural;

  if (column > 0)
    return column;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return MAX (minimum, MIN (natural, width));
}

/* Who wants room gets what is left in the line. */
static int
get_given_width (GtkWidget *child, const Line *line, int column, int width)
{
  gboolean grows = column == 0 && gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);

  return get_child_width (child, column, width) + (grows ? line->left : 0);
}

static Line
fill_line (StileFlowBox *self, GtkWidget *first, int column, int width)
{
  Line line = { .first = first, .end = first, .left = width };

  while (line.end != NULL)
    {
      int needed = get_child_width (line.end, column, width) + (line.end != first ? self->spacing : 0);

      if (line.end != first && needed > line.left)
        break;
      line.left = MAX (0, line.left - needed);
      line.end = get_next (line.end);
    }

  for (GtkWidget *child = first; child != line.end; child = get_next (child))
    {
      int height;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, get_given_width (child, &line, column, width),
                          NULL, &height, NULL, NULL);
      line.height = MAX (line.height, height);
    }

  return line;
}

static void
allocate_line (StileFlowBox *self, const Line *line, int column, int width, int y)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = line->first; child != line->end; child = get_next (child))
    {
      int given = get_given_width (child, line, column, width);
      GtkAllocation place = { mirrored ? width - x - given : x, y, given, line->height };

      gtk_widget_size_allocate (child, &place, -1);
      x += given + self->spacing;
    }
}

static int
get_height (StileFlowBox *self, int width)
{
  Wishes wishes = ask (GTK_WIDGET (self));
  int column = get_column_width (self, &wishes, width);
  int y = 0;

  for (GtkWidget *child = get_first (GTK_WIDGET (self)); child != NULL;)
    {
      Line line = fill_line (self, child, column, width);

      y += (y > 0 ? self->spacing : 0) + line.height;
      child = line.end;
    }

  return y;
}

/* --- the widget --- */

static void
stile_flow_box_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  StileFlowBox *self = STILE_FLOW_BOX (widget);
  Wishes wishes = ask (widget);
  int likes = MAX (wishes.minimum, get_natural_width (self, &wishes));

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = wishes.minimum;
      *natural = likes;
    }
  else
    *minimum = *natural = get_height (self, for_size >= 0 ? for_size : likes);
}

static void
stile_flow_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StileFlowBox *self = STILE_FLOW_BOX (widget);
  Wishes wishes = ask (widget);
  int column = get_column_width (self, &wishes, width);
  int y = 0;

  for (GtkWidget *child = get_first (widget); child != NULL;)
    {
      Line line = fill_line (self, child, column, width);

      allocate_line (self, &line, column, width, y);
      y += line.height + self->spacing;
      child = line.end;
    }
}

static GtkSizeRequestMode
stile_flow_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
stile_flow_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (stile_flow_box_parent_class)->dispose (object);
}

static void
stile_flow_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileFlowBox *self = STILE_FLOW_BOX (object);

  if (id == PROP_COLUMNS)
    self->columns = g_value_get_uint (value);
  else if (id == PROP_SPACING)
    self->spacing = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
stile_flow_box_class_init (StileFlowBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->set_property = stile_flow_box_set_property;
  G_OBJECT_CLASS (klass)->dispose = stile_flow_box_dispose;
  widget_class->measure = stile_flow_box_measure;
  widget_class->size_allocate = stile_flow_box_size_allocate;
  widget_class->get_request_mode = stile_flow_box_get_request_mode;
  props[PROP_COLUMNS] = g_param_spec_uint ("columns", NULL, NULL, 0, 16, 0, flags);
  props[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, 64, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
}

static void
stile_flow_box_init (StileFlowBox *self)
{
}

/**
 * stile_flow_box_new:
 * @columns: at most so many of one width; 0 for as many as fit
 * @spacing: between two of them, and between lines
 */
GtkWidget *
stile_flow_box_new (guint columns, int spacing)
{
  return g_object_new (STILE_TYPE_FLOW_BOX, "columns", columns, "spacing", spacing, NULL);
}
