/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-prm-enrol-answer.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-prm-case.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

/* The draft has the leaf alone; who sends more means the chain. */
static StileCertificate *
find_own (GPtrArray *certificates, GBytes *key)
{
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autoptr (GBytes) theirs = stile_certificate_path_get_public_key (g_ptr_array_index (certificates, i));

      if (theirs != NULL && g_bytes_equal (theirs, key))
        return g_ptr_array_index (certificates, i);
    }

  return NULL;
}

static gboolean
check_own (const StileJudgeCase *self,
           StileCertificate *own,
           GPtrArray *received,
           GPtrArray *installed,
           GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (own == NULL)
    return stile_checks_refuse (self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
                                _ ("The certificate is not for the key that it was asked for"));
  if (stile_prm_case_leads_to (self, own, received, installed, &reason))
    return stile_checks_pass (self->checks, "P21", _ ("“%s” is for the key, and of the domain"),
                              stile_certificate_get_name (own));

  return stile_checks_refuse (self->checks, "P21", error, STILE_ERROR_UNTRUSTED,
                              _ ("The certificate leads to no CA that was installed: %s"), reason->message);
}

/**
 * stile_prm_enrol_answer_judge:
 * @judge: its time
 * @installed: (element-type StileCertificate): what stile_prm_ca_certs_judge() gave; the sole anchors
 * @key: SubjectPublicKeyInfo of the enrolment request
 * @body: certs-only PKCS #7, from anybody; the draft does not say whether in base64, so either is taken
 * @checks: gets what was looked at
 * @error: %STILE_ERROR_PROTOCOL or %STILE_ERROR_UNTRUSTED, with the check's id in front
 *
 * Judges a device's new certificate.
 *
 * Returns: (transfer full): it
 */
StileCertificate *
stile_prm_enrol_answer_judge (const StileJudge *judge,
                              GPtrArray *installed,
                              GBytes *key,
                              GBytes *body,
                              StileChecks *checks,
                              GError **error)
{
  const StileJudgeCase self = { .judge = judge, .checks = checks };
  g_autoptr (GError) reason = NULL;
  g_autoptr (GPtrArray) received = stile_certificate_bundle_parse_est (body, &reason);
  StileCertificate *own;

  if (received == NULL)
    {
      stile_checks_refuse (checks, "P21", error, STILE_ERROR_PROTOCOL, "%s", reason->message);
      return NULL;
    }

  own = find_own (received, key);
  return check_own (&self, own, received, installed, error) ? g_object_ref (own) : NULL;
}
