/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-layout.h"

#include "app/stile-path-box.h"
#include "app/stile-path-leg.h"

#define BOX_MIN_WIDTH 112
#define BOX_MAX_WIDTH 184
#define HOP_LINE 12 /* what is seen of a line on either side of its label */
#define HOP_MARGIN 12
#define AROUND_GAP 14 /* between the boxes and the line around them */
#define PASSING_GAP 8 /* around what leads past a box */
#define LABEL_X (STILE_PATH_LAYOUT_LINE_X + 16)

/**
 * StilePathLayout:
 *
 * Arranges the children of a path: boxes, what lies between two of them, what leads past one, and last of all the label of the
 * line around them all.  Side by side where there is room, else one below the other.
 */
struct _StilePathLayout
{
  GtkLayoutManager parent_instance;

  gboolean vertical;
};

G_DEFINE_FINAL_TYPE (StilePathLayout, stile_path_layout, GTK_TYPE_LAYOUT_MANAGER)

/* What the children want. */
typedef struct
{
  GtkWidget *boxes[STILE_PATH_MAX_HOPS];
  GtkWidget *legs[STILE_PATH_MAX_HOPS];    /* behind the box of the same index, or NULL */
  GtkWidget *passing[STILE_PATH_MAX_HOPS]; /* past the box of the same index, or NULL */
  GtkWidget *label;                        /* of the line around */
  guint n_boxes;
  int box_min_width;
  int leg_width;     /* the widest */
  int passing_width; /* the widest, with the room around it; 0: there is none */
  int passing_height;
  int label_min_width;
} Wishes;

static int
get_minimum_width (GtkWidget *child)
{
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum;
}

static int
get_natural (GtkWidget *child, GtkOrientation orientation, int for_size)
{
  int natural;

  gtk_widget_measure (child, orientation, for_size, NULL, &natural, NULL, NULL);

  return natural;
}

static void
ask_leg (Wishes *wishes, GtkWidget *child)
{
  StilePathLeg *leg = STILE_PATH_LEG (child);
  guint from = stile_path_leg_get_from (leg);
  int width = get_natural (child, GTK_ORIENTATION_HORIZONTAL, -1);
  int height = get_natural (child, GTK_ORIENTATION_VERTICAL, -1);

  if (!stile_path_leg_passes (leg))
    {
      wishes->legs[from] = child;
      wishes->leg_width = MAX (wishes->leg_width, width);
      return;
    }

  wishes->passing[from + 1] = child;
  wishes->passing_width = MAX (wishes->passing_width, width + 2 * PASSING_GAP);
  wishes->passing_height = MAX (wishes->passing_height, height + 2 * PASSING_GAP);
}

static Wishes
ask (GtkWidget *widget)
{
  Wishes wishes = { 0 };

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_BOX (child))
      {
        wishes.boxes[wishes.n_boxes++] = child;
        wishes.box_min_width = MAX (wishes.box_min_width, get_minimum_width (child));
      }
    else if (STILE_IS_PATH_LEG (child))
      ask_leg (&wishes, child);
    else
      {
        wishes.label = child;
        wishes.label_min_width = get_minimum_width (child);
      }

  return wishes;
}

static guint
count_legs (const Wishes *wishes)
{
  return wishes->n_boxes > 0 ? wishes->n_boxes - 1 : 0;
}

/* --- side by side --- */

static int
get_gap (const Wishes *wishes)
{
  return wishes->leg_width + 2 * HOP_LINE;
}

static int
get_row_width (const Wishes *wishes, int box_width)
{
  return (int)wishes->n_boxes * MAX (box_width, wishes->box_min_width) +
         (int)count_legs (wishes) * get_gap (wishes);
}

static int
get_box_width (const Wishes *wishes, int width)
{
  int boxes = (int)wishes->n_boxes;
  int share = boxes > 0 ? (width - (int)count_legs (wishes) * get_gap (wishes)) / boxes : 0;

  return MAX (MIN (share, BOX_MAX_WIDTH), wishes->box_min_width);
}

/* Where a box begins: what passes it goes over its head. */
static int
get_head (const Wishes *wishes, guint index)
{
  return wishes->passing[index] != NULL ? wishes->passing_height : 0;
}

/* Where a leg begins: beside the lower one of its two boxes. */
static int
get_leg_head (const Wishes *wishes, guint index)
{
  return MAX (get_head (wishes, index), get_head (wishes, index + 1));
}

static int
measure_row (const Wishes *wishes, int width)
{
  int box_width = get_box_width (wishes, width);
  int height = 0;

  for (guint i = 0; i < wishes->n_boxes; i++)
    height = MAX (height,
                  get_head (wishes, i) + get_natural (wishes->boxes[i], GTK_ORIENTATION_VERTICAL, box_width));
  for (guint i = 0; i < count_legs (wishes); i++)
    if (wishes->legs[i] != NULL)
      height = MAX (height,
                    get_leg_head (wishes, i) + get_natural (wishes->legs[i], GTK_ORIENTATION_VERTICAL, -1));

  return height;
}

static int
measure_label (const Wishes *wishes, int width)
{
  if (wishes->label == NULL || !gtk_widget_get_visible (wishes->label))
    return 0;

  return AROUND_GAP + get_natural (wishes->label, GTK_ORIENTATION_VERTICAL, width);
}

/* --- one below the other --- */

/* Room beside the boxes, where the line around them is drawn. */
static int
get_around (const Wishes *wishes)
{
  return wishes->label != NULL && gtk_widget_get_visible (wishes->label) ? STILE_PATH_LAYOUT_AROUND : 0;
}

/* How far a box stands back, to leave room for what passes it. */
static int
get_indent (const Wishes *wishes, guint index)
{
  return wishes->passing[index] != NULL ? wishes->passing_width : 0;
}

static int
get_leg_indent (const Wishes *wishes, guint index)
{
  return MAX (get_indent (wishes, index), get_indent (wishes, index + 1));
}

static int
get_column_box_width (const Wishes *wishes, guint index, int width)
{
  return MAX (width - get_around (wishes) - get_indent (wishes, index), wishes->box_min_width);
}

static int
get_column_box_height (const Wishes *wishes, guint index, int width)
{
  int height = get_natural (wishes->boxes[index], GTK_ORIENTATION_VERTICAL,
                            get_column_box_width (wishes, index, width));

  return wishes->passing[index] != NULL ? MAX (height, wishes->passing_height) : height;
}

static int
get_column_leg_width (const Wishes *wishes, guint index, int width)
{
  int most = width - LABEL_X - get_leg_indent (wishes, index);
  int natural = get_natural (wishes->legs[index], GTK_ORIENTATION_HORIZONTAL, -1);

  return MAX (MIN (natural, most), get_minimum_width (wishes->legs[index]));
}

static int
measure_column (const Wishes *wishes, int width)
{
  int height = 0;

  for (guint i = 0; i < wishes->n_boxes; i++)
    height += get_column_box_height (wishes, i, width);
  for (guint i = 0; i < count_legs (wishes); i++)
    if (wishes->legs[i] != NULL)
      height +=
          get_natural (wishes->legs[i], GTK_ORIENTATION_VERTICAL, get_column_leg_width (wishes, i, width)) +
          2 * HOP_MARGIN;

  return height;
}

static GtkSizeRequestMode
stile_path_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
stile_path_layout_measure (GtkLayoutManager *manager,
                           GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  Wishes wishes = ask (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (wishes.box_min_width + STILE_PATH_LAYOUT_AROUND + wishes.passing_width,
                      wishes.label_min_width);
      *natural = MAX (*minimum, get_row_width (&wishes, BOX_MAX_WIDTH));
      return;
    }

  if (for_size < 0)
    for_size = get_row_width (&wishes, BOX_MAX_WIDTH);
  *minimum = (for_size >= get_row_width (&wishes, BOX_MIN_WIDTH) ? measure_row (&wishes, for_size)
                                                                 : measure_column (&wishes, for_size)) +
             measure_label (&wishes, for_size);
  *natural = *minimum;
}

/* --- places --- */

/* Everything is reckoned from the left, and mirrored here where people read from the right. */
static void
place (GtkWidget *child, int x, int y, int width, int height)
{
  GtkWidget *parent = gtk_widget_get_parent (child);
  GtkAllocation area = { x, y, width, height };

  if (gtk_widget_get_direction (parent) == GTK_TEXT_DIR_RTL)
    area.x = gtk_widget_get_width (parent) - x - width;
  gtk_widget_size_allocate (child, &area, -1);
}

/* In the middle of an area, as large as it wants to be. */
static void
place_in_middle (GtkWidget *child, int x, int y, int width, int height)
{
  int own_width = get_natural (child, GTK_ORIENTATION_HORIZONTAL, -1);
  int own_height = get_natural (child, GTK_ORIENTATION_VERTICAL, -1);

  place (child, x + (width - own_width) / 2, y + (height - own_height) / 2, own_width, own_height);
}

static int
place_row (const Wishes *wishes, int width)
{
  int box_width = get_box_width (wishes, width);
  int height = measure_row (wishes, width);
  int n_legs = (int)count_legs (wishes);
  int gap = n_legs > 0 ? (width - (int)wishes->n_boxes * box_width) / n_legs : 0;

  for (guint i = 0; i < wishes->n_boxes; i++)
    {
      int x = (int)i * (box_width + gap), head = get_head (wishes, i);

      place (wishes->boxes[i], x, head, box_width, height - head);
      if (wishes->passing[i] != NULL)
        place_in_middle (wishes->passing[i], x, 0, box_width, wishes->passing_height);
      if (i < count_legs (wishes) && wishes->legs[i] != NULL)
        place_in_middle (wishes->legs[i], x + box_width, get_leg_head (wishes, i), gap,
                         height - get_leg_head (wishes, i));
    }

  return height;
}

static int
place_column (const Wishes *wishes, int width)
{
  int y = 0;

  for (guint i = 0; i < wishes->n_boxes; i++)
    {
      int indent = get_indent (wishes, i);
      int height = get_column_box_height (wishes, i, width);

      place (wishes->boxes[i], indent, y, get_column_box_width (wishes, i, width), height);
      if (wishes->passing[i] != NULL)
        place_in_middle (wishes->passing[i], 0, y, indent, height);
      y += height;
      if (i < count_legs (wishes) && wishes->legs[i] != NULL)
        {
          int leg_width = get_column_leg_width (wishes, i, width);
          int leg_height = get_natural (wishes->legs[i], GTK_ORIENTATION_VERTICAL, leg_width);

          place (wishes->legs[i], get_leg_indent (wishes, i) + LABEL_X, y + HOP_MARGIN, leg_width,
                 leg_height);
          y += leg_height + 2 * HOP_MARGIN;
        }
    }

  return y;
}

static void
stile_path_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  StilePathLayout *self = STILE_PATH_LAYOUT (manager);
  Wishes wishes = ask (widget);
  int y, label_width;

  self->vertical = width < get_row_width (&wishes, BOX_MIN_WIDTH);
  y = self->vertical ? place_column (&wishes, width) : place_row (&wishes, width);
  if (wishes.label == NULL || !gtk_widget_get_visible (wishes.label))
    return;

  label_width = MIN (get_natural (wishes.label, GTK_ORIENTATION_HORIZONTAL, -1), width);
  place (wishes.label, self->vertical ? width - label_width : (width - label_width) / 2, y + AROUND_GAP,
         label_width, get_natural (wishes.label, GTK_ORIENTATION_VERTICAL, label_width));
}

static void
stile_path_layout_class_init (StilePathLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = stile_path_layout_get_request_mode;
  manager_class->measure = stile_path_layout_measure;
  manager_class->allocate = stile_path_layout_allocate;
}

static void
stile_path_layout_init (StilePathLayout *self)
{
}

/**
 * stile_path_layout_is_vertical:
 *
 * Returns: whether the boxes stand one below the other, since the last allocation
 */
gboolean
stile_path_layout_is_vertical (StilePathLayout *self)
{
  return self->vertical;
}
