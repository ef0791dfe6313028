/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>

#include "bench/bench-identities.h"

G_BEGIN_DECLS

/**
 * BenchBare:
 *
 * GnuTLS with nothing around it but two buffers: the same ciphers, certificates and checks as StileSession has.
 */
typedef struct
{
  gnutls_certificate_credentials_t server;
  gnutls_certificate_credentials_t client;
  gnutls_priority_t server_priority;
  gnutls_priority_t client_priority;
  gnutls_datum_t ticket_key;
  StileTlsVersion version;
  gboolean tickets;
  gboolean anonymous; /* the client shows no certificate, and believes any: the outer TLS */
} BenchBare;

BenchBare *bench_bare_new (BenchIdentities *identities, StileTlsVersion version, gboolean tickets);
void bench_bare_free (BenchBare *self);
void bench_bare_shake_hands (BenchBare *self, const gnutls_datum_t *ticket, gnutls_datum_t *next_ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchBare, bench_bare_free)

G_END_DECLS
