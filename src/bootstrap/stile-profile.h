/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"
#include "atls/stile-credentials.h"

G_BEGIN_DECLS

/**
 * StilePolicy:
 * @STILE_POLICY_ALWAYS: ATLS whatever the transport
 * @STILE_POLICY_WHEN_INTERCEPTED: plain HTTPS where the system's store vouches for the transport, else ATLS
 * @STILE_POLICY_NEVER: plain HTTPS, for comparison
 *
 * PROTOCOL section 4.
 */
typedef enum
{
  STILE_POLICY_ALWAYS,
  STILE_POLICY_WHEN_INTERCEPTED,
  STILE_POLICY_NEVER,
} StilePolicy;

#define STILE_TYPE_PROFILE (stile_profile_get_type ())
G_DECLARE_FINAL_TYPE (StileProfile, stile_profile, STILE, PROFILE, GObject)

/* Properties: service, anchors, certificate, key, proxy (strings, NULL when empty); policy, mode, tls-version (enums). */
#define STILE_TYPE_PROFILE_POLICY (stile_profile_policy_get_type ())
#define STILE_TYPE_PROFILE_MODE (stile_profile_mode_get_type ())
#define STILE_TYPE_PROFILE_TLS_VERSION (stile_profile_tls_version_get_type ())
GType stile_profile_policy_get_type (void);
GType stile_profile_mode_get_type (void);
GType stile_profile_tls_version_get_type (void);

StileProfile *stile_profile_new (void);
StileProfile *stile_profile_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_profile_save (StileProfile *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_profile_get_service (StileProfile *self);
const char *stile_profile_get_anchors (StileProfile *self);
const char *stile_profile_get_certificate (StileProfile *self);
const char *stile_profile_get_key (StileProfile *self);
const char *stile_profile_get_proxy (StileProfile *self);
StilePolicy stile_profile_get_policy (StileProfile *self);
StileMode stile_profile_get_mode (StileProfile *self);
StileTlsVersion stile_profile_get_tls_version (StileProfile *self);

StileIdentity *stile_profile_load_identity (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_profile_load_anchors (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
