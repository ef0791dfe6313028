/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/prm-plant.h"
#include "bootstrap/stile-masa-voucher.h"
#include "bootstrap/stile-prm-ca-certs.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-prm-status.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-json.h"
#include "support/test-await.h"

/* What a registrar takes from agents, and what it does not (BOOTSTRAP R12 to R14), and what a MASA says of it (M11). */

#define JSON "application/json"
#define JOSE "application/jose+json"
#define VOUCHER STILE_VOUCHER_JWS_MEDIA_TYPE

static const struct
{
  const char *name;
  const char *method;
  const char *type;
} paths[] = {
  { "requestvoucher", "POST", VOUCHER }, { "requestenroll", "POST", JOSE }, { "wrappedcacerts", "GET", NULL },
  { "voucher_status", "POST", JOSE },    { "enrollstatus", "POST", JOSE },
};

/* --- asking it --- */

static StileHttpMessage *
ask_as (PrmPlant *self,
        const char *method,
        const char *name,
        const char *type,
        const char *accept,
        GBytes *content,
        TestPki *peer)
{
  g_autofree char *path = g_strconcat (PLANT_REGISTRAR, name, NULL);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (method, "https", "localhost", path);
  g_autoptr (GPtrArray) chain = peer != NULL ? test_pki_get_chain (peer) : NULL;
  g_autoptr (GBytes) ders = chain != NULL ? stile_certificate_bundle_to_der (chain) : NULL;
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, ders, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  if (accept != NULL)
    stile_http_message_add_field (request, "accept", accept);
  if (type != NULL)
    stile_http_message_set_content (request, type, content);
  stile_handler_handle_async (STILE_HANDLER (self->plant.router), exchange, NULL, test_await_cb, &result);
  return stile_handler_handle_finish (STILE_HANDLER (self->plant.router), test_await_result (&result));
}

static void
expect_as (
    PrmPlant *self, const char *name, GBytes *content, TestPki *peer, guint status, const char *beginning)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (strcmp (paths[i].name, name) == 0)
      {
        g_autoptr (StileHttpMessage) response =
            ask_as (self, paths[i].method, name, paths[i].type, NULL, content, peer);

        plant_expect (response, status, beginning);
        return;
      }

  g_assert_not_reached ();
}

static void
expect (PrmPlant *self, const char *name, GBytes *content, guint status, const char *beginning)
{
  expect_as (self, name, content, self->agent, status, beginning);
}

static GBytes *
get_artefact (PrmPlant *self, StilePrmStep step)
{
  return g_bytes_ref (self->dossier->artefacts[step]);
}

/* What belongs to each of the paths, once all of it is there. */
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
      return get_artefact (self, questions[i].step);

  return NULL;
}

/* Nothing that was refused is remembered. */
static void
expect_no_status (PrmPlant *self)
{
  g_autoptr (GVariant) voucher = plant_find_event (&self->plant, "voucher-status");
  g_autoptr (GVariant) enrol = plant_find_event (&self->plant, "enrol-status");

  g_assert_null (voucher);
  g_assert_null (enrol);
}

static void
expect_nowhere (PrmPlant *self, TestPki *peer, const char *beginning)
{
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GBytes) question = get_question (self, paths[i].name);

      expect_as (self, paths[i].name, question, peer, 403, beginning);
    }
  expect_no_status (self);
}

/* --- who brings it --- */

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
  expect_as (self, "requestvoucher", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER], other, 403,
             "R12: ");
  expect_as (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], other, 200, NULL);
  expect_as (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER], other, 200, NULL);
  expect_as (self, "enrollstatus", self->dossier->artefacts[STILE_PRM_STEP_CERTIFICATE], other, 200, NULL);
}

/* --- form --- */

static void
test_forms (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (StileHttpMessage) method =
          ask_as (self, "PUT", paths[i].name, paths[i].type, NULL, content, self->agent);

      plant_expect (method, 405, NULL);
      g_assert_cmpstr (stile_http_message_get_field (method, "allow"), ==, paths[i].method);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i].type != NULL)
      {
        g_autoptr (StileHttpMessage) type =
            ask_as (self, "POST", paths[i].name, "text/html", NULL, content, self->agent);

        plant_expect (type, 415, NULL);
      }
}

static void
test_sizes (PrmPlant *self, gconstpointer data)
{
  const gsize size = STILE_SIGNED_MESSAGE_MAX_SIZE + 1;
  g_autoptr (GBytes) content = g_bytes_new_take (g_malloc0 (size), size);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i].type != NULL)
      expect (self, paths[i].name, content, 413, NULL);
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

      expect (self, "requestenroll", content, 400, NULL);
      expect (self, "voucher_status", content, 400, NULL);
      expect (self, "enrollstatus", content, 400, NULL);
    }
  expect_no_status (self);
}

/* A status without a signature is one of BRSKI: the device's own session says whose it is, and an agent is no device. */
static void
test_unsigned_status (PrmPlant *self, gconstpointer data)
{
  static const char *const names[] = { "voucher_status", "enrollstatus" };
  static const char text[] = "{\"version\":1,\"status\":true,\"reason-context\":{\"pvs-details\":\"x\"}}";
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (StileHttpMessage) response =
          ask_as (self, "POST", names[i], JSON, NULL, content, self->agent);

      g_assert_cmpuint (stile_http_message_get_status (response), >=, 400);
    }
  expect_no_status (self);
}

/* --- CA certificates --- */

static void
test_roots (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response =
      ask_as (self, "GET", "wrappedcacerts", NULL, JOSE, NULL, self->agent);
  g_autoptr (StileHttpMessage) cannot =
      ask_as (self, "GET", "wrappedcacerts", NULL, "application/pkcs7-mime", NULL, self->agent);
  const StileJudge judge = { .at = self->plant.court.now };
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GError) error = NULL;

  plant_expect (cannot, 406, NULL);
  plant_expect (response, 200, NULL);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, JOSE);
  roots = stile_prm_ca_certs_judge (&judge, test_pki_get_certificate (self->plant.court.domain),
                                    stile_http_message_get_content (response), checks, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (roots->len, ==, 1);
}

/* --- enrolment --- */

static GBytes *
make_enrol_request (TestPki *signer, gint64 date)
{
  const StileCertificateRequestTemplate wanted = { .common_name = COURT_SERIAL,
                                                   .serial_number = COURT_SERIAL };
  g_autoptr (TestPki) own = test_pki_authority_new ("Key", TEST_PKI_P256);
  g_autoptr (StileIdentity) identity = plant_make_identity (signer);
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *signed_request;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (own), 0), ==, 0);
  request = stile_certificate_request_create (&wanted, key, &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  signed_request = stile_prm_enrol_request_make (identity, request, date, &error);
  g_assert_no_error (error);
  return signed_request;
}

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
test_unknown_device (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_enrol_request (self->plant.court.device, get_now ());

  expect (self, "requestenroll", request, 404, "R13: ");
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  expect (self, "requestenroll", request, 200, NULL);
}

/* The manufacturer made a second device of that number, or somebody has another certificate for it. */
static TestPki *
issue_twin (PrmPlant *self)
{
  return test_pki_issue (self->plant.court.manufacturer,
                         &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
}

static void
test_another_device (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) twin = issue_twin (self);
  g_autoptr (GBytes) theirs = make_enrol_request (twin, get_now ());
  g_autoptr (GBytes) other = make_enrol_request (court->other_device, get_now ());
  g_autoptr (GBytes) agent = make_enrol_request (self->agent, get_now ());

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  expect (self, "requestenroll", theirs, 403, "R13: The enrolment request is signed by");
  expect (self, "requestenroll", other, 404, "R13: ");
  expect (self, "requestenroll", agent, 404, "R13: ");
}

static void
test_changed_request (PrmPlant *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) changed = NULL;
  GBytes *good;
  char *signature;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  good = self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER];
  text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  signature = strstr (text, "\"signature\":\"");
  signature[20] = signature[20] == 'A' ? 'B' : 'A';
  changed = g_bytes_new (text, strlen (text));
  expect (self, "requestenroll", changed, 403, "R13: The signature does not hold");
  expect (self, "requestenroll", good, 200, NULL);
}

static void
test_order (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (GBytes) before = make_enrol_request (device, get_now () - 600);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) newer = make_enrol_request (device, get_now () + 60);
  g_autoptr (GBytes) future = make_enrol_request (device, get_now () + 86400);

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  first = get_artefact (self, STILE_PRM_STEP_ENROL_TRIGGER);
  expect (self, "requestenroll", before, 403, "R13: The enrolment request is older");
  expect (self, "requestenroll", future, 403, "R13: The enrolment request was made in the future");
  expect (self, "requestenroll", newer, 200, NULL);
  expect (self, "requestenroll", first, 403, "R13: A newer enrolment request");
  /* Also by a registrar that was started again; the newest may come as often as it likes. */
  prm_plant_start_registrar (self, PLANT_POLICY);
  expect (self, "requestenroll", first, 403, "R13: A newer enrolment request");
  expect (self, "requestenroll", newer, 200, NULL);
}

static void
test_same_certificate (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) again = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER);
  again = ask_as (self, "POST", "requestenroll", JOSE, "application/pkcs7-mime",
                  self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], self->agent);
  plant_expect (again, 200, NULL);
  g_assert_true (g_bytes_equal (stile_http_message_get_content (again),
                                self->dossier->artefacts[STILE_PRM_STEP_ENROL_REQUEST]));
}

static GBytes *
make_status (StilePrmStatusKind kind, gboolean good, TestPki *signer)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (signer);
  g_autoptr (GError) error = NULL;
  GBytes *status = stile_prm_status_make (kind, good, good ? NULL : "P0: \x1b[31mno", "x", identity, &error);

  g_assert_no_error (error);
  return status;
}

/* R9 and R10: the voucher is not all. */
static void
test_before_audit (PrmPlant *self, gconstpointer data)
{
  static const struct
  {
    StileAdmission admission;
    guint status;
  } cases[] = {
    { STILE_ADMISSION_NONE, 403 },
    { STILE_ADMISSION_REFUSED, 403 },
    { STILE_ADMISSION_QUARANTINED, 202 },
    { STILE_ADMISSION_AUDITED, 200 },
  };

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      plant_set_admission (&self->plant, COURT_SERIAL, cases[i].admission);
      expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], cases[i].status,
              cases[i].status == 200 ? NULL : "R10: ");
    }
}

/* The MASA gives the voucher and not the log; when the log can be had after all, the device may go on. */
static void
test_no_audit_log (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileRouter) half = stile_router_new ();
  g_autoptr (StileHandler) vouchers = stile_masa_voucher_new (self->plant.masa);
  g_autoptr (TestHandler) broken = test_handler_new (FALSE);
  g_autoptr (StileHttpMessage) response = stile_http_message_new_response (500);

  test_handler_set_response (broken, response);
  stile_router_add (half, PLANT_MASA "requestvoucher", vouchers);
  stile_router_add (half, PLANT_MASA "requestauditlog", STILE_HANDLER (broken));
  self->masa_place.plain = STILE_HANDLER (half);
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_assert_cmpint (plant_get_admission (&self->plant, COURT_SERIAL), ==, STILE_ADMISSION_ALLOWED);
  self->masa_place.plain = STILE_HANDLER (self->plant.masa_router);
  expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], 202, "R10: ");
  test_await_until (plant_get_admission (&self->plant, COURT_SERIAL) == STILE_ADMISSION_AUDITED);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
}

/* A device that did not like its voucher goes no further, whatever the log says. */
static void
test_refused_before_audit (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) refusal = NULL;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  plant_set_admission (&self->plant, COURT_SERIAL, STILE_ADMISSION_ALLOWED);
  refusal = make_status (STILE_PRM_STATUS_VOUCHER, FALSE, self->plant.court.device);
  expect (self, "voucher_status", refusal, 200, NULL);
  expect (self, "requestenroll", self->dossier->artefacts[STILE_PRM_STEP_ENROL_TRIGGER], 403, "R10: ");
}

/* --- statuses --- */

static void
test_swapped (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect (self, "enrollstatus", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER], 400, "R14: ");
  expect (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_CERTIFICATE], 400, "R14: ");
  /* Other things that the device has signed are no statuses. */
  expect (self, "voucher_status", self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER], 400, "R14: ");
  expect_no_status (self);
}

static void
expect_status (
    PrmPlant *self, const char *name, StilePrmStatusKind kind, gboolean good, TestPki *signer, guint status)
{
  g_autoptr (GBytes) content = make_status (kind, good, signer);

  expect (self, name, content, status, status == 200 ? NULL : "R14: ");
}

static void
test_strangers_status (PrmPlant *self, gconstpointer data)
{
  Court *court = &self->plant.court;
  g_autoptr (TestPki) twin = issue_twin (self);
  g_autoptr (TestPki) copy = test_pki_issue (
      court->stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
  TestPki *const unknown[] = { court->other_device, copy, self->agent, court->registrar };

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, unknown[i], 404);
      expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, unknown[i], 404);
    }
  expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, twin, 403);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, twin, 403);
  expect_no_status (self);
}

/* Of success the new certificate tells; the voucher is older than that. */
static void
test_which_certificate (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (StileIdentity) member = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, TRUE, device, 403);
  member = stile_pledge_state_open_identity (stile_pledge_responder_get_state (self->responder), &error);
  g_assert_no_error (error);
  content = stile_prm_status_make (STILE_PRM_STATUS_VOUCHER, TRUE, NULL, "x", member, &error);
  expect (self, "voucher_status", content, 403, "R14: ");
  expect_no_status (self);
}

/* The device did not take its certificate: somebody must decide on it, and reads no escape sequences. */
static void
test_bad_news (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;
  g_autoptr (GVariant) event = NULL;

  prm_plant_run (self, STILE_PRM_STEP_VOUCHER_STATUS);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, FALSE, device, 200);
  event = plant_find_event (&self->plant, "enrol-status");
  g_assert_nonnull (event);
  g_assert_false (stile_json_get_boolean (event, "status", TRUE));
  g_assert_nonnull (strstr (stile_json_get_string (event, "note"), "decide whether to revoke"));
  g_assert_null (strchr (stile_json_get_string (event, "reason"), '\x1b'));
}

static void
test_unknown_status (PrmPlant *self, gconstpointer data)
{
  TestPki *device = self->plant.court.device;

  expect_status (self, "voucher_status", STILE_PRM_STATUS_VOUCHER, TRUE, device, 404);
  expect_status (self, "enrollstatus", STILE_PRM_STATUS_ENROL, TRUE, device, 404);
}

/* --- what the MASA says of it --- */

static StileAssertion
read_assertion (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (bytes, &error);
  g_autoptr (StileVoucher) voucher = NULL;

  g_assert_no_error (error);
  voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_ARTIFACT, &error);
  g_assert_no_error (error);
  return stile_voucher_get_fields (voucher)->assertion;
}

static void
expect_audited (PrmPlant *self, const char *assertion)
{
  g_autofree char *issuer = plant_get_issuer (&self->plant);
  g_autoptr (GPtrArray) audit = stile_ledger_list_audit (self->plant.masa_ledger, issuer, COURT_SERIAL, NULL);
  const StileLedgerAuditEntry *last = g_ptr_array_index (audit, audit->len - 1);

  g_assert_cmpstr (last->assertion, ==, assertion);
}

static void
test_proximity (PrmPlant *self, gconstpointer data)
{
  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  g_assert_cmpint (read_assertion (self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_REQUEST]), ==,
                   STILE_ASSERTION_AGENT_PROXIMITY);
  expect_audited (self, "agent-proximity");
}

/* The registrar's request that brought the voucher, with @agent in the place of who stood there, or without anybody. */
static GBytes *
make_registrar_request (PrmPlant *self, TestPki *agent)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (
      G_CHECKSUM_SHA256, self->dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER]);
  g_autoptr (StileLedgerVoucher) record = stile_ledger_find_voucher (self->plant.ledger, digest, NULL);
  g_autoptr (StileSignedMessage) message = stile_signed_message_parse (record->upstream_request, NULL);
  g_autoptr (GVariant) document =
      stile_json_parse (stile_signed_message_get_content (message), 64 * 1024, NULL);
  g_autoptr (GVariant) fields = stile_json_get_member (document, "ietf-voucher-request:voucher");
  g_auto (GVariantDict) inner = G_VARIANT_DICT_INIT (fields);
  g_auto (GVariantDict) outer = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *der = agent != NULL ? prm_court_encode (test_pki_get_der (agent)) : NULL;
  const char *list[] = { der, NULL };
  g_autoptr (StileIdentity) registrar = plant_make_identity (self->plant.court.registrar);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *request;

  g_assert_true (g_variant_dict_remove (&inner, "agent-sign-cert"));
  if (agent != NULL)
    g_variant_dict_insert_value (&inner, "agent-sign-cert", g_variant_new_strv (list, 1));
  g_variant_dict_insert_value (&outer, "ietf-voucher-request:voucher", g_variant_dict_end (&inner));
  content = stile_prm_message_print (g_variant_dict_end (&outer));
  request = stile_prm_message_sign (registrar, self->plant.chain, content, NULL, &error);
  g_assert_no_error (error);
  return request;
}

static StileHttpMessage *
ask_masa (PrmPlant *self, TestPki *agent)
{
  g_autoptr (GBytes) request = make_registrar_request (self, agent);

  return plant_ask (STILE_HANDLER (self->plant.masa_router), PLANT_MASA "requestvoucher", VOUCHER, request,
                    self->plant.court.registrar, NULL);
}

static void
test_lower_assertion (PrmPlant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;
  StileAssertion assertion;

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  response = ask_masa (self, NULL);
  plant_expect (response, 200, NULL);
  assertion = read_assertion (stile_http_message_get_content (response));
  g_assert_cmpint (assertion, !=, STILE_ASSERTION_AGENT_PROXIMITY);
  g_assert_cmpint (assertion, !=, STILE_ASSERTION_PROXIMITY);
  expect_audited (self, stile_voucher_get_assertion_name (assertion));
}

static void
test_wrong_agent (PrmPlant *self, gconstpointer data)
{
  g_autoptr (TestPki) other = test_pki_issue (
      self->agent_root, &(TestPkiOptions){ .name = "Laptop 2", .purpose = GNUTLS_KP_TLS_WWW_CLIENT });
  g_autoptr (TestPki) stranger =
      test_pki_issue (self->plant.court.stranger, &(TestPkiOptions){ .name = "Laptop" });
  TestPki *const agents[] = { other, stranger, self->plant.court.registrar };

  prm_plant_run (self, STILE_PRM_STEP_ENROL_REQUEST);
  for (gsize i = 0; i < G_N_ELEMENTS (agents); i++)
    {
      g_autoptr (StileHttpMessage) response = ask_masa (self, agents[i]);

      plant_expect (response, 403, "M11: ");
    }
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/registrar-prm/" name, PrmPlant, NULL, prm_plant_set_up, function,                  \
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
  ADD ("R14-a-status-without-a-signature", test_unsigned_status);
  ADD ("wrapped-roots", test_roots);
  ADD ("R13-no-voucher-request-was-taken", test_unknown_device);
  ADD ("R13-another-device-signs", test_another_device);
  ADD ("R13-the-request-was-changed", test_changed_request);
  ADD ("R13-older-requests", test_order);
  ADD ("the-same-request-twice", test_same_certificate);
  ADD ("R10-before-the-audit-log", test_before_audit);
  ADD ("R9-no-audit-log", test_no_audit_log);
  ADD ("R10-a-voucher-that-was-refused", test_refused_before_audit);
  ADD ("R14-swapped", test_swapped);
  ADD ("R14-of-strangers", test_strangers_status);
  ADD ("R14-which-certificate-says-what", test_which_certificate);
  ADD ("R14-bad-news", test_bad_news);
  ADD ("R14-of-a-device-that-nobody-knows", test_unknown_status);
  ADD ("M11-agent-proximity", test_proximity);
  ADD ("M11-nobody-stood-there", test_lower_assertion);
  ADD ("M11-somebody-else-stood-there", test_wrong_agent);

  return g_test_run ();
}
