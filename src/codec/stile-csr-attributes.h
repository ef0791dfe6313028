/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

#define STILE_TYPE_CSR_ATTRIBUTES (stile_csr_attributes_get_type ())
G_DECLARE_FINAL_TYPE (StileCsrAttributes, stile_csr_attributes, STILE, CSR_ATTRIBUTES, GObject)

/* A dozen OIDs, or a template with a key as long as the wanted one (RFC 9908). */
#define STILE_CSR_ATTRIBUTES_MAX_SIZE (16 * 1024)
#define STILE_CSR_ATTRIBUTES_MAX_COUNT 64
#define STILE_CSR_ATTRIBUTES_MAX_VALUES 32

#define STILE_CSR_ATTRIBUTES_CHALLENGE_PASSWORD "1.2.840.113549.1.9.7"
/* RFC 9908 section 3.4. */
#define STILE_CSR_ATTRIBUTES_TEMPLATE "1.2.840.113549.1.9.16.2.61"

StileCsrAttributes *stile_csr_attributes_new (void);
StileCsrAttributes *stile_csr_attributes_parse_der (GBytes *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileCsrAttributes *stile_csr_attributes_parse_est (GBytes *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean stile_csr_attributes_add_oid (StileCsrAttributes *self, const char *oid);
gboolean stile_csr_attributes_add_value (StileCsrAttributes *self, const char *oid, GBytes *value);
GBytes *stile_csr_attributes_to_der (StileCsrAttributes *self);
GBytes *stile_csr_attributes_to_est (StileCsrAttributes *self);

gboolean stile_csr_attributes_is_empty (StileCsrAttributes *self);
char **stile_csr_attributes_list (StileCsrAttributes *self);
gboolean stile_csr_attributes_has (StileCsrAttributes *self, const char *oid);
gboolean stile_csr_attributes_wants_challenge_password (StileCsrAttributes *self);
gboolean
stile_csr_attributes_get_key (StileCsrAttributes *self, gnutls_pk_algorithm_t *algorithm, guint *bits);
gnutls_digest_algorithm_t stile_csr_attributes_get_hash (StileCsrAttributes *self);
GHashTable *stile_csr_attributes_get_extensions (StileCsrAttributes *self);
char **stile_csr_attributes_list_open_extensions (StileCsrAttributes *self);

G_END_DECLS
