/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"

G_BEGIN_DECLS

#define STILE_TYPE_VENDORS (stile_vendors_get_type ())
G_DECLARE_FINAL_TYPE (StileVendors, stile_vendors, STILE, VENDORS, GObject)

/* A list of some hundred vendors with their sources. */
#define STILE_VENDORS_MAX_SIZE (1024 * 1024)
#define STILE_VENDORS_MAX_ENTRIES 2048

/**
 * StileVendorGuess:
 * @name: the vendor's name
 * @category: what kind of thing it makes
 * @matched: what of the certificate or of the headers made one think of it
 * @source: where the rule is from
 * @evidence: "literal", "pattern" or "admin-named"
 * @hint: (nullable): where such a box has its CA
 * @compromised: its key is known to everybody
 *
 * A guess: anybody can make a CA of that name.
 */
typedef struct
{
  char *name;
  char *category;
  char *matched;
  char *source;
  char *evidence;
  char *hint;
  gboolean compromised;
} StileVendorGuess;

StileVendors *stile_vendors_new (void);
gboolean
stile_vendors_load_bytes (StileVendors *self, GBytes *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_vendors_load_file (StileVendors *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileVendors *stile_vendors_load_installed (const char *override, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint stile_vendors_get_n_entries (StileVendors *self);
StileVendorGuess *stile_vendors_guess (StileVendors *self,
                                       GPtrArray *chain,
                                       StileObservation *service,
                                       StileObservation *client);
StileVendorGuess *stile_vendors_guess_copy (const StileVendorGuess *guess);
void stile_vendors_guess_free (StileVendorGuess *guess);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileVendorGuess, stile_vendors_guess_free)

G_END_DECLS
