/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

GBytes *stile_jws_writer_sign (GBytes *content,
                               GVariant *members,
                               gnutls_privkey_t key,
                               GPtrArray *chain,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_jws_writer_countersign (GBytes *bytes,
                                      GVariant *members,
                                      gnutls_privkey_t key,
                                      GPtrArray *chain,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
