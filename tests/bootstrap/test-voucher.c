/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-voucher-json.h"
#include "codec/stile-base64url.h"
#include "codec/stile-json.h"
#include "support/test-pki.h"

/* 2016-10-07T19:31:42Z, and two weeks later: the dates of RFC 8366 section 5.2. */
#define MADE G_GINT64_CONSTANT (1475868702)
#define FORTNIGHT (14 * 86400)

/* What the RFCs print is "base64encodedvalue==", which has bits left over and is no base64. */
#define VALUE "base64encodedvaluQ=="

static StileVoucher *
try_to_parse (const char *json, StileVoucherKind kind, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));

  return stile_voucher_json_parse (bytes, kind, error);
}

static StileVoucher *
parse (const char *json, StileVoucherKind kind)
{
  g_autoptr (GError) error = NULL;
  StileVoucher *voucher = try_to_parse (json, kind, &error);

  g_assert_no_error (error);
  g_assert_cmpint (stile_voucher_get_kind (voucher), ==, kind);
  return voucher;
}

static void
expect_printed (StileVoucher *voucher, const char *wanted)
{
  g_autoptr (GBytes) json = stile_voucher_json_print (voucher);
  g_autofree char *text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));

  g_assert_cmpstr (text, ==, wanted);
}

/* --- the value --- */

static void
test_is_a_copy (void)
{
  g_autoptr (TestPki) domain = test_pki_authority_new ("Plant Nord", TEST_PKI_P256);
  StileVoucherFields fields = STILE_VOUCHER_FIELDS_INIT;
  char serial[] = "0815";
  StileVoucher *voucher;

  fields.serial_number = serial;
  fields.pinned_domain_cert = test_pki_get_der (domain);
  voucher = stile_voucher_new (STILE_VOUCHER_ARTIFACT, &fields);
  serial[0] = 'x';
  g_assert_cmpstr (stile_voucher_get_fields (voucher)->serial_number, ==, "0815");
  g_assert_true (
      stile_certificate_equal (stile_voucher_get_pin (voucher), test_pki_get_certificate (domain)));
  g_assert_finalize_object (voucher);
}

static void
test_pin_that_is_none (void)
{
  g_autoptr (StileVoucher) voucher =
      parse ("{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"pinned-domain-cert\":\"" VALUE "\"}}",
             STILE_VOUCHER_ARTIFACT);

  g_assert_nonnull (stile_voucher_get_fields (voucher)->pinned_domain_cert);
  g_assert_null (stile_voucher_get_pin (voucher));
}

/* BOOTSTRAP P1; RFC 8366 section 5.3. */
static void
test_nonces (void)
{
  g_autofree char *one = stile_voucher_make_nonce ();
  g_autofree char *other = stile_voucher_make_nonce ();
  g_autoptr (GBytes) bytes = stile_base64url_decode_standard (one, -1, NULL);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 16);
  g_assert_cmpstr (one, !=, other);
}

static void
test_assertions (void)
{
  static const char *const names[] = { "", "verified", "logged", "proximity", "agent-proximity", "unknown" };

  for (StileAssertion i = STILE_ASSERTION_NONE; i <= STILE_ASSERTION_UNKNOWN; i++)
    {
      g_autofree char *json =
          g_strdup_printf ("{\"ietf-voucher:voucher\":{\"assertion\":\"%s\",\"serial-number\":\"a\"}}",
                           i == STILE_ASSERTION_UNKNOWN ? "Verified" : names[i]);
      g_autoptr (StileVoucher) voucher = parse (json, STILE_VOUCHER_ARTIFACT);

      g_assert_cmpstr (stile_voucher_get_assertion_name (i), ==, names[i]);
      g_assert_cmpint (stile_voucher_get_fields (voucher)->assertion, ==,
                       i == STILE_ASSERTION_NONE ? STILE_ASSERTION_UNKNOWN : i);
    }
}

/* --- what the RFCs print --- */

static void
test_ephemeral_voucher (void)
{
  static const char json[] = "{\"ietf-voucher:voucher\":{\"created-on\":\"2016-10-07T19:31:42Z\","
                             "\"assertion\":\"logged\",\"serial-number\":\"JADA123456789\","
                             "\"idevid-issuer\":\"" VALUE "\",\"pinned-domain-cert\":\"" VALUE
                             "\",\"nonce\":\"base64encodedvalue==\"}}";
  g_autoptr (StileVoucher) voucher = parse (json, STILE_VOUCHER_ARTIFACT);
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);

  g_assert_cmpint (fields->created_on, ==, MADE);
  g_assert_cmpint (fields->expires_on, ==, STILE_VOUCHER_NO_DATE);
  g_assert_cmpint (fields->assertion, ==, STILE_ASSERTION_LOGGED);
  g_assert_cmpstr (fields->serial_number, ==, "JADA123456789");
  g_assert_cmpstr (fields->nonce, ==, "base64encodedvalue==");
  g_assert_cmpint (fields->revocation, ==, STILE_REVOCATION_UNSAID);
  expect_printed (voucher, json);
}

/* The figure has "true" as a string, where RFC 7951 section 6.3 has a boolean: that one is no voucher. */
static void
test_lasting_voucher (void)
{
  static const char format[] =
      "{\"ietf-voucher:voucher\":{\"created-on\":\"2016-10-07T19:31:42Z\","
      "\"expires-on\":\"2016-10-21T19:31:42Z\",\"assertion\":\"verified\","
      "\"serial-number\":\"JADA123456789\",\"idevid-issuer\":\"" VALUE "\",\"pinned-domain-cert\":\"" VALUE
      "\",\"domain-cert-revocation-checks\":%s,\"last-renewal-date\":\"2017-10-07T19:31:42Z\"}}";
  g_autofree char *spelled = g_strdup_printf (format, "\"true\"");
  g_autofree char *json = g_strdup_printf (format, "true");
  g_autoptr (StileVoucher) voucher = parse (json, STILE_VOUCHER_ARTIFACT);
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  g_autoptr (GError) error = NULL;

  g_assert_null (try_to_parse (spelled, STILE_VOUCHER_ARTIFACT, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);

  g_assert_cmpint (fields->expires_on, ==, MADE + FORTNIGHT);
  g_assert_cmpint (fields->last_renewal_date, ==, MADE + G_GINT64_CONSTANT (365) * 86400);
  g_assert_cmpint (fields->revocation, ==, STILE_REVOCATION_REQUIRED);
  g_assert_null (fields->nonce);
  expect_printed (voucher, json);
}

/* RFC 8995 section 3.3, figures 6 to 8. */
static void
test_voucher_requests (void)
{
  g_autoptr (StileVoucher) pledge =
      parse ("{\"ietf-voucher-request:voucher\":{\"assertion\":\"proximity\","
             "\"nonce\":\"62a2e7693d82fcda2624de58fb6722e5\",\"serial-number\" : \"JADA123456789\","
             "\"created-on\": \"2017-01-01T00:00:00.000Z\",\"proximity-registrar-cert\":\"" VALUE "\"}}",
             STILE_VOUCHER_REQUEST);
  g_autoptr (StileVoucher) registrar =
      parse ("{\"ietf-voucher-request:voucher\":{\"assertion\" : \"proximity\","
             "\"nonce\":\"62a2e7693d82fcda2624de58fb6722e5\",\"created-on\":\"2017-01-01T00:00:02.000Z\","
             "\"idevid-issuer\":\"" VALUE "\",\"serial-number\":\"JADA123456789\","
             "\"prior-signed-voucher-request\":\"" VALUE "\"}}",
             STILE_VOUCHER_REQUEST);
  g_autoptr (StileVoucher) offline =
      parse ("{\"ietf-voucher-request:voucher\":{\"created-on\":\"2017-01-01T00:00:02.000Z\","
             "\"idevid-issuer\":\"" VALUE "\",\"serial-number\":\"JADA123456789\"}}",
             STILE_VOUCHER_REQUEST);

  g_assert_cmpint (stile_voucher_get_fields (pledge)->created_on, ==, 1483228800);
  g_assert_nonnull (stile_voucher_get_fields (pledge)->proximity_registrar_cert);
  expect_printed (registrar, "{\"ietf-voucher-request:voucher\":{\"created-on\":\"2017-01-01T00:00:02Z\","
                             "\"assertion\":\"proximity\",\"serial-number\":\"JADA123456789\","
                             "\"idevid-issuer\":\"" VALUE "\",\"nonce\":\"62a2e7693d82fcda2624de58fb6722e5\","
                             "\"prior-signed-voucher-request\":\"" VALUE "\"}}");
  g_assert_cmpint (stile_voucher_get_fields (offline)->assertion, ==, STILE_ASSERTION_NONE);
  g_assert_null (stile_voucher_get_fields (offline)->nonce);
}

/* --- every member --- */

#define EVERY_COMMON                                                                                         \
  "\"created-on\":\"2016-10-07T19:31:42Z\",\"expires-on\":\"2016-10-21T19:31:42Z\","                         \
  "\"assertion\":\"agent-proximity\",\"serial-number\":\"PID:X1 SN:0007\",\"idevid-issuer\":\"AQ==\","       \
  "\"pinned-domain-cert\":\"Ag==\",\"pinned-domain-pubk\":\"Aw==\",\"pinned-domain-pubk-sha256\":\"BA==\","  \
  "\"domain-cert-revocation-checks\":false,\"nonce\":\"c2hvcnQ=\","                                          \
  "\"last-renewal-date\":\"2016-10-21T19:31:42Z\",\"est-domain\":\"est.example\","                           \
  "\"additional-configuration-url\":\"https://more.example/\""
#define EVERY_REQUEST                                                                                        \
  ",\"prior-signed-voucher-request\":\"BQ==\",\"proximity-registrar-cert\":\"Bg==\","                        \
  "\"proximity-registrar-pubk\":\"Bw==\",\"proximity-registrar-pubk-sha256\":\"CA==\""
#define EVERY_KEPT                                                                                           \
  ",\"extensions\":[\"a\",\"b\"],\"extension:a\":{\"k\":[1,true,null,{}]},"                                  \
  "\"manufacturer-proprietary\":\"x\",\"agent-sign-cert\":[\"Cg==\",\"Cw==\"],"                              \
  "\"agent-provided-proximity-registrar-cert\":\"DA==\",\"agent-signed-data\":\"DQ==\""

static void
test_every_member_in_order (void)
{
  static const char voucher_json[] = "{\"ietf-voucher:voucher\":{" EVERY_COMMON EVERY_KEPT "}}";
  static const char request_json[] =
      "{\"ietf-voucher-request:voucher\":{" EVERY_COMMON EVERY_REQUEST EVERY_KEPT "}}";
  g_autoptr (StileVoucher) voucher = parse (voucher_json, STILE_VOUCHER_ARTIFACT);
  g_autoptr (StileVoucher) request = parse (request_json, STILE_VOUCHER_REQUEST);
  const StileVoucherFields *fields = stile_voucher_get_fields (request);

  expect_printed (voucher, voucher_json);
  expect_printed (request, request_json);
  g_assert_cmpint (fields->revocation, ==, STILE_REVOCATION_FORBIDDEN);
  g_assert_cmpstr (fields->est_domain, ==, "est.example");
  g_assert_cmpstr (fields->additional_configuration_url, ==, "https://more.example/");
  g_assert_cmpuint (g_bytes_get_size (fields->proximity_registrar_pubk_sha256), ==, 1);
  g_assert_cmpuint (g_variant_n_children (fields->more), ==, 6);
}

/* A voucher has no members of a request (BOOTSTRAP M10), and what nobody knows is passed over and told. */
static void
test_unknown_members (void)
{
  static const char json[] = "{\"ietf-voucher:voucher\":{\"Nonce\":\"x\"," EVERY_COMMON EVERY_REQUEST
                             ",\"mood\":{\"created-on\":7}}}";
  g_autoptr (StileVoucher) voucher = parse (json, STILE_VOUCHER_ARTIFACT);
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  g_auto (GStrv) unknown = stile_voucher_json_list_unknown (bytes, STILE_VOUCHER_ARTIFACT);
  g_autofree char *list = g_strjoinv (" ", unknown);

  g_assert_null (stile_voucher_get_fields (voucher)->prior_signed_voucher_request);
  g_assert_null (stile_voucher_get_fields (voucher)->more);
  expect_printed (voucher, "{\"ietf-voucher:voucher\":{" EVERY_COMMON "}}");
  g_assert_cmpstr (list, ==,
                   "Nonce prior-signed-voucher-request proximity-registrar-cert proximity-registrar-pubk "
                   "proximity-registrar-pubk-sha256 mood");
}

/* BOOTSTRAP section 6, 15. */
static void
test_dates (void)
{
  static const char *const dates[] = { "2016-10-07T19:31:42Z", "2016-10-07T15:31:42.747-04:00",
                                       "2016-10-07t19:31:42.123456789z", "2016-10-08T01:01:42+05:30" };

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *json = g_strdup_printf (
          "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\",\"expires-on\":\"%s\"}}", dates[i]);
      g_autoptr (StileVoucher) voucher = parse (json, STILE_VOUCHER_ARTIFACT);

      g_assert_cmpint (stile_voucher_get_fields (voucher)->expires_on, ==, MADE);
    }
}

/* --- what is refused --- */

static const struct
{
  const char *members;
  const char *named; /* in the sentence */
} wrong_members[] = {
  { "", "serial-number" },
  { "\"serial-number\":7", "serial-number" },
  { "\"serial-number\":\"\"", "serial-number" },
  { "\"serial-number\":null", "serial-number" },
  { "\"serial-number\":[\"a\"]", "serial-number" },
  { "\"serial-number\":\"a\",\"nonce\":\"\"", "nonce" },
  { "\"serial-number\":\"a\",\"nonce\":17", "nonce" },
  { "\"serial-number\":\"a\",\"assertion\":2", "assertion" },
  { "\"serial-number\":\"a\",\"created-on\":1475868702", "created-on" },
  { "\"serial-number\":\"a\",\"created-on\":\"2016-10-07\"", "created-on" },
  { "\"serial-number\":\"a\",\"expires-on\":\"2016-10-07T19:31:42\"", "expires-on" },
  { "\"serial-number\":\"a\",\"last-renewal-date\":\"never\"", "last-renewal-date" },
  { "\"serial-number\":\"a\",\"pinned-domain-cert\":\"\"", "pinned-domain-cert" },
  { "\"serial-number\":\"a\",\"pinned-domain-cert\":\"AQ\"", "pinned-domain-cert" },
  { "\"serial-number\":\"a\",\"pinned-domain-cert\":\"-_-_\"", "pinned-domain-cert" },
  { "\"serial-number\":\"a\",\"idevid-issuer\":{}", "idevid-issuer" },
  { "\"serial-number\":\"a\",\"domain-cert-revocation-checks\":1", "domain-cert-revocation-checks" },
  { "\"serial-number\":\"a\",\"domain-cert-revocation-checks\":\"yes\"", "domain-cert-revocation-checks" },
};

static void
test_wrong_members (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_members); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"ietf-voucher:voucher\":{%s}}", wrong_members[i].members);
      g_autoptr (GError) error = NULL;

      g_assert_null (try_to_parse (json, STILE_VOUCHER_ARTIFACT, &error));
      g_test_message ("%s: %s", json, error->message);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, wrong_members[i].named));
    }
}

/* A limit is reached, and one more is too much. */
static void
expect_limit (const char *before, const char *member, gsize limit, const char *after)
{
  for (gsize length = limit; length <= limit + 1; length++)
    {
      g_autofree char *fill = g_strnfill (length, 'x');
      g_autofree char *json =
          g_strdup_printf ("{\"ietf-voucher:voucher\":{%s\"%s\":\"%s\"%s}}", before, member, fill, after);
      g_autoptr (GError) error = NULL;
      g_autoptr (StileVoucher) voucher = try_to_parse (json, STILE_VOUCHER_ARTIFACT, &error);

      if (length <= limit)
        g_assert_no_error (error);
      else
        g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
    }
}

static void
test_limits (void)
{
  GString *many = g_string_new ("{\"ietf-voucher:voucher\":{\"serial-number\":\"a\"");
  g_autofree char *huge = g_strnfill (STILE_VOUCHER_JSON_MAX_SIZE, ' ');
  g_autoptr (GError) error = NULL;

  expect_limit ("", "serial-number", 256, "");
  expect_limit ("\"serial-number\":\"a\",", "nonce", STILE_VOUCHER_MAX_NONCE, "");
  for (guint i = 0; i < STILE_VOUCHER_JSON_MAX_MEMBERS; i++)
    g_string_append_printf (many, ",\"m%u\":0", i);
  g_string_append (many, "}}");
  g_assert_null (try_to_parse (many->str, STILE_VOUCHER_ARTIFACT, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
  g_clear_error (&error);
  memcpy (huge, "{}", 2);
  g_assert_null (try_to_parse (huge, STILE_VOUCHER_ARTIFACT, &error));
  g_assert_nonnull (error);
  g_string_free (many, TRUE);
}

/* BOOTSTRAP P7: exactly one root. */
static void
test_roots (void)
{
  static const struct
  {
    const char *json;
    gboolean artifact;
    gboolean request;
  } table[] = {
    { "{\"ietf-voucher:voucher\":{}}", TRUE, FALSE },
    { "{\"ietf-voucher-request:voucher\":{}}", FALSE, TRUE },
    { "{\"ietf-voucher:voucher\":{},\"ietf-voucher-request:voucher\":{}}", FALSE, FALSE },
    { "{\"ietf-voucher:voucher\":{},\"x\":0}", FALSE, FALSE },
    { "{\"\":{}}", FALSE, FALSE },
    { "{\"voucher\":{}}", FALSE, FALSE },
    { "{\"ietf-voucher-request-prm:voucher\":{}}", FALSE, FALSE },
    { "{\"ietf-voucher:voucher\\u0000\":{}}", FALSE, FALSE },
    { "{\"ietf-voucher:voucher\":{}}{}", FALSE, FALSE },
    { "\xef\xbb\xbf{\"ietf-voucher:voucher\":{}}", FALSE, FALSE },
    { "{}", FALSE, FALSE },
    { "[\"ietf-voucher:voucher\"]", FALSE, FALSE },
    { "", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (table[i].json, strlen (table[i].json));
      g_autoptr (GError) artifact = NULL;
      g_autoptr (GError) request = NULL;

      g_test_message ("%s", table[i].json);
      g_assert_cmpint (stile_voucher_json_check_root (bytes, STILE_VOUCHER_ARTIFACT, &artifact), ==,
                       table[i].artifact);
      g_assert_cmpint (stile_voucher_json_check_root (bytes, STILE_VOUCHER_REQUEST, &request), ==,
                       table[i].request);
      g_assert_true (table[i].artifact == (artifact == NULL) && table[i].request == (request == NULL));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/voucher/is-a-copy", test_is_a_copy);
  g_test_add_func ("/voucher/a-pin-that-is-no-certificate", test_pin_that_is_none);
  g_test_add_func ("/voucher/nonces", test_nonces);
  g_test_add_func ("/voucher/assertions", test_assertions);
  g_test_add_func ("/voucher/json/rfc8366-with-nonce", test_ephemeral_voucher);
  g_test_add_func ("/voucher/json/rfc8366-with-an-end", test_lasting_voucher);
  g_test_add_func ("/voucher/json/rfc8995-requests", test_voucher_requests);
  g_test_add_func ("/voucher/json/every-member-in-order", test_every_member_in_order);
  g_test_add_func ("/voucher/json/unknown-members", test_unknown_members);
  g_test_add_func ("/voucher/json/dates", test_dates);
  g_test_add_func ("/voucher/json/wrong-members", test_wrong_members);
  g_test_add_func ("/voucher/json/limits", test_limits);
  g_test_add_func ("/voucher/json/roots", test_roots);

  return g_test_run ();
}
