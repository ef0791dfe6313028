/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/plant.h"
#include "bootstrap/stile-audit-log.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-certificate-path.h"

static void
set_up (Plant *self, gconstpointer data)
{
  plant_set_up (self, data);
  self->court.fields.prior_signed_voucher_request = plant_make_request (self);
  self->court.fields.proximity_registrar_cert = NULL;
}

/* The registrar's request as court.fields say, with its chain up to the root, as a registrar sends it. */
static GBytes *
make_request (Plant *self, TestPki *registrar)
{
  g_autoptr (GBytes) content = court_print (&self->court, STILE_VOUCHER_REQUEST);
  g_autoptr (GPtrArray) chain = test_pki_list (registrar, self->court.domain, NULL);
  g_autoptr (GError) error = NULL;
  gnutls_privkey_t key;
  GBytes *request;

  g_assert_cmpint (gnutls_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_privkey_import_x509 (key, test_pki_get_key (registrar), 0), ==, 0);
  request = stile_signed_message_sign_cms (content, STILE_CONTENT_TYPE_VOUCHER, key, chain, self->court.now,
                                           &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);

  return request;
}

static StileHttpMessage *
post (Plant *self, const char *name, GBytes *request)
{
  g_autofree char *path = g_strconcat (PLANT_MASA, name, NULL);

  return plant_ask (STILE_HANDLER (self->masa_router), path, STILE_VOUCHER_CMS_MEDIA_TYPE, request,
                    self->court.registrar, self->court.masa);
}

static StileHttpMessage *
ask (Plant *self)
{
  g_autoptr (GBytes) request = make_request (self, self->court.registrar);

  return post (self, "requestvoucher", request);
}

static StileVoucher *
read_voucher (StileHttpMessage *response)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSignedMessage) message = NULL;
  StileVoucher *voucher;

  plant_expect (response, 200, NULL);
  message = stile_signed_message_parse (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  voucher =
      stile_voucher_json_parse (stile_signed_message_get_content (message), STILE_VOUCHER_ARTIFACT, &error);
  g_assert_no_error (error);
  return voucher;
}

static GPtrArray *
list_audit (Plant *self)
{
  g_autofree char *issuer = plant_get_issuer (self);
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = stile_ledger_list_audit (self->masa_ledger, issuer, COURT_SERIAL, &error);

  g_assert_no_error (error);
  return entries;
}

/* --- M1 to M5, M7: the request --- */

static void
test_signature (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_request (self, self->court.registrar);
  g_autoptr (GByteArray) broken = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  g_byte_array_append (broken, g_bytes_get_data (request, NULL), g_bytes_get_size (request));
  broken->data[broken->len - 1] ^= 1;
  bytes = g_bytes_new (broken->data, broken->len);
  response = post (self, "requestvoucher", bytes);
  plant_expect (response, 403, "M1: ");
}

static void
test_no_registrar (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) server = test_pki_issue (self->court.domain, &(TestPkiOptions){ .name = "Server" });
  g_autoptr (GBytes) request = make_request (self, server);
  g_autoptr (StileHttpMessage) response = post (self, "requestvoucher", request);

  plant_expect (response, 403, "M2: ");
}

static void
set_prior (Plant *self, TestPki *signer, TestPki *seen, const char *serial)
{
  GBytes *prior;

  g_clear_pointer (&self->court.fields.prior_signed_voucher_request, g_bytes_unref);
  self->court.fields.proximity_registrar_cert = test_pki_get_der (seen);
  self->court.fields.serial_number = serial;
  prior = court_sign_fields (&self->court, STILE_VOUCHER_REQUEST, signer);
  self->court.fields.proximity_registrar_cert = NULL;
  self->court.fields.serial_number = COURT_SERIAL;
  self->court.fields.prior_signed_voucher_request = prior;
}

static void
test_foreign_device (Plant *self, gconstpointer data)
{
  g_autoptr (TestPki) device = test_pki_issue (
      self->court.stranger, &(TestPkiOptions){ .name = "X1", .serial_number = COURT_SERIAL, .purpose = "" });
  g_autoptr (StileHttpMessage) response = NULL;

  set_prior (self, device, self->court.registrar, COURT_SERIAL);
  response = ask (self);
  plant_expect (response, 403, "M3: ");
}

static void
test_other_device (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  set_prior (self, self->court.other_device, self->court.registrar, "PID:X1 SN:0008");
  response = ask (self);
  plant_expect (response, 403, "M3: ");
}

static void
test_other_registrar_seen (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  set_prior (self, self->court.device, self->court.strange_registrar, COURT_SERIAL);
  response = ask (self);
  plant_expect (response, 403, "M3: ");
}

static void
test_other_nonce (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  self->court.fields.nonce = "b3RoZXIgbm9uY2UgaGVyZQ==";
  response = ask (self);
  plant_expect (response, 403, "M4: ");
}

/* The caller owns the issuer that it puts into court.fields. */
static void
drop_prior (Plant *self)
{
  g_clear_pointer (&self->court.fields.prior_signed_voucher_request, g_bytes_unref);
  self->court.fields.nonce = NULL;
  self->court.fields.idevid_issuer =
      stile_certificate_path_get_idevid_issuer (test_pki_get_certificate (self->court.device));
}

static void
test_nonceless (Plant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (self->court.domain, NULL);
  g_autoptr (StileHttpMessage) unknown = NULL;
  g_autoptr (StileHttpMessage) known = NULL;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) issuer = NULL;

  drop_prior (self);
  issuer = self->court.fields.idevid_issuer;
  unknown = ask (self);
  plant_expect (unknown, 403, "M5: ");
  plant_start_masa (self, PLANT_DEVICES, anchors);
  known = ask (self);
  voucher = read_voucher (known);
  g_assert_null (stile_voucher_get_fields (voucher)->nonce);
  g_assert_cmpint (stile_voucher_get_fields (voucher)->assertion, ==, STILE_ASSERTION_LOGGED);
  g_assert_cmpint (stile_voucher_get_fields (voucher)->expires_on, >, self->court.now);
}

static void
test_nonceless_from_another (Plant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (self->court.domain, self->court.stranger, NULL);
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GBytes) issuer = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  drop_prior (self);
  issuer = self->court.fields.idevid_issuer;
  plant_start_masa (self, PLANT_DEVICES, anchors);
  request = make_request (self, self->court.registrar);
  response =
      plant_ask (STILE_HANDLER (self->masa_router), PLANT_MASA "requestvoucher", STILE_VOUCHER_CMS_MEDIA_TYPE,
                 request, self->court.strange_registrar, self->court.masa);
  plant_expect (response, 403, "M5: ");
}

/* A nonce that a stranger made up, and nothing of the device: with it anybody could become the owner of all devices whose
 * serial numbers he guesses (RFC 8995 section 5.5.4). */
static void
test_made_up_nonce (Plant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (self->court.domain, NULL);
  g_autoptr (StileHttpMessage) unknown = NULL;
  g_autoptr (StileHttpMessage) known = NULL;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) issuer = NULL;

  drop_prior (self);
  issuer = self->court.fields.idevid_issuer;
  self->court.fields.nonce = COURT_NONCE;
  unknown = ask (self);
  plant_expect (unknown, 403, "M5: ");
  plant_start_masa (self, PLANT_DEVICES, anchors);
  known = ask (self);
  voucher = read_voucher (known);
  g_assert_cmpint (stile_voucher_get_fields (voucher)->assertion, ==, STILE_ASSERTION_LOGGED);
}

static void
test_proximity_of_registrar (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;

  self->court.fields.proximity_registrar_cert = test_pki_get_der (self->court.registrar);
  response = ask (self);
  plant_expect (response, 403, "M7: ");
}

/* --- M6: which devices, and whose --- */

typedef struct
{
  const char *name;
  const char *devices;
  const char *owners; /* what stands before the serial number; NULL for no such file */
  const char *owner;  /* who had a voucher before */
  guint status;
  StileAssertion assertion;
} Owning;

#define OWN "OWN" /* stands for the domain's own id */

static const Owning ownings[] = {
  { "first-come", PLANT_DEVICES, NULL, NULL, 200, STILE_ASSERTION_PROXIMITY },
  { "own-again", PLANT_DEVICES, NULL, OWN, 200, STILE_ASSERTION_PROXIMITY },
  { "owned", PLANT_DEVICES, NULL, "T3RoZXI=", 403, STILE_ASSERTION_NONE },
  { "transfer", PLANT_DEVICES "[policy]\ntransfer=true\n", NULL, "T3RoZXI=", 200, STILE_ASSERTION_PROXIMITY },
  { "no-first-come", PLANT_DEVICES "[policy]\nfirst-come=false\n", NULL, NULL, 403, STILE_ASSERTION_NONE },
  { "sold", PLANT_DEVICES "[policy]\nfirst-come=false\nowners=owners\n", OWN, NULL, 200,
    STILE_ASSERTION_VERIFIED },
  { "sold-to-another", PLANT_DEVICES "[policy]\nowners=owners\n", "T3RoZXI=", NULL, 403,
    STILE_ASSERTION_NONE },
  { "sold-on", PLANT_DEVICES "[policy]\nowners=owners\n", OWN, "T3RoZXI=", 200, STILE_ASSERTION_VERIFIED },
  { "never-made", "[issuer X1]\nanchors=maker.pem\nserials=PID:Y1 *\n", NULL, NULL, 404,
    STILE_ASSERTION_NONE },
};

static const char *
get_domain_id (Plant *self, const char *text)
{
  return strcmp (text, OWN) == 0 ? stile_registrar_get_domain_id (self->registrar) : text;
}

static void
write_owners (Plant *self, const char *owner)
{
  g_autofree char *path = g_build_filename (self->directory, "owners", NULL);
  g_autofree char *text =
      g_strdup_printf ("# who bought what\n\n%s  %s\n", get_domain_id (self, owner), COURT_SERIAL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
give_to (Plant *self, const char *owner)
{
  g_autofree char *issuer = plant_get_issuer (self);
  g_autoptr (GBytes) voucher = g_bytes_new_static ("x", 1);
  const StileLedgerVoucher record = {
    .request = (char *)"earlier", .issuer = issuer, .serial = (char *)COURT_SERIAL, .voucher = voucher
  };
  const StileLedgerAuditEntry entry = { .date = 1,
                                        .domain_id = (char *)get_domain_id (self, owner),
                                        .assertion = (char *)"logged" };

  g_assert_true (
      stile_ledger_issue_voucher (self->masa_ledger, &record, &entry, get_domain_id (self, owner), NULL));
}

static void
test_owning (Plant *self, gconstpointer data)
{
  const Owning *it = data;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileVoucher) voucher = NULL;

  if (it->owners != NULL)
    write_owners (self, it->owners);
  plant_start_masa (self, it->devices, NULL);
  if (it->owner != NULL)
    give_to (self, it->owner);
  response = ask (self);
  plant_expect (response, it->status, it->status != 200 ? "M6: " : NULL);
  if (it->status != 200)
    return;

  voucher = read_voucher (response);
  g_assert_cmpint (stile_voucher_get_fields (voucher)->assertion, ==, it->assertion);
}

/* --- M8 to M10: the voucher --- */

static void
test_voucher (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = ask (self);
  g_autoptr (StileVoucher) voucher = read_voucher (response);
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);

  g_assert_cmpstr (fields->serial_number, ==, COURT_SERIAL);
  g_assert_cmpstr (fields->nonce, ==, COURT_NONCE);
  g_assert_cmpint (fields->expires_on, ==, STILE_VOUCHER_NO_DATE);
  g_assert_cmpint (fields->assertion, ==, STILE_ASSERTION_PROXIMITY);
  g_assert_true (g_bytes_equal (fields->pinned_domain_cert, test_pki_get_der (self->court.domain)));
}

/* Also when the registrar does not say it: serial numbers of several product lines may be the same. */
static void
test_names_product_line (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) issuer =
      stile_certificate_path_get_idevid_issuer (test_pki_get_certificate (self->court.device));
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileVoucher) voucher = NULL;

  self->court.fields.idevid_issuer = NULL;
  response = ask (self);
  voucher = read_voucher (response);
  g_assert_nonnull (stile_voucher_get_fields (voucher)->idevid_issuer);
  g_assert_true (g_bytes_equal (stile_voucher_get_fields (voucher)->idevid_issuer, issuer));
}

/* As it is printed: whoever reads a voucher leaves out what does not belong there. */
static void
test_nothing_of_the_request (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = ask (self);
  g_autoptr (StileSignedMessage) message =
      stile_signed_message_parse (stile_http_message_get_content (response), NULL);
  GBytes *content = stile_signed_message_get_content (message);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));

  g_assert_nonnull (strstr (text, "\"ietf-voucher:voucher\""));
  g_assert_null (strstr (text, "prior-signed-voucher-request"));
  g_assert_null (strstr (text, "proximity-registrar-cert"));
}

static void
test_ends_before_pin (Plant *self, gconstpointer data)
{
  g_autoptr (GPtrArray) anchors = test_pki_list (self->court.domain, NULL);
  GDateTime *pin_end = stile_certificate_get_not_after (test_pki_get_certificate (self->court.domain));
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileVoucher) voucher = NULL;
  g_autoptr (GBytes) issuer = NULL;

  drop_prior (self);
  issuer = self->court.fields.idevid_issuer;
  plant_start_masa (self, PLANT_DEVICES "[policy]\nnonceless-days=36500\n", anchors);
  response = ask (self);
  voucher = read_voucher (response);
  g_assert_cmpint (stile_voucher_get_fields (voucher)->expires_on, <, g_date_time_to_unix (pin_end));
}

static void
test_short_lived (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileVoucher) voucher = NULL;
  gint64 left;

  plant_start_masa (self, PLANT_DEVICES "[policy]\nexpires-with-nonce=true\n", NULL);
  response = ask (self);
  voucher = read_voucher (response);
  left = stile_voucher_get_fields (voucher)->expires_on - stile_voucher_get_fields (voucher)->created_on;
  g_assert_cmpint (left, ==, 20 * 60);
}

static void
test_written_before (Plant *self, gconstpointer data)
{
  g_autoptr (StileHttpMessage) response = ask (self);
  g_autoptr (GPtrArray) entries = list_audit (self);
  g_autofree char *issuer = plant_get_issuer (self);
  g_autofree char *owner = stile_ledger_find_owner (self->masa_ledger, issuer, COURT_SERIAL, NULL);
  const StileLedgerAuditEntry *entry;

  plant_expect (response, 200, NULL);
  g_assert_cmpuint (entries->len, ==, 1);
  entry = g_ptr_array_index (entries, 0);
  g_assert_cmpstr (entry->domain_id, ==, stile_registrar_get_domain_id (self->registrar));
  g_assert_cmpstr (entry->nonce, ==, COURT_NONCE);
  g_assert_cmpstr (entry->assertion, ==, "proximity");
  g_assert_cmpstr (owner, ==, entry->domain_id);
}

/* One line in the log for one request, whoever asks how often, before and after a restart. */
static void
test_same_request (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_request (self, self->court.registrar);
  g_autoptr (StileHttpMessage) first = post (self, "requestvoucher", request);
  g_autoptr (StileHttpMessage) second = NULL;
  g_autoptr (GPtrArray) entries = NULL;

  plant_start_masa (self, PLANT_DEVICES, NULL);
  second = post (self, "requestvoucher", request);
  plant_expect (second, 200, NULL);
  g_assert_true (
      g_bytes_equal (stile_http_message_get_content (first), stile_http_message_get_content (second)));
  entries = list_audit (self);
  g_assert_cmpuint (entries->len, ==, 1);
}

/* --- the audit log --- */

static void
test_log (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_request (self, self->court.registrar);
  g_autoptr (StileHttpMessage) early = post (self, "requestauditlog", request);
  g_autoptr (StileHttpMessage) voucher = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autoptr (StileAuditLog) log = NULL;
  g_autoptr (GError) error = NULL;

  plant_expect (early, 404, "M6: ");
  voucher = post (self, "requestvoucher", request);
  response = post (self, "requestauditlog", request);
  plant_expect (response, 200, NULL);
  g_assert_cmpstr (stile_http_message_get_field (response, "content-type"), ==, "application/json");
  log = stile_audit_log_parse (stile_http_message_get_content (response), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stile_audit_log_get_n_entries (log), ==, 1);
  g_assert_cmpstr (stile_audit_log_get_entry (log, 0)->nonce, ==, COURT_NONCE);
}

static void
test_log_for_another (Plant *self, gconstpointer data)
{
  g_autoptr (GBytes) request = make_request (self, self->court.registrar);
  g_autoptr (StileHttpMessage) response = NULL;

  give_to (self, "T3RoZXI=");
  response = post (self, "requestauditlog", request);
  plant_expect (response, 404, "M6: ");
}

/* A device's certificate signs no vouchers (P6). */
static void
test_device_as_masa (Plant *self, gconstpointer data)
{
  g_autoptr (StileIdentity) identity = plant_make_identity (self->court.device);
  const StileMasaSettings settings = { .identity = identity,
                                       .devices = stile_masa_get_devices (self->masa),
                                       .ledger = self->masa_ledger };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasa) masa = stile_masa_new (&settings, &error);

  g_assert_null (masa);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
}

int
main (int argc, char *argv[])
{
#define ADD(path, data, test) g_test_add (path, Plant, data, set_up, test, plant_tear_down)
  g_test_init (&argc, &argv, NULL);

  ADD ("/masa/M1-signature", NULL, test_signature);
  ADD ("/masa/M2-no-registrar", NULL, test_no_registrar);
  ADD ("/masa/M3-foreign-device", NULL, test_foreign_device);
  ADD ("/masa/M3-other-device", NULL, test_other_device);
  ADD ("/masa/M3-other-registrar-seen", NULL, test_other_registrar_seen);
  ADD ("/masa/M4-other-nonce", NULL, test_other_nonce);
  ADD ("/masa/M5-nonceless", NULL, test_nonceless);
  ADD ("/masa/M5-nonceless-from-another", NULL, test_nonceless_from_another);
  for (gsize i = 0; i < G_N_ELEMENTS (ownings); i++)
    {
      g_autofree char *path = g_strconcat ("/masa/M6-owning/", ownings[i].name, NULL);

      ADD (path, &ownings[i], test_owning);
    }
  ADD ("/masa/M5-made-up-nonce", NULL, test_made_up_nonce);
  ADD ("/masa/M7-proximity-of-registrar", NULL, test_proximity_of_registrar);
  ADD ("/masa/M8-ends-before-pin", NULL, test_ends_before_pin);
  ADD ("/masa/M8-short-lived", NULL, test_short_lived);
  ADD ("/masa/M9-written-before", NULL, test_written_before);
  ADD ("/masa/M9-same-request", NULL, test_same_request);
  ADD ("/masa/M10-nothing-of-the-request", NULL, test_nothing_of_the_request);
  ADD ("/masa/voucher", NULL, test_voucher);
  ADD ("/masa/names-the-product-line", NULL, test_names_product_line);
  ADD ("/masa/log", NULL, test_log);
  ADD ("/masa/log-for-another", NULL, test_log_for_another);
  ADD ("/masa/device-as-masa", NULL, test_device_as_masa);

  return g_test_run ();
}
