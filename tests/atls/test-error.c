/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"

#include <gio/gio.h>

static void
assert_converts (GQuark domain, int code, StileErrorCode fallback, StileErrorCode expected)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "what happened");

  stile_error_convert (&error, fallback);
  g_assert_error (error, STILE_ERROR, (int)expected);
  g_assert_cmpstr (error->message, ==, "what happened");
}

static void
test_converts_io_errors (void)
{
  static const struct
  {
    int io;
    StileErrorCode ours;
  } table[] = {
    { G_IO_ERROR_CANCELLED, STILE_ERROR_CANCELLED },
    { G_IO_ERROR_CONNECTION_REFUSED, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_HOST_UNREACHABLE, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_NETWORK_UNREACHABLE, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_HOST_NOT_FOUND, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_TIMED_OUT, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_PROXY_FAILED, STILE_ERROR_UNREACHABLE },
    { G_IO_ERROR_PROXY_NEED_AUTH, STILE_ERROR_SETTINGS },
    { G_IO_ERROR_PROXY_AUTH_FAILED, STILE_ERROR_SETTINGS },
    { G_IO_ERROR_CONNECTION_CLOSED, STILE_ERROR_RETRY },
    { G_IO_ERROR_BUSY, STILE_ERROR_RETRY },
    { G_IO_ERROR_MESSAGE_TOO_LARGE, STILE_ERROR_LIMIT },
    { G_IO_ERROR_INVALID_DATA, STILE_ERROR_PROTOCOL }, /* the fallback */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    assert_converts (G_IO_ERROR, table[i].io, STILE_ERROR_PROTOCOL, table[i].ours);
}

static void
test_converts_other_domains (void)
{
  assert_converts (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, STILE_ERROR_FAILED, STILE_ERROR_UNREACHABLE);
  assert_converts (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, STILE_ERROR_FAILED, STILE_ERROR_UNTRUSTED);
  assert_converts (G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE, STILE_ERROR_FAILED, STILE_ERROR_UNREACHABLE);
  assert_converts (G_FILE_ERROR, G_FILE_ERROR_NOENT, STILE_ERROR_FAILED, STILE_ERROR_SETTINGS);
  assert_converts (G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, STILE_ERROR_FAILED, STILE_ERROR_SETTINGS);
  assert_converts (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, STILE_ERROR_FAILED, STILE_ERROR_SETTINGS);
  assert_converts (G_CONVERT_ERROR, G_CONVERT_ERROR_FAILED, STILE_ERROR_LIMIT, STILE_ERROR_LIMIT);
}

static void
test_leaves_ours_and_nothing_alone (void)
{
  GError *none = NULL;

  assert_converts (STILE_ERROR, STILE_ERROR_REFUSED, STILE_ERROR_FAILED, STILE_ERROR_REFUSED);
  stile_error_convert (&none, STILE_ERROR_FAILED);
  g_assert_no_error (none);
  stile_error_convert (NULL, STILE_ERROR_FAILED);
}

static void
test_cancelled_in_either_domain (void)
{
  g_autoptr (GError) ours = g_error_new_literal (STILE_ERROR, STILE_ERROR_CANCELLED, "");
  g_autoptr (GError) theirs = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_autoptr (GError) other = g_error_new_literal (STILE_ERROR, STILE_ERROR_FAILED, "");

  g_assert_true (stile_error_is_cancelled (ours));
  g_assert_true (stile_error_is_cancelled (theirs));
  g_assert_false (stile_error_is_cancelled (other));
  g_assert_false (stile_error_is_cancelled (NULL));
  g_assert_cmpstr (stile_error_get_name (theirs), ==, "cancelled");
}

/* One code for each next move: so no two share a name or a sentence. */
static void
test_every_code_has_a_next_step (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) steps = g_hash_table_new (g_str_hash, g_str_equal);

  for (int code = STILE_ERROR_FAILED; code <= STILE_ERROR_CANCELLED; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (STILE_ERROR, code, "");

      g_assert_true (g_hash_table_add (names, (gpointer)stile_error_get_name (error)));
      g_assert_true (g_hash_table_add (steps, (gpointer)stile_error_get_next_step (error)));
      g_assert_true (g_str_has_suffix (stile_error_get_next_step (error), "."));
    }
}

static void
test_foreign_errors_have_a_next_step (void)
{
  g_autoptr (GError) foreign = g_error_new_literal (G_CONVERT_ERROR, 99, "");
  g_autoptr (GError) odd = g_error_new_literal (STILE_ERROR, 4711, "");

  g_assert_cmpstr (stile_error_get_name (foreign), ==, "failed");
  g_assert_cmpstr (stile_error_get_name (odd), ==, "failed");
  g_assert_nonnull (stile_error_get_next_step (foreign));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/error/converts-io-errors", test_converts_io_errors);
  g_test_add_func ("/atls/error/converts-other-domains", test_converts_other_domains);
  g_test_add_func ("/atls/error/leaves-ours-and-nothing-alone", test_leaves_ours_and_nothing_alone);
  g_test_add_func ("/atls/error/cancelled-in-either-domain", test_cancelled_in_either_domain);
  g_test_add_func ("/atls/error/every-code-has-a-next-step", test_every_code_has_a_next_step);
  g_test_add_func ("/atls/error/foreign-errors-have-a-next-step", test_foreign_errors_have_a_next_step);

  return g_test_run ();
}
