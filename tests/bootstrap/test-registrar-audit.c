/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/plant.h"
#include "bootstrap/stile-registrar-admission.h"
#include "bootstrap/stile-registrar-recheck.h"
#include "codec/stile-json.h"
#include "inventory/stile-ledger-database.h"
#include "inventory/stile-statement.h"

#define GOOD_STATUS "{\"version\":1,\"status\":true}"
#define BAD_STATUS "{\"version\":1,\"status\":false,\"reason\":\"P8: for another device\"}"

/* --- R9: the audit log --- */

static void
get_voucher (Plant *self)
{
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = plant_ask_voucher (self, request);

  plant_expect (response, 200, NULL);
}

static char *
make_log (Plant *self, const char *other, const char *truncation)
{
  return g_strdup_printf (
      "{\"version\":1,\"events\":[%s%s{\"date\":\"2026-01-01T00:00:00Z\",\"domainID\":\"%s\","
      "\"nonce\":\"n\",\"assertion\":\"logged\"}]%s%s}",
      other, *other != '\0' ? "," : "", stile_registrar_get_domain_id (self->registrar),
      *truncation != '\0' ? "," : "", truncation);
}

#define ENTRY(domain, nonce)                                                                                 \
  "{\"date\":\"2025-01-01T00:00:00Z\",\"domainID\":\"" domain "\",\"nonce\":" nonce                          \
  ",\"assertion\":\"logged\"}"

typedef struct
{
  const char *name;
  const char *policy;
  const char *other;
  const char *truncation;
  StileAdmission after;
} Log;

static const Log logs[] = {
  { "good", PLANT_POLICY, "", "", STILE_ADMISSION_AUDITED },
  { "unknown-domain", PLANT_POLICY, ENTRY ("T3RoZXI=", "\"n\""), "", STILE_ADMISSION_QUARANTINED },
  { "unknown-domain-accepted", PLANT_POLICY "[audit]\nunknown-domains=accept\n", ENTRY ("T3RoZXI=", "\"n\""),
    "", STILE_ADMISSION_AUDITED },
  { "unknown-domain-refused", PLANT_POLICY "[audit]\nunknown-domains=refuse\n", ENTRY ("T3RoZXI=", "\"n\""),
    "", STILE_ADMISSION_REFUSED },
  { "known-domain", PLANT_POLICY "[audit]\nknown-domains=T3RoZXI=\n", ENTRY ("T3RoZXI=", "\"n\""), "",
    STILE_ADMISSION_AUDITED },
  { "nonceless", PLANT_POLICY "[audit]\nknown-domains=T3RoZXI=\n", ENTRY ("T3RoZXI=", "null"), "",
    STILE_ADMISSION_QUARANTINED },
  { "nonceless-accepted", PLANT_POLICY "[audit]\nknown-domains=T3RoZXI=\nnonceless=accept\n",
    ENTRY ("T3RoZXI=", "null"), "", STILE_ADMISSION_AUDITED },
  { "truncated", PLANT_POLICY, "", "\"truncation\":{\"arbitrary\":2}", STILE_ADMISSION_QUARANTINED },
  { "truncated-accepted", PLANT_POLICY "[audit]\ntruncated=accept\n", "",
    "\"truncation\":{\"arbitrary\":\"2\"}", STILE_ADMISSION_AUDITED },
  { "duplicates", PLANT_POLICY, "", "\"truncation\":{\"nonced duplicates\":5}", STILE_ADMISSION_AUDITED },
};

static void
test_log (Plant *self, gconstpointer data)
{
  const Log *it = data;
  g_autoptr (TestHandler) masa = NULL;
  g_autofree char *log = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  plant_start_registrar (self, it->policy);
  get_voucher (self);
  log = make_log (self, it->other, it->truncation);
  masa = plant_stand_in_for_masa ();
  plant_answer_with (masa, 200, "application/json", log);
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  plant_expect (response, 200, NULL);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, it->after);
}

/* A log without our own voucher is not this device's. */
static void
test_log_without_us (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  plant_start_registrar (self, PLANT_POLICY "[audit]\nunknown-domains=accept\n");
  get_voucher (self);
  masa = plant_stand_in_for_masa ();
  plant_answer_with (masa, 200, "application/json",
                     "{\"version\":1,\"events\":[" ENTRY ("T3RoZXI=", "\"n\"") "]}");
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_QUARANTINED);
}

static void
test_same_request_for_log (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = plant_stand_in_for_masa ();
  g_autoptr (GBytes) asked = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  plant_answer_with (masa, 200, STILE_VOUCHER_CMS_MEDIA_TYPE, "a voucher");
  get_voucher (self);
  asked = g_bytes_ref (plant_get_question (masa));
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  g_assert_cmpuint (test_handler_get_count (masa), ==, 2);
  g_assert_true (g_bytes_equal (plant_get_question (masa), asked));
  g_assert_cmpstr (
      stile_http_message_get_path (stile_exchange_get_request (test_handler_get_exchange (masa))), ==,
      "/masa/requestauditlog");
}

typedef struct
{
  const char *name;
  const char *location;
  guint requests; /* after the voucher's */
} Location;

static const Location locations[] = {
  { "same-origin", "/log/8fcb", 2 },
  { "whole", "https://masa.example/log/8fcb", 2 },
  { "other-origin", "https://evil.example/log", 1 },
  { "http", "http://masa.example/log", 1 },
  { "nowhere", NULL, 1 },
};

/* 201 again is not followed again. */
static void
test_location (Plant *self, gconstpointer data)
{
  const Location *it = data;
  g_autoptr (TestHandler) masa = NULL;
  g_autoptr (StileHttpMessage) created = stile_http_message_new_response (201);
  g_autoptr (StileHttpMessage) response = NULL;

  get_voucher (self);
  if (it->location != NULL)
    stile_http_message_add_field (created, "location", it->location);
  masa = plant_stand_in_for_masa ();
  test_handler_set_response (masa, created);
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  plant_expect (response, 200, NULL);
  g_assert_cmpuint (test_handler_get_count (masa), ==, it->requests);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_ALLOWED);
}

/* What a person has decided stays. */
static void
test_person_decided (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  get_voucher (self);
  plant_set_admission (self, COURT_SERIAL, STILE_ADMISSION_REFUSED);
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  plant_expect (response, 200, NULL);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_REFUSED);
  g_assert_cmpuint (test_carrier_world.requests, ==, 1);
}

/* Also in the moment between looking and writing: people decide with another program. */
static void
test_person_was_faster (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "h", "/");
  g_autoptr (StileExchange) exchange =
      stile_exchange_new (request, NULL, test_pki_get_der (self->court.device), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileRegistrarDevice) device = stile_registrar_identify (self->registrar, exchange, &error);
  g_autoptr (GVariant) event = NULL;

  g_assert_no_error (error);
  plant_set_admission (self, COURT_SERIAL, STILE_ADMISSION_REFUSED);
  g_assert_true (stile_registrar_admission_change (self->registrar, device, STILE_ADMISSION_ALLOWED,
                                                   STILE_ADMISSION_AUDITED, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_REFUSED);
  event = plant_find_event (self, "admission");
  g_assert_null (event);
}

static void
test_bad_status (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (GVariant) event = NULL;

  get_voucher (self);
  response = plant_tell_status (self, "voucher_status", BAD_STATUS, self->court.device);
  plant_expect (response, 200, NULL);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_ALLOWED);
  event = plant_find_event (self, "voucher-status");
  g_assert_cmpstr (stile_json_get_string (event, "reason"), ==, "P8: for another device");
}

static void
test_status_refused (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) early =
      plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  g_autoptr (TestPki) old = test_pki_issue (
      self->court.manufacturer,
      &(TestPkiOptions){
          .name = "X1", .serial_number = COURT_SERIAL, .purpose = "", .begins = -7200, .ends = -3600 });
  g_autoptr (StileHttpMessage) stranger = NULL;
  g_autoptr (StileHttpMessage) ended = NULL;
  g_autoptr (StileHttpMessage) garbage = NULL;

  plant_expect (early, 404, NULL);
  stranger = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.strange_masa);
  plant_expect (stranger, 403, "R1: ");
  ended = plant_tell_status (self, "voucher_status", GOOD_STATUS, old);
  plant_expect (ended, 403, "R1: ");
  garbage = plant_tell_status (self, "voucher_status", "[]", self->court.device);
  plant_expect (garbage, 400, NULL);
}

/* --- R10: who may enrol --- */

typedef struct
{
  const char *name;
  StileAdmission admission;
  gboolean renewing;
  gboolean stranger;
  guint status; /* 0: may */
} Enrolling;

static const Enrolling enrollings[] = {
  { "never-seen", STILE_ADMISSION_NONE, FALSE, FALSE, 403 },
  { "asked", STILE_ADMISSION_ASKED, FALSE, FALSE, 403 },
  { "allowed", STILE_ADMISSION_ALLOWED, FALSE, FALSE, 403 },
  { "refused", STILE_ADMISSION_REFUSED, FALSE, FALSE, 403 },
  { "audited", STILE_ADMISSION_AUDITED, FALSE, FALSE, 0 },
  { "quarantined", STILE_ADMISSION_QUARANTINED, FALSE, FALSE, 202 },
  { "stranger", STILE_ADMISSION_AUDITED, FALSE, TRUE, 403 },
  { "renewing", STILE_ADMISSION_NONE, TRUE, TRUE, 0 },
};

static void
test_enrolling (Plant *self, gconstpointer data)
{
  const Enrolling *it = data;
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "h", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (
      request, NULL, test_pki_get_der (it->stranger ? self->court.strange_masa : self->court.device), NULL);
  g_autofree char *issuer = NULL;
  g_autofree char *serial = NULL;
  g_autofree char *sentence = NULL;
  guint status = 0;
  gboolean may;

  if (it->admission != STILE_ADMISSION_NONE)
    plant_set_admission (self, COURT_SERIAL, it->admission);
  may = stile_registrar_may_enrol (exchange, NULL, it->renewing, &issuer, &serial, &status, &sentence,
                                   self->registrar);
  g_assert_true (may == (it->status == 0));
  g_assert_cmpuint (status, ==, it->status);
  g_assert_true (may || g_str_has_prefix (sentence, "R10: "));
  g_assert_cmpstr (serial, ==, may && !it->renewing ? COURT_SERIAL : NULL);
}

/* What the device hears that wants its certificate. */
static guint
enrol (Plant *self)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "h", "/");
  g_autoptr (StileExchange) exchange =
      stile_exchange_new (request, NULL, test_pki_get_der (self->court.device), NULL);
  g_autofree char *issuer = NULL;
  g_autofree char *serial = NULL;
  g_autofree char *sentence = NULL;
  guint status = 0;

  if (stile_registrar_may_enrol (exchange, NULL, FALSE, &issuer, &serial, &status, &sentence,
                                 self->registrar))
    return 200;

  g_assert_true (g_str_has_prefix (sentence, "R10: "));
  return status;
}

/* With a voucher that the device likes, and a MASA that then does not answer. */
static TestHandler *
miss_the_log (Plant *self)
{
  TestHandler *masa;
  g_autoptr (StileHttpMessage) response = NULL;

  get_voucher (self);
  masa = plant_stand_in_for_masa ();
  plant_answer_with (masa, 503, "text/plain", "Later");
  response = plant_tell_status (self, "voucher_status", GOOD_STATUS, self->court.device);
  plant_expect (response, 200, NULL);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_ALLOWED);
  return masa;
}

/* Until there is nothing to do: what was begun is over. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_recheck (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = miss_the_log (self);
  g_autofree char *log = make_log (self, "", "");

  plant_answer_with (masa, 200, "application/json", log);
  g_assert_cmpuint (enrol (self), ==, 202);
  settle ();
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, STILE_ADMISSION_AUDITED);
  g_assert_cmpuint (enrol (self), ==, 200);
}

/* Whoever asks and asks makes the registrar ask no more often. */
static void
test_recheck_is_slow (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = miss_the_log (self);

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (enrol (self), ==, 202);
      settle ();
    }
  g_assert_cmpuint (test_handler_get_count (masa), ==, 2);
}

/* A minute goes by. */
static void
make_events_older (Plant *self)
{
  StileDatabase *database = stile_ledger_database_get_database (self->ledger);
  g_autoptr (StileStatement) statement =
      stile_statement_new (database, "UPDATE events SET date = date - 60", NULL);

  g_assert_true (stile_statement_run (statement, NULL));
}

static void
test_recheck_ends (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = miss_the_log (self);
  g_autofree char *issuer = plant_get_issuer (self);

  for (guint i = 0; i < STILE_REGISTRAR_RECHECK_MAX_TRIES; i++)
    g_assert_true (stile_ledger_add_event (self->ledger, issuer, COURT_SERIAL, "audit-again", NULL, NULL));
  make_events_older (self);
  g_assert_cmpuint (enrol (self), ==, 403);
  settle ();
  g_assert_cmpuint (test_handler_get_count (masa), ==, 1);
}

/* A device that does not believe its voucher gets nothing, whatever its log says. */
static void
test_recheck_not_wanted (Plant *self, gconstpointer data)
{
  g_autoptr (TestHandler) masa = miss_the_log (self);
  g_autoptr (StileHttpMessage) response =
      plant_tell_status (self, "voucher_status", BAD_STATUS, self->court.device);

  g_assert_cmpuint (enrol (self), ==, 403);
  settle ();
  g_assert_cmpuint (test_handler_get_count (masa), ==, 1);
}

typedef struct
{
  const char *name;
  StileAdmission admission;
  StileAdmission of_namesake; /* a device of another product line with the same serial number */
  guint status;               /* 0: may */
} Renewal;

static const Renewal renewals[] = {
  { "audited", STILE_ADMISSION_AUDITED, STILE_ADMISSION_NONE, 0 },
  { "asked-for-another-voucher", STILE_ADMISSION_ALLOWED, STILE_ADMISSION_NONE, 0 },
  { "refused-since", STILE_ADMISSION_REFUSED, STILE_ADMISSION_NONE, 403 },
  { "quarantined-since", STILE_ADMISSION_QUARANTINED, STILE_ADMISSION_NONE, 202 },
  { "namesake-refused", STILE_ADMISSION_AUDITED, STILE_ADMISSION_REFUSED, 0 },
};

static void
add_certificate (Plant *self, TestPki *numbered, TestPki *device)
{
  g_autofree char *issuer = plant_get_issuer (self);
  StileCertificate *certificate = test_pki_get_certificate (device);
  StileCertificate *number = test_pki_get_certificate (numbered);
  const StileLedgerCertificate issued = { .serial = (char *)stile_certificate_get_serial (number),
                                          .request = (char *)"r",
                                          .owner = (char *)"o",
                                          .issuer = issuer,
                                          .device = (char *)COURT_SERIAL,
                                          .der = stile_certificate_get_der (certificate) };
  g_autoptr (GError) error = NULL;
  gboolean added = stile_ledger_add_certificate (self->ledger, &issued, &error);

  g_assert_no_error (error);
  g_assert_true (added);
}

/* Whoever was let in once does not renew for ever. */
static void
test_renewal (Plant *self, gconstpointer data)
{
  const Renewal *it = data;
  g_autoptr (TestPki) member = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Member" });
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "https", "h", "/");
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, test_pki_get_der (member), NULL);
  g_autofree char *expected = plant_get_issuer (self);
  g_autofree char *issuer = NULL;
  g_autofree char *serial = NULL;
  g_autofree char *sentence = NULL;
  guint status = 0;
  gboolean may;

  plant_set_admission (self, COURT_SERIAL, it->admission);
  add_certificate (self, member, member);
  g_assert_true (stile_ledger_set_admission (self->ledger, "0f", COURT_SERIAL, it->of_namesake, NULL, NULL));
  may =
      stile_registrar_may_enrol (exchange, NULL, TRUE, &issuer, &serial, &status, &sentence, self->registrar);
  g_assert_true (may == (it->status == 0));
  g_assert_cmpuint (status, ==, it->status);
  g_assert_true (may || g_str_has_prefix (sentence, "R10: "));
  g_assert_cmpstr (serial, ==, may ? COURT_SERIAL : NULL);
  g_assert_cmpstr (issuer, ==, may ? expected : NULL);
}

/* --- R11: who says that it has enrolled --- */

static void
test_enrolled (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) enrolled = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Enrolled" });
  g_autoptr (TestPki) stranger = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Other" });
  g_autoptr (StileHttpMessage) good = NULL;
  g_autoptr (StileHttpMessage) unknown = NULL;
  g_autoptr (GVariant) event = NULL;

  plant_set_admission (self, COURT_SERIAL, STILE_ADMISSION_AUDITED);
  add_certificate (self, enrolled, enrolled);
  /* The same number is not the same certificate. */
  add_certificate (self, stranger, enrolled);
  unknown = plant_tell_status (self, "enrollstatus", GOOD_STATUS, stranger);
  plant_expect (unknown, 404, "R11: ");
  good = plant_tell_status (self, "enrollstatus", GOOD_STATUS, enrolled);
  plant_expect (good, 200, NULL);
  event = plant_find_event (self, "enrol-status");
  g_assert_cmpstr (stile_json_get_string (event, "note"), ==,
                   "R11: It shows the certificate that it was given");
}

static void
test_not_enrolled (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response =
      plant_tell_status (self, "enrollstatus", GOOD_STATUS, self->court.device);
  g_autoptr (GVariant) event = plant_find_event (self, "enrol-status");

  plant_expect (response, 200, NULL);
  g_assert_cmpstr (stile_json_get_string (event, "note"), ==,
                   "R11: It does not show the certificate that it was given");
}

int
main (int argc, char *argv[])
{
#define ADD(path, data, test) g_test_add (path, Plant, data, plant_set_up, test, plant_tear_down)
#define ADD_TABLE(prefix, table, test)                                                                       \
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)                                                           \
    {                                                                                                        \
      g_autofree char *path = g_strconcat (prefix, table[i].name, NULL);                                     \
                                                                                                             \
      ADD (path, &table[i], test);                                                                           \
    }
  g_test_init (&argc, &argv, NULL);

  ADD_TABLE ("/registrar/R9-log/", logs, test_log);
  ADD ("/registrar/R9-log-without-us", NULL, test_log_without_us);
  ADD ("/registrar/R9-same-request", NULL, test_same_request_for_log);
  ADD_TABLE ("/registrar/R9-location/", locations, test_location);
  ADD ("/registrar/R9-person-decided", NULL, test_person_decided);
  ADD ("/registrar/R9-person-was-faster", NULL, test_person_was_faster);
  ADD ("/registrar/R9-bad-status", NULL, test_bad_status);
  ADD ("/registrar/R1-status-refused", NULL, test_status_refused);
  ADD_TABLE ("/registrar/R10-enrolling/", enrollings, test_enrolling);
  ADD ("/registrar/R10-recheck/asks-the-masa-again", NULL, test_recheck);
  ADD ("/registrar/R10-recheck/not-too-often", NULL, test_recheck_is_slow);
  ADD ("/registrar/R10-recheck/ends", NULL, test_recheck_ends);
  ADD ("/registrar/R10-recheck/not-for-who-refused", NULL, test_recheck_not_wanted);
  ADD_TABLE ("/registrar/R10-renewing/", renewals, test_renewal);
  ADD ("/registrar/R11-enrolled", NULL, test_enrolled);
  ADD ("/registrar/R11-not-enrolled", NULL, test_not_enrolled);

  return g_test_run ();
}
