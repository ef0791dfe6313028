/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "atls/stile-identity.h"
#include "bootstrap/stile-voucher-json.h"

/* sign-voucher cms|jws voucher|request CHAIN.pem KEY.pem: reads JSON, and writes what Stile makes and signs of it, for
 * other software to read.  Whatever fails ends it. */

static GBytes *
read_input (void)
{
  guint8 data[STILE_VOUCHER_JSON_MAX_SIZE];
  gsize length = fread (data, 1, sizeof data, stdin);

  return g_bytes_new (data, length);
}

static GBytes *
sign (const char *format, GBytes *content, StileIdentity *identity, GError **error)
{
  gnutls_privkey_t key = stile_identity_open_key (identity, error);
  GPtrArray *chain = stile_identity_get_chain (identity);
  GBytes *bytes;

  g_assert_nonnull (key);
  bytes = strcmp (format, "jws") == 0
              ? stile_signed_message_sign_jws (content, "voucher-jws+json", key, chain, error)
              : stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, key, chain,
                                               g_get_real_time () / G_USEC_PER_SEC, error);
  gnutls_privkey_deinit (key);

  return bytes;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) json = read_input ();
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpint (argc, ==, 5);
  identity = stile_identity_load (argv[3], argv[4], &error);
  g_assert_no_error (error);
  voucher = stile_voucher_json_parse (
      json, strcmp (argv[2], "request") == 0 ? STILE_VOUCHER_REQUEST : STILE_VOUCHER_ARTIFACT, &error);
  g_assert_no_error (error);
  content = stile_voucher_json_print (voucher);
  bytes = sign (argv[1], content, identity, &error);
  g_assert_no_error (error);

  return fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), stdout) ==
                 g_bytes_get_size (bytes)
             ? 0
             : 1;
}
