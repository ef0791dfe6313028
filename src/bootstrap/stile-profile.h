/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"
#include "atls/stile-credentials.h"
#include "bootstrap/stile-judge.h"

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

/**
 * StileTrustSource:
 * @STILE_TRUST_AUTO: the manufacturer's voucher where this computer has an identity that a manufacturer gave it and the
 *   profile names anchors; else the service's own certificate
 * @STILE_TRUST_SERVICE: the service's certificate inside ATLS leads to the anchors, or to the system's store
 * @STILE_TRUST_VOUCHER: nobody vouches for the service but a voucher of the manufacturer (RFC 8995)
 * @STILE_TRUST_CLOUD: the same, and the service is the manufacturer's own, which knows where the owner is (BRSKI-Cloud)
 *
 * What the domain's roots rest on.
 */
typedef enum
{
  STILE_TRUST_AUTO,
  STILE_TRUST_SERVICE,
  STILE_TRUST_VOUCHER,
  STILE_TRUST_CLOUD,
} StileTrustSource;

/**
 * StileEnrolChoice:
 * @STILE_ENROL_AUTO: with a voucher
 * @STILE_ENROL_ALWAYS: whatever the roots rest on
 * @STILE_ENROL_NEVER: this computer keeps the identity that it has
 *
 * Whether this computer gets a certificate of the domain.
 */
typedef enum
{
  STILE_ENROL_AUTO,
  STILE_ENROL_ALWAYS,
  STILE_ENROL_NEVER,
} StileEnrolChoice;

#define STILE_TYPE_PROFILE (stile_profile_get_type ())
G_DECLARE_FINAL_TYPE (StileProfile, stile_profile, STILE, PROFILE, GObject)

/* Properties: service, anchors, certificate, key, proxy, registrars, cloud-anchors, new-key, name, anchors-pem,
 * cloud-anchors-pem (strings, NULL when empty; the last two are the certificates themselves, in place of those in files);
 * policy, mode, tls-version, trust, enrol (enums); compat, nonce-required, no-clock (booleans). */
#define STILE_TYPE_PROFILE_POLICY (stile_profile_policy_get_type ())
#define STILE_TYPE_PROFILE_MODE (stile_profile_mode_get_type ())
#define STILE_TYPE_PROFILE_TLS_VERSION (stile_profile_tls_version_get_type ())
#define STILE_TYPE_PROFILE_TRUST (stile_profile_trust_get_type ())
#define STILE_TYPE_PROFILE_ENROL (stile_profile_enrol_get_type ())
GType stile_profile_policy_get_type (void);
GType stile_profile_mode_get_type (void);
GType stile_profile_tls_version_get_type (void);
GType stile_profile_trust_get_type (void);
GType stile_profile_enrol_get_type (void);

StileProfile *stile_profile_new (void);
const char *stile_profile_get_name (StileProfile *self);
const char *stile_profile_get_service (StileProfile *self);
const char *stile_profile_get_anchors (StileProfile *self);
const char *stile_profile_get_certificate (StileProfile *self);
const char *stile_profile_get_key (StileProfile *self);
const char *stile_profile_get_proxy (StileProfile *self);
StilePolicy stile_profile_get_policy (StileProfile *self);
StileMode stile_profile_get_mode (StileProfile *self);
StileTlsVersion stile_profile_get_tls_version (StileProfile *self);
StileTrustSource stile_profile_get_trust (StileProfile *self);
StileEnrolChoice stile_profile_get_enrol (StileProfile *self);
StileJudgePolicy stile_profile_get_judge_policy (StileProfile *self);
const char *stile_profile_get_new_key (StileProfile *self);
char **stile_profile_list_registrars (StileProfile *self);

gboolean stile_profile_check_certificates (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileIdentity *stile_profile_load_identity (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_profile_load_anchors (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_profile_load_cloud_anchors (StileProfile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As text, and from another. */
gboolean stile_profile_set_text (StileProfile *self, const char *name, const char *text, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *stile_profile_dup_text (StileProfile *self, const char *name);
const char *stile_profile_get_counterpart (const char *name);
void stile_profile_take_over (StileProfile *self, StileProfile *other);

G_END_DECLS
