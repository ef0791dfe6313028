/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bootstrap/stile-trust-store.h"

G_BEGIN_DECLS

GListStore *stile_trust_stores_find (const char *data_directory, const char *home);
StileTrustStore *stile_trust_stores_open (const char *id,
                                          const char *data_directory,
                                          const char *home,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
