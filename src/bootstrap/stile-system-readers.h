/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-result.h"

G_BEGIN_DECLS

/**
 * StileSystemReaders:
 * @bundle: (nullable): the file that most programs read
 * @hashes: (nullable): the folder that OpenSSL reads
 * @tokens: whether programs ask p11-kit
 * @nss: whether the distribution's NSS does too
 *
 * What is read of the system's store.
 */
typedef struct
{
  const char *bundle;
  const char *hashes;
  gboolean tokens;
  gboolean nss;
} StileSystemReaders;

GPtrArray *stile_system_readers_verify (const StileSystemReaders *self, GPtrArray *roots);

G_END_DECLS
