/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/prm-plant.h"

#include "bootstrap/stile-registrar-prm-enrolment.h"
#include "bootstrap/stile-registrar-prm-roots.h"
#include "support/test-await.h"

static void
add (PrmPlant *self, const char *path, StileHandler *handler)
{
  stile_router_add (self->plant.router, path, handler);
  g_object_unref (handler);
}

static void
start_est (PrmPlant *self)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (self->plant.court.domain);
  g_autoptr (GPtrArray) roots = test_pki_list (self->plant.court.domain, NULL);
  const StileDomainCaProfile profile = { 0 };
  g_autoptr (GError) error = NULL;

  self->ca = stile_domain_ca_new (identity, &profile, self->plant.ledger, &error);
  g_assert_no_error (error);
  self->est = stile_est_server_new (roots, &error);
  g_assert_no_error (error);
  stile_est_server_set_authority (self->est, self->ca);
  stile_est_server_set_gate (self->est, stile_registrar_may_enrol, self->plant.registrar, NULL);
  add (self, PLANT_REGISTRAR "requestenroll",
       stile_registrar_prm_enrolment_new (self->plant.registrar, STILE_HANDLER (self->est)));
  add (self, PLANT_REGISTRAR "wrappedcacerts",
       stile_registrar_prm_roots_new (self->plant.registrar, STILE_HANDLER (self->est)));
}

void
prm_plant_start_registrar (PrmPlant *self, const char *policy)
{
  g_clear_object (&self->plant.router);
  g_clear_object (&self->est);
  g_clear_object (&self->ca);
  plant_start_registrar (&self->plant, policy);
  start_est (self);
  self->registrar_place.plain = STILE_HANDLER (self->plant.router);
}

void
prm_plant_start_device (PrmPlant *self, TestPki *device, TestPki *maker)
{
  g_autoptr (StileIdentity) idevid = plant_make_identity (device);
  g_autoptr (GPtrArray) anchors = test_pki_list (maker, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePledgeState) state = stile_pledge_state_open (self->folder, &error);
  const StilePledgeResponderSettings settings = {
    .idevid = idevid, .anchors = anchors, .policy = self->policy, .state = state
  };

  g_assert_no_error (error);
  g_clear_object (&self->responder);
  self->responder = stile_pledge_responder_new (&settings, &error);
  g_assert_no_error (error);
  self->device_place.plain = STILE_HANDLER (self->responder);
}

void
prm_plant_start_agent (PrmPlant *self, TestPki *agent)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (agent);
  g_autoptr (GPtrArray) makers = test_pki_list (self->plant.court.manufacturer, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCarrier) registrar = g_initable_new (
      TEST_TYPE_CARRIER, NULL, &error, "service", "https://registrar.example", "identity", identity, NULL);
  const StileRegistrarAgentSettings settings = {
    .identity = identity,
    .registrar = registrar,
    .carrier_type = TEST_TYPE_CARRIER,
    .registrar_certificate = test_pki_get_certificate (self->plant.court.registrar),
    .manufacturers = makers,
  };

  g_assert_no_error (error);
  g_clear_object (&self->laptop);
  self->laptop = stile_registrar_agent_new (&settings, &error);
  g_assert_no_error (error);
}

void
prm_plant_set_up (PrmPlant *self, gconstpointer data)
{
  plant_set_up (&self->plant, data);
  self->agent_root =
      test_pki_issue (self->plant.court.domain, &(TestPkiOptions){ .name = "Agents", .authority = TRUE });
  self->agent = test_pki_issue (self->agent_root,
                                &(TestPkiOptions){ .name = "Laptop", .purpose = GNUTLS_KP_TLS_WWW_CLIENT });
  self->agents = test_pki_list (self->agent_root, NULL);
  self->plant.agents = self->agents;
  self->folder = g_build_filename (self->plant.directory, "device", NULL);
  self->places = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (self->places, (gpointer) "registrar.example", &self->registrar_place);
  g_hash_table_insert (self->places, (gpointer) "masa.example", &self->masa_place);
  g_hash_table_insert (self->places, (gpointer) "device.example", &self->device_place);
  self->masa_place.plain = STILE_HANDLER (self->plant.masa_router);
  test_carrier_world.places = self->places;
  prm_plant_start_registrar (self, PLANT_POLICY);
  prm_plant_start_device (self, self->plant.court.device, self->plant.court.manufacturer);
  prm_plant_start_agent (self, self->agent);
  self->dossier = stile_prm_dossier_new (COURT_SERIAL);
}

void
prm_plant_tear_down (PrmPlant *self, gconstpointer data)
{
  g_clear_pointer (&self->dossier, stile_prm_dossier_free);
  g_assert_finalize_object (g_steal_pointer (&self->laptop));
  g_assert_finalize_object (g_steal_pointer (&self->responder));
  g_clear_object (&self->plant.router);
  self->plant.router = stile_router_new ();
  test_await_finalized (g_steal_pointer (&self->est));
  test_await_finalized (g_steal_pointer (&self->ca));
  test_pki_unref (self->agent);
  test_pki_unref (self->agent_root);
  g_ptr_array_unref (self->agents);
  g_hash_table_unref (self->places);
  plant_tear_down (&self->plant, data);
  g_free (self->folder);
}

StileAgentAnswer *
prm_plant_step (PrmPlant *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  StilePrmStep step = stile_prm_dossier_get_step (self->dossier);
  StileAgentAnswer *answer;

  stile_registrar_agent_step_async (self->laptop, self->dossier, PRM_PLANT_DEVICE, NULL, test_await_cb,
                                    &result);
  answer = stile_registrar_agent_step_finish (self->laptop, test_await_result (&result), error);
  if (answer == NULL || answer->outcome != STILE_AGENT_DONE)
    return answer;

  stile_prm_dossier_take (self->dossier, step, answer->artefact);
  if (step == STILE_PRM_STEP_VOUCHER_TRIGGER)
    self->dossier->agent = g_strdup (stile_registrar_agent_get_id (self->laptop));
  return answer;
}

void
prm_plant_run (PrmPlant *self, StilePrmStep until)
{
  while (stile_prm_dossier_get_step (self->dossier) < until)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileAgentAnswer) answer = prm_plant_step (self, &error);

      g_assert_no_error (error);
      g_assert_cmpint (answer->outcome, ==, STILE_AGENT_DONE);
    }
}

GBytes *
prm_plant_get_artefact (PrmPlant *self, StilePrmStep step)
{
  return g_bytes_ref (self->dossier->artefacts[step]);
}

gint64
prm_plant_get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

TestPki *
prm_plant_issue_twin (PrmPlant *self)
{
  return test_pki_issue (self->plant.court.manufacturer,
                         &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
}
