/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-alert.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "atls/stile-error.h"

/* RFC 8446 section 6, and what TLS 1.2 adds. */
static const struct
{
  guint8 number;
  const char *name;
} known[] = {
  { 0, "close_notify" },
  { 10, "unexpected_message" },
  { 20, "bad_record_mac" },
  { 22, "record_overflow" },
  { 40, "handshake_failure" },
  { 42, "bad_certificate" },
  { 43, "unsupported_certificate" },
  { 44, "certificate_revoked" },
  { 45, "certificate_expired" },
  { 46, "certificate_unknown" },
  { 47, "illegal_parameter" },
  { 48, "unknown_ca" },
  { 49, "access_denied" },
  { 50, "decode_error" },
  { 51, "decrypt_error" },
  { 70, "protocol_version" },
  { 71, "insufficient_security" },
  { 80, "internal_error" },
  { 86, "inappropriate_fallback" },
  { 90, "user_canceled" },
  { 100, "no_renegotiation" },
  { 109, "missing_extension" },
  { 110, "unsupported_extension" },
  { 112, "unrecognized_name" },
  { 115, "unknown_psk_identity" },
  { 116, "certificate_required" },
  { 120, "no_application_protocol" },
};

static void
test_names (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_assert_cmpstr (stile_alert_get_name (known[i].number), ==, known[i].name);
      g_assert_cmpstr (stile_alert_explain (known[i].number), !=, stile_alert_explain (255));
    }
}

static void
test_unknown_ones_are_explained_too (void)
{
  guint unknown = 0;

  for (guint number = 0; number < 256; number++)
    {
      g_assert_cmpuint (strlen (stile_alert_explain ((guint8)number)), >, 10);
      if (strcmp (stile_alert_get_name ((guint8)number), "unknown") == 0)
        unknown++;
    }
  g_assert_cmpuint (unknown, ==, 256 - G_N_ELEMENTS (known));
}

static void
test_errors_name_the_alert (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint sender = STILE_ROLE_CLIENT; sender <= STILE_ROLE_SERVER; sender++)
      {
        g_autofree char *number = g_strdup_printf ("TLS alert %u", known[i].number);
        g_autoptr (GError) error = NULL;

        stile_alert_set_error (&error, known[i].number, sender);
        g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
        g_assert_nonnull (strstr (error->message, number));
        g_assert_nonnull (strstr (error->message, known[i].name));
        g_assert_true (
            g_str_has_prefix (error->message, sender == STILE_ROLE_SERVER ? "The service" : "The client"));
      }
}

/* Whose certificate is meant decides what a person does next. */
static void
test_errors_say_whose_certificate (void)
{
  static const guint8 about_certificates[] = { 42, 43, 44, 45, 46, 48, 49, 116 };

  for (gsize i = 0; i < G_N_ELEMENTS (about_certificates); i++)
    {
      g_autoptr (GError) from_server = NULL;
      g_autoptr (GError) from_client = NULL;

      stile_alert_set_error (&from_server, about_certificates[i], STILE_ROLE_SERVER);
      stile_alert_set_error (&from_client, about_certificates[i], STILE_ROLE_CLIENT);
      g_assert_nonnull (strstr (from_server->message, "refused this computer’s certificate"));
      g_assert_nonnull (strstr (from_client->message, "refused the service’s certificate"));
    }
}

static gboolean
read_plain (const char *bytes, gsize length, guint8 *alert)
{
  g_autoptr (GBytes) flight = g_bytes_new (bytes, length);

  return stile_alert_read_plain (flight, alert);
}

static void
test_reads_plain_alerts (void)
{
  guint8 alert = 0;

  g_assert_true (read_plain ("\x15\x03\x03\x00\x02\x02\x30", 7, &alert));
  g_assert_cmpuint (alert, ==, GNUTLS_A_UNKNOWN_CA);
  g_assert_true (read_plain ("\x15\x03\x01\x00\x02\x02\x2a", 7, &alert));
  g_assert_cmpuint (alert, ==, GNUTLS_A_BAD_CERTIFICATE);
  /* Behind a ChangeCipherSpec, as OpenSSL sends it. */
  g_assert_true (read_plain ("\x14\x03\x03\x00\x01\x01\x15\x03\x03\x00\x02\x02\x2e", 13, &alert));
  g_assert_cmpuint (alert, ==, GNUTLS_A_CERTIFICATE_UNKNOWN);
}

static void
test_passes_over_what_is_no_plain_alert (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } table[] = {
    { "", 0 },
    { "\x15\x03\x03\x00\x02\x02", 6 },
    { "\x16\x03\x03\x00\x02\x02\x30", 7 },     /* a handshake record */
    { "\x15\x02\x00\x00\x02\x02\x30", 7 },     /* not TLS */
    { "\x15\x03\x03\x00\x03\x02\x30", 7 },     /* another length */
    { "\x15\x03\x03\x00\x02\x01\x30", 7 },     /* a warning */
    { "\x15\x03\x03\x00\x02\x02\x30\x00", 8 }, /* something behind it */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      guint8 alert;

      g_assert_false (read_plain (table[i].bytes, table[i].length, &alert));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/alert/names", test_names);
  g_test_add_func ("/atls/alert/unknown-ones-are-explained-too", test_unknown_ones_are_explained_too);
  g_test_add_func ("/atls/alert/errors-name-the-alert", test_errors_name_the_alert);
  g_test_add_func ("/atls/alert/errors-say-whose-certificate", test_errors_say_whose_certificate);
  g_test_add_func ("/atls/alert/reads-plain-alerts", test_reads_plain_alerts);
  g_test_add_func ("/atls/alert/passes-over-what-is-no-plain-alert", test_passes_over_what_is_no_plain_alert);

  return g_test_run ();
}
