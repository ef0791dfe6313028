/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>

#include "codec/stile-der.h"

G_BEGIN_DECLS

/* A certificate has a dozen. */
#define STILE_CSR_DEMANDS_MAX_EXTENSIONS 64

#define STILE_CSR_DEMANDS_EXTENSION_REQUEST "1.2.840.113549.1.9.14"
/* RFC 9908 section 3.4. */
#define STILE_CSR_DEMANDS_EXTENSION_TEMPLATE "1.2.840.113549.1.9.16.2.62"

/**
 * StileCsrDemands:
 * @extensions: (element-type utf8 GBytes): OID to DER of the value
 * @open: (element-type utf8): OIDs of extensions whose value the client has to know
 * @algorithm: of the key, %GNUTLS_PK_UNKNOWN for any
 * @bits: of the key, with the curve in it; 0 for any
 *
 * What a service asks of key and extensions, for StileCsrAttributes: the first kind of key of several.
 */
typedef struct
{
  GHashTable *extensions;
  GPtrArray *open;
  gnutls_pk_algorithm_t algorithm;
  guint bits;
} StileCsrDemands;

void stile_csr_demands_init (StileCsrDemands *self);
void stile_csr_demands_clear (StileCsrDemands *self);
void stile_csr_demands_note_oid (StileCsrDemands *self, const char *oid);
gboolean stile_csr_demands_note_value (StileCsrDemands *self,
                                       const char *oid,
                                       const StileDerElement *value,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_csr_demands_note_key (StileCsrDemands *self,
                                     StileDerReader *key,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
