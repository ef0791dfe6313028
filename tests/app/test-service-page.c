/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/device-walk.h"
#include "app/widget-tree.h"

static void
test_identity (DeviceWalk *self, gconstpointer data)
{
  g_assert_true (device_walk_says (self, "Serial number " COURT_SERIAL));
  g_assert_true (device_walk_says (self, "valid until"));
}

/* What a choice means is said, and what it needs is there. */
static void
test_trust (DeviceWalk *self, gconstpointer data)
{
  static const struct
  {
    StileTrustSource trust;
    const char *meaning;
    gboolean registrars;
    gboolean cloud;
  } table[] = {
    { STILE_TRUST_AUTO, "A voucher where this computer has its manufacturer’s certificate", TRUE, FALSE },
    { STILE_TRUST_SERVICE, "The service shows a certificate that leads to", FALSE, FALSE },
    { STILE_TRUST_VOUCHER, "once a voucher of this computer’s manufacturer names it", TRUE, FALSE },
    { STILE_TRUST_CLOUD, "The address is the manufacturer’s own service", TRUE, TRUE },
  };
  StileProfile *profile = stile_bootstrap_get_profile (self->job);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_object_set (profile, "trust", table[i].trust, NULL);
      g_assert_true (device_walk_says (self, table[i].meaning));
      g_assert_cmpint (device_walk_says (self, "More registrars, to be asked in turn"), ==,
                       table[i].registrars);
      g_assert_cmpint (device_walk_says (self, "Anchors of the cloud"), ==, table[i].cloud);
    }
}

static void
test_more (DeviceWalk *self, gconstpointer data)
{
  g_assert_false (device_walk_says (self, "Only for this attempt"));
  widget_tree_expand (self->window, "More");
  g_assert_true (device_walk_says (self, "Only for this attempt"));
  g_assert_true (device_walk_says (self, "The clock is not to be trusted"));
  g_assert_true (device_walk_says (self, "Forgive known mistakes"));
  g_assert_cmpint (widget_tree_get_minimum_width (GTK_WIDGET (self->page)), <=, 360);
  widget_tree_shoot ("1-service-more");
  widget_tree_scroll_down (self->window);
  widget_tree_shoot ("1-service-end");
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);

  DEVICE_WALK_ADD ("/service-page/identity", test_identity);
  DEVICE_WALK_ADD ("/service-page/trust", test_trust);
  DEVICE_WALK_ADD ("/service-page/more", test_more);

  return g_test_run ();
}
