/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-court.h"
#include "bootstrap/stile-prm-pending.h"
#include "bootstrap/stile-prm-trigger.h"

/* What makes a pledge ask for a voucher, and what it remembers of that (BOOTSTRAP P22, BRSKI-PRM sections 7.1 and 12.1). */

static char *
make_trigger (PrmCourt *self)
{
  g_autofree char *told = prm_court_encode (test_pki_get_der (self->told));
  g_autofree char *data = prm_court_encode (self->signed_data);

  return g_strdup_printf ("{\"agent-provided-proximity-registrar-cert\":\"%s\",\"agent-signed-data\":\"%s\"}",
                          told, data);
}

static StilePrmProximity *
judge (PrmCourt *self, const char *json, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  g_clear_object (&self->court.checks);
  self->court.checks = stile_checks_new ();
  return stile_prm_trigger_judge (&self->court.judge, bytes, self->court.checks, error);
}

static void
expect_refused (PrmCourt *self, const char *json, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmProximity) proximity = judge (self, json, &error);

  g_assert_null (proximity);
  g_test_message ("%s", error->message);
  g_assert_error (error, STILE_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, "P22: "));
  g_assert_cmpstr (stile_checks_get_refused (self->court.checks), ==, "P22");
}

static void
test_good (PrmCourt *self, gconstpointer data)
{
  g_autofree char *json = make_trigger (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePrmProximity) proximity = judge (self, json, &error);

  g_assert_no_error (error);
  g_assert_true (
      stile_certificate_equal (proximity->registrar, test_pki_get_certificate (self->court.registrar)));
  g_assert_cmpstr (proximity->signed_data->serial, ==, COURT_SERIAL);
  court_expect_check (&self->court, "P22", STILE_CHECK_PASSED);
}

static void
test_other_device (PrmCourt *self, gconstpointer data)
{
  static const char *const serials[] = { "PID:X1 SN:0008", "pid:x1 sn:0007", "PID:X1 SN:0007 ", "0007" };

  for (gsize i = 0; i < G_N_ELEMENTS (serials); i++)
    {
      g_autofree char *json = NULL;

      prm_court_tell (self, self->told, serials[i], self->agent);
      json = make_trigger (self);
      expect_refused (self, json, STILE_ERROR_REFUSED);
    }
}

static void
test_hostile (PrmCourt *self, gconstpointer data)
{
  g_autofree char *good = make_trigger (self);
  g_autofree char *certificate = g_strndup (good, (gsize)(strchr (good, ',') - good));
  g_autofree char *missing = g_strconcat (certificate, "}", NULL);
  g_autofree char *no_message = g_strconcat (certificate, ",\"agent-signed-data\":\"AAAA\"}", NULL);
  g_autofree char *no_certificate =
      g_strconcat ("{\"agent-provided-proximity-registrar-cert\":\"AAAA\"", strchr (good, ','), NULL);
  g_autofree char *twice = g_strconcat (certificate, ",", good + 1, NULL);
  const char *const documents[] = { "",      "{}",       "[]",           "null", "{\"agent-signed-data\":7}",
                                    missing, no_message, no_certificate, twice,  "<html>" };
  g_autofree char *padding = g_strnfill (STILE_PRM_PROXIMITY_MAX_SIZE, ' ');
  g_autofree char *large = g_strconcat (good, padding, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    expect_refused (self, documents[i], STILE_ERROR_PROTOCOL);
  expect_refused (self, large, STILE_ERROR_PROTOCOL);
}

static void
test_skips (PrmCourt *self, gconstpointer data)
{
  g_autofree char *json = make_trigger (self);
  g_autoptr (StilePrmProximity) proximity = NULL;

  self->court.judge.serial = NULL;
  proximity = judge (self, json, NULL);
  g_assert_nonnull (proximity);
  court_expect_check (&self->court, "P22", STILE_CHECK_SKIPPED);
}

/* --- what is remembered --- */

static StileCertificate *
find (StilePrmPending *pending, const char *nonce, gint64 now)
{
  return stile_prm_pending_find (pending, nonce, now);
}

static void
test_belongs_to_its_nonce (PrmCourt *self, gconstpointer data)
{
  g_autoptr (StilePrmPending) pending = stile_prm_pending_new ();
  StileCertificate *one = test_pki_get_certificate (self->court.registrar);
  StileCertificate *other = test_pki_get_certificate (self->other_registrar);

  stile_prm_pending_add (pending, "a", one, 0);
  stile_prm_pending_add (pending, "b", other, 10);
  g_assert_true (find (pending, "a", 20) == one);
  g_assert_true (find (pending, "b", 20) == other);
  g_assert_null (find (pending, "c", 20));
}

static void
test_runs_out (PrmCourt *self, gconstpointer data)
{
  g_autoptr (StilePrmPending) pending = stile_prm_pending_new ();
  StileCertificate *one = test_pki_get_certificate (self->court.registrar);

  stile_prm_pending_add (pending, "a", one, 1000);
  stile_prm_pending_add (pending, "b", one, 2000);
  g_assert_nonnull (find (pending, "a", 1000 + STILE_PRM_PENDING_SECONDS - 1));
  g_assert_null (find (pending, "a", 1000 + STILE_PRM_PENDING_SECONDS));
  g_assert_cmpuint (stile_prm_pending_get_n (pending, 1000 + STILE_PRM_PENDING_SECONDS), ==, 1);
}

static void
test_has_a_limit (PrmCourt *self, gconstpointer data)
{
  g_autoptr (StilePrmPending) pending = stile_prm_pending_new ();
  StileCertificate *stranger = test_pki_get_certificate (self->court.strange_registrar);

  stile_prm_pending_add (pending, "first", stranger, 0);
  for (guint i = 0; i < 100 * STILE_PRM_PENDING_MAX; i++)
    {
      g_autofree char *nonce = g_strdup_printf ("%u", i);

      stile_prm_pending_add (pending, nonce, stranger, 1);
      g_assert_cmpuint (stile_prm_pending_get_n (pending, 1), <=, STILE_PRM_PENDING_MAX);
    }
  stile_prm_pending_add (pending, "last", test_pki_get_certificate (self->court.registrar), 2);

  g_assert_null (find (pending, "first", 2));
  g_assert_true (find (pending, "last", 2) == test_pki_get_certificate (self->court.registrar));
  g_assert_cmpuint (stile_prm_pending_get_n (pending, 2), ==, STILE_PRM_PENDING_MAX);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *claim;
    void (*test) (PrmCourt *self, gconstpointer data);
  } tests[] = {
    { "P22-takes-a-trigger-for-this-device", test_good },
    { "P22-a-trigger-for-another-device", test_other_device },
    { "P22-hostile-triggers", test_hostile },
    { "P22-what-is-not-known-is-skipped", test_skips },
    { "P22-a-registrar-belongs-to-its-nonce", test_belongs_to_its_nonce },
    { "P22-requests-run-out", test_runs_out },
    { "P22-requests-have-a-limit", test_has_a_limit },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/prm/pledge/", tests[i].claim, NULL);

      g_test_add (path, PrmCourt, NULL, prm_court_set_up_pledge, tests[i].test, prm_court_tear_down);
    }

  return g_test_run ();
}
