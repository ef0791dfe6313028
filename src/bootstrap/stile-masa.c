/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-masa.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-prm-judge.h"
#include "codec/stile-certificate-path.h"

/**
 * StileMasa:
 *
 * A manufacturer's service (RFC 8995 section 1.2): who it is, what it has made, what it remembers.  The handlers of its
 * two paths, StileMasaVoucher and StileMasaLog, share one.  Does not change, and is shared by threads.
 */
struct _StileMasa
{
  GObject parent_instance;

  StileIdentity *identity;
  StileMasaDevices *devices;
  StileLedger *ledger;
  GPtrArray *registrar_anchors; /* of StileCertificate; NULL for nobody's */
};

G_DEFINE_FINAL_TYPE (StileMasa, stile_masa, G_TYPE_OBJECT)

static void
stile_masa_finalize (GObject *object)
{
  StileMasa *self = STILE_MASA (object);

  g_clear_object (&self->identity);
  g_clear_object (&self->devices);
  g_clear_object (&self->ledger);
  g_clear_pointer (&self->registrar_anchors, g_ptr_array_unref);

  G_OBJECT_CLASS (stile_masa_parent_class)->finalize (object);
}

static void
stile_masa_class_init (StileMasaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_masa_finalize;
}

static void
stile_masa_init (StileMasa *self)
{
}

/* What pledges refuse is not begun with (P6): a device does not vouch. */
static gboolean
check_identity (StileMasa *self, GError **error)
{
  StileCertificate *own = stile_identity_get_certificate (self->identity);
  g_autofree char *serial = stile_certificate_path_get_device_serial (own);
  g_autofree char *url = stile_certificate_path_get_masa_url (own);

  if (serial == NULL && url == NULL)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("“%s” is the certificate of a device: no pledge takes vouchers that it signs"),
               stile_certificate_get_name (own));
  return FALSE;
}

/**
 * stile_masa_new:
 *
 * Returns: (transfer full): a MASA; %STILE_ERROR_SETTINGS when no pledge would believe it
 */
StileMasa *
stile_masa_new (const StileMasaSettings *settings, GError **error)
{
  g_autoptr (StileMasa) self = g_object_new (STILE_TYPE_MASA, NULL);

  self->identity = g_object_ref (settings->identity);
  self->devices = g_object_ref (settings->devices);
  self->ledger = g_object_ref (settings->ledger);
  if (settings->registrar_anchors != NULL)
    self->registrar_anchors = g_ptr_array_ref (settings->registrar_anchors);

  return check_identity (self, error) ? g_steal_pointer (&self) : NULL;
}

StileIdentity *
stile_masa_get_identity (StileMasa *self)
{
  return self->identity;
}

StileMasaDevices *
stile_masa_get_devices (StileMasa *self)
{
  return self->devices;
}

StileLedger *
stile_masa_get_ledger (StileMasa *self)
{
  return self->ledger;
}

/* What may be used for a long time, and what no device has asked for, goes only to somebody whom the manufacturer knows,
 * and not just to whoever made himself a CA this morning (RFC 8995 sections 5.5.4 and 7.4.1): with a nonce that he makes
 * up he would else become the owner of every serial number that he guesses. */
static gboolean
check_known (StileMasa *self, GPtrArray *peer, gint64 now, StileChecks *checks, GError **error)
{
  if (peer != NULL && self->registrar_anchors != NULL &&
      stile_certificate_path_verify (peer, self->registrar_anchors, now, STILE_CERTIFICATE_PATH_DEFAULT, NULL,
                                     NULL))
    return stile_checks_pass (checks, "M5", "The manufacturer knows who sends it");

  return stile_checks_refuse (
      checks, "M5", error, STILE_ERROR_REFUSED,
      "Vouchers without a nonce, or without the device's own request, are given only to registrars that the "
      "manufacturer knows");
}

/* M11 is for what an agent saw, in M3's place. */
static gboolean
judge (
    const StileJudge *known, GBytes *request, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  return stile_prm_judge_takes (request) ? stile_prm_judge_as_masa (known, request, checks, judgement, error)
                                         : stile_judge_as_masa (known, request, checks, judgement, error);
}

/**
 * stile_masa_judge:
 *
 * Judges the registrar's request that came: M1 to M5 and M7, and M11.
 */
gboolean
stile_masa_judge (
    StileMasa *self, StileExchange *exchange, StileChecks *checks, StileJudgement *judgement, GError **error)
{
  GPtrArray *peer = stile_exchange_get_peer_chain (exchange);
  StileJudge known = {
    .at = g_get_real_time () / G_USEC_PER_SEC,
    .anchors = stile_masa_devices_get_anchors (self->devices),
    .peer_chain = peer,
  };

  return judge (&known, stile_http_message_get_content (stile_exchange_get_request (exchange)), checks,
                judgement, error) &&
         ((stile_voucher_get_fields (judgement->voucher)->nonce != NULL && judgement->prior != NULL) ||
          check_known (self, peer, known.at, checks, error));
}
