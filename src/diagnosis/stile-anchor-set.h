/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-sighting.h"

G_BEGIN_DECLS

#define STILE_TYPE_ANCHOR_SET (stile_anchor_set_get_type ())
G_DECLARE_FINAL_TYPE (StileAnchorSet, stile_anchor_set, STILE, ANCHOR_SET, GObject)

/* A store of a distribution has some 150 authorities; of a folder, no more files than this are read. */
#define STILE_ANCHOR_SET_MAX_FILES 2048

StileAnchorSet *stile_anchor_set_load_system (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileAnchorSet *stile_anchor_set_load_public (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_anchor_set_get_location (StileAnchorSet *self);
guint stile_anchor_set_get_n_authorities (StileAnchorSet *self);
StileYesNo
stile_anchor_set_verify (StileAnchorSet *self, GPtrArray *chain, const char *host, StileCertificate **anchor);

G_END_DECLS
