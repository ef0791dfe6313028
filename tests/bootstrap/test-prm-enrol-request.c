/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-enrol-request.h"
#include "codec/stile-date.h"

/* Which enrolment requests a registrar takes from an agent, and in which order (BOOTSTRAP R13, BRSKI-PRM sections 7.2.2.2 and
 * 7.4). */

typedef struct
{
  PrmCourt prm;
  StilePrmDevice *device;
  char *content;
} Enrol;

static char *
make_content (TestPki *key_of)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request = NULL;
  g_autofree char *text = NULL;
  gnutls_privkey_t key;

  gnutls_privkey_init (&key);
  gnutls_privkey_import_x509 (key, test_pki_get_key (key_of), 0);
  request = stile_certificate_request_create (
      &(StileCertificateRequestTemplate){ .common_name = "Camera", .serial_number = COURT_SERIAL }, key,
      &error);
  g_assert_no_error (error);
  gnutls_privkey_deinit (key);
  text = prm_court_encode (stile_certificate_request_get_der (request));

  return g_strdup_printf ("{\"ietf-ztp-types\":{\"p10-csr\":\"%s\"}}", text);
}

/* The device's voucher request was taken: the agent asked a minute ago, and the device half a minute ago. */
static void
set_up (Enrol *self, gconstpointer data)
{
  Court *court = &self->prm.court;

  prm_court_set_up_registrar (&self->prm, data);
  court->fields.created_on = court->now - 30;
  court_expect_accepted (court, stile_prm_judge_as_registrar,
                         prm_court_make_request (&self->prm, court->device));
  self->device = stile_prm_device_new (&court->judgement);
  self->content = make_content (self->prm.camera);
}

static void
tear_down (Enrol *self, gconstpointer data)
{
  stile_prm_device_free (self->device);
  g_free (self->content);
  prm_court_tear_down (&self->prm, data);
}

static char *
make_members (Enrol *self, gint64 from_now)
{
  g_autofree char *date = stile_date_format (self->prm.court.now + from_now);

  return g_strdup_printf ("{'crit': <['created-on']>, 'created-on': <'%s'>}", date);
}

static StileCertificateRequest *
judge (Enrol *self, GBytes *bytes, GError **error)
{
  Court *court = &self->prm.court;

  g_clear_object (&court->checks);
  court->checks = stile_checks_new ();
  return stile_prm_enrol_request_judge (&court->judge, self->device, bytes, court->checks, error);
}

static void
expect_taken (Enrol *self, const char *members)
{
  g_autoptr (GBytes) bytes = prm_court_sign (self->content, members, self->prm.court.device);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request = judge (self, bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (request);
}

static void
expect_refused (Enrol *self, const char *content, const char *members, TestPki *signer, int code)
{
  g_autoptr (GBytes) bytes = prm_court_sign (content, members, signer);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileCertificateRequest) request = judge (self, bytes, &error);

  g_assert_null (request);
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_cmpstr (stile_checks_get_refused (self->prm.court.checks), ==, "R13");
}

static void
expect_refused_at (Enrol *self, gint64 from_now)
{
  g_autofree char *members = make_members (self, from_now);

  expect_refused (self, self->content, members, self->prm.court.device, STILE_ERROR_REFUSED);
}

static void
test_good (Enrol *self, gconstpointer data)
{
  g_autofree char *members = make_members (self, 0);

  expect_taken (self, members);
  g_assert_cmpint (self->device->enrolled_on, ==, self->prm.court.now);
  expect_taken (self, members); /* the same again, after a 202 */
}

/* The device's clock began again, or somebody kept an old request. */
static void
test_order (Enrol *self, gconstpointer data)
{
  expect_refused_at (self, -61);
  expect_refused_at (self, -31);
  expect_refused_at (self, 3600);
  self->device->requested_on = STILE_VOUCHER_NO_DATE;
  expect_refused_at (self, -61);
  self->prm.court.judge.policy = STILE_JUDGE_NO_CLOCK;
  {
    g_autofree char *members = make_members (self, 3600);

    expect_taken (self, members);
  }
}

static void
test_newest_only (Enrol *self, gconstpointer data)
{
  g_autofree char *newer = make_members (self, -5);

  expect_taken (self, newer);
  expect_refused_at (self, -10);
  g_assert_cmpint (self->device->enrolled_on, ==, self->prm.court.now - 5);
}

static void
test_other_device (Enrol *self, gconstpointer data)
{
  g_autofree char *members = make_members (self, 0);

  expect_refused (self, self->content, members, self->prm.court.other_device, STILE_ERROR_REFUSED);
  expect_refused (self, self->content, members, self->prm.agent, STILE_ERROR_REFUSED);
  g_assert_cmpint (self->device->enrolled_on, ==, STILE_VOUCHER_NO_DATE);
}

static void
test_changed (Enrol *self, gconstpointer data)
{
  g_autofree char *members = make_members (self, 0);
  g_autoptr (GBytes) good = prm_court_sign (self->content, members, self->prm.court.device);
  g_autofree char *text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  char *value = strstr (text, "\"signature\":\"") + strlen ("\"signature\":\"");
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  value[8] = value[8] == 'A' ? 'B' : 'A';
  g_assert_null (judge (self, bytes, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
}

static void
test_critical (Enrol *self, gconstpointer data)
{
  g_autofree char *date = stile_date_format (self->prm.court.now);
  g_autofree char *uncritical = g_strdup_printf ("{'created-on': <'%s'>}", date);
  g_autofree char *more =
      g_strdup_printf ("{'crit': <['created-on', 'x']>, 'created-on': <'%s'>, 'x': <'y'>}", date);

  expect_taken (self, uncritical);
  court_expect_check (&self->prm.court, "R13", STILE_CHECK_NOTED);
  expect_refused (self, self->content, NULL, self->prm.court.device, STILE_ERROR_PROTOCOL);
  expect_refused (self, self->content, "{'created-on': <'now'>}", self->prm.court.device,
                  STILE_ERROR_PROTOCOL);
  expect_refused (self, self->content, more, self->prm.court.device, STILE_ERROR_PROTOCOL);
}

static void
test_hostile (Enrol *self, gconstpointer data)
{
  static const char *const contents[] = {
    "",
    "[]",
    "{}",
    "{\"ietf-ztp-types\":[]}",
    "{\"ietf-ztp-types\":{}}",
    "{\"ietf-ztp-types\":{\"p10-csr\":7}}",
    "{\"ietf-ztp-types\":{\"p10-csr\":\"\"}}",
    "{\"ietf-ztp-types\":{\"p10-csr\":\"AAAA\"}}",
    "{\"p10-csr\":\"AAAA\"}",
  };
  g_autofree char *members = make_members (self, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    expect_refused (self, contents[i], members, self->prm.court.device, STILE_ERROR_PROTOCOL);
  g_assert_cmpint (self->device->enrolled_on, ==, STILE_VOUCHER_NO_DATE);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (Enrol *self, gconstpointer data);
  } tests[] = {
    { "R13-takes-a-request", test_good },
    { "R13-in-its-order", test_order },
    { "R13-the-newest-only", test_newest_only },
    { "R13-of-another-device", test_other_device },
    { "R13-the-request-was-changed", test_changed },
    { "R13-the-date-is-critical", test_critical },
    { "R13-hostile-requests", test_hostile },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/registrar/", tests[i].claim, NULL);

      g_test_add (path, Enrol, NULL, set_up, tests[i].test, tear_down);
    }

  return g_test_run ();
}
