/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-judge-pledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-path.h"
#include "codec/stile-date.h"

/* What a pledge looks at before it believes a voucher (BOOTSTRAP 2.1, RFC 8995 section 5.6). */

static const StileVoucherFields *
fields_of (StileJudgeCase *self)
{
  return stile_voucher_get_fields (self->judgement->voucher);
}

/* --- P5, P6: who signed --- */

/* A signer's certificate that is not in the message can only be an anchor itself. */
static StileCertificate *
find_signer (StileJudgeCase *self, guint index)
{
  StileSignedMessage *message = self->judgement->message;
  StileCertificate *signer = stile_signed_message_get_signer (message, index);
  GPtrArray *anchors = self->judge->anchors;

  for (guint i = 0; signer == NULL && i < anchors->len; i++)
    if (stile_signed_message_verify (message, index, g_ptr_array_index (anchors, i), NULL))
      return g_ptr_array_index (anchors, i);

  return signer;
}

/* The chain from the signer on is path material; what makes it good is the anchor (BOOTSTRAP section 6, 8). */
static gboolean
try_signer (StileJudgeCase *self, guint index, GError **error)
{
  StileSignedMessage *message = self->judgement->message;
  StileCertificate *signer = find_signer (self, index);
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, index);

  if (signer == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED,
                           _ ("Who signed it cannot be told: the signer’s certificate is not with it"));
      return FALSE;
    }
  if (chain->len == 0)
    g_ptr_array_add (chain, g_object_ref (signer));

  if (!stile_signed_message_verify (message, index, signer, error) ||
      !stile_certificate_path_verify (chain, self->judge->anchors, STILE_CERTIFICATE_PATH_NO_TIME,
                                      STILE_CERTIFICATE_PATH_DEFAULT, NULL, error))
    return FALSE;

  self->signer = index;
  g_set_object (&self->judgement->signer, signer);
  return TRUE;
}

/* Who signed first has made the voucher: it is told why not he, whoever signed besides (BRSKI-PRM section 7.3.6). */
static gboolean
check_signer (StileJudgeCase *self, GError **error)
{
  guint count = stile_signed_message_get_n_signers (self->judgement->message);
  g_autoptr (GError) reason = NULL;

  if (self->judge->anchors == NULL || self->judge->anchors->len == 0)
    return stile_checks_refuse (self->checks, "P5", error, STILE_ERROR_SETTINGS,
                                _ ("The manufacturer’s anchors are not known, so nobody can vouch"));

  for (guint i = 0; i < count; i++)
    {
      if (try_signer (self, i, reason == NULL ? &reason : NULL))
        return stile_judge_case_check_form (self, "P5", error) &&
               stile_checks_pass (self->checks, "P5",
                                  _ ("Signed by “%s”, whom the manufacturer’s anchor vouches for"),
                                  stile_certificate_get_name (self->judgement->signer));
    }

  return stile_checks_refuse (self->checks, "P5", error, STILE_ERROR_UNTRUSTED,
                              _ ("The voucher is not signed by the manufacturer: %s"),
                              reason != NULL ? reason->message : _ ("nobody signed it"));
}

/* Manufacturers that have one CA for devices and vouchers, as in RFC 8995 appendix C: without this anybody who owns a
 * device could sign vouchers with its key. */
static gboolean
check_signer_role (StileJudgeCase *self, GError **error)
{
  StileCertificate *signer = self->judgement->signer;
  g_autofree char *serial = signer != NULL ? stile_certificate_path_get_device_serial (signer) : NULL;
  g_autofree char *url = signer != NULL ? stile_certificate_path_get_masa_url (signer) : NULL;

  if (serial == NULL && url == NULL)
    return stile_checks_pass (self->checks, "P6", _ ("The signer is no device"));

  return stile_checks_refuse (
      self->checks, "P6", error, STILE_ERROR_UNTRUSTED,
      _ ("The voucher is signed with the key of a device (“%s”), and devices do not vouch"),
      serial != NULL ? serial : stile_certificate_get_name (signer));
}

/* --- P7 to P9: for which device --- */

static gboolean
check_content (StileJudgeCase *self, GError **error)
{
  return stile_judge_case_check_root (self, "P7", STILE_VOUCHER_ARTIFACT, error);
}

static gboolean
check_serial (StileJudgeCase *self, GError **error)
{
  const char *serial = fields_of (self)->serial_number;

  if (self->judge->serial == NULL)
    return stile_checks_skip (
        self->checks, "P8",
        _ ("The voucher is for the device “%s”; the serial number of this one was not given"), serial);
  if (strcmp (self->judge->serial, serial) == 0)
    return stile_checks_pass (self->checks, "P8", _ ("It is for this device, serial number “%s”"), serial);

  return stile_checks_refuse (self->checks, "P8", error, STILE_ERROR_UNTRUSTED,
                              _ ("The voucher is for the device “%s”, and this one is “%s”"), serial,
                              self->judge->serial);
}

static gboolean
check_issuer (StileJudgeCase *self, GError **error)
{
  GBytes *value = fields_of (self)->idevid_issuer;
  g_autoptr (GBytes) theirs = value != NULL ? stile_certificate_path_read_idevid_issuer (value) : NULL;
  g_autoptr (GBytes) wrapped =
      self->judge->idevid != NULL ? stile_certificate_path_get_idevid_issuer (self->judge->idevid) : NULL;
  g_autoptr (GBytes) ours = wrapped != NULL ? stile_certificate_path_read_idevid_issuer (wrapped) : NULL;

  if (value == NULL)
    return stile_checks_skip (self->checks, "P9", _ ("It does not say who issued the device’s certificate"));
  if (ours == NULL)
    return stile_checks_skip (self->checks, "P9", _ ("The device’s own certificate was not given"));
  if (theirs != NULL && g_bytes_equal (theirs, ours))
    return stile_checks_pass (self->checks, "P9", _ ("It names who issued this device’s certificate"));

  return stile_checks_refuse (
      self->checks, "P9", error, STILE_ERROR_UNTRUSTED,
      _ ("The voucher is for a device with this serial number of another product line: its certificate was "
         "issued by somebody else"));
}

/* --- P10 to P12: for which attempt, how sure, and when --- */

static gboolean
check_nonce (StileJudgeCase *self, GError **error)
{
  const char *nonce = fields_of (self)->nonce;

  if (nonce == NULL && stile_judge_case_is_set (self, STILE_JUDGE_NONCE_REQUIRED))
    return stile_checks_refuse (
        self->checks, "P10", error, STILE_ERROR_UNTRUSTED,
        _ ("The voucher has no nonce, so that it may be an old one, and the settings ask for one"));
  if (nonce == NULL)
    return stile_checks_note (
        self->checks, "P10",
        _ ("The voucher has no nonce: it was not made for this very attempt, and may be used again"));
  if (self->judge->nonce == NULL)
    return stile_checks_skip (self->checks, "P10", _ ("Its nonce is “%s”; which one was sent was not said"),
                              nonce);
  if (strcmp (nonce, self->judge->nonce) == 0)
    return stile_checks_pass (self->checks, "P10", _ ("It answers this very request"));

  return stile_checks_refuse (self->checks, "P10", error, STILE_ERROR_UNTRUSTED,
                              _ ("The voucher answers another request: its nonce is “%s”, and “%s” was sent"),
                              nonce, self->judge->nonce);
}

static gboolean
check_assertion (StileJudgeCase *self, GError **error)
{
  StileAssertion assertion = fields_of (self)->assertion;
  const char *name = stile_voucher_get_assertion_name (assertion);

  if (assertion == STILE_ASSERTION_UNKNOWN)
    return stile_checks_refuse (self->checks, "P11", error, STILE_ERROR_UNTRUSTED,
                                _ ("The voucher asserts something that no RFC knows"));
  if (stile_judge_case_is_set (self, STILE_JUDGE_VERIFIED_ONLY) && assertion != STILE_ASSERTION_VERIFIED)
    return stile_checks_refuse (self->checks, "P11", error, STILE_ERROR_UNTRUSTED,
                                _ ("The manufacturer did not verify who owns the device (its assertion is "
                                   "“%s”), and the settings ask for that"),
                                name);
  if (assertion == STILE_ASSERTION_NONE)
    return stile_checks_note (self->checks, "P11",
                              _ ("The manufacturer does not say how it knows the owner"));

  return stile_checks_pass (self->checks, "P11", _ ("The manufacturer’s assertion is “%s”"), name);
}

/* What is wrong with the dates of the voucher itself, or NULL. (transfer full) */
static char *
find_wrong_date (StileJudgeCase *self)
{
  const StileVoucherFields *fields = fields_of (self);
  gint64 signed_at = stile_signed_message_get_signing_time (self->judgement->message, self->signer);
  gint64 latest = self->judge->at + STILE_JUDGE_CASE_MAX_SKEW;
  g_autofree char *now = stile_date_format (self->judge->at);
  g_autofree char *then = NULL;

  if (fields->expires_on != STILE_VOUCHER_NO_DATE && fields->expires_on < self->judge->at)
    {
      then = stile_date_format (fields->expires_on);
      return g_strdup_printf (_ ("The voucher ran out at %s; this computer’s clock says %s"), then, now);
    }
  if (fields->created_on != STILE_VOUCHER_NO_DATE && fields->created_on > latest)
    {
      then = stile_date_format (fields->created_on);
      return g_strdup_printf (_ ("The voucher was made at %s, in the future; this computer’s clock says %s"),
                              then, now);
    }
  if (signed_at >= 0 && signed_at > latest)
    {
      then = stile_date_format (signed_at);
      return g_strdup_printf (
          _ ("The voucher was signed at %s, in the future; this computer’s clock says %s"), then, now);
    }

  return NULL;
}

static gboolean
check_dates (StileJudgeCase *self, GError **error)
{
  g_autofree char *wrong = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  g_autoptr (GError) reason = NULL;

  if (stile_judge_case_is_set (self, STILE_JUDGE_NO_CLOCK))
    return stile_checks_skip (self->checks, "P12", _ ("The clock is not trusted, so no date was looked at"));

  wrong = find_wrong_date (self);
  if (wrong != NULL)
    return stile_checks_refuse (self->checks, "P12", error, STILE_ERROR_UNTRUSTED, "%s", wrong);

  chain = stile_signed_message_get_signer_chain (self->judgement->message, self->signer);
  if (chain->len == 0 && self->judgement->signer != NULL)
    g_ptr_array_add (chain, g_object_ref (self->judgement->signer));
  if (!stile_certificate_path_verify (chain, self->judge->anchors, self->judge->at,
                                      STILE_CERTIFICATE_PATH_DEFAULT, NULL, &reason))
    return stile_checks_refuse (self->checks, "P12", error, STILE_ERROR_UNTRUSTED,
                                _ ("Who signed the voucher was not entitled to now: %s"), reason->message);

  return stile_checks_pass (self->checks, "P12", _ ("Its dates hold"));
}

/* --- P13 to P15: which domain --- */

static gboolean
has_pin (const StileVoucherFields *fields)
{
  return fields->pinned_domain_cert != NULL || fields->pinned_domain_pubk != NULL ||
         fields->pinned_domain_pubk_sha256 != NULL;
}

static gboolean
check_pin (StileJudgeCase *self, GError **error)
{
  StileCertificate *pin = stile_voucher_get_pin (self->judgement->voucher);

  if (!has_pin (fields_of (self)))
    return stile_checks_refuse (self->checks, "P13", error, STILE_ERROR_UNTRUSTED,
                                _ ("The voucher names no domain: it pins no certificate"));
  if (fields_of (self)->pinned_domain_cert != NULL && pin == NULL)
    return stile_checks_refuse (self->checks, "P13", error, STILE_ERROR_PROTOCOL,
                                _ ("What the voucher pins is no certificate"));

  if (pin == NULL)
    return stile_checks_pass (self->checks, "P13",
                              _ ("The domain is the one whose registrar has a certain key"));

  return stile_checks_pass (self->checks, "P13", _ ("The domain is “%s”"), stile_certificate_get_name (pin));
}

/* 8366bis: a key in place of a certificate; it is the registrar's own. */
static gboolean
matches_pinned_key (StileJudgeCase *self, StileCertificate *leaf)
{
  const StileVoucherFields *fields = fields_of (self);
  g_autoptr (GBytes) key = stile_certificate_path_get_public_key (leaf);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GBytes) hash = NULL;

  if (key == NULL)
    return FALSE;
  if (fields->pinned_domain_pubk != NULL)
    return g_bytes_equal (key, fields->pinned_domain_pubk);

  g_checksum_update (sum, g_bytes_get_data (key, NULL), (gssize)g_bytes_get_size (key));
  g_checksum_get_digest (sum, digest, &length);
  hash = g_bytes_new (digest, length);
  return fields->pinned_domain_pubk_sha256 != NULL && g_bytes_equal (hash, fields->pinned_domain_pubk_sha256);
}

static gboolean
verify_registrar (StileJudgeCase *self, StileCertificate *pin, GError **error)
{
  g_autoptr (GPtrArray) anchors = NULL;

  if (pin == NULL && matches_pinned_key (self, g_ptr_array_index (self->judge->peer_chain, 0)))
    return TRUE;
  if (pin == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_UNTRUSTED, _ ("its key is another one"));
      return FALSE;
    }

  /* The sole anchor: no root of the system, and none of the manufacturer (RFC 8995 section 5.6.2). */
  anchors = g_ptr_array_new ();
  g_ptr_array_add (anchors, pin);
  return stile_certificate_path_verify (self->judge->peer_chain, anchors, stile_judge_case_get_time (self),
                                        STILE_CERTIFICATE_PATH_DEFAULT, NULL, error);
}

/* With a CA for a pin every device of the domain has a certificate under it.  Only what is made to be a registrar is one:
 * id-kp-cmcRA (RFC 7030 section 3.6.1). */
static gboolean
check_purpose (StileJudgeCase *self, StileCertificate *leaf, GError **error)
{
  if (stile_certificate_path_has_purpose (leaf, STILE_PURPOSE_CMC_RA))
    return stile_checks_pass (self->checks, "P14", _ ("“%s” speaks for that domain"),
                              stile_certificate_get_name (leaf));
  if (stile_judge_case_is_set (self, STILE_JUDGE_COMPAT))
    return stile_checks_note (
        self->checks, "P14",
        _ ("“%s” belongs to that domain, but is not marked as a registrar (id-kp-cmcRA)"),
        stile_certificate_get_name (leaf));

  return stile_checks_refuse (self->checks, "P14", error, STILE_ERROR_UNTRUSTED,
                              _ ("“%s” belongs to the domain, but is not marked as a registrar "
                                 "(id-kp-cmcRA): it may be any of its devices"),
                              stile_certificate_get_name (leaf));
}

static gboolean
refuse_registrar (
    StileJudgeCase *self, StileCertificate *pin, StileCertificate *leaf, const GError *reason, GError **error)
{
  if (pin == NULL)
    return stile_checks_refuse (
        self->checks, "P14", error, STILE_ERROR_UNTRUSTED,
        _ ("The voucher is for the domain whose registrar has a certain key, and the registrar “%s” is "
           "another one: %s"),
        stile_certificate_get_name (leaf), reason->message);

  return stile_checks_refuse (
      self->checks, "P14", error, STILE_ERROR_UNTRUSTED,
      _ ("The voucher is for the domain “%s”, and the registrar “%s” does not belong to it: %s"),
      stile_certificate_get_name (pin), stile_certificate_get_name (leaf), reason->message);
}

static gboolean
check_registrar (StileJudgeCase *self, GError **error)
{
  StileCertificate *pin = stile_voucher_get_pin (self->judgement->voucher);
  StileCertificate *leaf;
  g_autoptr (GError) reason = NULL;

  if (self->judge->peer_chain == NULL || self->judge->peer_chain->len == 0)
    return stile_checks_skip (self->checks, "P14", _ ("Which registrar was talked to was not said"));

  leaf = g_ptr_array_index (self->judge->peer_chain, 0);
  if (!verify_registrar (self, pin, &reason))
    return refuse_registrar (self, pin, leaf, reason, error);
  if (pin == NULL || stile_certificate_equal (pin, leaf))
    return stile_checks_pass (self->checks, "P14", _ ("“%s” is the very one that the voucher names"),
                              stile_certificate_get_name (leaf));

  return check_purpose (self, leaf, error);
}

static gboolean
check_revocation (StileJudgeCase *self, GError **error)
{
  switch (fields_of (self)->revocation)
    {
    case STILE_REVOCATION_FORBIDDEN:
      return stile_checks_pass (
          self->checks, "P15",
          _ ("The voucher says not to look whether the domain’s certificates are revoked"));
    case STILE_REVOCATION_REQUIRED:
      if (stile_judge_case_is_set (self, STILE_JUDGE_REVOCATION))
        return stile_checks_pass (self->checks, "P15",
                                  _ ("Revocation of the domain’s certificates is checked"));
      return stile_checks_refuse (
          self->checks, "P15", error, STILE_ERROR_UNTRUSTED,
          _ ("The voucher demands to check whether the domain’s certificates are revoked, "
             "and that cannot be done from here"));
    case STILE_REVOCATION_UNSAID:
    default:
      return stile_checks_skip (self->checks, "P15", _ ("The voucher says nothing of revocation"));
    }
}

const StileJudgeCaseCheck stile_judge_pledge_checks[] = {
  check_signer,      /* P5 */
  check_signer_role, /* P6 */
  check_content,     /* P7 */
  check_serial,      /* P8 */
  check_issuer,      /* P9 */
  check_nonce,       /* P10 */
  check_assertion,   /* P11 */
  check_dates,       /* P12 */
  check_pin,         /* P13 */
  check_registrar,   /* P14 */
  check_revocation,  /* P15 */
  NULL,
};

/* BRSKI-PRM has no TLS session that the pin could be held against: P20 is in P14's place. */
const StileJudgeCaseCheck stile_judge_pledge_prm_checks[] = {
  check_signer,      /* P5 */
  check_signer_role, /* P6 */
  check_content,     /* P7 */
  check_serial,      /* P8 */
  check_issuer,      /* P9 */
  check_nonce,       /* P10 */
  check_assertion,   /* P11 */
  check_dates,       /* P12 */
  check_pin,         /* P13 */
  check_revocation,  /* P15 */
  NULL,
};
