/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "support/test-pki.h"

G_BEGIN_DECLS

/**
 * BenchSigning:
 *
 * Signatures with P-256, and nothing around them: of a message of the size that vouchers and certificates have.
 */
typedef struct
{
  gnutls_privkey_t key;
  gnutls_pubkey_t public_key;
  gnutls_datum_t signature;
} BenchSigning;

BenchSigning *bench_signing_new (void);
void bench_signing_sign (BenchSigning *self);
void bench_signing_verify (BenchSigning *self);
void bench_signing_make_key (void);
void bench_signing_free (BenchSigning *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSigning, bench_signing_free)

G_END_DECLS
