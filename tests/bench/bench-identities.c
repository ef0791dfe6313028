/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-identities.h"

#include <string.h>

#include "codec/stile-certificate-bundle.h"
#include "support/test-pki.h"

BenchIdentities *
bench_identities_new (void)
{
  BenchIdentities *self = g_new0 (BenchIdentities, 1);
  g_autoptr (TestPki) root = test_pki_authority_new ("Bench Root", TEST_PKI_P256);
  g_autoptr (TestPki) server =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Bench service", .hosts = "localhost" });
  g_autoptr (TestPki) client = test_pki_issue (root, &(TestPkiOptions){ .name = "Bench client" });

  self->anchor = test_pki_get_chain_pem (root);
  self->server_chain = test_pki_get_chain_pem (server);
  self->server_key = test_pki_get_key_pem (server);
  self->client_chain = test_pki_get_chain_pem (client);
  self->client_key = test_pki_get_key_pem (client);
  return self;
}

void
bench_identities_free (BenchIdentities *self)
{
  g_free (self->anchor);
  g_free (self->server_chain);
  g_free (self->server_key);
  g_free (self->client_chain);
  g_free (self->client_key);
  g_free (self);
}

static GPtrArray *
parse (const char *pem)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  GPtrArray *list = stile_certificate_bundle_parse_pem (bytes, &error);

  g_assert_no_error (error);
  return list;
}

StileCredentials *
bench_identities_make_credentials (
    BenchIdentities *self, StileRole role, StileTlsVersion version, gboolean tickets, const char *protocol)
{
  StileCredentials *credentials = stile_credentials_new (role);
  const char *protocols[] = { protocol, NULL };
  const char *key_pem = role == STILE_ROLE_SERVER ? self->server_key : self->client_key;
  g_autoptr (GPtrArray) chain = parse (role == STILE_ROLE_SERVER ? self->server_chain : self->client_chain);
  g_autoptr (GPtrArray) anchors = parse (self->anchor);
  g_autoptr (GBytes) key = g_bytes_new_static (key_pem, strlen (key_pem));
  g_autoptr (GError) error = NULL;
  g_autoptr (StileIdentity) identity = stile_identity_new (chain, key, &error);

  g_assert_no_error (error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_anchors (credentials, anchors);
  stile_credentials_set_version (credentials, version);
  stile_credentials_set_tickets (credentials, tickets);
  if (protocol != NULL)
    stile_credentials_set_application_protocols (credentials, protocols);
  if (!stile_credentials_prepare (credentials, &error))
    g_assert_no_error (error);

  return credentials;
}
