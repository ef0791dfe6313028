/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-member.h"

/**
 * stile_registrar_member_find:
 *
 * Returns: (transfer full) (nullable): the ledger's row of the certificate that is shown, when it is the very one that the
 *   domain's CA gave to a device; %NULL with no error for any other
 */
StileLedgerCertificate *
stile_registrar_member_find (StileRegistrar *registrar, StileExchange *exchange, GError **error)
{
  StileCertificate *shown = stile_exchange_get_peer_certificate (exchange);
  g_autoptr (StileLedgerCertificate) issued =
      shown != NULL ? stile_ledger_find_certificate_by_serial (stile_registrar_get_ledger (registrar),
                                                               stile_certificate_get_serial (shown), error)
                    : NULL;

  return issued != NULL && issued->device != NULL &&
                 g_bytes_equal (issued->der, stile_certificate_get_der (shown))
             ? g_steal_pointer (&issued)
             : NULL;
}

static gboolean
refuse (guint *status, char **sentence, guint code, const char *why)
{
  *status = code;
  *sentence = g_strdup (why);
  return FALSE;
}

static gboolean
check_admission (StileAdmission admission, guint *status, char **sentence)
{
  switch (admission)
    {
    case STILE_ADMISSION_REFUSED:
      return refuse (status, sentence, 403, "R10: The registrar does not want this device any more");
    case STILE_ADMISSION_QUARANTINED:
      return refuse (status, sentence, 202, "R10: The device waits for somebody to decide");
    case STILE_ADMISSION_NONE:
    case STILE_ADMISSION_ASKED:
    case STILE_ADMISSION_ALLOWED:
    case STILE_ADMISSION_AUDITED:
    default:
      return TRUE;
    }
}

/* A certificate of before issuers were written down is of a device that cannot be told any more. */
static gboolean
check_device (StileRegistrar *registrar,
              const StileLedgerCertificate *issued,
              guint *status,
              char **sentence,
              GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (StileLedgerDevice) record =
      issued->issuer != NULL ? stile_ledger_find_device (stile_registrar_get_ledger (registrar),
                                                         issued->issuer, issued->device, &failure)
                             : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  return record == NULL || check_admission (record->admission, status, sentence);
}

/**
 * stile_registrar_member_check:
 * @device_issuer: (out) (nullable) (transfer full): who issued the IDevID of the device that shows the domain's certificate
 * @device_serial: (out) (nullable) (transfer full): and its serial number; %NULL for whoever is no such device
 * @status: (out): when it is refused
 * @sentence: (out) (transfer full): why
 *
 * A certificate of the domain's says what was once decided about its device.  What people, or the audit log, have said
 * since then counts more: else whoever was let in once could renew for ever (R10).
 *
 * Returns: whether there is nothing against it
 */
gboolean
stile_registrar_member_check (StileRegistrar *registrar,
                              StileExchange *exchange,
                              char **device_issuer,
                              char **device_serial,
                              guint *status,
                              char **sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileLedgerCertificate) issued = stile_registrar_member_find (registrar, exchange, &error);
  gboolean good = error == NULL;

  if (issued != NULL)
    good = check_device (registrar, issued, status, sentence, &error);
  if (error != NULL)
    {
      g_warning ("The registrar cannot look up whose certificate is shown: %s", error->message);
      return refuse (status, sentence, 503, "The registrar is not able to answer; try again later");
    }
  if (good && issued != NULL)
    {
      *device_issuer = g_steal_pointer (&issued->issuer);
      *device_serial = g_steal_pointer (&issued->device);
    }

  return good;
}
