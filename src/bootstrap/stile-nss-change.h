/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-nss-database.h"

G_BEGIN_DECLS

char *stile_nss_change_make_nickname (StileCertificate *root);
GPtrArray *stile_nss_change_list_undo (StileNssDatabase *database, GPtrArray *roots);
gboolean stile_nss_change_add (StileNssDatabase *database, GPtrArray *roots, GPtrArray *undo, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_nss_change_undo (StileNssDatabase *database,
                                StileCertificate *root,
                                const char *undo,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
