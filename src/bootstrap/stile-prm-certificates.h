/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* A domain's root with its intermediates, or an agent's chain; all of it is in one signed message, too. */
#define STILE_PRM_CERTIFICATES_MAX 16

/* {"x5bag": …} of the CA certificates. */
#define STILE_PRM_CERTIFICATES_MAX_SIZE (64 * 1024)

GPtrArray *stile_prm_certificates_read (GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_prm_certificates_parse_bag (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
