/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate-path.h"

G_BEGIN_DECLS

StileCertificate *stile_certificate_search_run (GPtrArray *chain,
                                                GPtrArray *anchors,
                                                gint64 at,
                                                StileCertificatePathFlags flags,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
