/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-trust.h"

#include "support/test-pki.h"

static void
test_is_the_default (void)
{
  g_autoptr (GTlsDatabase) found = NULL;

  stile_http_trust_install ();
  stile_http_trust_install ();
  found = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_assert_true (STILE_IS_HTTP_TRUST (found));
  g_assert_true (G_IS_TLS_DATABASE (stile_http_trust_get_system ()));
  g_assert_false (STILE_IS_HTTP_TRUST (stile_http_trust_get_system ()));
}

/* Whoever asks the default gets the system's answer, and nobody is believed more than there. */
static void
test_says_what_the_system_says (void)
{
  g_autoptr (GTlsDatabase) found = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_autoptr (TestPki) root = test_pki_authority_new ("Nobody's root", TEST_PKI_P256);
  g_autoptr (TestPki) leaf =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Nobody", .hosts = "a.example" });
  g_autofree char *pem = test_pki_get_chain_pem (leaf);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_autoptr (GSocketConnectable) other = g_network_address_new ("b.example", 443);
  GTlsCertificateFlags flags;

  g_assert_no_error (error);
  flags = g_tls_database_verify_chain (found, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, other,
                                       NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (flags, ==, G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY);
  g_assert_cmpint (flags, ==,
                   g_tls_database_verify_chain (stile_http_trust_get_system (), certificate,
                                                G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, other, NULL,
                                                G_TLS_DATABASE_VERIFY_NONE, NULL, &error));
  g_assert_null (g_tls_database_lookup_certificate_issuer (found, certificate, NULL,
                                                           G_TLS_DATABASE_LOOKUP_NONE, NULL, &error));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-trust/is-the-default", test_is_the_default);
  g_test_add_func ("/http-trust/says-what-the-system-says", test_says_what_the_system_says);
  return g_test_run ();
}
