/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-ca-certs.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-prm-case.h"
#include "bootstrap/stile-prm-certificates.h"
#include "bootstrap/stile-prm-message.h"

/* It comes over plain HTTP, from a laptop: what makes it good is a registrar's signature under the pin (BRSKI-PRM section
 * 7.7). */
static gboolean
check_signer (const StileJudgeCase *self, StileSignedMessage *message, StileCertificate *pin, GError **error)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, 0);
  g_autoptr (GPtrArray) anchors = g_ptr_array_new ();
  g_autoptr (GError) reason = NULL;

  g_ptr_array_add (anchors, pin);
  if (!stile_prm_case_leads_to (self, signer, stile_signed_message_get_certificates (message), anchors,
                                &reason))
    return stile_checks_refuse (self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
                                _ ("The CA certificates are signed by “%s”, who is not of the domain: %s"),
                                stile_certificate_get_name (signer), reason->message);
  if (!stile_certificate_equal (signer, pin) && !stile_prm_case_is_registrar (self, signer))
    return stile_checks_refuse (
        self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
        _ ("The CA certificates are signed by “%s”, which is no registrar: it lacks id-kp-cmcRA"),
        stile_certificate_get_name (signer));

  return stile_checks_pass (self->checks, "P21", _ ("The registrar “%s” signed the CA certificates"),
                            stile_certificate_get_name (signer));
}

/* What they may lead to: the roots among them, and the pin. */
static GPtrArray *
list_anchors (GPtrArray *certificates, StileCertificate *pin)
{
  GPtrArray *anchors = g_ptr_array_new ();

  for (guint i = 0; i < certificates->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (certificates, i);

      if (stile_certificate_is_issued_by (certificate, certificate))
        g_ptr_array_add (anchors, certificate);
    }
  g_ptr_array_add (anchors, pin);

  return anchors;
}

static gboolean
check_certificate (const StileJudgeCase *self,
                   StileCertificate *certificate,
                   GPtrArray *all,
                   GPtrArray *anchors,
                   GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (!stile_certificate_is_authority (certificate))
    return stile_checks_refuse (self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
                                _ ("“%s” is among the CA certificates, and is none"),
                                stile_certificate_get_name (certificate));
  if (stile_prm_case_leads_to (self, certificate, all, anchors, &reason))
    return stile_checks_pass (self->checks, "P21", _ ("“%s” is a CA of the domain"),
                              stile_certificate_get_name (certificate));

  return stile_checks_refuse (self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
                              _ ("The CA certificate “%s” leads to no root that came with it: %s"),
                              stile_certificate_get_name (certificate), reason->message);
}

static gboolean
check_all (const StileJudgeCase *self, GPtrArray *certificates, StileCertificate *pin, GError **error)
{
  g_autoptr (GPtrArray) anchors = list_anchors (certificates, pin);

  for (guint i = 0; i < certificates->len; i++)
    if (!check_certificate (self, g_ptr_array_index (certificates, i), certificates, anchors, error))
      return FALSE;

  return TRUE;
}

/**
 * stile_prm_ca_certs_judge:
 * @judge: its time and policy
 * @pin: what the voucher pinned, once that was believed
 * @bytes: from anybody
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_UNTRUSTED, with the check's id in front
 *
 * Judges the CA certificates of the domain.
 *
 * Returns: (transfer full) (element-type StileCertificate): roots and intermediates, to be installed
 */
GPtrArray *
stile_prm_ca_certs_judge (
    const StileJudge *judge, StileCertificate *pin, GBytes *bytes, StileChecks *checks, GError **error)
{
  const StileJudgeCase self = { .judge = judge, .checks = checks };
  g_autoptr (StileSignedMessage) message = stile_prm_message_open ("P21", bytes, NULL, checks, error);
  g_autoptr (GPtrArray) certificates = NULL;
  g_autoptr (GError) reason = NULL;

  if (message == NULL || !check_signer (&self, message, pin, error))
    return NULL;

  certificates = stile_prm_certificates_parse_bag (stile_signed_message_get_content (message), &reason);
  if (certificates == NULL)
    {
      stile_checks_refuse (checks, "P21", error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }

  return check_all (&self, certificates, pin, error) ? g_steal_pointer (&certificates) : NULL;
}

/* One is a text, several are a list (RFC 9360 section 2 in JSON). */
static GVariant *
make_bag (GPtrArray *certificates)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  if (certificates->len == 1)
    return g_variant_new_take_string (
        stile_prm_message_encode (stile_certificate_get_der (g_ptr_array_index (certificates, 0))));

  for (guint i = 0; i < certificates->len; i++)
    g_variant_builder_add_value (&list,
                                 g_variant_new_take_string (stile_prm_message_encode (
                                     stile_certificate_get_der (g_ptr_array_index (certificates, i)))));
  return g_variant_builder_end (&list);
}

/**
 * stile_prm_ca_certs_make:
 * @registrar: who signs
 * @certificates: (element-type StileCertificate): the domain's CA certificates, at least one
 *
 * Returns: (transfer full): them, wrapped (BRSKI-PRM section 7.5)
 */
GBytes *
stile_prm_ca_certs_make (StileIdentity *registrar, GPtrArray *certificates, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GBytes) content = NULL;

  g_variant_dict_insert_value (&dict, "x5bag", make_bag (certificates));
  content = stile_prm_message_print (g_variant_dict_end (&dict));
  return stile_prm_message_sign (registrar, NULL, content, NULL, error);
}
