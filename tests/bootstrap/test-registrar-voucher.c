/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/plant.h"
#include "bootstrap/stile-voucher-json.h"
#include "support/test-await.h"

/* --- R1 to R4: who asks, and for what --- */

static StileHttpMessage *
ask_as (Plant *self, TestPki *peer, TestPki *own, TestPki *signer)
{
  g_autoptr (GBytes) request = court_sign_fields (&self->court, STILE_VOUCHER_REQUEST, signer);

  return plant_ask (STILE_HANDLER (self->router), PLANT_REGISTRAR "requestvoucher",
                    STILE_VOUCHER_CMS_MEDIA_TYPE, request, peer, own);
}

static TestPki *
issue_device (TestPki *maker, const char *url, gint64 ends)
{
  return test_pki_issue (maker, &(TestPkiOptions){ .name = "X1",
                                                   .serial_number = COURT_SERIAL,
                                                   .masa_url = url,
                                                   .purpose = "",
                                                   .begins = -7200,
                                                   .ends = ends });
}

static void
test_stranger (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) device = issue_device (self->court.stranger, NULL, 0);
  g_autoptr (StileHttpMessage) response = ask_as (self, device, self->court.registrar, device);

  plant_expect (response, 403, "R1: ");
  g_assert_cmpuint (test_carrier_world.requests, ==, 0);
}

static void
test_nobody (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = ask_as (self, NULL, self->court.registrar, self->court.device);

  plant_expect (response, 403, "R1: ");
}

static void
test_idevid_ended (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) device = issue_device (self->court.manufacturer, NULL, -3600);
  g_autoptr (StileHttpMessage) response = ask_as (self, device, self->court.registrar, device);
  g_autoptr (StileHttpMessage) again = NULL;

  plant_expect (response, 403, "R1: ");
  plant_start_registrar (self, PLANT_POLICY "idevid-may-end=true\n");
  again = ask_as (self, device, self->court.registrar, device);
  plant_expect (again, 200, NULL);
}

static void
test_signed_by_another (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response =
      ask_as (self, self->court.device, self->court.registrar, self->court.other_device);

  plant_expect (response, 403, "R2: ");
  g_assert_cmpuint (test_carrier_world.requests, ==, 0);
}

static void
test_for_another_device (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  self->court.fields.serial_number = "PID:X1 SN:0008";
  response = ask_as (self, self->court.device, self->court.registrar, self->court.device);
  plant_expect (response, 403, "R3: ");
}

static void
test_no_device_serial (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) device =
      test_pki_issue (self->court.manufacturer, &(TestPkiOptions){ .name = "X1", .purpose = "" });
  g_autoptr (StileHttpMessage) response = ask_as (self, device, self->court.registrar, device);

  plant_expect (response, 403, "R3: ");
}

/* The connection ends, since somebody is in between (RFC 8995 section 5.2). */
static void
test_another_proximity_certificate (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response =
      ask_as (self, self->court.device, self->court.strange_registrar, self->court.device);

  plant_expect (response, 401, "R4: ");
  g_assert_cmpstr (stile_http_message_get_field (response, "connection"), ==, "close");
}

static void
test_no_proximity (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  self->court.fields.assertion = STILE_ASSERTION_LOGGED;
  response = ask_as (self, self->court.device, self->court.registrar, self->court.device);
  plant_expect (response, 401, "R4: ");
}

static void
test_without_tls (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = ask_as (self, self->court.device, NULL, self->court.device);

  plant_expect (response, 403, "R4: ");
}

/* --- R5: who may join --- */

typedef struct
{
  const char *name;
  const char *policy;
  StileAdmission before;
  guint status;
  StileAdmission after;
} Joining;

static const Joining joinings[] = {
  { "listed", PLANT_POLICY, STILE_ADMISSION_NONE, 200, STILE_ADMISSION_ALLOWED },
  { "listed-type", PLANT_MANUFACTURER "types=Y*;X1\n", STILE_ADMISSION_NONE, 200, STILE_ADMISSION_ALLOWED },
  { "no-list", PLANT_MANUFACTURER, STILE_ADMISSION_NONE, 200, STILE_ADMISSION_ALLOWED },
  { "unlisted", PLANT_MANUFACTURER "serials=PID:Y*\n", STILE_ADMISSION_NONE, 404, STILE_ADMISSION_NONE },
  { "unlisted-type", PLANT_MANUFACTURER "serials=PID:X1 *\ntypes=Y*\n", STILE_ADMISSION_NONE, 404,
    STILE_ADMISSION_NONE },
  { "unlisted-asked", "[policy]\nunknown=ask\n" PLANT_MANUFACTURER "serials=PID:Y*\n", STILE_ADMISSION_NONE,
    202, STILE_ADMISSION_ASKED },
  { "still-asked", "[policy]\nunknown=ask\n" PLANT_MANUFACTURER "serials=PID:Y*\n", STILE_ADMISSION_ASKED,
    202, STILE_ADMISSION_ASKED },
  { "all-asked", PLANT_POLICY "admit=ask\n", STILE_ADMISSION_NONE, 202, STILE_ADMISSION_ASKED },
  { "not-now", PLANT_POLICY "admit=refuse\n", STILE_ADMISSION_NONE, 403, STILE_ADMISSION_NONE },
  { "refused-by-a-person", PLANT_POLICY, STILE_ADMISSION_REFUSED, 404, STILE_ADMISSION_REFUSED },
  { "quarantined", PLANT_POLICY, STILE_ADMISSION_QUARANTINED, 403, STILE_ADMISSION_QUARANTINED },
  { "allowed-by-a-person", PLANT_POLICY "admit=refuse\n", STILE_ADMISSION_ALLOWED, 200,
    STILE_ADMISSION_ALLOWED },
  { "asks-anew", PLANT_POLICY, STILE_ADMISSION_AUDITED, 200, STILE_ADMISSION_ALLOWED },
};

static void
test_joining (Plant *self, gconstpointer data)
{
  const Joining *joining = data;
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) response = NULL;

  plant_start_registrar (self, joining->policy);
  if (joining->before != STILE_ADMISSION_NONE)
    plant_set_admission (self, COURT_SERIAL, joining->before);
  response = plant_ask_voucher (self, request);
  plant_expect (response, joining->status, joining->status != 200 ? "R5: " : NULL);
  g_assert_cmpint (plant_get_admission (self, COURT_SERIAL), ==, joining->after);
  g_assert_cmpuint (test_carrier_world.requests, ==, joining->status == 200 ? 1 : 0);
  if (joining->status == 202)
    g_assert_cmpstr (stile_http_message_get_field (response, "retry-after"), ==, "30");
}

/* 202, and the same bytes again when a person has decided. */
static void
test_asked_then_allowed (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (StileHttpMessage) first = NULL;
  g_autoptr (StileHttpMessage) second = NULL;

  plant_start_registrar (self, PLANT_POLICY "admit=ask\n");
  first = plant_ask_voucher (self, request);
  plant_expect (first, 202, "R5: ");
  plant_set_admission (self, COURT_SERIAL, STILE_ADMISSION_ALLOWED);
  second = plant_ask_voucher (self, request);
  plant_expect (second, 200, NULL);
}

/* --- the form of requests --- */

typedef struct
{
  const char *name;
  const char *type;
  gsize size; /* 0: a good request */
  guint status;
} Form;

static const Form forms[] = {
  { "other-type", "application/octet-stream", 0, 415 },
  { "no-type", NULL, 0, 415 },
  { "longer-type", "application/voucher-cms+jsonx", 0, 415 },
  { "parameters", "Application/Voucher-CMS+json ; x=y", 0, 200 },
  { "too-large", STILE_VOUCHER_CMS_MEDIA_TYPE, STILE_SIGNED_MESSAGE_MAX_SIZE + 1, 413 },
  { "garbage", STILE_VOUCHER_CMS_MEDIA_TYPE, 100, 400 },
};

static void
test_form (Plant *self, gconstpointer data)
{
  const Form *form = data;
  g_autofree char *garbage = g_strnfill (form->size, 'x');
  g_autoptr (GBytes) request = form->size > 0 ? g_bytes_new (garbage, form->size) : plant_make_request (self);
  g_autoptr (StileHttpMessage) response =
      plant_ask (STILE_HANDLER (self->router), PLANT_REGISTRAR "requestvoucher", form->type, request,
                 self->court.device, self->court.registrar);

  plant_expect (response, form->status, NULL);
  if (form->status != 200)
    g_assert_true (g_str_has_prefix (stile_http_message_get_field (response, "content-type"), "text/plain"));
}

typedef struct
{
  const char *name;
  const char *accept;
  guint status;
} Accept;

static const Accept accepts[] = {
  { "same", STILE_VOUCHER_CMS_MEDIA_TYPE, 200 },
  { "list", "application/voucher-cose, Application/Voucher-CMS+JSON;q=0.5", 200 },
  { "any", "*/*", 200 },
  { "other", STILE_VOUCHER_JWS_MEDIA_TYPE, 406 },
  { "empty", "", 406 },
};

static void
test_accept (Plant *self, gconstpointer data)
{
  const Accept *it = data;
  g_autoptr (GBytes) content = plant_make_request (self);
  g_autoptr (StileHttpMessage) request =
      stile_http_message_new_request ("POST", "https", "localhost", PLANT_REGISTRAR "requestvoucher");
  g_autoptr (StileExchange) exchange =
      stile_exchange_new (request, NULL, test_pki_get_der (self->court.device), NULL);
  g_autoptr (TestHandler) masa = test_handler_new (FALSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  stile_http_message_set_content (request, STILE_VOUCHER_CMS_MEDIA_TYPE, content);
  stile_http_message_add_field (request, "accept", it->accept);
  stile_exchange_set_own_certificate (exchange, test_pki_get_certificate (self->court.registrar));
  test_carrier_world.plain = STILE_HANDLER (masa);
  stile_handler_handle_async (STILE_HANDLER (self->router), exchange, NULL, test_await_cb, &result);
  response = stile_handler_handle_finish (STILE_HANDLER (self->router), test_await_result (&result));
  if (it->status == 406)
    {
      plant_expect (response, 406, NULL);
      return;
    }

  /* What the pledge takes is what the MASA is asked for (RFC 8995 section 5.5). */
  g_assert_cmpstr (
      stile_http_message_get_field (stile_exchange_get_request (test_handler_get_exchange (masa)), "accept"),
      ==, it->accept);
}

/* A pledge that speaks JWS gets JWS, from the registrar and from the MASA. */
static void
test_jws (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = court_print (&self->court, STILE_VOUCHER_REQUEST);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) request = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileSignedMessage) voucher = NULL;
  gnutls_privkey_t key;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (self->court.device), 0), ==, 0);
  request =
      stile_signed_message_sign_jws (content, "voucher-jws+json", key, self->court.device_chain, &error);
  gnutls_privkey_deinit (key);
  g_assert_no_error (error);

  response = plant_ask (STILE_HANDLER (self->router), PLANT_REGISTRAR "requestvoucher",
                        STILE_VOUCHER_JWS_MEDIA_TYPE, request, self->court.device, self->court.registrar);
  plant_expect (response, 200, NULL);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, STILE_VOUCHER_JWS_MEDIA_TYPE);
  voucher = stile_signed_message_parse (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  g_assert_cmpint (stile_signed_message_get_format (voucher), ==, STILE_SIGNED_JWS);
}

/* --- R6: where the MASA is --- */

typedef struct
{
  const char *name;
  const char *url;
  const char *policy;
  guint status;
} Place;

#define NO_URL "[manufacturer Example Devices]\nanchors=maker.pem\n"

static const Place places[] = {
  { "from-the-device", "https://masa.example/masa", NO_URL, 200 },
  { "from-the-policy", "https://else.example/", PLANT_POLICY, 200 },
  { "nowhere", NULL, NO_URL, 404 },
  { "http", "http://masa.example/masa", NO_URL, 502 },
  { "ip-address", "https://127.0.0.1/masa", NO_URL, 502 },
  { "odd-port", "https://masa.example:25/masa", NO_URL, 502 },
  { "odd-port-allowed", "https://masa.example:25/masa", NO_URL "masa-any-address=true\n", 200 },
};

static void
test_place (Plant *self, gconstpointer data)
{
  const Place *place = data;
  g_autoptr (TestPki) device = issue_device (self->court.manufacturer, place->url, 0);
  g_autoptr (StileHttpMessage) response = NULL;

  plant_start_registrar (self, place->policy);
  response = ask_as (self, device, self->court.registrar, device);
  plant_expect (response, place->status, NULL);
  g_assert_cmpuint (test_carrier_world.requests, ==, place->status == 200 ? 1 : 0);
}

/* The manufacturer's own anchors, and nobody without them; the registrar says who it is. */
static void
test_masa_is_authenticated (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = plant_make_request (self);
  g_autoptr (GBytes) other = NULL;
  g_autoptr (StileHttpMessage) first = plant_ask_voucher (self, request);
  g_autoptr (StileHttpMessage) second = NULL;

  plant_expect (first, 200, NULL);
  g_assert_null (test_carrier_world.anchors);
  self->court.fields.nonce = "b3RoZXIgbm9uY2UgaGVyZQ==";
  other = plant_make_request (self);
  plant_start_registrar (self, PLANT_POLICY "masa-anchors=maker.pem\n");
  second = plant_ask_voucher (self, other);
  plant_expect (second, 200, NULL);
  g_assert_true (test_carrier_world.anchors != NULL);
  g_assert_true (test_carrier_world.identity == stile_registrar_get_identity (self->registrar));
}

int
main (int argc, char *argv[])
{
#define ADD(path, data, test) g_test_add (path, Plant, data, plant_set_up, test, plant_tear_down)
  g_test_init (&argc, &argv, NULL);

  ADD ("/registrar/R1-stranger", NULL, test_stranger);
  ADD ("/registrar/R1-nobody", NULL, test_nobody);
  ADD ("/registrar/R1-idevid-ended", NULL, test_idevid_ended);
  ADD ("/registrar/R2-signed-by-another", NULL, test_signed_by_another);
  ADD ("/registrar/R3-for-another-device", NULL, test_for_another_device);
  ADD ("/registrar/R3-no-device-serial", NULL, test_no_device_serial);
  ADD ("/registrar/R4-another-proximity-certificate", NULL, test_another_proximity_certificate);
  ADD ("/registrar/R4-no-proximity", NULL, test_no_proximity);
  ADD ("/registrar/R4-without-tls", NULL, test_without_tls);
  for (gsize i = 0; i < G_N_ELEMENTS (joinings); i++)
    {
      g_autofree char *path = g_strconcat ("/registrar/R5-joining/", joinings[i].name, NULL);

      ADD (path, &joinings[i], test_joining);
    }
  ADD ("/registrar/R5-asked-then-allowed", NULL, test_asked_then_allowed);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *path = g_strconcat ("/registrar/form/", forms[i].name, NULL);

      ADD (path, &forms[i], test_form);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (accepts); i++)
    {
      g_autofree char *path = g_strconcat ("/registrar/accept/", accepts[i].name, NULL);

      ADD (path, &accepts[i], test_accept);
    }
  ADD ("/registrar/jws", NULL, test_jws);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_strconcat ("/registrar/R6-masa/", places[i].name, NULL);

      ADD (path, &places[i], test_place);
    }
  ADD ("/registrar/R6-masa-is-authenticated", NULL, test_masa_is_authenticated);

  return g_test_run ();
}
