/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_KNOWN_AUTHORITIES (stile_known_authorities_get_type ())
G_DECLARE_FINAL_TYPE (StileKnownAuthorities, stile_known_authorities, STILE, KNOWN_AUTHORITIES, GObject)

/* A laptop that travels meets some; more is a damaged file. */
#define STILE_KNOWN_AUTHORITIES_MAX 1000

StileKnownAuthorities *stile_known_authorities_new (const char *path);
gboolean stile_known_authorities_load (StileKnownAuthorities *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_known_authorities_has (StileKnownAuthorities *self, const char *fingerprint);
gboolean stile_known_authorities_add (StileKnownAuthorities *self,
                                      const char *fingerprint,
                                      const char *name,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_known_authorities_remove (StileKnownAuthorities *self,
                                         const char *fingerprint,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_known_authorities_get_default_path (void);

G_END_DECLS
