/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-trust-entry.h"

G_BEGIN_DECLS

/* Some hundred installations, each of a few roots of 2 KB, fit; whoever has more takes some back first. */
#define STILE_TRUST_RECORD_MAX_SIZE (4 * 1024 * 1024)
#define STILE_TRUST_RECORD_MAX_ENTRIES 1024

#define STILE_TYPE_TRUST_RECORD (stile_trust_record_get_type ())
G_DECLARE_FINAL_TYPE (StileTrustRecord, stile_trust_record, STILE, TRUST_RECORD, GObject)

StileTrustRecord *stile_trust_record_new (const char *data_directory);
const char *stile_trust_record_get_path (StileTrustRecord *self);
GPtrArray *stile_trust_record_list (StileTrustRecord *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_trust_record_add (StileTrustRecord *self,
                                 StileTrustEntry *entry,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_trust_record_remove (StileTrustRecord *self,
                                    const char *entry_id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_trust_record_settle (StileTrustRecord *self,
                                    const char *store,
                                    GPtrArray *roots,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_trust_record_forget (StileTrustRecord *self,
                                    const char *store,
                                    GPtrArray *roots,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_trust_record_parse (GBytes *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
