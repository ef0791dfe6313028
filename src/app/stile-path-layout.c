/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-layout.h"

#include "app/stile-path-box.h"

#define BOX_MIN_WIDTH 128
#define BOX_MAX_WIDTH 184
#define HOP_LINE 12 /* what is seen of a line on either side of its label */
#define HOP_MARGIN 12
#define AROUND_GAP 14 /* between the boxes and the line around them */
#define LABEL_X (STILE_PATH_LAYOUT_LINE_X + 16)

/**
 * StilePathLayout:
 *
 * Arranges the children of a path: boxes, what lies between two of them, and last of all the label of the line around
 * them all.  Side by side where there is room, else one below the other.
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
  int boxes;
  int hops;
  int box_min_width;
  int hop_width; /* the widest */
  int label_min_width;
  GtkWidget *label; /* of the line around */
} Wishes;

static gboolean
is_label (GtkWidget *child)
{
  return gtk_widget_get_next_sibling (child) == NULL && !STILE_IS_PATH_BOX (child);
}

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

static Wishes
ask (GtkWidget *widget)
{
  Wishes wishes = { 0 };

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_BOX (child))
      {
        wishes.boxes++;
        wishes.box_min_width = MAX (wishes.box_min_width, get_minimum_width (child));
      }
    else if (is_label (child))
      {
        wishes.label = child;
        wishes.label_min_width = get_minimum_width (child);
      }
    else
      {
        wishes.hops++;
        wishes.hop_width = MAX (wishes.hop_width, get_natural (child, GTK_ORIENTATION_HORIZONTAL, -1));
      }

  return wishes;
}

static int
get_gap (const Wishes *wishes)
{
  return wishes->hop_width + 2 * HOP_LINE;
}

static int
get_row_width (const Wishes *wishes, int box_width)
{
  return wishes->boxes * MAX (box_width, wishes->box_min_width) + wishes->hops * get_gap (wishes);
}

static int
get_box_width (const Wishes *wishes, int width)
{
  int share = wishes->boxes > 0 ? (width - wishes->hops * get_gap (wishes)) / wishes->boxes : 0;

  return MAX (MIN (share, BOX_MAX_WIDTH), wishes->box_min_width);
}

static int
measure_row (GtkWidget *widget, const Wishes *wishes, int width)
{
  int box_width = get_box_width (wishes, width);
  int height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != wishes->label)
      height = MAX (
          height, get_natural (child, GTK_ORIENTATION_VERTICAL, STILE_IS_PATH_BOX (child) ? box_width : -1));

  return height;
}

static int
measure_label (const Wishes *wishes, int width)
{
  if (wishes->label == NULL || !gtk_widget_get_visible (wishes->label))
    return 0;

  return AROUND_GAP + get_natural (wishes->label, GTK_ORIENTATION_VERTICAL, width);
}

/* Room beside the boxes, where the line around them is drawn. */
static int
get_around (const Wishes *wishes)
{
  return wishes->label != NULL && gtk_widget_get_visible (wishes->label) ? STILE_PATH_LAYOUT_AROUND : 0;
}

static int
measure_column (GtkWidget *widget, const Wishes *wishes, int width)
{
  int height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_BOX (child))
      height += get_natural (child, GTK_ORIENTATION_VERTICAL, width - get_around (wishes));
    else if (child != wishes->label)
      height += get_natural (child, GTK_ORIENTATION_VERTICAL, width - LABEL_X) + 2 * HOP_MARGIN;

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
      *minimum = MAX (wishes.box_min_width + STILE_PATH_LAYOUT_AROUND, wishes.label_min_width);
      *natural = MAX (*minimum, get_row_width (&wishes, BOX_MAX_WIDTH));
      return;
    }

  if (for_size < 0)
    for_size = get_row_width (&wishes, BOX_MAX_WIDTH);
  *minimum =
      (for_size >= get_row_width (&wishes, BOX_MIN_WIDTH) ? measure_row (widget, &wishes, for_size)
                                                          : measure_column (widget, &wishes, for_size)) +
      measure_label (&wishes, for_size);
  *natural = *minimum;
}

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

static int
place_row (GtkWidget *widget, const Wishes *wishes, int width)
{
  int box_width = get_box_width (wishes, width);
  int height = measure_row (widget, wishes, width);
  int gap = wishes->hops > 0 ? (width - wishes->boxes * box_width) / wishes->hops : 0;
  int x = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_BOX (child))
      {
        place (child, x, 0, box_width, height);
        x += box_width;
      }
    else if (child != wishes->label)
      {
        int hop_width = get_natural (child, GTK_ORIENTATION_HORIZONTAL, -1);
        int hop_height = get_natural (child, GTK_ORIENTATION_VERTICAL, -1);

        place (child, x + (gap - hop_width) / 2, (height - hop_height) / 2, hop_width, hop_height);
        x += gap;
      }

  return height;
}

static int
place_column (GtkWidget *widget, const Wishes *wishes, int width)
{
  int y = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (STILE_IS_PATH_BOX (child))
      {
        int box_width = width - get_around (wishes);
        int height = get_natural (child, GTK_ORIENTATION_VERTICAL, box_width);

        place (child, 0, y, box_width, height);
        y += height;
      }
    else if (child != wishes->label)
      {
        int hop_width = MIN (get_natural (child, GTK_ORIENTATION_HORIZONTAL, -1), width - LABEL_X);
        int height = get_natural (child, GTK_ORIENTATION_VERTICAL, hop_width);

        place (child, LABEL_X, y + HOP_MARGIN, hop_width, height);
        y += height + 2 * HOP_MARGIN;
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
  y = self->vertical ? place_column (widget, &wishes, width) : place_row (widget, &wishes, width);
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
