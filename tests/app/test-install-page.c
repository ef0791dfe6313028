/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/device-walk.h"
#include "app/fake-store.h"
#include "app/stile-store-row.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

static FakeStore *
add_store (DeviceWalk *self, const char *name)
{
  g_autoptr (FakeStore) store = fake_store_new (name);

  g_list_store_append (self->stores, store);
  return store; /* the list holds it */
}

static void
walk_to_install (DeviceWalk *self)
{
  GtkWidget *button;

  fake_registrar_give_voucher (self->registrar, &self->fields, self->court.masa);
  device_walk_go (self, STILE_BOOTSTRAP_ROOTS);
  device_walk_press (self, "Continue");
  g_assert_true (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  test_await_until ((button = widget_tree_find_button (self->window, "Install")) != NULL &&
                    gtk_widget_is_sensitive (button));
}

static GtkSwitch *
find_switch (GtkWidget *widget)
{
  GtkSwitch *found = GTK_IS_SWITCH (widget) ? GTK_SWITCH (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_switch (child);

  return found;
}

/* Of the row with this name. */
static GtkSwitch *
get_switch (DeviceWalk *self, const char *name)
{
  return find_switch (widget_tree_find_row (self->window, name));
}

static void
test_before (DeviceWalk *self, gconstpointer data)
{
  FakeStore *browser = add_store (self, "Example Browser’s database");
  FakeStore *system = add_store (self, "Everything");
  GtkSwitch *choice;

  fake_store_set_obstacle (system, "Only an administrator may change it");
  walk_to_install (self);

  /* Nothing but Stile's own is preselected. */
  g_assert_false (stile_trust_store_get_selected (STILE_TRUST_STORE (browser)));
  g_assert_false (stile_trust_store_get_selected (STILE_TRUST_STORE (system)));
  choice = get_switch (self, "Example Browser’s database");
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (choice)));
  widget_tree_assert_spoken (GTK_WIDGET (choice), "Install into: Example Browser’s database");
  g_assert_true (device_walk_says (self, "<b>all</b> of them & more."));
  g_assert_false (device_walk_says (self, "7f3a.crt"));
  widget_tree_expand (self->window, "Example Browser’s database");
  g_assert_true (
      device_walk_says (self, "1 certificate goes into this file:\n/var/lib/example/trust/7f3a.crt"));
  g_assert_false (device_walk_says (self, "By hand, in a terminal"));

  /* What cannot be chosen says why, and what to do. */
  choice = get_switch (self, "Everything");
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (choice)));
  g_assert_true (device_walk_says (self, "Only an administrator may change it"));
  widget_tree_expand (self->window, "Everything");
  g_assert_true (device_walk_says (self, "By hand, in a terminal"));
  g_assert_true (device_walk_says (self, "sudo install-roots"));
  widget_tree_shoot ("6-install-open");
}

static void
test_after (DeviceWalk *self, gconstpointer data)
{
  FakeStore *browser = add_store (self, "Example Browser’s database");

  walk_to_install (self);
  gtk_switch_set_active (get_switch (self, "Example Browser’s database"), TRUE);
  device_walk_press (self, "Install");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_COMPLETE));
  g_assert_true (fake_store_is_installed (browser));
  g_assert_true (device_walk_says (self, "Done and verified"));
  widget_tree_expand (self->window, "Example Browser’s database");
  g_assert_true (device_walk_says (self, "Example Browser: trusts them now"));
  g_assert_true (device_walk_says (self, "Example Mail: looks elsewhere"));
  g_assert_true (device_walk_says (self, "It has a database of its own."));
  widget_tree_shoot ("6-installed-open");

  device_walk_press (self, "Undo");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  g_assert_false (fake_store_is_installed (browser));
  g_assert_false (device_walk_says (self, "trusts them now"));
}

/* A store that fails does not hide what the others did, and the walk can go on without it. */
static void
test_one_fails (DeviceWalk *self, gconstpointer data)
{
  FakeStore *browser = add_store (self, "Example Browser’s database");
  FakeStore *system = add_store (self, "Everything");

  fake_store_set_problem (system, "Nobody agreed");
  walk_to_install (self);
  gtk_switch_set_active (get_switch (self, "Example Browser’s database"), TRUE);
  gtk_switch_set_active (get_switch (self, "Everything"), TRUE);
  device_walk_press (self, "Install");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_FAILED));
  g_assert_true (fake_store_is_installed (browser));
  g_assert_true (device_walk_says (self, "Done and verified"));
  g_assert_true (device_walk_says (self, "Not done"));
  g_assert_true (device_walk_says (self, "Nobody agreed"));
  widget_tree_shoot ("6-install-failed");

  gtk_switch_set_active (get_switch (self, "Everything"), FALSE);
  device_walk_press (self, "Retry");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_COMPLETE));
  g_assert_false (device_walk_says (self, "Not done"));
}

static void
test_installed_before (DeviceWalk *self, gconstpointer data)
{
  walk_to_install (self);
  test_await_idle ();
  g_assert_false (device_walk_says (self, "Installed before"));
  device_walk_press (self, "Install");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_COMPLETE));
  test_await_until (device_walk_says (self, "Installed before"));
  g_assert_true (device_walk_says (self, "1 installation"));
  widget_tree_expand (self->window, "Installed before");
  g_assert_true (device_walk_says (self, ", from https://registrar.example"));
  g_assert_true (device_walk_says (self, "Vouched for by "));
  widget_tree_shoot ("6-installed-before");

  /* What this walk said of its roots is not so any more. */
  device_walk_press (self, "Take Back");
  test_await_until (device_walk_is_at (self, STILE_BOOTSTRAP_INSTALL, STILE_BOOTSTRAP_WAITING));
  test_await_until (!device_walk_says (self, "Installed before"));
}

static void
test_note (DeviceWalk *self, gconstpointer data)
{
  stile_bootstrap_page_set_places_note (self->page, "All of it goes with the lab.");
  walk_to_install (self);
  g_assert_true (device_walk_says (self, "All of it goes with the lab."));
  stile_bootstrap_page_set_places_note (self->page, NULL);
  g_assert_false (device_walk_says (self, "All of it goes with the lab."));
}

static void
test_narrow (DeviceWalk *self, gconstpointer data)
{
  FakeStore *system = add_store (self, "Everything-in-one-very-long-word-without-any-space");

  fake_store_set_obstacle (system, "Only-an-administrator-may-change-it-and-there-is-none");
  walk_to_install (self);
  widget_tree_expand (self->window, "Everything-in-one-very-long-word-without-any-space");
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, 360);
  widget_tree_shoot ("6-install-long");
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  DEVICE_WALK_ADD ("/install-page/before", test_before);
  DEVICE_WALK_ADD ("/install-page/after", test_after);
  DEVICE_WALK_ADD ("/install-page/one-fails", test_one_fails);
  DEVICE_WALK_ADD ("/install-page/installed-before", test_installed_before);
  DEVICE_WALK_ADD ("/install-page/note", test_note);
  DEVICE_WALK_ADD ("/install-page/narrow", test_narrow);

  return g_test_run ();
}
