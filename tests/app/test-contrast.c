/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <math.h>

#include "app/lab-window.h"
#include "app/stile-dialogs.h"
#include "app/stile-flight-row.h"
#include "app/stile-path-view.h"
#include "app/stile-path-box.h"
#include "app/stile-verdict-card.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

/* What is written and drawn stands out against what is behind it, by the pixels as they are drawn: light and dark, and in high
 * contrast where ADW_DEBUG_HIGH_CONTRAST asks for it.  The figures are those of WCAG 2.1, 1.4.3, 1.4.6 and 1.4.11. */

#define TEXT 4.5
#define TEXT_HIGH 7.0
#define PICTURE 3.0
#define WIDTH 900
#define HEIGHT 760
/* Colours that are nearly the same count as one. */
#define SHADES 64

typedef struct
{
  guchar *data;
  gsize stride;
  int width;
  int height;
} Pixels;

/* --- pixels --- */

static GtkWidget *
get_content (LabWindow *self)
{
  return adw_application_window_get_content (ADW_APPLICATION_WINDOW (self->window));
}

static void
pixels_take (Pixels *self, GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  self->width = gtk_widget_get_width (widget);
  self->height = gtk_widget_get_height (widget);
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), self->width, self->height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (renderer, node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float)self->width, (float)self->height));
  self->stride = (gsize)self->width * 4;
  self->data = g_malloc (self->stride * (gsize)self->height);
  gdk_texture_download (texture, self->data, self->stride);
}

static double
linear (guchar value)
{
  double share = value / 255.0;

  return share <= 0.03928 ? share / 12.92 : pow ((share + 0.055) / 1.055, 2.4);
}

/* BGRA, and nothing shines through. */
static double
get_luminance (const guchar *pixel)
{
  return 0.2126 * linear (pixel[2]) + 0.7152 * linear (pixel[1]) + 0.0722 * linear (pixel[0]);
}

static double
get_contrast (double one, double other)
{
  return (MAX (one, other) + 0.05) / (MIN (one, other) + 0.05);
}

/* A row at the edge of a list is only half there. */
static gboolean
is_cut_off (GtkWidget *widget, GtkWidget *root, const graphene_rect_t *bounds)
{
  GtkWidget *list = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_VIEW);
  graphene_rect_t around;

  return list != NULL && gtk_widget_compute_bounds (list, root, &around) &&
         !graphene_rect_contains_rect (&around, bounds);
}

static gboolean
find_place (GtkWidget *widget, GtkWidget *root, const Pixels *pixels, GdkRectangle *place)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (widget, root, &bounds) || is_cut_off (widget, root, &bounds))
    return FALSE;

  *place = (GdkRectangle){ (int)floorf (bounds.origin.x), (int)floorf (bounds.origin.y),
                           (int)ceilf (bounds.size.width), (int)ceilf (bounds.size.height) };
  return gdk_rectangle_intersect (place, &(GdkRectangle){ 0, 0, pixels->width, pixels->height }, place) &&
         place->width > 2 && place->height > 2;
}

/* Of what is most common there, against what differs from it most: the letters' strokes, the lines of a picture. */
static double
measure (const Pixels *pixels, const GdkRectangle *place)
{
  guint counts[SHADES] = { 0 };
  double behind = 0, strongest = 1;
  guint most = 0;

  for (int y = place->y; y < place->y + place->height; y++)
    for (int x = place->x; x < place->x + place->width; x++)
      {
        const guchar *pixel = pixels->data + (gsize)y * pixels->stride + (gsize)x * 4;
        guint shade = (guint)(get_luminance (pixel) * (SHADES - 1));

        if (++counts[shade] > most)
          {
            most = counts[shade];
            behind = get_luminance (pixel);
          }
      }
  for (int y = place->y; y < place->y + place->height; y++)
    for (int x = place->x; x < place->x + place->width; x++)
      strongest = MAX (
          strongest,
          get_contrast (behind, get_luminance (pixels->data + (gsize)y * pixels->stride + (gsize)x * 4)));

  return strongest;
}

/* --- what is looked at --- */

typedef struct
{
  GtkWidget *root;
  Pixels pixels;
  double text;
  const char *where;
} Look;

static void
complain (const Look *look, GtkWidget *widget, double contrast)
{
  g_autoptr (GString) path = g_string_new (NULL);

  for (GtkWidget *each = widget; each != NULL && each != look->root; each = gtk_widget_get_parent (each))
    g_string_append_printf (path, " in %s", G_OBJECT_TYPE_NAME (each));
  g_printerr ("%s: %.2f: “%s”%s\n", look->where, contrast,
              GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "", path->str);
  g_test_fail ();
}

/* What rests has no contrast to keep, and what is decoration neither. */
static double
get_wanted (const Look *look, GtkWidget *widget)
{
  if (!gtk_widget_is_sensitive (widget))
    return 0;
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0' ? look->text : 0;

  return GTK_IS_IMAGE (widget) && !GTK_IS_SWITCH (gtk_widget_get_parent (widget)) &&
                 gtk_widget_get_ancestor (widget, ADW_TYPE_STATUS_PAGE) == NULL
             ? PICTURE
             : 0;
}

static void check (const Look *look, GtkWidget *widget);

static void
check_whole (const Look *above, GtkWidget *root)
{
  Look look = { .root = root, .text = above->text, .where = above->where };

  pixels_take (&look.pixels, root);
  check (&look, root);
  g_free (look.pixels.data);
}

static void
check (const Look *look, GtkWidget *widget)
{
  double wanted;
  GdkRectangle place;

  if (!gtk_widget_get_mapped (widget) || GTK_IS_NATIVE (widget) || !gtk_widget_get_child_visible (widget))
    return;

  /* What is behind the edge of what scrolls, too. */
  if (GTK_IS_VIEWPORT (widget))
    {
      check_whole (look, gtk_widget_get_first_child (widget));
      return;
    }

  wanted = get_wanted (look, widget);
  if (wanted > 0 && find_place (widget, look->root, &look->pixels, &place) &&
      measure (&look->pixels, &place) < wanted)
    complain (look, widget, measure (&look->pixels, &place));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check (look, child);
}

/* What is drawn by itself has nothing behind it else. */
static void
give_background (GtkWidget *widget)
{
  /* It lies over the list. */
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget"))
    gtk_widget_set_visible (widget, FALSE);
  if (GTK_IS_VIEWPORT (gtk_widget_get_parent (widget)))
    gtk_widget_add_css_class (widget, "background");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    give_background (child);
}

static void
set_scheme (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static gboolean
is_high (void)
{
  return adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
}

static void
assert_readable (LabWindow *self, gboolean dark)
{
  const Look look = { .text = is_high () ? TEXT_HIGH : TEXT, .where = dark ? "dark" : "light" };
  GtkWidget *content = get_content (self);

  set_scheme (dark);
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  gtk_widget_add_css_class (content, "background");
  give_background (content);
  test_await_idle ();
  gtk_test_widget_wait_for_draw (GTK_WIDGET (self->window));
  check_whole (&look, content);
}

/* --- the places --- */

static void
test_bootstrap (gconstpointer scenario)
{
  g_autoptr (LabWindow) self = lab_window_new (scenario);

  do
    {
      assert_readable (self, FALSE);
      assert_readable (self, TRUE);
    }
  while (lab_window_walk_on (self));
}

static void
test_diagnose (gconstpointer scenario)
{
  g_autoptr (LabWindow) self = lab_window_new (scenario);

  lab_window_show_place (self, "diagnose");
  assert_readable (self, FALSE);
  assert_readable (self, TRUE);
  lab_window_diagnose (self, NULL);
  assert_readable (self, FALSE);
  assert_readable (self, TRUE);
}

static void
test_devices (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");

  lab_window_add_devices (self);
  lab_window_start_devices (self);
  assert_readable (self, FALSE);
  assert_readable (self, TRUE);
}

/* --- not by colour alone --- */

static GtkWidget *
find_class (GtkWidget *widget, GType type, const char *css_class)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) &&
                             (css_class == NULL || gtk_widget_has_css_class (widget, css_class))
                         ? widget
                         : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_class (child, type, css_class);

  return found;
}

static gboolean
has_icon (GtkWidget *widget, const char *icon)
{
  if (GTK_IS_IMAGE (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), icon) == 0)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_icon (child, icon))
      return TRUE;

  return FALSE;
}

/* Who is not trusted is red, has a sign, and a word; so has the verdict. */
static void
test_not_colour_alone (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");
  GtkWidget *box, *card;

  g_assert_true (lab_window_walk_on (self));
  box = find_class (GTK_WIDGET (self->bootstrap), STILE_TYPE_PATH_BOX, "untrusted");
  g_assert_nonnull (box);
  g_assert_true (has_icon (box, "stile-untrusted-symbolic"));
  g_assert_true (widget_tree_has_text (box, "rusted"));

  lab_window_diagnose (self, NULL);
  card = find_class (GTK_WIDGET (self->diagnose), STILE_TYPE_VERDICT_CARD, "bad");
  g_assert_nonnull (card);
  g_assert_true (has_icon (card, "stile-verdict-intercepted-symbolic"));
  g_assert_true (widget_tree_has_text (card, "Someone intercepts your traffic"));
}

/* The lines have the colour of a widget: over what is behind them. */
static void
assert_line (GtkWidget *widget, gboolean dark)
{
  GdkRGBA line, window;
  guchar front[4], back[4];
  double contrast;

  set_scheme (dark);
  test_await_idle ();
  stile_dialogs_get_color (widget, &line);
  g_assert_true (
      gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "window_bg_color", &window));
  for (guint i = 0; i < 3; i++)
    {
      const float from[] = { window.blue, window.green, window.red };
      const float to[] = { line.blue, line.green, line.red };

      back[i] = (guchar)(from[i] * 255);
      front[i] = (guchar)((from[i] * (1 - line.alpha) + to[i] * line.alpha) * 255);
    }
  contrast = get_contrast (get_luminance (front), get_luminance (back));
  if (contrast < PICTURE)
    {
      g_printerr ("%s: %.2f: the lines of %s\n", dark ? "dark" : "light", contrast,
                  G_OBJECT_TYPE_NAME (widget));
      g_test_fail ();
    }
}

static void
test_lines (void)
{
  g_autoptr (LabWindow) self = lab_window_new ("intercepted");

  for (guint i = 0; i < 2; i++)
    g_assert_true (lab_window_walk_on (self));
  for (guint dark = 0; dark < 2; dark++)
    {
      GtkWidget *flight = find_class (GTK_WIDGET (self->bootstrap), STILE_TYPE_FLIGHT_ROW, NULL);

      g_assert_nonnull (flight);
      assert_line (find_class (GTK_WIDGET (self->bootstrap), STILE_TYPE_PATH_VIEW, NULL), dark != 0);
      assert_line (find_class (flight, GTK_TYPE_BOX, "arrow"), dark != 0);
      assert_line (find_class (flight, GTK_TYPE_LABEL, "caption"), dark != 0);
    }
}

int
main (int argc, char **argv)
{
  static const char *const scenarios[] = { "intercepted", "unknown-authority", "block-page",
                                           "voucher-for-another-device", "direct" };

  widget_tree_begin (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *walk = g_strdup_printf ("/contrast/bootstrap/%s", scenarios[i]);

      g_test_add_data_func (walk, scenarios[i], test_bootstrap);
    }
  g_test_add_data_func ("/contrast/diagnose/intercepted", "intercepted", test_diagnose);
  g_test_add_data_func ("/contrast/diagnose/direct", "direct", test_diagnose);
  g_test_add_func ("/contrast/devices", test_devices);
  g_test_add_func ("/contrast/lines", test_lines);
  g_test_add_func ("/contrast/not-colour-alone", test_not_colour_alone);

  return g_test_run ();
}
