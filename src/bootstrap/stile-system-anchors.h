/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

char *stile_system_anchors_get_path (const char *anchors, StileCertificate *root);
gboolean stile_system_anchors_has (const char *anchors, StileCertificate *root);
gboolean stile_system_anchors_may_write (const char *anchors);
gboolean
stile_system_anchors_write (const char *anchors, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
stile_system_anchors_delete (const char *anchors, GPtrArray *roots, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
