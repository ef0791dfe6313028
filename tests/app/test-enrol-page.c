/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/device-walk.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

static void
walk_to_enrol (DeviceWalk *self)
{
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_INSTALL);
  device_walk_press (self, "Continue");
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_WAITING));
}

static void
test_enrolled (DeviceWalk *self, gconstpointer data)
{
  walk_to_enrol (self);
  g_assert_true (device_walk_says (self, "“X1”, serial number " COURT_SERIAL));
  g_assert_true (device_walk_says (self, "The domain decides, and it is shown here afterwards."));
  g_assert_nonnull (widget_tree_find_button (self->window, "Skip"));
  widget_tree_shoot ("7-enrol");

  device_walk_press (self, "Get Certificate");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (device_walk_says (self, "Where it is"));
  g_assert_true (device_walk_says (self, "identity.pem"));
  g_assert_true (device_walk_says (self, "identity.key"));
  g_assert_true (device_walk_says (self, "Stile tells you when it is time."));
  g_assert_false (device_walk_says (self, "What is asked for"));
  g_assert_null (widget_tree_find_button (self->window, "Skip"));
  widget_tree_shoot ("7-enrolled");

  device_walk_press (self, "Continue");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_DONE, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (device_walk_says (self, "Who vouched"));
  g_assert_true (device_walk_says (self, "This computer’s certificate"));
  g_assert_true (device_walk_says (self, "Installed"));
  widget_tree_shoot ("8-done-all");
  widget_tree_scroll_down (self->window);
  widget_tree_shoot ("8-done-end");
}

static void
test_place (DeviceWalk *self, gconstpointer data)
{
  g_autofree char *place = g_build_filename (self->directory, "elsewhere.key", NULL);

  walk_to_enrol (self);
  g_object_set (stile_bootstrap_get_profile (self->job), "new-key", place, NULL);
  /* What was found does not depend on it. */
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_WAITING));
  g_assert_true (stile_bootstrap_is_passed (self->job, STILE_BOOTSTRAP_INSTALL));
  device_walk_press (self, "Get Certificate");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (device_walk_says (self, place));
  g_assert_true (g_file_test (place, G_FILE_TEST_EXISTS));
}

static void
test_skip (DeviceWalk *self, gconstpointer data)
{
  walk_to_enrol (self);
  device_walk_press (self, "Skip");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_DONE, STILE_BOOTSTRAP_COMPLETE));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_ENROL), ==, STILE_BOOTSTRAP_SKIPPED);
  g_assert_false (device_walk_says (self, "This computer’s certificate"));
  device_walk_press (self, "Back");
  g_assert_true (device_walk_says (self, "No new certificate"));
}

/* Refused, and skipped then: the rest of the walk does not need it. */
static void
test_refused (DeviceWalk *self, gconstpointer data)
{
  stile_est_server_set_gate (self->est, NULL, NULL, NULL);
  walk_to_enrol (self);
  device_walk_press (self, "Get Certificate");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_FAILED));
  g_assert_nonnull (widget_tree_find_button (self->window, "Retry"));
  widget_tree_shoot ("7-enrol-refused");
  device_walk_press (self, "Skip");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_DONE, STILE_BOOTSTRAP_COMPLETE));
}

static void
test_narrow (DeviceWalk *self, gconstpointer data)
{
  walk_to_enrol (self);
  device_walk_press (self, "Get Certificate");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_ENROL, STILE_BOOTSTRAP_COMPLETE));
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, 360);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  DEVICE_WALK_ADD ("/enrol-page/enrolled", test_enrolled);
  DEVICE_WALK_ADD ("/enrol-page/place", test_place);
  DEVICE_WALK_ADD ("/enrol-page/skip", test_skip);
  DEVICE_WALK_ADD ("/enrol-page/refused", test_refused);
  DEVICE_WALK_ADD ("/enrol-page/narrow", test_narrow);

  return g_test_run ();
}
