/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-signing.h"

#include <string.h>

#include "bench/bench-figure.h"

static const guint8 message[512];
static const gnutls_datum_t message_datum = { (guint8 *)message, sizeof message };

static void
must (int r, const char *what)
{
  if (r < 0)
    bench_figure_fail ("%s: %s", what, gnutls_strerror (r));
}

BenchSigning *
bench_signing_new (void)
{
  BenchSigning *self = g_new0 (BenchSigning, 1);

  must (gnutls_privkey_init (&self->key), "key");
  must (gnutls_privkey_generate (self->key, GNUTLS_PK_ECDSA,
                                 GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
        "key");
  must (gnutls_pubkey_init (&self->public_key), "key");
  must (gnutls_pubkey_import_privkey (self->public_key, self->key, 0, 0), "key");
  bench_signing_sign (self);
  return self;
}

void
bench_signing_sign (BenchSigning *self)
{
  gnutls_free (self->signature.data);
  self->signature.data = NULL;
  must (gnutls_privkey_sign_data2 (self->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &message_datum, &self->signature),
        "signing");
}

void
bench_signing_verify (BenchSigning *self)
{
  must (gnutls_pubkey_verify_data2 (self->public_key, GNUTLS_SIGN_ECDSA_SHA256, 0, &message_datum,
                                    &self->signature),
        "verifying");
}

void
bench_signing_make_key (void)
{
  gnutls_x509_privkey_t key;

  must (gnutls_x509_privkey_init (&key), "key");
  must (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1),
                                      0),
        "key");
  gnutls_x509_privkey_deinit (key);
}

void
bench_signing_free (BenchSigning *self)
{
  gnutls_free (self->signature.data);
  gnutls_pubkey_deinit (self->public_key);
  gnutls_privkey_deinit (self->key);
  g_free (self);
}
