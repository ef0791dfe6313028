/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "bootstrap/stile-admission.h"
#include "bootstrap/stile-prm-device.h"

G_BEGIN_DECLS

#define STILE_TYPE_LEDGER (stile_ledger_get_type ())
G_DECLARE_INTERFACE (StileLedger, stile_ledger, STILE, LEDGER, GObject)

/**
 * StileLedgerDevice:
 * @issuer: hex of the IDevID's authority key id
 * @serial: X520SerialNumber of the device
 * @admission: how far the registrar lets it
 * @reason: (nullable): a sentence, why
 * @changed: Unix seconds
 */
typedef struct
{
  char *issuer;
  char *serial;
  StileAdmission admission;
  char *reason;
  gint64 changed;
} StileLedgerDevice;

void stile_ledger_device_free (StileLedgerDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileLedgerDevice, stile_ledger_device_free)

/**
 * StileLedgerAuditEntry:
 *
 * One line of a MASA's audit log (RFC 8995 section 5.8.1).  @nonce is NULL for a nonceless voucher.
 */
typedef struct
{
  gint64 date;
  char *domain_id;
  char *nonce;
  char *assertion;
} StileLedgerAuditEntry;

void stile_ledger_audit_entry_free (StileLedgerAuditEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileLedgerAuditEntry, stile_ledger_audit_entry_free)

/**
 * StileLedgerVoucher:
 * @request: SHA-256 in hex of the request that it answers
 * @issuer: hex of the IDevID's authority key id
 * @serial: of the device
 * @upstream_request: (nullable): what the registrar asked the MASA with, its own signed bytes
 * @voucher: (nullable): the voucher, the very bytes; NULL while it is asked for
 */
typedef struct
{
  char *request;
  char *issuer;
  char *serial;
  GBytes *upstream_request;
  GBytes *voucher;
} StileLedgerVoucher;

void stile_ledger_voucher_free (StileLedgerVoucher *voucher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileLedgerVoucher, stile_ledger_voucher_free)

/**
 * StileLedgerCertificate:
 * @serial: the certificate's serial number in hex
 * @request: SHA-256 in hex of the CSR and who sent it
 * @owner: SHA-256 in hex of the certificate that the client showed, or of its user name
 * @issuer: (nullable): hex of the authority key id of the device's IDevID
 * @device: (nullable): the serial number of the device
 * @der: the certificate
 */
typedef struct
{
  char *serial;
  char *request;
  char *owner;
  char *issuer;
  char *device;
  GBytes *der;
} StileLedgerCertificate;

void stile_ledger_certificate_free (StileLedgerCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileLedgerCertificate, stile_ledger_certificate_free)

/* What the roles of a service remember, behind a seam so that they know no database.  Each call that writes has written
 * durably when it returns: a role answers only after that, so that a process killed at any moment loses nothing that was
 * answered.  Any thread may call.  Lookups that find nothing return NULL with no error set. */
/* Part of what is written together: FALSE with an error takes back all of it. */
typedef gboolean (*StileLedgerFunc) (StileLedger *self, gpointer user_data, GError **error);

struct _StileLedgerInterface
{
  GTypeInterface parent_iface;

  /* (nullable): all that @func writes is kept, or nothing. */
  gboolean (*write) (StileLedger *self, StileLedgerFunc func, gpointer user_data, GError **error);

  /* The registrar's devices. */
  StileLedgerDevice *(*find_device) (StileLedger *self,
                                     const char *issuer,
                                     const char *serial,
                                     GError **error);
  gboolean (*set_admission) (StileLedger *self,
                             const char *issuer,
                             const char *serial,
                             StileAdmission admission,
                             const char *reason,
                             GError **error);
  /* (element-type StileLedgerDevice) */
  GPtrArray *(*list_devices) (StileLedger *self, GError **error);

  /* Vouchers, by the request that they answer: the same request gets the same bytes again. */
  StileLedgerVoucher *(*find_voucher) (StileLedger *self, const char *request, GError **error);
  /* What is there already stays, unless it lacks what @voucher has: look again what it was. */
  gboolean (*put_voucher) (StileLedger *self, const StileLedgerVoucher *voucher, GError **error);
  /* The registrar's newest one for a device that holds a voucher: it was asked for upstream, and a MASA's was not. */
  StileLedgerVoucher *(*find_last_voucher) (StileLedger *self,
                                            const char *issuer,
                                            const char *serial,
                                            GError **error);

  /* Events, for people: telemetry and decisions, in order. @details is a{sv} or NULL. */
  gboolean (*add_event) (StileLedger *self,
                         const char *issuer,
                         const char *serial,
                         const char *what,
                         GVariant *details,
                         GError **error);
  /* (element-type GVariant): a{sv} with date, what, details */
  GPtrArray *(*list_events) (StileLedger *self, const char *issuer, const char *serial, GError **error);

  /* The MASA: who owns what, and the audit log.  One call writes entry, voucher and owner together (M9). */
  char *(*find_owner) (StileLedger *self, const char *issuer, const char *serial, GError **error);
  gboolean (*issue_voucher) (StileLedger *self,
                             const StileLedgerVoucher *voucher,
                             const StileLedgerAuditEntry *entry,
                             const char *owner,
                             GError **error);
  /* (element-type StileLedgerAuditEntry), oldest first */
  GPtrArray *(*list_audit) (StileLedger *self, const char *issuer, const char *serial, GError **error);

  /* The domain's CA. */
  StileLedgerCertificate *(*find_certificate) (StileLedger *self, const char *request, GError **error);
  /* By its own serial number. */
  StileLedgerCertificate *(*find_certificate_by_serial) (StileLedger *self,
                                                         const char *serial,
                                                         GError **error);
  gboolean (*add_certificate) (StileLedger *self, const StileLedgerCertificate *certificate, GError **error);

  /* Devices that an agent speaks for (BRSKI-PRM). */
  StilePrmDevice *(*find_prm_device) (StileLedger *self,
                                      const char *issuer,
                                      const char *serial,
                                      GError **error);
  /* By SHA-256 in hex of the certificate that the domain gave it. */
  StilePrmDevice *(*find_prm_member) (
      StileLedger *self, const char *digest, char **issuer, char **serial, GError **error);
  gboolean (*put_prm_device) (StileLedger *self,
                              const char *issuer,
                              const char *serial,
                              const StilePrmDevice *device,
                              GError **error);
};

gboolean stile_ledger_write (StileLedger *self, StileLedgerFunc func, gpointer user_data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
StileLedgerDevice *stile_ledger_find_device (StileLedger *self,
                                             const char *issuer,
                                             const char *serial,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_set_admission (StileLedger *self,
                                     const char *issuer,
                                     const char *serial,
                                     StileAdmission admission,
                                     const char *reason,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_ledger_list_devices (StileLedger *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLedgerVoucher *
stile_ledger_find_voucher (StileLedger *self, const char *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_put_voucher (StileLedger *self,
                                   const StileLedgerVoucher *voucher,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLedgerVoucher *stile_ledger_find_last_voucher (StileLedger *self,
                                                    const char *issuer,
                                                    const char *serial,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_add_event (StileLedger *self,
                                 const char *issuer,
                                 const char *serial,
                                 const char *what,
                                 GVariant *details,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_ledger_list_events (StileLedger *self,
                                     const char *issuer,
                                     const char *serial,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_ledger_find_owner (StileLedger *self, const char *issuer, const char *serial, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_issue_voucher (StileLedger *self,
                                     const StileLedgerVoucher *voucher,
                                     const StileLedgerAuditEntry *entry,
                                     const char *owner,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_ledger_list_audit (StileLedger *self, const char *issuer, const char *serial, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
StileLedgerCertificate *stile_ledger_find_certificate (StileLedger *self,
                                                       const char *request,
                                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileLedgerCertificate *stile_ledger_find_certificate_by_serial (StileLedger *self,
                                                                 const char *serial,
                                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_add_certificate (StileLedger *self,
                                       const StileLedgerCertificate *certificate,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePrmDevice *stile_ledger_find_prm_device (StileLedger *self,
                                              const char *issuer,
                                              const char *serial,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
StilePrmDevice *stile_ledger_find_prm_member (StileLedger *self,
                                              const char *digest,
                                              char **issuer,
                                              char **serial,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_ledger_put_prm_device (StileLedger *self,
                                      const char *issuer,
                                      const char *serial,
                                      const StilePrmDevice *device,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
