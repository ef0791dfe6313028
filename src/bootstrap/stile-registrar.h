/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-exchange.h"
#include "atls/stile-identity.h"
#include "bootstrap/stile-ledger.h"
#include "bootstrap/stile-registrar-policy.h"
#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

#define STILE_TYPE_REGISTRAR (stile_registrar_get_type ())
G_DECLARE_FINAL_TYPE (StileRegistrar, stile_registrar, STILE, REGISTRAR, GObject)

/**
 * StileRegistrarSettings:
 * @identity: the registrar's certificate, with id-kp-cmcRA, and its key
 * @chain: (nullable) (element-type StileCertificate): what goes into requests to MASAs: from the registrar's certificate
 *   up to the one that is to be pinned; %NULL for the identity's own chain
 * @policy: whom it lets in
 * @ledger: what it remembers
 * @carrier_type: a StileCarrier, to reach MASAs with
 * @agent_anchors: (nullable) (element-type StileCertificate): who issues the certificates of Registrar-Agents; %NULL when
 *   none may bring requests (BRSKI-PRM section 12.3)
 */
typedef struct
{
  StileIdentity *identity;
  GPtrArray *chain;
  StileRegistrarPolicy *policy;
  StileLedger *ledger;
  GType carrier_type;
  GPtrArray *agent_anchors;
} StileRegistrarSettings;

/**
 * StileRegistrarDevice:
 * @manufacturer: who made it
 * @idevid: its certificate
 * @issuer: hex of the IDevID's authority key id
 * @serial: X520SerialNumber
 *
 * A device that showed its IDevID in TLS, and whose manufacturer the policy knows (R1).
 */
typedef struct
{
  StileManufacturer *manufacturer;
  StileCertificate *idevid;
  char *issuer;
  char *serial;
} StileRegistrarDevice;

StileRegistrarDevice *stile_registrar_device_copy (const StileRegistrarDevice *device);
void stile_registrar_device_free (StileRegistrarDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileRegistrarDevice, stile_registrar_device_free)

StileRegistrar *stile_registrar_new (const StileRegistrarSettings *settings,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileIdentity *stile_registrar_get_identity (StileRegistrar *self);
GPtrArray *stile_registrar_get_chain (StileRegistrar *self);
StileCertificate *stile_registrar_get_domain (StileRegistrar *self);
const char *stile_registrar_get_domain_id (StileRegistrar *self);
GPtrArray *stile_registrar_get_agent_anchors (StileRegistrar *self);
guint64 stile_registrar_get_number (StileRegistrar *self);
StileRegistrarPolicy *stile_registrar_get_policy (StileRegistrar *self);
StileLedger *stile_registrar_get_ledger (StileRegistrar *self);
StileCarrier *stile_registrar_open_carrier (StileRegistrar *self,
                                            const StileRegistrarDevice *device,
                                            const StileMasaAddress *masa,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileRegistrarDevice *stile_registrar_identify (StileRegistrar *self,
                                                StileExchange *exchange,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileRegistrarDevice *stile_registrar_identify_chain (StileRegistrar *self,
                                                      GPtrArray *chain,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_registrar_may_enrol (StileExchange *exchange,
                                    StileCertificateRequest *request,
                                    gboolean renewing,
                                    char **device_issuer,
                                    char **device_serial,
                                    guint *status,
                                    char **sentence,
                                    gpointer registrar);
void stile_registrar_record (StileRegistrar *self,
                             const StileRegistrarDevice *device,
                             const char *what,
                             GVariant *details);

G_END_DECLS
