/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

GBytes *stile_cms_writer_sign (GBytes *content,
                               const char *content_type,
                               gnutls_privkey_t key,
                               GPtrArray *chain,
                               gint64 signing_time,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
