/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-observation.h"

G_BEGIN_DECLS

#define STILE_TYPE_SIGHTING (stile_sighting_get_type ())
G_DECLARE_FINAL_TYPE (StileSighting, stile_sighting, STILE, SIGHTING, GObject)

/**
 * StileAuthentication:
 * @STILE_AUTHENTICATED_NOT: nothing came from the service that can be believed
 * @STILE_AUTHENTICATED_BY_RECEIPT: the service signed what it saw
 * @STILE_AUTHENTICATED_BY_ATLS: the service said it inside the session
 */
typedef enum
{
  STILE_AUTHENTICATED_NOT,
  STILE_AUTHENTICATED_BY_RECEIPT,
  STILE_AUTHENTICATED_BY_ATLS,
} StileAuthentication;

/**
 * StileYesNo:
 * @STILE_NOT_KNOWN: nobody knows
 * @STILE_YES: it is so
 * @STILE_NO: it is not so
 *
 * An answer that may be missing.
 */
typedef enum
{
  STILE_NOT_KNOWN,
  STILE_YES,
  STILE_NO,
} StileYesNo;

StileSighting *stile_sighting_new (StileObservation *client);
StileObservation *stile_sighting_get_client (StileSighting *self);
void stile_sighting_set_service (StileSighting *self, StileObservation *service, StileAuthentication by);
StileObservation *stile_sighting_get_service (StileSighting *self);
StileAuthentication stile_sighting_get_authentication (StileSighting *self);
void
stile_sighting_set_trust (StileSighting *self, StileYesNo system, StileYesNo open, StileCertificate *anchor);
StileYesNo stile_sighting_get_system_trust (StileSighting *self);
StileYesNo stile_sighting_get_public_trust (StileSighting *self);
StileCertificate *stile_sighting_get_anchor (StileSighting *self);
void stile_sighting_set_own_key (StileSighting *self, StileYesNo own_key);
StileYesNo stile_sighting_get_own_key (StileSighting *self);
void stile_sighting_set_connection (StileSighting *self, const char *asked_by, guint64 id);
const char *stile_sighting_get_asked_by (StileSighting *self);
guint64 stile_sighting_get_connection (StileSighting *self);
StileCertificate *stile_sighting_get_leaf (StileSighting *self);
const char *stile_sighting_get_key (StileSighting *self);
StileYesNo stile_sighting_compare_bindings (StileSighting *self);

G_END_DECLS
