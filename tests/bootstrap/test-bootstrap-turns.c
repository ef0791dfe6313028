/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-report.h"
#include "bootstrap/walk.h"
#include "support/test-await.h"

/* --- stopping --- */

typedef struct
{
  const char *name;
  StileBootstrapStep step;
  TestCarrierBlock block;
  guint sealed_until_block;
} Stop;

static const Stop stops[] = {
  { "path", STILE_BOOTSTRAP_PATH, TEST_CARRIER_BLOCK_INSPECT, 0 },
  { "session-handshake", STILE_BOOTSTRAP_SESSION, TEST_CARRIER_BLOCK_EXCHANGE, 0 },
  { "session-observation", STILE_BOOTSTRAP_SESSION, TEST_CARRIER_BLOCK_SEALED, 0 },
  { "roots", STILE_BOOTSTRAP_ROOTS, TEST_CARRIER_BLOCK_SEALED, 1 },
};

static void
test_cancel (Walk *self, gconstpointer data)
{
  const Stop *stop = data;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  test_carrier_world.block = stop->block;
  test_carrier_world.sealed_until_block = stop->sealed_until_block;
  stile_bootstrap_run_async (self->job, STILE_BOOTSTRAP_DONE, cancellable, test_await_cb, &result);
  test_await_until (test_carrier_world.blocked);
  g_assert_true (stile_bootstrap_is_running (self->job));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, stop->step), ==, STILE_BOOTSTRAP_RUNNING);
  g_cancellable_cancel (cancellable);
  g_assert_false (stile_bootstrap_run_finish (self->job, test_await_result (&result), &error));
  g_assert_true (stile_error_is_cancelled (error));
  g_assert_false (stile_bootstrap_is_running (self->job));
  for (StileBootstrapStep step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    {
      if (step < stop->step)
        g_assert_true (stile_bootstrap_is_passed (self->job, step));
      else
        g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_WAITING);
      g_assert_null (stile_bootstrap_get_error (self->job, step));
    }

  test_carrier_world.block = TEST_CARRIER_BLOCK_NOTHING;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

/* The last look hangs: what was installed stays, and the look is made again. */
static void
test_cancel_done (Walk *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  walk_expect_complete (self, STILE_BOOTSTRAP_INSTALL);
  test_carrier_world.block = TEST_CARRIER_BLOCK_INSPECT;
  stile_bootstrap_run_async (self->job, STILE_BOOTSTRAP_DONE, cancellable, test_await_cb, &result);
  test_await_until (test_carrier_world.blocked);
  g_cancellable_cancel (cancellable);
  g_assert_false (stile_bootstrap_run_finish (self->job, test_await_result (&result), &error));
  g_assert_true (stile_error_is_cancelled (error));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_DONE), ==, STILE_BOOTSTRAP_WAITING);
  test_carrier_world.block = TEST_CARRIER_BLOCK_NOTHING;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
test_cancelled_before (Walk *self, gconstpointer data)
{
  for (StileBootstrapStep step = STILE_BOOTSTRAP_PATH; step < STILE_BOOTSTRAP_N_STEPS; step++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      walk_expect_complete (self, step - 1);
      g_cancellable_cancel (cancellable);
      g_assert_false (walk_run (self, step, cancellable, &error));
      g_assert_true (stile_error_is_cancelled (error));
      g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_WAITING);
    }
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

/* --- back --- */

static void
test_go_back (Walk *self, gconstpointer data)
{
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_DONE);
  g_assert_null (stile_bootstrap_get_verification (self->job));
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_ROOTS);
  g_assert_null (stile_bootstrap_get_roots (self->job));
  g_assert_null (stile_bootstrap_get_inspecting_root (self->job));
  g_assert_nonnull (stile_bootstrap_get_client (self->job));
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SESSION);
  g_assert_null (stile_bootstrap_get_client (self->job));
  g_assert_null (stile_bootstrap_get_service_view (self->job));
  g_assert_nonnull (stile_bootstrap_get_path (self->job));
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SERVICE);
  g_assert_null (stile_bootstrap_get_path (self->job));
  g_assert_null (stile_bootstrap_get_identity (self->job));
  g_assert_null (stile_bootstrap_get_anchors (self->job));
  for (StileBootstrapStep step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    g_assert_cmpint (stile_bootstrap_get_state (self->job, step), ==, STILE_BOOTSTRAP_WAITING);
  g_assert_true (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
}

static void
undo (Walk *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_bootstrap_undo_async (self->job, NULL, test_await_cb, &result);
  g_assert_true (stile_bootstrap_undo_finish (self->job, test_await_result (&result), &error));
  g_assert_no_error (error);
}

static void
test_undo (Walk *self, gconstpointer data)
{
  undo (self); /* nothing yet */
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  undo (self);
  g_assert_false (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_INSTALL), ==,
                   STILE_BOOTSTRAP_WAITING);
  g_assert_cmpint (stile_bootstrap_get_state (self->job, STILE_BOOTSTRAP_ROOTS), ==,
                   STILE_BOOTSTRAP_COMPLETE);
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_true (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
}

/* The roots are forgotten, the file is not: it can still be taken back, also when nobody chooses it any longer. */
static void
test_undo_after_going_back (Walk *self, gconstpointer data)
{
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  stile_bootstrap_go_back (self->job, STILE_BOOTSTRAP_SERVICE);
  stile_trust_store_set_selected (self->file, FALSE);
  undo (self);
  g_assert_false (g_file_test (self->file_path, G_FILE_TEST_EXISTS));
}

/* --- policies --- */

typedef struct
{
  const char *name;
  StilePolicy policy;
  gboolean intercepted;
  gboolean atls; /* whether the walk takes it */
} Choice;

static const Choice choices[] = {
  { "always-intercepted", STILE_POLICY_ALWAYS, TRUE, TRUE },
  { "always-clean", STILE_POLICY_ALWAYS, FALSE, TRUE },
  { "when-intercepted", STILE_POLICY_WHEN_INTERCEPTED, TRUE, TRUE },
  { "when-intercepted-clean", STILE_POLICY_WHEN_INTERCEPTED, FALSE, FALSE },
  { "never", STILE_POLICY_NEVER, FALSE, FALSE },
};

static void
test_policy (Walk *self, gconstpointer data)
{
  const Choice *choice = data;
  g_autofree char *sentence = NULL;
  g_autoptr (GVariant) report = NULL;

  g_object_set (self->profile, "policy", choice->policy, NULL);
  if (!choice->intercepted)
    test_carrier_world.errors = 0;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_cmpint (stile_bootstrap_get_client (self->job) != NULL, ==, choice->atls);
  g_assert_cmpint (test_carrier_world.exchanges > 0, ==, choice->atls);
  g_assert_cmpuint (stile_bootstrap_get_roots (self->job)->len, ==, 1);
  sentence = stile_bootstrap_get_sentence (self->job, STILE_BOOTSTRAP_SESSION);
  g_assert_cmpstr (sentence, !=, "");
  report = g_variant_ref_sink (stile_bootstrap_report_write (self->job));
}

/* Without TLS outside nothing vouches for the transport. */
static void
test_policy_without_tls (Walk *self, gconstpointer data)
{
  g_object_set (self->profile, "policy", STILE_POLICY_WHEN_INTERCEPTED, NULL);
  test_carrier_world.outer = NULL;
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_nonnull (stile_bootstrap_get_client (self->job));
  g_assert_false (stile_bootstrap_is_intercepted (self->job));
}

/* Roots that come over plain HTTP could be anybody's: none is taken. */
static void
test_policy_never_without_tls (Walk *self, gconstpointer data)
{
  g_object_set (self->profile, "policy", STILE_POLICY_NEVER, NULL);
  test_carrier_world.outer = NULL;
  walk_expect_failure (self, STILE_BOOTSTRAP_SESSION, STILE_ERROR_SETTINGS);
  g_assert_null (stile_bootstrap_get_roots (self->job));
}

static void
test_modes (Walk *self, gconstpointer data)
{
  g_object_set (self->profile, "mode", STILE_MODE_RECORD, "tls-version", STILE_TLS_1_2, NULL);
  walk_expect_complete (self, STILE_BOOTSTRAP_DONE);
  g_assert_cmpint (stile_client_get_mode (stile_bootstrap_get_client (self->job)), ==, STILE_MODE_RECORD);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    void (*run) (Walk *self, gconstpointer data);
  } tests[] = {
    { "cancel/done", test_cancel_done },
    { "cancel/before", test_cancelled_before },
    { "go-back", test_go_back },
    { "undo", test_undo },
    { "undo-after-going-back", test_undo_after_going_back },
    { "policy/without-tls", test_policy_without_tls },
    { "policy/never-without-tls", test_policy_never_without_tls },
    { "modes", test_modes },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/turns/cancel/", stops[i].name, NULL);

      g_test_add (name, Walk, &stops[i], walk_set_up, test_cancel, walk_tear_down);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/turns/policy/", choices[i].name, NULL);

      g_test_add (name, Walk, &choices[i], walk_set_up, test_policy, walk_tear_down);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *name = g_strconcat ("/bootstrap/turns/", tests[i].name, NULL);

      g_test_add (name, Walk, NULL, walk_set_up, tests[i].run, walk_tear_down);
    }

  return g_test_run ();
}
