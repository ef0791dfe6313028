/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-ledger.h"

/**
 * StileLedger:
 *
 * What the roles of a service must not forget.
 */
G_DEFINE_INTERFACE (StileLedger, stile_ledger, G_TYPE_OBJECT)

static void
stile_ledger_default_init (StileLedgerInterface *iface)
{
}

/* --- what it tells --- */

void
stile_ledger_device_free (StileLedgerDevice *device)
{
  g_free (device->issuer);
  g_free (device->serial);
  g_free (device->reason);
  g_free (device);
}

void
stile_ledger_audit_entry_free (StileLedgerAuditEntry *entry)
{
  g_free (entry->domain_id);
  g_free (entry->nonce);
  g_free (entry->assertion);
  g_free (entry);
}

void
stile_ledger_voucher_free (StileLedgerVoucher *voucher)
{
  g_free (voucher->request);
  g_free (voucher->issuer);
  g_free (voucher->serial);
  g_clear_pointer (&voucher->upstream_request, g_bytes_unref);
  g_clear_pointer (&voucher->voucher, g_bytes_unref);
  g_free (voucher);
}

void
stile_ledger_certificate_free (StileLedgerCertificate *certificate)
{
  g_free (certificate->serial);
  g_free (certificate->request);
  g_free (certificate->owner);
  g_free (certificate->issuer);
  g_free (certificate->device);
  g_clear_pointer (&certificate->der, g_bytes_unref);
  g_free (certificate);
}

/**
 * stile_ledger_write:
 * @func: writes, and does nothing that takes long: others wait
 *
 * Several writes as one: all of it is on the disk when it returns %TRUE, and nothing of it is kept otherwise.
 */
gboolean
stile_ledger_write (StileLedger *self, StileLedgerFunc func, gpointer user_data, GError **error)
{
  StileLedgerInterface *iface = STILE_LEDGER_GET_IFACE (self);

  return iface->write != NULL ? iface->write (self, func, user_data, error) : func (self, user_data, error);
}

/* --- the registrar's devices --- */

/**
 * stile_ledger_find_device:
 *
 * Returns: (transfer full) (nullable): the device; %NULL with no error when it was never seen
 */
StileLedgerDevice *
stile_ledger_find_device (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_device (self, issuer, serial, error);
}

/**
 * stile_ledger_set_admission:
 * @reason: (nullable): a sentence, why
 */
gboolean
stile_ledger_set_admission (StileLedger *self,
                            const char *issuer,
                            const char *serial,
                            StileAdmission admission,
                            const char *reason,
                            GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->set_admission (self, issuer, serial, admission, reason, error);
}

/**
 * stile_ledger_list_devices:
 *
 * Returns: (transfer full) (element-type StileLedgerDevice): by issuer and serial number
 */
GPtrArray *
stile_ledger_list_devices (StileLedger *self, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->list_devices (self, error);
}

/* --- vouchers --- */

/**
 * stile_ledger_find_voucher:
 * @request: SHA-256 in hex of the request
 *
 * Returns: (transfer full) (nullable): what is known of it; %NULL with no error when it never came
 */
StileLedgerVoucher *
stile_ledger_find_voucher (StileLedger *self, const char *request, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_voucher (self, request, error);
}

/**
 * stile_ledger_put_voucher:
 * @voucher: with the voucher, or while it is asked for without one
 *
 * Once the request has its voucher, that stays: look it up afterwards to answer with what was first.
 */
gboolean
stile_ledger_put_voucher (StileLedger *self, const StileLedgerVoucher *voucher, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->put_voucher (self, voucher, error);
}

/**
 * stile_ledger_find_last_voucher:
 *
 * Returns: (transfer full) (nullable): the newest for the device that holds a voucher; %NULL with no error for none
 */
StileLedgerVoucher *
stile_ledger_find_last_voucher (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_last_voucher (self, issuer, serial, error);
}

/* --- events --- */

/**
 * stile_ledger_add_event:
 * @what: a word for what happened
 * @details: (nullable): a{sv}; a floating one is taken
 */
gboolean
stile_ledger_add_event (StileLedger *self,
                        const char *issuer,
                        const char *serial,
                        const char *what,
                        GVariant *details,
                        GError **error)
{
  g_autoptr (GVariant) owned = details != NULL ? g_variant_ref_sink (details) : NULL;

  return STILE_LEDGER_GET_IFACE (self)->add_event (self, issuer, serial, what, owned, error);
}

/**
 * stile_ledger_list_events:
 *
 * Returns: (transfer full) (element-type GVariant): a{sv} each with date (x, Unix seconds), what (s) and details (a{sv}),
 *   oldest first
 */
GPtrArray *
stile_ledger_list_events (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->list_events (self, issuer, serial, error);
}

/* --- the MASA --- */

/**
 * stile_ledger_find_owner:
 *
 * Returns: (transfer full) (nullable): the domainID of who owns the device; %NULL with no error for nobody
 */
char *
stile_ledger_find_owner (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_owner (self, issuer, serial, error);
}

/**
 * stile_ledger_issue_voucher:
 * @voucher: with the voucher in it
 * @owner: domainID of who owns the device from now on
 * @error: %STILE_ERROR_RETRY when this request has got its voucher meanwhile: look it up, and answer with that
 *
 * Voucher, line of the audit log and owner, all or nothing (BRSKI M9).
 */
gboolean
stile_ledger_issue_voucher (StileLedger *self,
                            const StileLedgerVoucher *voucher,
                            const StileLedgerAuditEntry *entry,
                            const char *owner,
                            GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->issue_voucher (self, voucher, entry, owner, error);
}

/**
 * stile_ledger_list_audit:
 *
 * Returns: (transfer full) (element-type StileLedgerAuditEntry): oldest first
 */
GPtrArray *
stile_ledger_list_audit (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->list_audit (self, issuer, serial, error);
}

/* --- the domain's CA --- */

/**
 * stile_ledger_find_certificate:
 * @request: SHA-256 in hex of the CSR and who sent it
 *
 * Returns: (transfer full) (nullable): the newest that answers it; %NULL with no error when it never came
 */
StileLedgerCertificate *
stile_ledger_find_certificate (StileLedger *self, const char *request, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_certificate (self, request, error);
}

/**
 * stile_ledger_find_certificate_by_serial:
 * @serial: the certificate's serial number in hex
 *
 * Returns: (transfer full) (nullable): the certificate; %NULL with no error when it was not issued here
 */
StileLedgerCertificate *
stile_ledger_find_certificate_by_serial (StileLedger *self, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_certificate_by_serial (self, serial, error);
}

gboolean
stile_ledger_add_certificate (StileLedger *self, const StileLedgerCertificate *certificate, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->add_certificate (self, certificate, error);
}

/* --- devices that an agent speaks for --- */

/**
 * stile_ledger_find_prm_device:
 *
 * Returns: (transfer full) (nullable): what is known of it; %NULL with no error when no request of it was taken
 */
StilePrmDevice *
stile_ledger_find_prm_device (StileLedger *self, const char *issuer, const char *serial, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->find_prm_device (self, issuer, serial, error);
}

/**
 * stile_ledger_find_prm_member:
 * @digest: SHA-256 in hex of the certificate that the domain gave it
 * @issuer: (out) (nullable) (transfer full): hex of who issued its IDevID
 * @serial: (out) (nullable) (transfer full): its serial number
 *
 * Returns: (transfer full) (nullable): the device; %NULL with no error when none was given that certificate
 */
StilePrmDevice *
stile_ledger_find_prm_member (
    StileLedger *self, const char *digest, char **issuer, char **serial, GError **error)
{
  *issuer = NULL;
  *serial = NULL;
  return STILE_LEDGER_GET_IFACE (self)->find_prm_member (self, digest, issuer, serial, error);
}

/**
 * stile_ledger_put_prm_device:
 *
 * Remembers it, in place of what was known.
 */
gboolean
stile_ledger_put_prm_device (
    StileLedger *self, const char *issuer, const char *serial, const StilePrmDevice *device, GError **error)
{
  return STILE_LEDGER_GET_IFACE (self)->put_prm_device (self, issuer, serial, device, error);
}
