/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-receipt.h"

#include <string.h>

#include "codec/stile-json.h"

static StileReceipt *
read_text (const char *text, GError **error)
{
  g_autoptr (GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr (GVariant) variant = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);

  g_assert_nonnull (variant);
  return stile_receipt_new_from_variant (variant, error);
}

static StileReceipt *
send_over (StileReceipt *receipt)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_receipt_to_variant (receipt));
  g_autofree char *text = stile_json_print (variant, FALSE);
  g_autoptr (GError) error = NULL;
  StileReceipt *received = read_text (text, &error);

  g_assert_no_error (error);
  return received;
}

static void
test_goes_over_and_back (void)
{
  StileObservation *observation = stile_observation_new ();
  StileReceipt *sent = stile_receipt_new ("bm9uY2U", observation);
  StileReceipt *received;
  const char *about, *value;
  gsize length;

  stile_observation_add_header (observation, "Via", "1.1 squid");
  stile_receipt_set_request (sent, "PUT", 4096, "aa");
  stile_receipt_set_response (sent, 1234, "bb");
  stile_receipt_set_count (sent, "YWJvdXQ", 3);
  stile_receipt_set_handling (sent, 1500);
  received = send_over (sent);

  g_assert_cmpstr (stile_receipt_get_nonce (received), ==, "bm9uY2U");
  g_assert_cmpstr (stile_receipt_get_method (received), ==, "PUT");
  g_assert_cmpstr (stile_receipt_get_request (received, &length), ==, "aa");
  g_assert_cmpuint (length, ==, 4096);
  g_assert_cmpstr (stile_receipt_get_response (received, &length), ==, "bb");
  g_assert_cmpuint (length, ==, 1234);
  g_assert_cmpuint (stile_receipt_get_count (received, &about), ==, 3);
  g_assert_cmpstr (about, ==, "YWJvdXQ");
  g_assert_cmpint (stile_receipt_get_handling (received), ==, 1500);
  g_assert_null (stile_receipt_get_chain (received));
  g_assert_cmpstr (stile_observation_get_nth_header (stile_receipt_get_observation (received), 0, &value), ==,
                   "Via");
  g_assert_cmpstr (value, ==, "1.1 squid");
  g_assert_finalize_object (received);
  g_assert_finalize_object (sent);
  g_assert_finalize_object (observation);
}

/* One that is the whole answer has no word of a body beside it. */
static void
test_goes_over_with_little (void)
{
  g_autoptr (StileObservation) observation = stile_observation_new ();
  g_autoptr (StileReceipt) sent = stile_receipt_new ("n", observation);
  g_autoptr (StileReceipt) received = send_over (sent);
  const char *about;
  gsize length;

  g_assert_null (stile_receipt_get_method (received));
  g_assert_null (stile_receipt_get_request (received, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_null (stile_receipt_get_response (received, NULL));
  g_assert_cmpuint (stile_receipt_get_count (received, &about), ==, 0);
  g_assert_null (about);
}

static void
test_refuses_what_is_none (void)
{
  static const char *const others[] = {
    "{}",
    "[]",
    "{\"version\":2,\"nonce\":\"n\",\"observation\":{\"version\":1}}",
    "{\"version\":\"1\",\"nonce\":\"n\",\"observation\":{\"version\":1}}",
    "{\"version\":1,\"observation\":{\"version\":1}}",
    "{\"version\":1,\"nonce\":7,\"observation\":{\"version\":1}}",
    "{\"version\":1,\"nonce\":\"n\"}",
    "{\"version\":1,\"nonce\":\"n\",\"observation\":null}",
    "{\"version\":1,\"nonce\":\"n\",\"observation\":[]}",
    "{\"version\":1,\"nonce\":\"n\",\"observation\":{}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_text (others[i], &error));
      g_assert_nonnull (error);
    }
}

/* Numbers that no honest service sends do not become enormous ones. */
static void
test_takes_odd_numbers_for_none (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt = read_text (
      "{\"version\":1,\"nonce\":\"n\",\"observation\":{\"version\":1},\"request\":{\"length\":-1},"
      "\"response\":{\"length\":-9223372036854775808,\"sha256\":7},\"count\":-5,\"handling_us\":\"x\"}",
      &error);
  g_autoptr (StileReceipt) many = read_text (
      "{\"version\":1,\"nonce\":\"n\",\"observation\":{\"version\":1},\"request\":[],\"count\":4294967297}",
      &error);
  gsize length;

  g_assert_no_error (error);
  g_assert_null (stile_receipt_get_request (receipt, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_null (stile_receipt_get_response (receipt, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_cmpuint (stile_receipt_get_count (receipt, NULL), ==, 0);
  g_assert_cmpint (stile_receipt_get_handling (receipt), ==, 0);
  g_assert_cmpuint (stile_receipt_get_count (many, NULL), ==, G_MAXINT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/receipt/goes-over-and-back", test_goes_over_and_back);
  g_test_add_func ("/atls/receipt/goes-over-with-little", test_goes_over_with_little);
  g_test_add_func ("/atls/receipt/refuses-what-is-none", test_refuses_what_is_none);
  g_test_add_func ("/atls/receipt/takes-odd-numbers-for-none", test_takes_odd_numbers_for_none);

  return g_test_run ();
}
