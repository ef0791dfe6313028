/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-certificate-row.h"
#include "app/widget-tree.h"
#include "support/test-pki.h"
#include "support/test-pseudo.h"

static void
test_groups (void)
{
  g_autofree char *whole = stile_certificate_row_group_fingerprint ("0123456789abcdef");
  g_autofree char *rest = stile_certificate_row_group_fingerprint ("01234");
  g_autofree char *none = stile_certificate_row_group_fingerprint ("");

  g_assert_cmpstr (whole, ==, "0123 4567 89AB CDEF");
  g_assert_cmpstr (rest, ==, "0123 4");
  g_assert_cmpstr (none, ==, "");
}

static void
test_authority (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Plant <Nord> Root", TEST_PKI_P256);
  GtkWidget *row = g_object_ref_sink (stile_certificate_row_new (test_pki_get_certificate (root)));

  widget_tree_assert_spoken (GTK_WIDGET (row), "Plant <Nord> Root");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  g_assert_true (widget_tree_has_text (row, "Plant <Nord> Root"));
  g_assert_true (widget_tree_has_text (row, "It may sign certificates of others."));
  g_assert_false (widget_tree_has_text (row, "Signs for the middlebox"));

  stile_certificate_row_set_mark (STILE_CERTIFICATE_ROW (row), "Signs for the middlebox");
  widget_tree_assert_spoken (GTK_WIDGET (row), "Plant <Nord> Root. Signs for the middlebox");
  g_assert_true (widget_tree_has_text (row, "Signs for the middlebox"));
  g_object_unref (row);
}

static void
test_expired (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Old", .begins = -200000, .ends = -100000 });
  GtkWidget *row = g_object_ref_sink (stile_certificate_row_new (test_pki_get_certificate (leaf)));

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  g_assert_true (widget_tree_has_text (row, "Expired on "));
  g_assert_true (widget_tree_has_text (row, "may sign no certificates"));
  g_object_unref (row);
}

int
main (int argc, char **argv)
{
  widget_tree_begin (&argc, &argv);
  test_pseudo_add_data ("Plant <Nord> Root. Signs for the middlebox");

  g_test_add_func ("/certificate-row/groups", test_groups);
  g_test_add_func ("/certificate-row/authority", test_authority);
  g_test_add_func ("/certificate-row/expired", test_expired);

  return g_test_run ();
}
