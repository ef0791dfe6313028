/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-registrar-member.h"
#include "bootstrap/stile-registrar-recheck.h"
#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"

/**
 * StileRegistrar:
 *
 * The domain's registrar (RFC 8995 section 1.2): who it is, whom it lets in, what it remembers.  The handlers of its
 * three paths, StileRegistrarVoucher and StileRegistrarStatus, share one, and an EST server asks it whether somebody may
 * enrol.  Does not change, and is shared by threads.
 */
struct _StileRegistrar
{
  GObject parent_instance;

  StileIdentity *identity;
  GPtrArray *chain;         /* of StileCertificate: the registrar's first, the pin last */
  GPtrArray *agent_anchors; /* of StileCertificate; NULL: no agents */
  char *domain_id;
  StileRegistrarPolicy *policy;
  StileLedger *ledger;
  GType carrier_type;
  guint64 number;
};

G_DEFINE_FINAL_TYPE (StileRegistrar, stile_registrar, G_TYPE_OBJECT)

StileRegistrarDevice *
stile_registrar_device_copy (const StileRegistrarDevice *device)
{
  StileRegistrarDevice *copy = g_new0 (StileRegistrarDevice, 1);

  copy->manufacturer = g_object_ref (device->manufacturer);
  copy->idevid = g_object_ref (device->idevid);
  copy->issuer = g_strdup (device->issuer);
  copy->serial = g_strdup (device->serial);

  return copy;
}

void
stile_registrar_device_free (StileRegistrarDevice *device)
{
  g_clear_object (&device->manufacturer);
  g_clear_object (&device->idevid);
  g_free (device->issuer);
  g_free (device->serial);
  g_free (device);
}

static void
stile_registrar_finalize (GObject *object)
{
  StileRegistrar *self = STILE_REGISTRAR (object);

  g_clear_object (&self->identity);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_clear_pointer (&self->agent_anchors, g_ptr_array_unref);
  g_free (self->domain_id);
  g_clear_object (&self->policy);
  g_clear_object (&self->ledger);

  G_OBJECT_CLASS (stile_registrar_parent_class)->finalize (object);
}

static void
stile_registrar_class_init (StileRegistrarClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_finalize;
}

static void
stile_registrar_init (StileRegistrar *self)
{
  static gsize last;

  self->number = g_atomic_pointer_add (&last, 1) + 1;
}

/* R7: what is in the request is what may be pinned, so it must be one chain and nothing else. */
static gboolean
check_chain (StileRegistrar *self, GError **error)
{
  StileCertificate *own = stile_identity_get_certificate (self->identity);

  if (self->chain->len == 0 || !stile_certificate_equal (g_ptr_array_index (self->chain, 0), own))
    {
      g_set_error_literal (
          error, STILE_ERROR, STILE_ERROR_SETTINGS,
          _ ("R7: The chain that is to be pinned does not begin with the registrar’s certificate"));
      return FALSE;
    }
  for (guint i = 0; i + 1 < self->chain->len; i++)
    if (!stile_certificate_is_issued_by (g_ptr_array_index (self->chain, i),
                                         g_ptr_array_index (self->chain, i + 1)))
      {
        g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                     _ ("R7: In the chain that is to be pinned, “%s” is not issued by the one behind it"),
                     stile_certificate_get_name (g_ptr_array_index (self->chain, i)));
        return FALSE;
      }
  if (stile_certificate_path_has_purpose (own, STILE_PURPOSE_CMC_RA))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("R7: “%s” is no registrar: its certificate lacks the purpose id-kp-cmcRA (%s)"),
               stile_certificate_get_name (own), STILE_PURPOSE_CMC_RA);
  return FALSE;
}

/**
 * stile_registrar_new:
 *
 * Returns: (transfer full): a registrar; %STILE_ERROR_SETTINGS when no MASA would take it for one (R7)
 */
StileRegistrar *
stile_registrar_new (const StileRegistrarSettings *settings, GError **error)
{
  g_autoptr (StileRegistrar) self = g_object_new (STILE_TYPE_REGISTRAR, NULL);

  self->identity = g_object_ref (settings->identity);
  self->chain = g_ptr_array_ref (settings->chain != NULL ? settings->chain
                                                         : stile_identity_get_chain (settings->identity));
  self->policy = g_object_ref (settings->policy);
  self->ledger = g_object_ref (settings->ledger);
  self->carrier_type = settings->carrier_type;
  if (settings->agent_anchors != NULL)
    self->agent_anchors = g_ptr_array_ref (settings->agent_anchors);
  if (!check_chain (self, error))
    return NULL;

  self->domain_id = stile_certificate_path_get_domain_id (stile_registrar_get_domain (self));
  return g_steal_pointer (&self);
}

StileIdentity *
stile_registrar_get_identity (StileRegistrar *self)
{
  return self->identity;
}

/**
 * stile_registrar_get_chain:
 *
 * Returns: (transfer none) (element-type StileCertificate): what goes into requests to MASAs (R7)
 */
GPtrArray *
stile_registrar_get_chain (StileRegistrar *self)
{
  return self->chain;
}

/**
 * stile_registrar_get_domain:
 *
 * Returns: (transfer none): what MASAs pin: the top of that chain
 */
StileCertificate *
stile_registrar_get_domain (StileRegistrar *self)
{
  return g_ptr_array_index (self->chain, self->chain->len - 1);
}

/**
 * stile_registrar_get_agent_anchors:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): who issues the certificates of agents
 */
GPtrArray *
stile_registrar_get_agent_anchors (StileRegistrar *self)
{
  return self->agent_anchors;
}

/**
 * stile_registrar_get_domain_id:
 *
 * Returns: (transfer none): how audit logs name the domain (RFC 8995 section 5.8.2)
 */
const char *
stile_registrar_get_domain_id (StileRegistrar *self)
{
  return self->domain_id;
}

/**
 * stile_registrar_get_number:
 *
 * Returns: which one it is in the life of this program: none before or after it has the same
 */
guint64
stile_registrar_get_number (StileRegistrar *self)
{
  return self->number;
}

StileRegistrarPolicy *
stile_registrar_get_policy (StileRegistrar *self)
{
  return self->policy;
}

StileLedger *
stile_registrar_get_ledger (StileRegistrar *self)
{
  return self->ledger;
}

/**
 * stile_registrar_open_carrier:
 * @masa: where that device's MASA is
 *
 * Returns: (transfer full): what takes requests to the MASA, over TLS that ends there (RFC 8995 section 5.4): it must be
 *   who its name says, by the manufacturer's own anchors or else by the system's, and the registrar shows its certificate
 */
StileCarrier *
stile_registrar_open_carrier (StileRegistrar *self,
                              const StileRegistrarDevice *device,
                              const StileMasaAddress *masa,
                              GError **error)
{
  return g_initable_new (self->carrier_type, NULL, error, "service", masa->origin, "anchors",
                         stile_manufacturer_get_masa_anchors (device->manufacturer), "identity",
                         self->identity, NULL);
}

/* --- who asks --- */

static char *
get_issuer (StileCertificate *idevid)
{
  g_autoptr (GBytes) wrapped = stile_certificate_path_get_idevid_issuer (idevid);
  g_autoptr (GBytes) id = wrapped != NULL ? stile_certificate_path_read_idevid_issuer (wrapped) : NULL;

  return id != NULL ? stile_hex_encode_bytes (id) : NULL;
}

static gboolean
refuse_device (GError **error, const char *sentence)
{
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_REFUSED, sentence);
  return FALSE;
}

static gboolean
check_device (StileRegistrarDevice *device, GError **error)
{
  if (device->serial == NULL)
    return refuse_device (error, "R3: The certificate has no serial number of a device in its subject");
  if (device->issuer == NULL)
    return refuse_device (error, "R1: The certificate does not tell who issued it");

  return TRUE;
}

static gboolean
is_valid_now (StileManufacturer *manufacturer, GPtrArray *chain, gint64 now, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (stile_manufacturer_get_idevid_may_end (manufacturer) ||
      stile_certificate_path_verify (chain, stile_manufacturer_get_anchors (manufacturer), now,
                                     STILE_CERTIFICATE_PATH_DEFAULT, NULL, &reason))
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_REFUSED, "R1: %s", reason->message);
  return FALSE;
}

/**
 * stile_registrar_identify_chain:
 * @chain: (nullable) (element-type StileCertificate): of somebody who has proved to hold the first one's key
 *
 * Returns: (transfer full): the device that it is of; %STILE_ERROR_REFUSED, with the check's id, for whoever is none of an
 *   accepted manufacturer (R1)
 */
StileRegistrarDevice *
stile_registrar_identify_chain (StileRegistrar *self, GPtrArray *chain, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  StileManufacturer *manufacturer = chain != NULL && chain->len > 0
                                        ? stile_registrar_policy_find_manufacturer (self->policy, chain, now)
                                        : NULL;
  g_autoptr (StileRegistrarDevice) device = NULL;

  if (manufacturer == NULL)
    {
      refuse_device (error,
                     chain == NULL
                         ? "R1: A device shows the certificate of its manufacturer in TLS, and nothing came"
                         : "R1: The certificate is of no manufacturer that this registrar accepts");
      return NULL;
    }
  if (!is_valid_now (manufacturer, chain, now, error))
    return NULL;

  device = g_new0 (StileRegistrarDevice, 1);
  device->manufacturer = g_object_ref (manufacturer);
  device->idevid = g_object_ref (g_ptr_array_index (chain, 0));
  device->serial = stile_certificate_path_get_device_serial (device->idevid);
  device->issuer = get_issuer (device->idevid);
  return check_device (device, error) ? g_steal_pointer (&device) : NULL;
}

/**
 * stile_registrar_identify:
 *
 * Returns: (transfer full): the device that asks, as its TLS session shows; as stile_registrar_identify_chain()
 */
StileRegistrarDevice *
stile_registrar_identify (StileRegistrar *self, StileExchange *exchange, GError **error)
{
  return stile_registrar_identify_chain (self, stile_exchange_get_peer_chain (exchange), error);
}

static gboolean
refuse_enrolment (const StileLedgerDevice *record, guint *status, char **sentence)
{
  StileAdmission admission = record != NULL ? record->admission : STILE_ADMISSION_NONE;
  const char *reason = record != NULL ? record->reason : NULL;

  *status = admission == STILE_ADMISSION_QUARANTINED ? 202 : 403;
  *sentence = g_strdup_printf (
      "R10: The device may not enrol: its voucher and its audit log come first (it is “%s”%s%s)",
      stile_admission_get_name (admission), reason != NULL ? ": " : "", reason != NULL ? reason : "");
  return FALSE;
}

/* A MASA that did not answer is asked again, and the device comes again meanwhile; only when that leads to nothing
 * somebody must look. */
static gboolean
wait_for_audit (guint *status, char **sentence)
{
  *status = 202;
  *sentence =
      g_strdup ("R10: The device’s audit log could not be had yet; its manufacturer is asked for it again");
  return FALSE;
}

/* The device, when it may enrol; else what it is told. */
static gboolean
check_audited (StileRegistrar *self, const StileRegistrarDevice *device, guint *status, char **sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerDevice) record =
      stile_ledger_find_device (self->ledger, device->issuer, device->serial, &error);

  if (error != NULL)
    {
      g_warning ("The registrar cannot look up device %s: %s", device->serial, error->message);
      *status = 503;
      *sentence = g_strdup ("The registrar is not able to answer; try again later");
      return FALSE;
    }

  if (record != NULL && record->admission == STILE_ADMISSION_ALLOWED &&
      stile_registrar_recheck_begin (self, device))
    return wait_for_audit (status, sentence);

  return (record != NULL && record->admission == STILE_ADMISSION_AUDITED) ||
         refuse_enrolment (record, status, sentence);
}

/**
 * stile_registrar_may_enrol:
 * @renewing: whoever asks has shown a certificate of the domain's already
 * @device_issuer: (out) (nullable) (transfer full): who issued the IDevID of the device that asks
 * @device_serial: (out) (nullable) (transfer full): the device that asks
 * @status: (out): when it may not
 * @sentence: (out) (transfer full): why not
 * @registrar: a StileRegistrar
 *
 * Whether an EST server may give a certificate to whoever asks (R10, RFC 8995 section 5.8.3): a device whose audit log
 * was found good, or one that renews what the domain gave it and is still wanted.  A #StileEstGate.
 */
gboolean
stile_registrar_may_enrol (StileExchange *exchange,
                           StileCertificateRequest *request,
                           gboolean renewing,
                           char **device_issuer,
                           char **device_serial,
                           guint *status,
                           char **sentence,
                           gpointer registrar)
{
  StileRegistrar *self = STILE_REGISTRAR (registrar);
  g_autoptr (StileRegistrarDevice) device = NULL;
  g_autoptr (GError) error = NULL;

  *device_issuer = NULL;
  *device_serial = NULL;
  if (renewing)
    return stile_registrar_member_check (self, exchange, device_issuer, device_serial, status, sentence);

  device = stile_registrar_identify (self, exchange, &error);
  if (device == NULL)
    {
      *status = 403;
      *sentence = g_strdup_printf ("R10: Who may enrol is a device with its IDevID. %s", error->message);
      return FALSE;
    }
  if (!check_audited (self, device, status, sentence))
    return FALSE;

  *device_issuer = g_strdup (device->issuer);
  *device_serial = g_strdup (device->serial);
  return TRUE;
}

/**
 * stile_registrar_record:
 * @what: what happened, one word
 * @details: (nullable): a{sv}; consumed when floating
 *
 * Tells the people who will look at this device later, and the journal.
 */
void
stile_registrar_record (StileRegistrar *self,
                        const StileRegistrarDevice *device,
                        const char *what,
                        GVariant *details)
{
  g_autoptr (GVariant) kept = details != NULL ? g_variant_ref_sink (details) : NULL;
  g_autoptr (GError) error = NULL;

  if (!stile_ledger_add_event (self->ledger, device->issuer, device->serial, what, kept, &error))
    g_warning ("Device %s: %s is not recorded: %s", device->serial, what, error->message);
}
