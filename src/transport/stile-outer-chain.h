/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* Certificates of a chain that are kept; of what else was sent only the number is told. */
#define STILE_OUTER_CHAIN_MAX_LENGTH 16

/* Names in one certificate: content networks put some hundred into one. */
#define STILE_OUTER_CHAIN_MAX_NAMES 1024

GPtrArray *stile_outer_chain_read (const gnutls_datum_t *sent, guint count, char **oddity);

G_END_DECLS
