/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-ca-certs.h"
#include "bootstrap/stile-prm-enrol-answer.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

/* The domain's CA certificates and the device's own, as a pledge takes them from a laptop over plain HTTP (BOOTSTRAP P21,
 * BRSKI-PRM sections 7.7 and 7.8). */

/* --- CA certificates --- */

/* One as a text, more as a list, as the draft has it. */
static char *
make_bag (GPtrArray *certificates)
{
  g_autoptr (GString) json = g_string_new ("{\"x5bag\":");

  g_string_append (json, certificates->len > 1 ? "[" : "");
  for (guint i = 0; i < certificates->len; i++)
    {
      g_autofree char *text =
          prm_court_encode (stile_certificate_get_der (g_ptr_array_index (certificates, i)));

      g_string_append_printf (json, "%s\"%s\"", i > 0 ? "," : "", text);
    }
  g_string_append (json, certificates->len > 1 ? "]}" : "}");

  return g_string_free (g_steal_pointer (&json), FALSE);
}

static GPtrArray *
judge (PrmCourt *self, const char *json, TestPki *signer, TestPki *pin, GError **error)
{
  g_autoptr (GBytes) bytes = prm_court_sign (json, NULL, signer);

  g_clear_object (&self->court.checks);
  self->court.checks = stile_checks_new ();
  return stile_prm_ca_certs_judge (&self->court.judge, test_pki_get_certificate (pin), bytes,
                                   self->court.checks, error);
}

static void
expect_installed (PrmCourt *self, GPtrArray *bag, TestPki *signer, TestPki *pin)
{
  g_autofree char *json = make_bag (bag);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) installed = judge (self, json, signer, pin, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (installed->len, ==, bag->len);
  g_ptr_array_unref (bag);
}

static void
expect_refused_text (PrmCourt *self, const char *json, TestPki *signer, TestPki *pin, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) installed = judge (self, json, signer, pin, &error);

  g_assert_null (installed);
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_cmpstr (stile_checks_get_refused (self->court.checks), ==, "P21");
}

static void
expect_refused (PrmCourt *self, GPtrArray *bag, TestPki *signer, TestPki *pin)
{
  g_autofree char *json = make_bag (bag);

  expect_refused_text (self, json, signer, pin, STILE_ERROR_UNTRUSTED);
  g_ptr_array_unref (bag);
}

static void
test_one_or_more (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) between =
      test_pki_issue (court->domain, &(TestPkiOptions){ .name = "Plant CA", .authority = TRUE });
  g_autoptr (TestPki) new_root = test_pki_authority_new ("Plant Root 2", TEST_PKI_P256);

  expect_installed (self, test_pki_list (court->domain, NULL), court->registrar, court->domain);
  expect_installed (self, test_pki_list (between, court->domain, NULL), court->registrar, court->domain);
  expect_installed (self, test_pki_list (new_root, court->domain, NULL), court->registrar, court->domain);
  expect_installed (self, test_pki_list (between, NULL), court->registrar, court->domain);
  expect_installed (self, test_pki_list (court->domain, NULL), court->registrar, court->registrar);
}

static void
test_strange_signer (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  expect_refused (self, test_pki_list (court->stranger, NULL), court->strange_registrar, court->domain);
  expect_refused (self, test_pki_list (court->domain, NULL), court->registrar, court->stranger);
}

/* Whoever took one device of the domain would own the roots of all. */
static void
test_signed_by_a_device (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  expect_refused (self, test_pki_list (court->domain, NULL), self->camera, court->domain);
  expect_refused (self, test_pki_list (court->domain, NULL), self->agent, court->domain);
}

static void
test_changed (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (GPtrArray) bag = test_pki_list (court->domain, NULL);
  g_autofree char *json = make_bag (bag);
  g_autoptr (GBytes) good = prm_court_sign (json, NULL, court->registrar);
  g_autofree char *text = g_strndup (g_bytes_get_data (good, NULL), g_bytes_get_size (good));
  char *value = strstr (text, "\"signature\":\"") + strlen ("\"signature\":\"");
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  value[8] = value[8] == 'A' ? 'B' : 'A';
  g_assert_null (stile_prm_ca_certs_judge (&court->judge, test_pki_get_certificate (court->domain), bytes,
                                           court->checks, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_cmpstr (stile_checks_get_refused (court->checks), ==, "P21");
}

static void
test_intermediates (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;
  g_autoptr (TestPki) strange =
      test_pki_issue (court->stranger, &(TestPkiOptions){ .name = "Plant CA", .authority = TRUE });
  g_autoptr (TestPki) old = test_pki_issue (
      court->domain,
      &(TestPkiOptions){ .name = "Old CA", .authority = TRUE, .begins = -7200, .ends = -3600 });

  expect_refused (self, test_pki_list (court->domain, strange, NULL), court->registrar, court->domain);
  expect_refused (self, test_pki_list (court->domain, old, NULL), court->registrar, court->domain);
}

static void
test_no_authority (PrmCourt *self, gconstpointer data)
{
  Court *court = &self->court;

  expect_refused (self, test_pki_list (court->domain, self->camera, NULL), court->registrar, court->domain);
}

static void
test_hostile_bags (PrmCourt *self, gconstpointer data)
{
  static const char *const bags[] = {
    "",
    "[]",
    "{}",
    "{\"x5bag\":null}",
    "{\"x5bag\":[]}",
    "{\"x5bag\":{}}",
    "{\"x5bag\":7}",
    "{\"x5bag\":[7]}",
    "{\"x5bag\":\"\"}",
    "{\"x5bag\":\"AAAA\"}",
    "{\"x5bag\":\"%%\"}",
  };
  Court *court = &self->court;
  g_autoptr (GPtrArray) many = g_ptr_array_new ();
  g_autofree char *json = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bags); i++)
    expect_refused_text (self, bags[i], court->registrar, court->domain, STILE_ERROR_PROTOCOL);

  for (guint i = 0; i < 17; i++)
    g_ptr_array_add (many, test_pki_get_certificate (court->domain));
  json = make_bag (many);
  expect_refused_text (self, json, court->registrar, court->domain, STILE_ERROR_PROTOCOL);
}

/* --- the device's own certificate --- */

static StileCertificate *
judge_own (PrmCourt *self, GPtrArray *installed, TestPki *key, GBytes *body, GError **error)
{
  g_autoptr (GBytes) public_key = stile_certificate_path_get_public_key (test_pki_get_certificate (key));

  g_clear_object (&self->court.checks);
  self->court.checks = stile_checks_new ();
  return stile_prm_enrol_answer_judge (&self->court.judge, installed, public_key, body, self->court.checks,
                                       error);
}

static void
expect_own_refused (PrmCourt *self, GPtrArray *installed, TestPki *key, TestPki *answer)
{
  g_autoptr (GPtrArray) certificates = test_pki_list (answer, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_pkcs7 (certificates, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (judge_own (self, installed, key, body, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
  g_assert_cmpstr (stile_checks_get_refused (self->court.checks), ==, "P21");
}

/* In DER or in base64, which the draft does not say, with the chain or without. */
static void
test_own (PrmCourt *self, gconstpointer data)
{
  g_autoptr (GPtrArray) leaf = test_pki_list (self->camera, NULL);
  g_autoptr (GPtrArray) chain = test_pki_list (self->court.domain, self->camera, NULL);
  g_autoptr (GBytes) der = stile_certificate_bundle_to_pkcs7 (leaf, NULL);
  g_autoptr (GBytes) base64 = stile_certificate_bundle_to_est (chain, NULL);
  GBytes *const bodies[] = { der, base64 };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileCertificate) own = judge_own (self, self->domain, self->camera, bodies[i], &error);

      g_assert_no_error (error);
      g_assert_true (stile_certificate_equal (own, test_pki_get_certificate (self->camera)));
    }
}

static void
test_other_key (PrmCourt *self, gconstpointer data)
{
  expect_own_refused (self, self->domain, self->camera, self->agent);
}

static void
test_other_anchors (PrmCourt *self, gconstpointer data)
{
  g_autoptr (GPtrArray) strangers = test_pki_list (self->court.stranger, NULL);
  g_autoptr (TestPki) strange = test_pki_issue (
      self->court.stranger, &(TestPkiOptions){ .name = "Camera", .same_key_as = self->camera });

  expect_own_refused (self, strangers, self->camera, self->camera);
  expect_own_refused (self, self->domain, self->camera, strange);
}

static void
test_own_malformed (PrmCourt *self, gconstpointer data)
{
  g_autoptr (GBytes) page = g_bytes_new_static ("<html>", 6);
  g_autoptr (GError) error = NULL;

  g_assert_null (judge_own (self, self->domain, self->camera, page, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpstr (stile_checks_get_refused (self->court.checks), ==, "P21");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (PrmCourt *self, gconstpointer data);
  } tests[] = {
    { "P21-ca-certificates-one-or-more", test_one_or_more },
    { "P21-ca-certificates-of-a-stranger", test_strange_signer },
    { "P21-ca-certificates-signed-by-a-device", test_signed_by_a_device },
    { "P21-ca-certificates-were-changed", test_changed },
    { "P21-each-intermediate-is-verified", test_intermediates },
    { "P21-a-device-among-the-ca-certificates", test_no_authority },
    { "P21-hostile-bags", test_hostile_bags },
    { "P21-takes-its-own-certificate", test_own },
    { "P21-a-certificate-for-another-key", test_other_key },
    { "P21-a-certificate-of-another-ca", test_other_anchors },
    { "P21-no-certificate-at-all", test_own_malformed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/pledge/", tests[i].claim, NULL);

      g_test_add (path, PrmCourt, NULL, prm_court_set_up_pledge, tests[i].test, prm_court_tear_down);
    }

  return g_test_run ();
}
