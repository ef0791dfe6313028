/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-json.h"
#include "diagnosis/stile-vendor-name.h"
#include "diagnosis/stile-vendors.h"

G_BEGIN_DECLS

/* Rules and fields of one vendor; the longest in use have a handful. */
#define STILE_VENDOR_ENTRY_MAX_RULES 64
#define STILE_VENDOR_ENTRY_MAX_HEADERS 128

/* Bytes of a pattern. */
#define STILE_VENDOR_ENTRY_MAX_PATTERN 512

typedef struct _StileVendorEntry StileVendorEntry;

StileVendorEntry *stile_vendor_entry_read (GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_vendor_entry_free (gpointer entry);
StileVendorGuess *stile_vendor_entry_match_names (StileVendorEntry *self, GPtrArray *names);
StileVendorGuess *stile_vendor_entry_match_headers (StileVendorEntry *self, StileObservation *observation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileVendorEntry, stile_vendor_entry_free)

G_END_DECLS
