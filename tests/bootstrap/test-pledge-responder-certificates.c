/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/prm-device.h"
#include "bootstrap/stile-prm-trigger.h"
#include "codec/stile-certificate-bundle.h"

/* The domain's roots and the device's certificate, each in its turn and under the pin (BOOTSTRAP P21), nothing more afterwards
 * (P1), and nothing that cannot be kept. */

/* --- each in its turn --- */

static void
test_roots_first (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) roots = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  roots = prm_plant_get_artefact (self, STILE_PRM_STEP_ROOTS_REQUEST);
  prm_device_expect (self, "scac", roots, 403, "P21: ");
  g_assert_null (stile_pledge_state_get_roots (prm_device_get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  prm_device_expect (self, "scac", roots, 200, NULL);
  prm_device_expect (self, "scac", roots, 200, NULL);
}

static void
test_certificate_first (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  certificate = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  prm_device_expect_no_certificate (self, certificate, "P21: ");
  /* "enroll-error" says that there was a voucher. */
  g_assert_cmpint (prm_device_get_stage (self), <, STILE_PLEDGE_VOUCHER_SUCCESS);
  prm_device_restart (self);
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);
  prm_device_expect_no_certificate (self, certificate, "P21: ");
  prm_device_restart (self);
  g_assert_null (stile_pledge_state_get_certificate (prm_device_get_state (self)));
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* --- of the domain --- */

static GBytes *
make_bag (TestPki *certificate, TestPki *signer)
{
  g_autofree char *der = prm_court_encode (test_pki_get_der (certificate));
  g_autofree char *json = g_strdup_printf ("{\"x5bag\":\"%s\"}", der);

  return prm_court_sign (json, NULL, signer);
}

static void
test_strange_roots (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  const struct
  {
    TestPki *root;
    TestPki *signer;
  } cases[] = {
    { court->stranger, court->strange_registrar },
    { court->domain, court->strange_registrar },
    { court->domain, self->agent }, /* of the domain, and no registrar */
    { court->domain, court->device },
    { court->registrar, court->registrar }, /* no CA */
  };

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) roots = make_bag (cases[i].root, cases[i].signer);

      prm_device_expect (self, "scac", roots, 403, "P21: ");
    }
  prm_device_restart (self);
  g_assert_cmpuint (stile_pledge_state_get_roots (prm_device_get_state (self))->len, ==, 1);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

static GBytes *
make_certificate (TestPki *issuer)
{
  g_autoptr (TestPki) other = test_pki_issue (issuer, &(TestPkiOptions){ .name = COURT_SERIAL });
  g_autoptr (GPtrArray) list = test_pki_list (other, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *body = stile_certificate_bundle_to_est (list, &error);

  g_assert_no_error (error);
  return body;
}

static void
test_another_key (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) other = make_certificate (self->plant.court.domain);

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  prm_device_expect_no_certificate (self, other, "P21: ");
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_ERROR);
  prm_device_restart (self);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_ERROR);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* --- afterwards --- */

/* A certificate of the domain's for the key that the device has, and the next one for it. */
static GBytes *
collect_older (PrmPlant *self)
{
  GBytes *older;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  older = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_clear_pointer (&self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], g_bytes_unref);
  g_clear_pointer (&self->dossier->artefacts[STILE_PRM_STEP_ENROL_REQUEST], g_bytes_unref);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  return older;
}

static void
test_afterwards (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autofree char *nonce = prm_device_trigger (self, court->registrar);
  g_autoptr (GBytes) voucher =
      prm_device_make_voucher (self, nonce, court->domain, court->masa, court->registrar);
  g_autoptr (GBytes) older = collect_older (self);
  g_autoptr (GBytes) question =
      prm_device_make_trigger (self, court->registrar, COURT_SERIAL, prm_plant_get_now ());
  g_autoptr (GBytes) enrol = stile_prm_trigger_make_enrol ();
  g_autoptr (StileCertificate) certificate =
      g_object_ref (stile_pledge_state_get_certificate (prm_device_get_state (self)));

  for (guint i = 0; i < 2; i++)
    {
      prm_device_expect (self, "tpvr", question, 403, "P1: ");
      prm_device_expect (self, "tper", enrol, 403, "P1: ");
      prm_device_expect (self, "scac", self->dossier->artefacts[STILE_PRM_STEP_ROOTS_REQUEST], 403, "P1: ");
      prm_device_expect_no_voucher (self, voucher, "P1: ");
      prm_device_expect_no_certificate (self, older, "P1: ");
      prm_device_restart (self);
      g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
      g_assert_true (stile_certificate_equal (
          certificate, stile_pledge_state_get_certificate (prm_device_get_state (self))));
    }
}

static void
test_certificate_twice (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;

  prm_plant_run (self, STILE_PRM_STEP_DONE);
  certificate = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (StileHttpMessage) response = prm_device_ask (self, "ser", certificate);
      g_autoptr (StileStatusReport) report = prm_device_read_status (
          response, STILE_PRM_STATUS_ENROL, stile_pledge_state_get_certificate (prm_device_get_state (self)));

      g_assert_true (stile_status_report_is_good (report));
      prm_device_restart (self);
    }
}

/* --- what cannot be remembered --- */

/* In a file's place nobody can write one, whoever they are. */
static char *
block (PrmPlant *self, const char *name)
{
  char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_unlink (path);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  return path;
}

static void
unblock (char *path)
{
  g_autofree char *inside = g_build_filename (path, "x", NULL);

  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

static void
test_cannot_write (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) question =
      prm_device_make_trigger (self, self->plant.court.registrar, COURT_SERIAL, prm_plant_get_now ());
  g_autoptr (GBytes) voucher = NULL;
  g_autoptr (GBytes) roots = NULL;
  g_autoptr (GBytes) certificate = NULL;
  char *blocked = block (self, "state.json");

  prm_device_expect (self, "tpvr", question, 500, NULL);
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  voucher = prm_plant_get_artefact (self, STILE_PRM_STEP_VOUCHER_REQUEST);
  roots = prm_plant_get_artefact (self, STILE_PRM_STEP_ROOTS_REQUEST);
  certificate = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);

  blocked = block (self, "pin.pem");
  prm_device_expect (self, "svr", voucher, 500, NULL);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_FACTORY_DEFAULT);
  g_assert_null (stile_pledge_state_get_pin (prm_device_get_state (self)));
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_ROOTS);

  blocked = block (self, "roots.pem");
  prm_device_expect (self, "scac", roots, 500, NULL);
  g_assert_null (stile_pledge_state_get_roots (prm_device_get_state (self)));
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);

  blocked = block (self, "certificate.pem");
  prm_device_expect (self, "ser", certificate, 500, NULL);
  g_assert_null (stile_pledge_state_get_certificate (prm_device_get_state (self)));
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  unblock (blocked);
  prm_device_restart (self);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* The requests that are out are still so when the certificate could not be taken. */
static void
test_cannot_finish (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) certificate = NULL;
  char *blocked;

  prm_plant_run (self, STILE_PRM_STEP_CERTIFICATE);
  certificate = prm_plant_get_artefact (self, STILE_PRM_STEP_ENROL_REQUEST);
  blocked = block (self, "state.json");
  prm_device_expect (self, "ser", certificate, 500, NULL);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_VOUCHER_SUCCESS);
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (prm_device_get_state (self)),
                                             prm_plant_get_now ()),
                    ==, 1);
  unblock (blocked);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-responder/certificates/" name, PrmPlant, NULL, prm_plant_set_up, function,  \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("P21-the-voucher-comes-before-the-roots", test_roots_first);
  ADD ("P21-the-roots-come-before-the-certificate", test_certificate_first);
  ADD ("P21-roots-of-strangers", test_strange_roots);
  ADD ("P21-a-certificate-for-another-key", test_another_key);
  ADD ("P1-nothing-more-after-enrolment", test_afterwards);
  ADD ("the-same-certificate-twice", test_certificate_twice);
  ADD ("what-cannot-be-written-is-not-taken", test_cannot_write);
  ADD ("the-last-step-that-cannot-be-written", test_cannot_finish);

  return g_test_run ();
}
