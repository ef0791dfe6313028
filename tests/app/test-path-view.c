/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-path-view.h"
#include "app/widget-tree.h"
#include "diagnosis/stile-path-walk.h"
#include "support/test-pki.h"
#include "support/test-pseudo.h"

#define HOST "provision.example.com"

static StileObservation *
observe (GPtrArray *chain, GTlsCertificateFlags errors)
{
  StileObservation *seen = stile_observation_new ();

  stile_observation_set_tls (seen, "TLS 1.3", "AES-128-GCM", NULL);
  stile_observation_set_http_version (seen, "1.1");
  stile_observation_set_chain (seen, chain);
  stile_observation_set_errors (seen, errors);

  return seen;
}

static void
assert_spoken (StilePathView *view, guint index, const char *text)
{
  StilePathBox *box = stile_path_view_get_box (view, index);

  widget_tree_assert_says (stile_path_box_get_spoken (box), text);
  widget_tree_assert_spoken (GTK_WIDGET (box), text);
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (box)));
}

static GtkWidget *
make_intercepted (StilePathSession session)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Example Corp Inspection CA", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = HOST, .hosts = HOST });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (leaf);
  g_autoptr (StileObservation) seen = observe (chain, G_TLS_CERTIFICATE_UNKNOWN_CA);
  GtkWidget *view = stile_path_view_new ();
  g_autoptr (StilePath) path = stile_path_walk_new (HOST, seen, NULL, TRUE, session);

  stile_path_view_show (STILE_PATH_VIEW (view), path);
  return view;
}

static void
test_intercepted (void)
{
  StilePathView *view = STILE_PATH_VIEW (g_object_ref_sink (make_intercepted (STILE_PATH_SESSION_PLANNED)));

  g_assert_cmpuint (stile_path_view_get_n_boxes (view), ==, 3);
  assert_spoken (view, 0, "First of three: this computer");
  assert_spoken (view, 1,
                 "Second of three: perhaps a middlebox, untrusted, signs as Example Corp Inspection CA");
  assert_spoken (view, 2, "Third of three: " HOST ", service, not verified yet");
  g_object_unref (view);
}

static void
test_looking (void)
{
  StilePathView *view = STILE_PATH_VIEW (g_object_ref_sink (stile_path_view_new ()));
  g_autoptr (StilePath) path = stile_path_walk_new (HOST, NULL, NULL, FALSE, STILE_PATH_SESSION_PLANNED);

  stile_path_view_show (view, path);
  g_assert_cmpuint (stile_path_view_get_n_boxes (view), ==, 2);
  assert_spoken (view, 1, "Second of two: " HOST ", service, not verified yet");
  g_object_unref (view);
}

static void
test_established (void)
{
  StilePathView *view =
      STILE_PATH_VIEW (g_object_ref_sink (make_intercepted (STILE_PATH_SESSION_ESTABLISHED)));

  assert_spoken (view, 2, "Third of three: " HOST ", service, verified");
  g_assert_true (widget_tree_has_text (GTK_WIDGET (view), "Secure session from end to end (ATLS)"));
  g_object_unref (view);
}

static graphene_rect_t
area_of (StilePathView *view, guint index)
{
  graphene_rect_t area;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (stile_path_view_get_box (view, index)),
                                            GTK_WIDGET (view), &area));
  return area;
}

static void
test_wide (void)
{
  StilePathView *view = STILE_PATH_VIEW (make_intercepted (STILE_PATH_SESSION_PLANNED));
  GtkWidget *window = widget_tree_show (GTK_WIDGET (view), 640, 480);
  graphene_rect_t first = area_of (view, 0), last = area_of (view, 2);

  g_assert_false (stile_path_view_is_vertical (view));
  g_assert_cmpfloat (first.origin.x, <, last.origin.x);
  g_assert_cmpfloat (first.origin.y, ==, last.origin.y);
  widget_tree_close (window);
}

static void
test_narrow (void)
{
  StilePathView *view = STILE_PATH_VIEW (make_intercepted (STILE_PATH_SESSION_PLANNED));
  GtkWidget *window = widget_tree_show (GTK_WIDGET (view), 320, 640);
  graphene_rect_t first = area_of (view, 0), last = area_of (view, 2);

  g_assert_true (stile_path_view_is_vertical (view));
  g_assert_cmpfloat (first.origin.y, <, last.origin.y);
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (view)), <=, 336);
  widget_tree_close (window);
}

static void
test_mirrored (void)
{
  StilePathView *view = STILE_PATH_VIEW (make_intercepted (STILE_PATH_SESSION_PLANNED));
  GtkWidget *window;

  gtk_widget_set_direction (GTK_WIDGET (view), GTK_TEXT_DIR_RTL);
  window = widget_tree_show (GTK_WIDGET (view), 640, 480);
  g_assert_cmpfloat (area_of (view, 0).origin.x, >, area_of (view, 2).origin.x);
  widget_tree_close (window);
}

/* A middlebox behind a proxy, and the service's own front (the draft, Figures 8 and 11). */
static StilePath *
make_long_path (void)
{
  static const char *const spoken[] = { "this computer", "proxy", "middlebox", "front", HOST, NULL };
  StilePath *path = stile_path_new ();
  StileHop *middlebox;

  stile_path_add_hop (path, STILE_HOP_COMPUTER, "This computer", "Where Stile runs");
  stile_path_add_hop (path, STILE_HOP_PROXY, "Proxy", "Passes the connection on");
  middlebox = stile_path_add_hop (path, STILE_HOP_MIDDLEBOX, "Middlebox", "Signs as “Example”");
  stile_path_set_trust (middlebox, STILE_HOP_BAD, "Untrusted");
  middlebox->certainty = STILE_CERTAINTY_LIKELY;
  stile_path_add_hop (path, STILE_HOP_FRONT, "Front", "Ends TLS for the service");
  stile_path_add_hop (path, STILE_HOP_SERVICE, HOST, "Service");
  stile_path_add_layer (path, 0, "CONNECT");
  stile_path_add_layer (path, 0, "TCP");
  for (guint leg = 1; leg < 4; leg++)
    {
      stile_path_add_layer (path, leg, "HTTP/1.1");
      stile_path_add_layer (path, leg, leg == 3 ? "TCP" : "TLS 1.3");
      stile_path_add_layer (path, leg, leg == 3 ? NULL : "TCP");
      stile_path_set_certainty (path, leg, STILE_CERTAINTY_PROVEN);
    }
  stile_path_add_change (path, 2, "request-size-limited");
  stile_path_set_session (path, STILE_PATH_SESSION_ESTABLISHED);
  stile_path_speak (path, spoken);

  return path;
}

static GtkWidget *
show_long_path (int width, int height, StilePathView **view)
{
  g_autoptr (StilePath) path = make_long_path ();

  *view = STILE_PATH_VIEW (stile_path_view_new ());
  stile_path_view_show (*view, path);
  return widget_tree_show (GTK_WIDGET (*view), width, height);
}

/* What passes the proxy goes over its head, so that it is lower than the others. */
static void
test_passing (void)
{
  StilePathView *view;
  GtkWidget *window = show_long_path (1280, 480, &view);

  g_assert_cmpuint (stile_path_view_get_n_boxes (view), ==, 5);
  assert_spoken (view, 1, "2 of 5: proxy");
  g_assert_false (stile_path_view_is_vertical (view));
  g_assert_cmpfloat (area_of (view, 0).origin.y, ==, area_of (view, 2).origin.y);
  g_assert_cmpfloat (area_of (view, 1).origin.y, >, area_of (view, 0).origin.y);
  g_assert_true (widget_tree_has_text (GTK_WIDGET (view), "Changed"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (stile_path_view_get_box (view, 2)), "likely"));
  widget_tree_shoot ("path-long");
  widget_tree_close (window);
}

/* One below the other it stands back for the same reason. */
static void
test_passing_narrow (void)
{
  StilePathView *view;
  GtkWidget *window = show_long_path (320, 900, &view);

  g_assert_true (stile_path_view_is_vertical (view));
  g_assert_cmpfloat (area_of (view, 1).origin.x, >, area_of (view, 0).origin.x);
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (view)), <=, 336);
  widget_tree_shoot ("path-long-narrow");
  widget_tree_close (window);
}

/* What is open and focused stays so while a diagnosis goes on and finds nothing new. */
static void
test_same_again (void)
{
  g_autoptr (StilePath) path = make_long_path ();
  g_autoptr (StilePath) again = make_long_path ();
  StilePathView *view = STILE_PATH_VIEW (g_object_ref_sink (stile_path_view_new ()));
  StilePathBox *box;

  stile_path_view_show (view, path);
  box = stile_path_view_get_box (view, 2);
  stile_path_view_show (view, again);
  g_assert_true (stile_path_view_get_box (view, 2) == box);
  g_object_unref (view);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);
  /* What these tests put into paths. */
  test_pseudo_add_data (
      "This computer\nWhere Stile runs\nProxy\nPasses the connection on\nMiddlebox\nSigns as “Example”\n"
      "Front\nEnds TLS for the service\nService\nUntrusted\n5: proxy\nthis computer\nmiddlebox\nfront");

  g_test_add_func ("/path-view/intercepted", test_intercepted);
  g_test_add_func ("/path-view/looking", test_looking);
  g_test_add_func ("/path-view/established", test_established);
  g_test_add_func ("/path-view/wide", test_wide);
  g_test_add_func ("/path-view/narrow", test_narrow);
  g_test_add_func ("/path-view/mirrored", test_mirrored);
  g_test_add_func ("/path-view/passing", test_passing);
  g_test_add_func ("/path-view/passing-narrow", test_passing_narrow);
  g_test_add_func ("/path-view/same-again", test_same_again);

  return g_test_run ();
}
