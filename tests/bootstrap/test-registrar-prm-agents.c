/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-agent.h"
#include "bootstrap/stile-prm-ca-certs.h"

/* From whom a registrar takes what belongs to a device (BOOTSTRAP R12), in which form, and the roots that it gives. */

/* --- who brings it --- */

/* What belongs to each of the prm_agent_paths, once all of it is there. */
static GBytes *
get_question (PrmPlant *self, const char *name)
{
  static const struct
  {
    const char *name;
    StilePrmStep step;
  } questions[] = {
    { "requestvoucher", STILE_PRM_STEP_VOUCHER_TRIGGER },
    { "requestenroll", STILE_PRM_STEP_ENROL_TRIGGER },
    { "voucher_status", STILE_PRM_STEP_VOUCHER },
    { "enrollstatus", STILE_PRM_STEP_CERTIFICATE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    if (strcmp (questions[i].name, name) == 0)
      return prm_plant_get_artefact (self, questions[i].step);

  return NULL;
}

static void
expect_nowhere (PrmPlant *self, TestPki *peer, const char *beginning)
{
  for (gsize i = 0; i < PRM_AGENT_N_PATHS; i++)
    {
      g_autoptr (GBytes) question = get_question (self, prm_agent_paths[i].name);

      prm_agent_expect_as (self, prm_agent_paths[i].name, question, peer, 403, beginning);
    }
  prm_agent_expect_no_status (self);
}

static void
test_nobody (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_nowhere (self, NULL, "R12: An agent shows its certificate");
}

static void
test_no_agent (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) camera = test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Camera" });
  g_autoptr (TestPki) stranger = test_pki_issue (court->stranger, &(TestPkiOptions){ .name = "Laptop" });
  TestPki *const people[] = { camera, stranger, court->device, court->registrar, court->masa };

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    expect_nowhere (self, people[i], "R12: ");
}

/* A laptop that was lost enrols nothing later. */
static void
test_agent_ran_out (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) old = test_pki_issue (
      self->agent_root,
      &(TestPkiOptions){ .name = "Laptop", .same_key_as = self->agent, .begins = -7200, .ends = -30 });

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_nowhere (self, old, "R12: ");
}

static void
test_no_agents (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  self->plant.agents = NULL;
  prm_plant_start_registrar (self, PLANT_POLICY);
  expect_nowhere (self, self->agent, "R12: This registrar takes nothing from agents");
}

/* Whoever carries the statuses and the enrolment is one of ours; who stood before the device is in its request. */
static void
test_two_agents (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) other = test_pki_issue (
      self->agent_root, &(TestPkiOptions){ .name = "Laptop 2", .purpose = GNUTLS_KP_TLS_WWW_CLIENT });

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  prm_agent_expect_as (self, "requestvoucher", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER],
                       other, 403, "R12: ");
  prm_agent_expect_as (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], other,
                       200, NULL);
  prm_agent_expect_as (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER], other, 200,
                       NULL);
  prm_agent_expect_as (self, "enrollstatus", self->dossier->artefacts[STILE_PRM_STEP_CERTIFICATE], other, 200,
                       NULL);
}

/* --- form --- */

static void
test_forms (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < PRM_AGENT_N_PATHS; i++)
    {
      g_autoptr (StileHttpMessage) method = prm_agent_ask_as (
          self, "PUT", prm_agent_paths[i].name, prm_agent_paths[i].type, NULL, content, self->agent);

      plant_expect (method, 405, NULL);
      g_assert_cmpstr (stile_http_message_get_field (method, "allow"), ==, prm_agent_paths[i].method);
    }
  for (gsize i = 0; i < PRM_AGENT_N_PATHS; i++)
    if (prm_agent_paths[i].type != NULL)
      {
        g_autoptr (StileHttpMessage) type =
            prm_agent_ask_as (self, "POST", prm_agent_paths[i].name, "text/html", NULL, content, self->agent);

        plant_expect (type, 415, NULL);
      }
}

static void
test_sizes (PrmPlant *self, gconstpointer data)
{
  const gsize size = STILE_SIGNED_MESSAGE_MAX_SIZE + 1;
  g_autoptr (GBytes) content = g_bytes_new_take (g_malloc0 (size), size);

  for (gsize i = 0; i < PRM_AGENT_N_PATHS; i++)
    if (prm_agent_paths[i].type != NULL)
      prm_agent_expect (self, prm_agent_paths[i].name, content, 413, NULL);
}

static void
test_garbage (PrmPlant *self, gconstpointer data)
{
  static const char *const texts[] = {
    "x", "{}", "[]", "{\"payload\":\"\",\"signatures\":[]}",
    "{\"payload\":\"e30\",\"signatures\":[{\"protected\":\"e30\",\"signature\":\"AAAA\"}]}"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static (texts[i], strlen (texts[i]));

      prm_agent_expect (self, "requestenroll", content, 400, NULL);
      prm_agent_expect (self, "voucher_status", content, 400, NULL);
      prm_agent_expect (self, "enrollstatus", content, 400, NULL);
    }
  prm_agent_expect_no_status (self);
}

/* --- CA certificates --- */

static void
test_roots (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response =
      prm_agent_ask_as (self, "GET", "wrappedcacerts", NULL, PRM_PLANT_JOSE, NULL, self->agent);
  g_autoptr (StileHttpMessage) cannot =
      prm_agent_ask_as (self, "GET", "wrappedcacerts", NULL, "application/pkcs7-mime", NULL, self->agent);
  const StileJudge judge = { .at = self->plant.court.now };
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GError) error = NULL;

  plant_expect (cannot, 406, NULL);
  plant_expect (response, 200, NULL);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, PRM_PLANT_JOSE);
  roots = stile_prm_ca_certs_judge (&judge, test_pki_get_certificate (self->plant.court.domain),
                                    stile_http_message_get_content (response), checks, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (roots->len, ==, 1);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/registrar-prm/agents/" name, PrmPlant, NULL, prm_plant_set_up, function,           \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("R12-nobody-brings-it", test_nobody);
  ADD ("R12-who-brings-it-is-no-agent", test_no_agent);
  ADD ("R12-the-agents-certificate-ran-out", test_agent_ran_out);
  ADD ("R12-no-agents-at-all", test_no_agents);
  ADD ("R12-another-agent-brings-it", test_two_agents);
  ADD ("forms", test_forms);
  ADD ("sizes", test_sizes);
  ADD ("garbage", test_garbage);
  ADD ("wrapped-roots", test_roots);

  return g_test_run ();
}
