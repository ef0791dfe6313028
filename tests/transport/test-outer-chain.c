/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-outer-chain.h"

#include <string.h>

#include "support/test-pki.h"

static gnutls_datum_t
to_datum (TestPki *pki)
{
  GBytes *der = test_pki_get_der (pki);

  return (gnutls_datum_t){ (unsigned char *)g_bytes_get_data (der, NULL),
                           (unsigned int)g_bytes_get_size (der) };
}

static void
assert_read (const gnutls_datum_t *sent, guint count, guint kept, const char *says)
{
  g_autofree char *oddity = NULL;
  g_autoptr (GPtrArray) chain = stile_outer_chain_read (sent, count, &oddity);

  g_assert_cmpuint (chain->len, ==, kept);
  if (says == NULL)
    g_assert_cmpstr (oddity, ==, NULL);
  else
    g_assert_nonnull (strstr (oddity, says));
}

static void
test_honest_chains_are_not_odd (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) middle =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  g_autoptr (TestPki) leaf =
      test_pki_issue (middle, &(TestPkiOptions){ .name = "Leaf", .hosts = "a.example" });
  const gnutls_datum_t chain[] = { to_datum (leaf), to_datum (middle), to_datum (root) };
  const gnutls_datum_t mixed[] = { to_datum (leaf), to_datum (root), to_datum (middle) };

  assert_read (chain, 3, 3, NULL);
  assert_read (chain, 1, 1, NULL);
  assert_read (chain + 2, 1, 1, NULL);
  assert_read (mixed, 3, 3, NULL);
  assert_read (NULL, 0, 0, NULL);
}

/* CVE-2026-10028: a reader that follows issuers by name never comes to an end. */
static void
test_circles_are_odd (void)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("A", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("B", TEST_PKI_P256);
  g_autoptr (TestPki) first = test_pki_issue (one, &(TestPkiOptions){ .name = "B", .authority = TRUE });
  g_autoptr (TestPki) second = test_pki_issue (two, &(TestPkiOptions){ .name = "A", .authority = TRUE });
  g_autoptr (TestPki) leaf = test_pki_issue (one, &(TestPkiOptions){ .name = "Leaf" });
  const gnutls_datum_t circle[] = { to_datum (first), to_datum (second) };
  const gnutls_datum_t behind[] = { to_datum (leaf), to_datum (first), to_datum (second) };

  assert_read (circle, 2, 2, "in a circle");
  assert_read (behind, 3, 3, "in a circle");
}

static void
test_many_are_odd (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  gnutls_datum_t many[STILE_OUTER_CHAIN_MAX_LENGTH + 1];

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = to_datum (root);
  assert_read (many, STILE_OUTER_CHAIN_MAX_LENGTH, STILE_OUTER_CHAIN_MAX_LENGTH, NULL);
  assert_read (many, STILE_OUTER_CHAIN_MAX_LENGTH + 1, STILE_OUTER_CHAIN_MAX_LENGTH, "17 certificates");
}

static void
test_what_is_none_is_odd (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree guint8 *large = g_malloc0 (STILE_CERTIFICATE_MAX_SIZE + 1);
  const gnutls_datum_t cut = { to_datum (root).data, to_datum (root).size - 1 };
  const gnutls_datum_t chain[] = { to_datum (root), cut, to_datum (root) };
  const gnutls_datum_t too_large = { large, STILE_CERTIFICATE_MAX_SIZE + 1 };

  assert_read (chain, 3, 1, "is none");
  assert_read (&cut, 1, 0, "is none");
  assert_read (&too_large, 1, 0, "is none");
}

static void
test_many_names_are_odd (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (GString) hosts = g_string_new ("h0.example");
  g_autoptr (TestPki) many = NULL;
  gnutls_datum_t sent;

  for (guint i = 1; i <= STILE_OUTER_CHAIN_MAX_NAMES; i++)
    g_string_append_printf (hosts, ",h%u.example", i);
  many = test_pki_issue (root, &(TestPkiOptions){ .name = "Many", .hosts = hosts->str });
  sent = to_datum (many);
  assert_read (&sent, 1, 1, "more than 1024 names");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/outer-chain/honest-chains-are-not-odd", test_honest_chains_are_not_odd);
  g_test_add_func ("/transport/outer-chain/circles-are-odd", test_circles_are_odd);
  g_test_add_func ("/transport/outer-chain/many-are-odd", test_many_are_odd);
  g_test_add_func ("/transport/outer-chain/what-is-none-is-odd", test_what_is_none_is_odd);
  g_test_add_func ("/transport/outer-chain/many-names-are-odd", test_many_names_are_odd);

  return g_test_run ();
}
