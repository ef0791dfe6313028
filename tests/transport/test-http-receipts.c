/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-receipts.h"

#include <string.h>

#include "atls/stile-receipt-signature.h"
#include "support/test-tls.h"
#include "transport/loopback.h"

typedef struct
{
  Loopback *loopback;
  StileIdentity *identity;
} Fixture;

/* @data: receipts in a second */
static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (StileHttpReceipts) receipts = NULL;

  self->loopback = loopback_new (FALSE, "/.well-known/atls");
  self->identity = test_tls_identity_new (self->loopback->server);
  receipts = stile_http_receipts_new (self->identity, GPOINTER_TO_UINT (data));
  stile_http_service_set_receipts (self->loopback->service, receipts);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  loopback_free (self->loopback);
  g_object_unref (self->identity);
}

static char *
ask (Fixture *self, const char *method, const char *query, const char *body)
{
  g_autofree char *request =
      g_strdup_printf ("%s /.well-known/atls/receipt%s HTTP/1.1\r\nHost: localhost\r\nVia: 1.1 box\r\n"
                       "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                       method, query, strlen (body), body);

  return loopback_talk (self->loopback, request, strlen (request));
}

static void
assert_status (const char *answer, guint status)
{
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %u ", status);

  g_assert_true (g_str_has_prefix (answer, line));
}

static StileReceipt *
open_body (const char *answer, const char *nonce)
{
  const char *body = strstr (answer, "\r\n\r\n") + 4;
  g_autoptr (GBytes) word = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  StileReceipt *receipt = stile_receipt_signature_open (word, nonce, NULL, &error);

  g_assert_no_error (error);
  return receipt;
}

static void
test_gives_its_word (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = ask (self, "POST", "?nonce=n1", "hello");
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "hello", -1);
  g_autoptr (StileReceipt) receipt = NULL;
  gboolean saw = FALSE;
  gsize length;

  assert_status (answer, 200);
  g_assert_nonnull (strstr (answer, "Content-Type: " STILE_RECEIPT_MEDIA_TYPE "\r\n"));
  g_assert_nonnull (strstr (answer, "Cache-Control: no-store\r\n"));
  receipt = open_body (answer, "n1");
  g_assert_cmpstr (stile_receipt_get_method (receipt), ==, "POST");
  g_assert_cmpstr (stile_receipt_get_request (receipt, &length), ==, digest);
  g_assert_cmpuint (length, ==, 5);
  for (guint i = 0; i < stile_observation_get_n_headers (stile_receipt_get_observation (receipt)); i++)
    {
      const char *value;

      stile_observation_get_nth_header (stile_receipt_get_observation (receipt), i, &value);
      saw = saw || strcmp (value, "1.1 box") == 0;
    }
  g_assert_true (saw);
}

/* Whoever sends a request twice is found out. */
static void
test_counts (Fixture *self, gconstpointer data)
{
  g_autofree char *first = ask (self, "POST", "?nonce=a", "x");
  g_autofree char *second = ask (self, "POST", "?nonce=a", "x");
  g_autofree char *about = ask (self, "GET", "?nonce=b&about=a", "");
  g_autofree char *never = ask (self, "GET", "?nonce=c&about=never", "");
  g_autoptr (StileReceipt) one = open_body (first, "a");
  g_autoptr (StileReceipt) two = open_body (second, "a");
  g_autoptr (StileReceipt) asked = open_body (about, "b");
  g_autoptr (StileReceipt) none = open_body (never, "c");
  const char *nonce;

  g_assert_cmpuint (stile_receipt_get_count (one, NULL), ==, 1);
  g_assert_cmpuint (stile_receipt_get_count (two, NULL), ==, 2);
  g_assert_cmpuint (stile_receipt_get_count (asked, &nonce), ==, 2);
  g_assert_cmpstr (nonce, ==, "a");
  g_assert_cmpuint (stile_receipt_get_count (none, NULL), ==, 0);
}

static void
test_sends_a_body (Fixture *self, gconstpointer data)
{
  g_autofree char *answer = ask (self, "GET", "?nonce=n&size=300&type=text&chain=1", "");
  g_autofree char *digest = NULL;
  g_auto (GStrv) lines = g_strsplit (answer, "\r\n", -1);
  const char *body = strstr (answer, "\r\n\r\n") + 4;
  g_autoptr (StileReceipt) receipt = NULL;
  gsize length;

  assert_status (answer, 200);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], STILE_RECEIPT_HEADER ": "))
      {
        g_autoptr (GBytes) word =
            g_bytes_new (strchr (lines[i], ' ') + 1, strlen (strchr (lines[i], ' ') + 1));

        receipt = stile_receipt_signature_open (word, "n", NULL, NULL);
      }
  g_assert_nonnull (receipt);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body, -1);
  g_assert_cmpuint (strlen (body), ==, 300);
  g_assert_cmpstr (stile_receipt_get_response (receipt, &length), ==, digest);
  g_assert_cmpuint (length, ==, 300);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  static const char *const queries[] = {
    "",
    "?nonce=",
    "?nonce=a%20b",
    "?nonce=a.b",
    "?nonce=a&about=%2f",
    "?nonce=a&size=-1",
    "?nonce=a&size=1048577",
    "?nonce=a&size=x",
    "?nonce=a&type=html",
    "?nonce=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  };
  g_autofree char *method = ask (self, "DELETE", "?nonce=a", "");

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *answer = ask (self, "GET", queries[i], "");

      assert_status (answer, 400);
    }
  assert_status (method, 405);
  g_assert_nonnull (strstr (method, "Allow: GET, POST, PUT\r\n"));
}

/* One in a second, and as many at once as a burst has: more are asked to wait, and what is refused costs nothing. */
static void
test_limits_its_rate (Fixture *self, gconstpointer data)
{
  g_autofree char *bad = ask (self, "GET", "?nonce=", "");
  guint given = 0, refused = 0;

  assert_status (bad, 400);
  for (guint i = 0; i < 5 * STILE_HTTP_RECEIPTS_BURST; i++)
    {
      g_autofree char *query = g_strdup_printf ("?nonce=n%u", i);
      g_autofree char *answer = ask (self, "GET", query, "");

      if (g_str_has_prefix (answer, "HTTP/1.1 200 "))
        given++;
      else
        {
          assert_status (answer, 429);
          g_assert_nonnull (strstr (answer, "Retry-After: 1\r\n"));
          refused++;
        }
    }
  g_assert_cmpuint (given, >=, STILE_HTTP_RECEIPTS_BURST);
  g_assert_cmpuint (refused, >, 0);
}

#define ADD(name, rate, function)                                                                            \
  g_test_add ("/transport/http-receipts/" name, Fixture, GUINT_TO_POINTER (rate), set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("gives-its-word", 1000, test_gives_its_word);
  ADD ("counts", 1000, test_counts);
  ADD ("sends-a-body", 1000, test_sends_a_body);
  ADD ("refuses", 1000, test_refuses);
  ADD ("limits-its-rate", 1, test_limits_its_rate);

  return g_test_run ();
}
