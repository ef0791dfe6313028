/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-voucher-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bootstrap/stile-voucher-words.h"
#include "cli/stile-cli-row.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "codec/stile-hex.h"

/* What "stilectl voucher" prints for people.  Everything in a voucher is from somebody else, and what a terminal would
 * take for a command must not reach it: every line goes through print_line(). */

static void print_line (const char *indent, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
print_line (const char *indent, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *presentable = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  presentable = stile_certificate_text_make_presentable (text, strlen (text));
  g_print ("%s%s\n", indent, presentable);
}

/* --- the fields --- */

static char *
show_date (gint64 date)
{
  return date != STILE_VOUCHER_NO_DATE ? stile_date_format (date) : NULL;
}

static char *
show_bytes (GBytes *bytes)
{
  return bytes != NULL ? stile_hex_encode_bytes (bytes) : NULL;
}

static char *
show_digest (GBytes *bytes)
{
  g_autofree char *digest = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;

  return digest != NULL ? g_strdup_printf ("SHA-256 %s", digest) : NULL;
}

static char *
show_certificate (GBytes *der)
{
  g_autoptr (StileCertificate) certificate = der != NULL ? stile_certificate_new_from_der (der, NULL) : NULL;

  if (der == NULL)
    return NULL;
  if (certificate == NULL)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "no certificate that can be read, %zu byte",
                                         "no certificate that can be read, %zu bytes",
                                         g_bytes_get_size (der)),
                            g_bytes_get_size (der));

  return g_strdup_printf ("“%s”, SHA-256 %s", stile_certificate_get_name (certificate),
                          stile_certificate_get_fingerprint (certificate));
}

static char *
show_assertion (StileAssertion assertion)
{
  return assertion != STILE_ASSERTION_NONE ? g_strdup (stile_voucher_get_assertion_name (assertion)) : NULL;
}

static char *
show_revocation (StileRevocation revocation)
{
  if (revocation == STILE_REVOCATION_UNSAID)
    return NULL;

  return g_strdup (revocation == STILE_REVOCATION_REQUIRED ? _ ("must be checked")
                                                           : _ ("must not be checked"));
}

static char *
show_size (GBytes *bytes)
{
  return bytes != NULL ? g_strdup_printf (
                             g_dngettext (GETTEXT_PACKAGE, "%zu byte", "%zu bytes", g_bytes_get_size (bytes)),
                             g_bytes_get_size (bytes))
                       : NULL;
}

/* Takes @value; a member that is not there prints nothing. */
static void
print_field (const char *indent, const char *label, const char *member, char *value)
{
  g_autofree char *owned = value;

  if (owned != NULL)
    print_line (indent, "  %s: %s (%s)", label, owned, member);
}

static void
print_common_fields (const char *indent, const StileVoucherFields *fields)
{
  print_field (indent, _ ("Device"), "serial-number", g_strdup (fields->serial_number));
  print_field (indent, _ ("Its certificate’s issuer"), "idevid-issuer", show_bytes (fields->idevid_issuer));
  print_field (indent, _ ("Domain"), "pinned-domain-cert", show_certificate (fields->pinned_domain_cert));
  print_field (indent, _ ("The domain’s key"), "pinned-domain-pubk",
               show_digest (fields->pinned_domain_pubk));
  print_field (indent, _ ("The domain’s key, SHA-256"), "pinned-domain-pubk-sha256",
               show_bytes (fields->pinned_domain_pubk_sha256));
  print_field (indent, _ ("Revocation of the domain’s certificates"), "domain-cert-revocation-checks",
               show_revocation (fields->revocation));
  print_field (indent, _ ("Assertion"), "assertion", show_assertion (fields->assertion));
  print_field (indent, _ ("Nonce"), "nonce", g_strdup (fields->nonce));
  print_field (indent, C_ ("voucher", "Made"), "created-on", show_date (fields->created_on));
  print_field (indent, _ ("Runs out"), "expires-on", show_date (fields->expires_on));
  print_field (indent, _ ("Renewed at the latest"), "last-renewal-date",
               show_date (fields->last_renewal_date));
  print_field (indent, _ ("EST server"), "est-domain", g_strdup (fields->est_domain));
  print_field (indent, _ ("More configuration"), "additional-configuration-url",
               g_strdup (fields->additional_configuration_url));
}

static void
print_request_fields (const char *indent, const StileVoucherFields *fields)
{
  print_field (indent, _ ("Registrar that the device sees"), "proximity-registrar-cert",
               show_certificate (fields->proximity_registrar_cert));
  print_field (indent, _ ("Key of the registrar that the device sees"), "proximity-registrar-pubk",
               show_digest (fields->proximity_registrar_pubk));
  print_field (indent, _ ("Key of the registrar that the device sees, SHA-256"),
               "proximity-registrar-pubk-sha256", show_bytes (fields->proximity_registrar_pubk_sha256));
  print_field (indent, _ ("The device’s own request"), "prior-signed-voucher-request",
               show_size (fields->prior_signed_voucher_request));
}

static void
print_more (const char *indent, GVariant *more)
{
  for (gsize i = 0; more != NULL && i < g_variant_n_children (more); i++)
    {
      const char *name;

      g_variant_get_child (more, i, "{&sv}", &name, NULL);
      print_line (indent, "  %s: %s", _ ("Not looked into"), name);
    }
}

static void
print_words (const char *indent, StileVoucher *voucher, StileCertificate *signer)
{
  g_autofree char *summary = stile_voucher_words_summarize (voucher, signer);
  g_autofree char *assertion =
      stile_voucher_words_describe_assertion (stile_voucher_get_fields (voucher)->assertion);
  g_autofree char *validity = stile_voucher_words_describe_validity (voucher);

  print_line (indent, "%s", summary);
  print_line (indent, "%s", assertion);
  print_line (indent, "%s", validity);
}

/* --- who signed --- */

static char *
describe_signing_time (StileSignedMessage *message, guint index)
{
  gint64 time = stile_signed_message_get_signing_time (message, index);
  g_autofree char *date = time != STILE_VOUCHER_NO_DATE ? stile_date_format (time) : NULL;

  return date != NULL ? g_strdup_printf (_ ("at %s"), date) : g_strdup (_ ("at a time that is not told"));
}

static void
print_chain (const char *indent, GPtrArray *chain)
{
  for (guint i = 0; i < chain->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (chain, i);

      print_line (indent, "  “%s”, SHA-256 %s", stile_certificate_get_name (certificate),
                  stile_certificate_get_fingerprint (certificate));
    }
}

static void
print_signer (const char *indent, StileSignedMessage *message, guint index)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, index);
  const char *algorithm = stile_signed_message_get_algorithm (message, index);
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, index);
  g_autofree char *time = describe_signing_time (message, index);

  if (signer == NULL)
    print_line (indent, _ ("Signed with %s, %s, by somebody whose certificate is not in it."), algorithm,
                time);
  else if (stile_signed_message_verify (message, index, signer, NULL))
    print_line (indent, _ ("Signed with %s, %s, with the key of this certificate, whoever made it:"),
                algorithm, time);
  else
    print_line (indent,
                _ ("Its signature, %s, %s, does NOT hold with the key of the certificate that it names:"),
                algorithm, time);
  print_chain (indent, chain);
}

/* --- the whole --- */

static const char *
name_message (StileSignedMessage *message, StileVoucher *voucher)
{
  gboolean jws = stile_signed_message_get_format (message) == STILE_SIGNED_JWS;

  if (stile_voucher_get_kind (voucher) == STILE_VOUCHER_REQUEST)
    return jws ? _ ("A voucher request, in JWS") : _ ("A voucher request, in CMS");

  return jws ? _ ("A voucher, in JWS") : _ ("A voucher, in CMS");
}

static void
print_message (const char *indent, StileSignedMessage *message, StileVoucher *voucher)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  g_autofree char *digest = show_digest (stile_signed_message_get_bytes (message));

  print_line (indent,
              g_dngettext (GETTEXT_PACKAGE, "%s, %zu byte, %s", "%s, %zu bytes, %s",
                           g_bytes_get_size (stile_signed_message_get_bytes (message))),
              name_message (message, voucher), g_bytes_get_size (stile_signed_message_get_bytes (message)),
              digest);
  print_words (indent, voucher, NULL);
  print_common_fields (indent, fields);
  print_request_fields (indent, fields);
  print_more (indent, fields->more);
  for (guint i = 0; i < stile_signed_message_get_n_signers (message); i++)
    print_signer (indent, message, i);
}

/**
 * stile_cli_voucher_text_print:
 * @judgement: with a message and a voucher
 *
 * Prints what is in a voucher or request, for people; the device's request in a registrar's one after it.
 */
void
stile_cli_voucher_text_print (const StileJudgement *judgement)
{
  print_message ("", judgement->message, judgement->voucher);
  if (judgement->prior != NULL)
    {
      print_line ("", "%s", _ ("The device’s own request in it:"));
      print_message ("    ", judgement->prior_message, judgement->prior);
    }
  else if (stile_voucher_get_fields (judgement->voucher)->prior_signed_voucher_request != NULL)
    print_line ("", "%s", _ ("The device’s own request in it cannot be read."));
}

static const char *
name_result (StileCheckResult result)
{
  static const char *const names[] = {
    [STILE_CHECK_PASSED] = N_ ("passed"),
    [STILE_CHECK_NOTED] = N_ ("noted"),
    [STILE_CHECK_SKIPPED] = N_ ("skipped"),
    [STILE_CHECK_REFUSED] = N_ ("refused"),
  };

  return _ (names[result]);
}

/* printf() pads by bytes. */
static guint
measure_results (void)
{
  guint widest = 0;

  for (guint result = STILE_CHECK_PASSED; result <= STILE_CHECK_REFUSED; result++)
    widest = MAX (widest, stile_cli_row_measure (name_result ((StileCheckResult)result)));

  return widest;
}

/**
 * stile_cli_voucher_text_print_verdict:
 * @judgement: as far as it went
 * @checks: what was looked at
 *
 * Prints who says what of whom, each check on a line, and how it ended.
 */
void
stile_cli_voucher_text_print_verdict (const StileJudgement *judgement, StileChecks *checks)
{
  const char *refused = stile_checks_get_refused (checks);

  if (judgement->voucher != NULL)
    print_words ("", judgement->voucher, judgement->signer);
  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    {
      const char *result = name_result (stile_checks_get_result (checks, i));

      print_line ("", "%-3s  %s%*s  %s", stile_checks_get_id (checks, i), result,
                  (int)(measure_results () - stile_cli_row_measure (result)), "",
                  stile_checks_get_sentence (checks, i));
    }
  if (refused != NULL)
    print_line ("", _ ("Refused by %s."), refused);
  else
    print_line ("", "%s", _ ("Accepted."));
}
