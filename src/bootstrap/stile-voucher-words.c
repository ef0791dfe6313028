/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-voucher-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"

/* What a voucher says, in words for people: the page and "stilectl voucher" say the same.  Whoever wrote the voucher chose
 * its texts: none goes into a sentence as it is. */

static char *
make_presentable (const char *text)
{
  return stile_certificate_text_make_presentable (text, strlen (text));
}

/* People know companies, not the names of their signing services. */
static const char *
get_party (StileCertificate *certificate)
{
  const char *organization = stile_certificate_get_organization (certificate);

  return organization != NULL && *organization != '\0' ? organization
                                                       : stile_certificate_get_name (certificate);
}

static char *
say_domain (StileVoucher *voucher, const char *serial)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  StileCertificate *pin = stile_voucher_get_pin (voucher);

  if (pin != NULL)
    return g_strdup_printf (_ ("the device “%s” belongs to the domain “%s”."), serial,
                            stile_certificate_get_name (pin));
  if (fields->pinned_domain_cert != NULL)
    return g_strdup_printf (_ ("the device “%s” belongs to a domain whose certificate cannot be read."),
                            serial);
  if (fields->pinned_domain_pubk != NULL || fields->pinned_domain_pubk_sha256 != NULL)
    return g_strdup_printf (_ ("the device “%s” belongs to the domain whose registrar has a certain key."),
                            serial);

  return g_strdup_printf (_ ("the voucher is for the device “%s”, and names no domain."), serial);
}

static char *
summarize_artifact (StileVoucher *voucher, StileCertificate *signer, const char *serial)
{
  g_autofree char *what = say_domain (voucher, serial);

  if (signer == NULL)
    return g_strdup_printf (_ ("Whoever signed it says: %s"), what);

  return g_strdup_printf (_ ("“%s” says: %s"), get_party (signer), what);
}

/* A registrar puts the device's request into its own; one without it (RFC 8995 section 3.1) names the issuer at least, and
 * no registrar that was seen. */
static gboolean
is_of_registrar (const StileVoucherFields *fields)
{
  if (fields->prior_signed_voucher_request != NULL)
    return TRUE;

  return fields->idevid_issuer != NULL && fields->proximity_registrar_cert == NULL &&
         fields->proximity_registrar_pubk == NULL && fields->proximity_registrar_pubk_sha256 == NULL;
}

static char *
summarize_request (StileVoucher *voucher, StileCertificate *signer, const char *serial)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  g_autoptr (StileCertificate) seen =
      fields->proximity_registrar_cert != NULL
          ? stile_certificate_new_from_der (fields->proximity_registrar_cert, NULL)
          : NULL;

  if (is_of_registrar (fields) && signer != NULL)
    return g_strdup_printf (_ ("The registrar “%s” asks the manufacturer for a voucher for the device “%s”."),
                            stile_certificate_get_name (signer), serial);
  if (is_of_registrar (fields))
    return g_strdup_printf (_ ("A registrar asks the manufacturer for a voucher for the device “%s”."),
                            serial);
  if (seen != NULL)
    return g_strdup_printf (_ ("The device “%s” asks for a voucher, and says that the registrar “%s” "
                               "answers it."),
                            serial, stile_certificate_get_name (seen));

  return g_strdup_printf (_ ("The device “%s” asks for a voucher."), serial);
}

/**
 * stile_voucher_words_summarize:
 * @signer: (nullable): who signed it, when that was verified; %NULL when it was not
 *
 * Returns: (transfer full): who says what of whom, a translated sentence
 */
char *
stile_voucher_words_summarize (StileVoucher *voucher, StileCertificate *signer)
{
  g_autofree char *serial = make_presentable (stile_voucher_get_fields (voucher)->serial_number);

  return stile_voucher_get_kind (voucher) == STILE_VOUCHER_REQUEST
             ? summarize_request (voucher, signer, serial)
             : summarize_artifact (voucher, signer, serial);
}

/**
 * stile_voucher_words_describe_assertion:
 *
 * "proximity" is never told as nearness: a network reaches around the world, and so does ATLS.
 *
 * Returns: (transfer full): how the manufacturer knows, in translated sentences
 */
char *
stile_voucher_words_describe_assertion (StileAssertion assertion)
{
  switch (assertion)
    {
    case STILE_ASSERTION_VERIFIED:
      return g_strdup (_ ("The manufacturer verified who owns the device."));
    case STILE_ASSERTION_LOGGED:
      return g_strdup (_ ("The manufacturer did not verify who owns the device: whoever asks is written into "
                          "a log, and gets a voucher."));
    case STILE_ASSERTION_PROXIMITY:
      return g_strdup (_ ("The device saw this very registrar’s certificate. That does not tell where either "
                          "of them is."));
    case STILE_ASSERTION_AGENT_PROXIMITY:
      return g_strdup (_ ("Somebody’s agent showed the device this registrar’s certificate, and signed for "
                          "it. That does not tell where any of them is."));
    case STILE_ASSERTION_UNKNOWN:
      return g_strdup (_ ("It asserts something that Stile does not know."));
    case STILE_ASSERTION_NONE:
    default:
      return g_strdup (_ ("It does not say how the owner is known."));
    }
}

static char *
describe_creation (const StileVoucherFields *fields)
{
  g_autofree char *date =
      fields->created_on != STILE_VOUCHER_NO_DATE ? stile_date_format (fields->created_on) : NULL;

  return date != NULL ? g_strdup_printf (_ ("Made at %s."), date)
                      : g_strdup (_ ("It does not say when it was made."));
}

/* RFC 8366 section 5.3 has either a nonce or an end; 8366bis takes both. */
static char *
describe_use (const StileVoucherFields *fields)
{
  g_autofree char *end =
      fields->expires_on != STILE_VOUCHER_NO_DATE ? stile_date_format (fields->expires_on) : NULL;

  if (fields->nonce != NULL && end != NULL)
    return g_strdup_printf (_ ("Good for one attempt of the device, until %s."), end);
  if (fields->nonce != NULL)
    return g_strdup (_ ("Good for one attempt of the device."));
  if (end != NULL)
    return g_strdup_printf (_ ("May be used again and again until %s."), end);

  return g_strdup (_ ("May be used again and again: it belongs to no attempt, and does not run out."));
}

/**
 * stile_voucher_words_describe_validity:
 *
 * Returns: (transfer full): when it was made, how often it is good, and until when, in translated sentences
 */
char *
stile_voucher_words_describe_validity (StileVoucher *voucher)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  g_autofree char *creation = describe_creation (fields);
  g_autofree char *use = stile_voucher_get_kind (voucher) == STILE_VOUCHER_ARTIFACT ? describe_use (fields)
                         : fields->nonce != NULL ? g_strdup (_ ("For one attempt of the device."))
                                                 : g_strdup (_ ("For no certain attempt: it has no nonce."));

  return g_strjoin (" ", creation, use, NULL);
}
