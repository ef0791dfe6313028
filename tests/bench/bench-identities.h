/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-credentials.h"

G_BEGIN_DECLS

/**
 * BenchIdentities:
 *
 * One authority, one server "localhost" and one client, all with P-256 keys: what both ways of doing things use.
 */
typedef struct
{
  char *anchor;
  char *server_chain;
  char *server_key;
  char *client_chain;
  char *client_key;
} BenchIdentities;

BenchIdentities *bench_identities_new (void);
void bench_identities_free (BenchIdentities *self);
StileCredentials *bench_identities_make_credentials (
    BenchIdentities *self, StileRole role, StileTlsVersion version, gboolean tickets, const char *protocol);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchIdentities, bench_identities_free)

G_END_DECLS
