/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-finding.h"
#include "diagnosis/stile-known-authorities.h"
#include "diagnosis/stile-signals.h"
#include "diagnosis/stile-vendors.h"

G_BEGIN_DECLS

#define STILE_TYPE_VERDICT (stile_verdict_get_type ())
G_DECLARE_FINAL_TYPE (StileVerdict, stile_verdict, STILE, VERDICT, GObject)

/**
 * StilePathKind:
 *
 * What lies between this computer and a service (DIAGNOSIS.md, names).
 */
typedef enum
{
  STILE_PATH_DIRECT,
  STILE_PATH_CONNECT_ONLY,
  STILE_PATH_SERVICE_TERMINATOR,
  STILE_PATH_INTERCEPTED_TRUSTED,
  STILE_PATH_INTERCEPTED_UNTRUSTED,
  STILE_PATH_UNLISTED_PUBLIC,
  STILE_PATH_SELECTIVE_INTERCEPTION,
  STILE_PATH_UNREACHABLE,
  STILE_PATH_PROXY_REFUSED,
  STILE_PATH_WRONG_CLOCK,
  STILE_PATH_UNDETERMINED,
} StilePathKind;

/**
 * StileStanding:
 * @STILE_STANDING_NONE: nobody in between signs anything
 * @STILE_STANDING_DOMAIN: the service knows the authority as one of the domain's
 * @STILE_STANDING_SYSTEM: only this computer's store vouches for it
 * @STILE_STANDING_NOBODY: nobody vouches for it
 *
 * Who vouches for the authority that signs what this computer is shown.
 */
typedef enum
{
  STILE_STANDING_NONE,
  STILE_STANDING_DOMAIN,
  STILE_STANDING_SYSTEM,
  STILE_STANDING_NOBODY,
} StileStanding;

const char *stile_verdict_name_path (StilePathKind path);
const char *stile_verdict_name_standing (StileStanding standing);

StileVerdict *
stile_verdict_judge (StileSignals *signals, StileVendors *vendors, StileKnownAuthorities *known);
StilePathKind stile_verdict_judge_sighting (StileSignals *signals,
                                            StileSighting *sighting,
                                            StileConfidence *confidence,
                                            GPtrArray *why);

StilePathKind stile_verdict_get_path_class (StileVerdict *self);
StileConfidence stile_verdict_get_confidence (StileVerdict *self);
const char *stile_verdict_get_sentence (StileVerdict *self);
const char *stile_verdict_get_confidence_sentence (StileVerdict *self);
const char *const *stile_verdict_get_reasons (StileVerdict *self);
GPtrArray *stile_verdict_get_findings (StileVerdict *self);
StileSighting *stile_verdict_get_sighting (StileVerdict *self);
StileCertificate *stile_verdict_get_authority (StileVerdict *self);
const char *stile_verdict_get_authority_name (StileVerdict *self);
/* What "This is intended here" remembers: the certificate by its fingerprint, or what is known in its place. */
const char *stile_verdict_get_authority_id (StileVerdict *self);
StileStanding stile_verdict_get_standing (StileVerdict *self);
gboolean stile_verdict_is_intended (StileVerdict *self);
gboolean stile_verdict_is_intercepted (StileVerdict *self);
const StileVendorGuess *stile_verdict_get_vendor (StileVerdict *self);

G_END_DECLS
