/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/device-walk.h"
#include "app/stile-wait-box.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

static void
test_countdown (void)
{
  static const struct
  {
    gint64 seconds;
    const char *text;
  } table[] = {
    { 3725, "Asks again in 62:05" }, { 60, "Asks again in 1:00" }, { 42, "Asks again in 0:42" },
    { 1, "Asks again in 0:01" },     { 0, "Asking again now" },    { -7, "Asking again now" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = stile_wait_box_describe (table[i].seconds);

      widget_tree_assert_says (text, table[i].text);
    }
}

static void
test_accepted (DeviceWalk *self, gconstpointer data)
{
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_VOUCHER, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (device_walk_says (self, "Step 4 of 8 · Voucher"));
  g_assert_true (device_walk_says (self, "says: the device “" COURT_SERIAL "” belongs to the domain"));
  g_assert_true (device_walk_says (self, "What the voucher says"));
  g_assert_true (device_walk_says (self, "whoever asks is written into a log"));
  g_assert_true (device_walk_says (self, "Good for one attempt of the device."));
  g_assert_true (device_walk_says (self, "MASA"));
  g_assert_true (device_walk_says (self, "Plant Nord Root"));
  g_assert_true (device_walk_says (self, " checks passed"));
  g_assert_false (device_walk_says (self, "Refused"));
  g_assert_false (device_walk_says (self, "not believed"));
  widget_tree_shoot ("4-voucher");

  widget_tree_expand (self->window, "Details");
  g_assert_true (device_walk_says (self, "Serial number of the device"));
  g_assert_true (device_walk_says (self, "logged"));
  g_assert_true (device_walk_says (self, "https://registrar.example"));
  g_assert_false (device_walk_says (self, "Good until"));
  widget_tree_expand (self->window, "What was checked");
  g_assert_true (device_walk_says (self, "Passed · P8"));
  widget_tree_scroll_down (self->window);
  widget_tree_shoot ("4-voucher-details");
}

static void
test_refused (DeviceWalk *self, gconstpointer data)
{
  self->fields.serial_number = "PID:X1 SN:0008";
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_VOUCHER, STILE_BOOTSTRAP_FAILED));
  g_assert_true (device_walk_says (self, "Refused · P8"));
  g_assert_true (device_walk_says (self, "What was looked at before"));
  g_assert_true (device_walk_says (self, "What it said, and is not believed"));
  g_assert_true (device_walk_says (self, "the device “PID:X1 SN:0008” belongs to"));
  g_assert_nonnull (widget_tree_find_button (self->window, "Retry"));
  g_assert_null (widget_tree_find_button (self->window, "Skip"));
  widget_tree_shoot ("4-voucher-refused");
}

/* Nobody but the manufacturer is called the signer. */
static void
test_strange_signer (DeviceWalk *self, gconstpointer data)
{
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.strange_masa);
  device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_VOUCHER, STILE_BOOTSTRAP_FAILED));
  g_assert_true (device_walk_says (self, "Refused · P5"));
  g_assert_false (device_walk_says (self, "Signed by"));
}

static void
test_nearness (DeviceWalk *self, gconstpointer data)
{
  self->fields.assertion = STILE_ASSERTION_PROXIMITY;
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
  g_assert_true (device_walk_says (self, "That does not tell where either of them is."));
}

/* What a registrar says is shown as it is, and as the registrar's. */
static void
test_waiting (DeviceWalk *self, gconstpointer data)
{
  fake_registrar_say_with (self->registrar, 202, "retry-after", "45",
                           "Your device is <b>known</b> to Ms Meier, who decides on Mondays & Thursdays.");
  device_walk_press (self, "Continue");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));
  device_walk_press (self, "Continue");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_SESSION, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (device_walk_says (self, ", still to be vouched for: "));
  g_assert_false (device_walk_says (self, ", verified: "));
  device_walk_press (self, "Continue");
  test_await_until (device_walk_says (self, "Asks again in 0:4"));
  g_assert_true (device_walk_says (self, "In the registrar’s own words"));
  g_assert_true (device_walk_says (self, "Your device is <b>known</b> to Ms Meier"));
  g_assert_false (device_walk_says (self, "The registrar says: "));
  widget_tree_shoot ("4-voucher-waiting");

  device_walk_press (self, "Cancel");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_VOUCHER, STILE_BOOTSTRAP_WAITING));
  g_assert_false (device_walk_says (self, "Asks again in"));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_SESSION), ==,
                   STILE_BOOTSTRAP_COMPLETE);
}

/* The page goes while its countdown runs. */
static void
test_gone (DeviceWalk *self, gconstpointer data)
{
  fake_registrar_say_with (self->registrar, 202, "retry-after", "45", NULL);
  device_walk_press (self, "Continue");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_PATH, STILE_BOOTSTRAP_COMPLETE));
  device_walk_press (self, "Continue");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_SESSION, STILE_BOOTSTRAP_COMPLETE));
  device_walk_press (self, "Continue");
  test_await_until (device_walk_says (self, "Asks again in 0:4"));
  g_assert_false (device_walk_says (self, "In the registrar’s own words"));
  g_object_add_weak_pointer (G_OBJECT (self->page), (gpointer *)&self->page);
  gtk_window_set_child (GTK_WINDOW (self->window), NULL);
  test_await_until (self->page == NULL);
  test_await_until (!stile_bootstrap_is_running (self->job));
}

static void
test_narrow (DeviceWalk *self, gconstpointer data)
{
  self->fields.serial_number = "PID:X1-WITH-A-VERY-LONG-NAME SN:000000000000000000000000000000000000000007";
  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_VOUCHER);
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, 360);
  widget_tree_shoot ("4-voucher-long");
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/voucher-page/countdown", test_countdown);
  DEVICE_WALK_ADD ("/voucher-page/accepted", test_accepted);
  DEVICE_WALK_ADD ("/voucher-page/refused", test_refused);
  DEVICE_WALK_ADD ("/voucher-page/strange-signer", test_strange_signer);
  DEVICE_WALK_ADD ("/voucher-page/nearness", test_nearness);
  DEVICE_WALK_ADD ("/voucher-page/waiting", test_waiting);
  DEVICE_WALK_ADD ("/voucher-page/gone", test_gone);
  DEVICE_WALK_ADD ("/voucher-page/narrow", test_narrow);

  return g_test_run ();
}
