/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-json.h"
#include "diagnosis/stile-vendors.h"

G_BEGIN_DECLS

/* Rules and fields of one vendor; the longest in use have a handful. */
#define STILE_VENDOR_ENTRY_MAX_RULES 64
#define STILE_VENDOR_ENTRY_MAX_HEADERS 128

/* Characters of a pattern, and of a name that is held against it: who puts 64 KB into a name gets no guess. */
#define STILE_VENDOR_ENTRY_MAX_PATTERN 512
#define STILE_VENDOR_ENTRY_MAX_SUBJECT 256

typedef struct _StileVendorEntry StileVendorEntry;

StileVendorEntry *stile_vendor_entry_read (GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_vendor_entry_free (gpointer entry);
GPtrArray *stile_vendor_entry_collect_names (GPtrArray *chain);
StileVendorGuess *stile_vendor_entry_match_names (StileVendorEntry *self, GPtrArray *names);
StileVendorGuess *stile_vendor_entry_match_headers (StileVendorEntry *self, StileObservation *observation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileVendorEntry, stile_vendor_entry_free)

G_END_DECLS
