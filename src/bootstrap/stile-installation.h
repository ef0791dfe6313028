/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bootstrap/stile-installation-result.h"
#include "bootstrap/stile-trust-record.h"

G_BEGIN_DECLS

GPtrArray *stile_installation_list_stores (GListModel *stores, gboolean only_selected);
void stile_installation_install_async (GPtrArray *stores,
                                       GPtrArray *roots,
                                       StileTrustRecord *record,
                                       const StileTrustOrigin *origin,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
void stile_installation_remove_async (GPtrArray *stores,
                                      GPtrArray *roots,
                                      StileTrustRecord *record,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
void stile_installation_undo_async (GPtrArray *stores,
                                    GPtrArray *roots,
                                    StileTrustRecord *record,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *stile_installation_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
