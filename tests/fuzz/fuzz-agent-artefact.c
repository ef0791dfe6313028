/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "bootstrap/stile-agent-judge.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-prm-request.h"
#include "codec/stile-certificate-bundle.h"
#include "fuzz/fuzz-people.h"

/* What the device gave on site: two requests, for the voucher and for a certificate of its own key. */
static void
take_requests (StilePrmDossier *dossier)
{
  static const char proximity[] = "{\"agent-provided-proximity-registrar-cert\":\"$REGISTRAR\","
                                  "\"agent-signed-data\":\"$ASKED\"}";
  const StileCertificateRequestTemplate wanted = { .common_name = "X1" };
  const FuzzPeople *people = fuzz_people_get ();
  g_autoptr (GBytes) trigger = fuzz_people_make ('0', (const guint8 *)proximity, strlen (proximity));
  g_autoptr (StilePrmProximity) parsed = stile_prm_proximity_parse_trigger (trigger, NULL);
  g_autoptr (StileIdentity) device = fuzz_people_get_identity (people->device);
  g_autoptr (GBytes) request =
      stile_prm_request_make (device, parsed, FUZZ_PEOPLE_SERIAL, FUZZ_PEOPLE_NONCE, 1750000001, NULL);
  gnutls_privkey_t key = stile_identity_open_key (device, NULL);
  g_autoptr (StileCertificateRequest) csr = stile_certificate_request_create (&wanted, key, NULL);
  g_autoptr (GBytes) enrol = stile_prm_enrol_request_make (device, csr, 1750000002, NULL);

  gnutls_privkey_deinit (key);
  stile_prm_dossier_take (dossier, STILE_PRM_STEP_VOUCHER_TRIGGER, request);
  stile_prm_dossier_take (dossier, STILE_PRM_STEP_ENROL_TRIGGER, enrol);
}

/* Its certificate has the same key, and is good enough for that. */
static void
take_certificate (StilePrmDossier *dossier)
{
  g_autoptr (GPtrArray) issued = test_pki_list (fuzz_people_get ()->device, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (issued, NULL);

  stile_prm_dossier_take (dossier, STILE_PRM_STEP_ENROL_REQUEST, body);
}

static StilePrmDossier *
get_dossier (gboolean full)
{
  static StilePrmDossier *dossiers[2];

  if (dossiers[full] == NULL)
    {
      dossiers[full] = stile_prm_dossier_new (FUZZ_PEOPLE_SERIAL);
      if (full)
        {
          take_requests (dossiers[full]);
          take_certificate (dossiers[full]);
        }
    }
  return dossiers[full];
}

static void
check_sentence (const GError *error)
{
  g_assert_true (error->domain == STILE_ERROR);
  g_assert_true (error->message[0] == 'A' && strstr (error->message, ": ") != NULL);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strpbrk (error->message, "\x1b\r\x07\x7f"));
}

/* What was taken can be read later, whatever it is. */
static void
check_dossier (StilePrmDossier *dossier, StilePrmStep step, GBytes *artefact)
{
  GBytes *before = g_steal_pointer (&dossier->artefacts[step]);
  g_autofree char *reason = NULL;
  g_autoptr (StileCertificate) certificate = NULL;

  dossier->artefacts[step] = g_bytes_ref (artefact);
  (void)stile_prm_dossier_is_refused (dossier, &reason);
  g_assert_true (reason == NULL || g_utf8_validate (reason, -1, NULL));
  (void)stile_prm_dossier_get_step (dossier);
  certificate = stile_prm_dossier_read_certificate (dossier, NULL);
  g_bytes_unref (dossier->artefacts[step]);
  dossier->artefacts[step] = before;
}

/* The first byte is the step, the second says who signs; capital letters are for an agent that has nothing of the device. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GPtrArray) makers = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  StilePrmDossier *dossier;
  StilePrmStep step;
  gboolean taken;

  if (size < 2)
    return 0;

  step = (StilePrmStep)((guint8)(data[0] - '0') % STILE_PRM_N_STEPS);
  dossier = get_dossier (data[0] < 'A');
  makers = test_pki_list (fuzz_people_get ()->maker, NULL);
  bytes = fuzz_people_make (data[1], data + 2, size - 2);
  taken = stile_agent_judge_artefact (dossier, step, bytes, makers, checks, &error);
  g_assert_true (taken == (error == NULL));
  if (taken)
    check_dossier (dossier, step, bytes);
  else
    check_sentence (error);

  return 0;
}
