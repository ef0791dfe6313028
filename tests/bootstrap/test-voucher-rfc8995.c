/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/stile-judge.h"
#include "codec/stile-certificate-bundle.h"

/* The voucher and both requests of RFC 8995 Appendix C before their judges.  tests/data/extract-rfc8995 took them out of
 * the text.  They are what other software was made with, and have its habits: one CA for devices and vouchers, content
 * that is marked as plain data, nonces in base64url without padding, a registrar's certificate for a pin. */

#define AT_ITS_DATE G_GINT64_CONSTANT (1618358400)    /* 2021-04-14T00:00:00Z */
#define WITH_DEVICE G_GINT64_CONSTANT (1619827200)    /* 2021-05-01T00:00:00Z */
#define AFTER_ITS_DATE G_GINT64_CONSTANT (1767225600) /* 2026-01-01T00:00:00Z */

#define SERIAL "00-D0-E5-F2-00-02"
#define NONCE "-_XE9zK9q8Ll1qylMtLKeg"

typedef gboolean (*JudgeAs) (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error);

typedef struct
{
  GPtrArray *vendor; /* the manufacturer's one CA */
  GPtrArray *idevid;
  GPtrArray *registrar; /* without its CA */
  GPtrArray *owner;
  GBytes *voucher;
  GBytes *pledge_request;
  GBytes *registrar_request;
  StileJudge judge;
} Fixture;

static char *
find (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "rfc8995", name, NULL);
}

static GPtrArray *
load_certificates (const char *name)
{
  g_autofree char *path = find (name);
  g_autoptr (GError) error = NULL;
  GPtrArray *certificates = stile_certificate_bundle_load_pem (path, &error);

  g_assert_no_error (error);
  return certificates;
}

static GBytes *
load (const char *name)
{
  g_autofree char *path = find (name);
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->vendor = load_certificates ("vendor.pem");
  self->idevid = load_certificates ("idevid.pem");
  self->registrar = load_certificates ("registrar.pem");
  self->owner = load_certificates ("owner-ca.pem");
  self->voucher = load ("voucher.der");
  self->pledge_request = load ("pledge-voucher-request.der");
  self->registrar_request = load ("registrar-voucher-request.der");
  self->judge = (StileJudge){ .at = AT_ITS_DATE, .anchors = self->vendor };
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  GPtrArray *lists[] = { self->vendor, self->idevid, self->registrar, self->owner };
  GBytes *files[] = { self->voucher, self->pledge_request, self->registrar_request };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_ptr_array_unref (lists[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_bytes_unref (files[i]);
}

/* "P5 noted, P5 passed, …" */
static char *
list_checks (StileChecks *checks)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < stile_checks_get_n (checks); i++)
    {
      g_test_message ("%s: %s", stile_checks_get_id (checks, i), stile_checks_get_sentence (checks, i));
      g_string_append_printf (list, "%s%s %s", i > 0 ? ", " : "", stile_checks_get_id (checks, i),
                              stile_checks_get_result_name (stile_checks_get_result (checks, i)));
    }

  return g_string_free (list, FALSE);
}

/* @refused is NULL for what is accepted. */
static void
expect (Fixture *self, JudgeAs judge_as, GBytes *bytes, const char *refused, const char *wanted)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean accepted = judge_as (&self->judge, bytes, checks, &judgement, &error);
  g_autofree char *list = list_checks (checks);

  g_assert_cmpstr (list, ==, wanted);
  g_assert_cmpstr (stile_checks_get_refused (checks), ==, refused);
  g_assert_true (accepted == (refused == NULL));
}

static void
set_up_pledge (Fixture *self)
{
  self->judge.serial = SERIAL;
  self->judge.nonce = NONCE;
  self->judge.idevid = self->idevid->pdata[0];
  self->judge.peer_chain = self->registrar;
}

/* The pin is the registrar's own certificate, which has no CA flag and no purpose but cmcRA (BOOTSTRAP P14). */
static void
test_voucher_at_its_date (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  expect (
      self, stile_judge_as_pledge, self->voucher, NULL,
      "P5 noted, P5 passed, P6 passed, P7 passed, P8 passed, P9 skipped, P10 passed, P11 passed, P12 passed, "
      "P13 passed, P14 passed, P15 skipped");
}

static void
test_voucher_today (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  self->judge.at = AFTER_ITS_DATE;
  expect (self, stile_judge_as_pledge, self->voucher, "P12",
          "P5 noted, P5 passed, P6 passed, P7 passed, P8 passed, P9 skipped, P10 passed, P11 passed, P12 "
          "refused");
  /* RFC 8995 section 2.6.1: the nonce is enough for who has no clock. */
  self->judge.policy = STILE_JUDGE_NO_CLOCK;
  expect (self, stile_judge_as_pledge, self->voucher, NULL,
          "P5 noted, P5 passed, P6 passed, P7 passed, P8 passed, P9 skipped, P10 passed, P11 passed, P12 "
          "skipped, "
          "P13 passed, P14 passed, P15 skipped");
}

/* The nonce is a string: with padding it is another one. */
static void
test_padded_nonce (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  self->judge.nonce = NONCE "==";
  expect (self, stile_judge_as_pledge, self->voucher, "P10",
          "P5 noted, P5 passed, P6 passed, P7 passed, P8 passed, P9 skipped, P10 refused");
}

static void
test_other_registrar (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  self->judge.peer_chain = self->owner;
  expect (
      self, stile_judge_as_pledge, self->voucher, "P14",
      "P5 noted, P5 passed, P6 passed, P7 passed, P8 passed, P9 skipped, P10 passed, P11 passed, P12 passed, "
      "P13 passed, P14 refused");
}

static void
test_other_anchor (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  self->judge.anchors = self->owner;
  expect (self, stile_judge_as_pledge, self->voucher, "P5", "P5 refused");
}

/* One CA for everything: the device's signature leads to the anchor of the vouchers, and P6 is all that is left. */
static void
test_signed_by_device (Fixture *self, gconstpointer data)
{
  set_up_pledge (self);
  expect (self, stile_judge_as_pledge, self->pledge_request, "P6", "P5 noted, P5 passed, P6 refused");
}

/* The certificate of C.1.5 is two weeks younger than the request, and than the certificate in it. */
static void
test_pledge_request (Fixture *self, gconstpointer data)
{
  static const char accepted[] = "R1 passed, R2 noted, R2 passed, R3 passed, R3 passed, R4 passed";

  self->judge.own = self->registrar->pdata[0];
  expect (self, stile_judge_as_registrar, self->pledge_request, NULL, accepted);
  self->judge.peer_chain = self->idevid;
  expect (self, stile_judge_as_registrar, self->pledge_request, "R1", "R1 refused");
  self->judge.at = WITH_DEVICE;
  expect (self, stile_judge_as_registrar, self->pledge_request, NULL, accepted);
}

/* The device's certificate holds until 2999, but the CA above it ran out: that is no end of the device's. */
static void
test_pledge_request_today (Fixture *self, gconstpointer data)
{
  self->judge.own = self->registrar->pdata[0];
  self->judge.at = AFTER_ITS_DATE;
  expect (self, stile_judge_as_registrar, self->pledge_request, "R1", "R1 refused");
  self->judge.policy = STILE_JUDGE_IDEVID_MAY_END;
  expect (self, stile_judge_as_registrar, self->pledge_request, "R1", "R1 refused");
  self->judge.policy = STILE_JUDGE_NO_CLOCK;
  expect (self, stile_judge_as_registrar, self->pledge_request, NULL,
          "R1 passed, R2 noted, R2 passed, R3 passed, R3 passed, R4 passed");
}

static void
test_pledge_request_elsewhere (Fixture *self, gconstpointer data)
{
  self->judge.own = self->owner->pdata[0];
  expect (self, stile_judge_as_registrar, self->pledge_request, "R4",
          "R1 passed, R2 noted, R2 passed, R3 passed, R3 passed, R4 refused");
}

/* It has no "idevid-issuer", which RFC 8995 does not ask for, and 8366bis does. */
static void
test_registrar_request (Fixture *self, gconstpointer data)
{
  expect (self, stile_judge_as_masa, self->registrar_request, NULL,
          "M1 noted, M1 passed, M1 passed, M2 passed, M3 noted, M3 passed, M4 passed, M5 passed, M7 passed");
  self->judge.anchors = self->owner;
  expect (self, stile_judge_as_masa, self->registrar_request, "M3",
          "M1 noted, M1 passed, M1 passed, M2 passed, M3 noted, M3 refused");
}

static void
test_registrar_request_today (Fixture *self, gconstpointer data)
{
  self->judge.at = AFTER_ITS_DATE;
  expect (self, stile_judge_as_masa, self->registrar_request, "M1", "M1 refused");
}

/* To sign with the right key is not enough: a device is no registrar, and a registrar no device. */
static void
test_each_other (Fixture *self, gconstpointer data)
{
  expect (self, stile_judge_as_masa, self->pledge_request, "M2",
          "M1 noted, M1 passed, M1 passed, M2 refused");
  expect (self, stile_judge_as_registrar, self->registrar_request, "R1", "R1 refused");
  expect (self, stile_judge_as_masa, self->voucher, "M1", "M1 noted, M1 refused");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/voucher-rfc8995/voucher/at-its-date", test_voucher_at_its_date },
    { "/voucher-rfc8995/voucher/ran-out-today", test_voucher_today },
    { "/voucher-rfc8995/voucher/padded-nonce-is-another", test_padded_nonce },
    { "/voucher-rfc8995/voucher/another-registrar", test_other_registrar },
    { "/voucher-rfc8995/voucher/another-manufacturer", test_other_anchor },
    { "/voucher-rfc8995/voucher/devices-do-not-vouch", test_signed_by_device },
    { "/voucher-rfc8995/pledge-request/at-its-date", test_pledge_request },
    { "/voucher-rfc8995/pledge-request/ran-out-today", test_pledge_request_today },
    { "/voucher-rfc8995/pledge-request/for-another-registrar", test_pledge_request_elsewhere },
    { "/voucher-rfc8995/registrar-request/at-its-date", test_registrar_request },
    { "/voucher-rfc8995/registrar-request/ran-out-today", test_registrar_request_today },
    { "/voucher-rfc8995/one-for-the-other", test_each_other },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
