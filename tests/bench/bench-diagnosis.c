/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-diagnosis.h"

#include <stdio.h>

#include "bench/bench-delay.h"
#include "codec/stile-certificate-bundle.h"
#include "diagnosis/stile-diagnosis.h"
#include "lab/stile-lab.h"

/* On a path without faults: two seconds and four round trips to the verdict, ten seconds for all probes. */
#define VERDICT_MILLISECONDS 2000
#define VERDICT_ROUND_TRIPS 4
#define ALL_MILLISECONDS 10000

/**
 * Watch:
 *
 * When the verdict was first what it is in the end, and when all was through.  Wall time, since a person waits for it.
 */
typedef struct
{
  gint64 began;
  gint64 changed;
  gint64 ended;
  StilePathKind path;
  StileConfidence confidence;
  gboolean any;
  const char *said; /* in the end */
} Watch;

static void
judged_cb (StileDiagnosis *job, GParamSpec *spec, Watch *watch)
{
  StileVerdict *verdict = stile_diagnosis_get_verdict (job);
  StilePathKind path = stile_verdict_get_path_class (verdict);
  StileConfidence confidence = stile_verdict_get_confidence (verdict);

  if (!watch->any || path != watch->path || confidence != watch->confidence)
    watch->changed = g_get_monotonic_time ();
  watch->any = TRUE;
  watch->path = path;
  watch->confidence = confidence;
}

static void
diagnosed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReport) report = stile_diagnosis_run_finish (STILE_DIAGNOSIS (object), result, &error);

  if (report == NULL)
    bench_figure_fail ("a diagnosis failed: %s", error->message);
  watch->said = stile_verdict_name_path (watch->path);
  watch->ended = g_get_monotonic_time ();
}

static void
diagnose (StileLab *lab, guint16 port, const char *proxy, Watch *watch)
{
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) anchors = stile_certificate_bundle_load_pem (stile_lab_get_domain_file (lab), &error);
  g_autoptr (StileIdentity) identity = NULL;
  g_autoptr (StileDiagnosis) job = NULL;

  if (error == NULL)
    identity =
        stile_identity_load (stile_lab_get_certificate_file (lab), stile_lab_get_key_file (lab), &error);
  if (error == NULL)
    job = stile_diagnosis_new (url, &error);
  if (job == NULL)
    bench_figure_fail ("the lab's files cannot be used: %s", error->message);

  stile_diagnosis_set_proxy (job, proxy);
  stile_diagnosis_set_anchors (job, anchors);
  stile_diagnosis_set_identity (job, identity);
  g_signal_connect (job, "notify::verdict", G_CALLBACK (judged_cb), watch);
  watch->began = g_get_monotonic_time ();
  stile_diagnosis_run_async (job, NULL, diagnosed, watch);
  while (watch->ended == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
measure (StileLab *lab,
         const char *way,
         guint16 port,
         const char *proxy,
         const char *truth,
         guint delay,
         int rounds)
{
  g_autoptr (GArray) verdicts = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *verdict_name = g_strdup_printf ("diagnosis, %s, %u ms away: verdict", way, delay);
  g_autofree char *all_name = g_strdup_printf ("diagnosis, %s, %u ms away: all probes", way, delay);

  for (int i = 0; i < rounds; i++)
    {
      Watch watch = { 0 };
      double milliseconds;

      diagnose (lab, port, proxy, &watch);
      if (g_strcmp0 (watch.said, truth) != 0)
        bench_figure_fail ("%s was said of %s", watch.said, way);
      milliseconds = (double)(watch.changed - watch.began) / 1000;
      g_array_append_val (verdicts, milliseconds);
      milliseconds = (double)(watch.ended - watch.began) / 1000;
      g_array_append_val (all, milliseconds);
    }
  bench_figure_print_limit (verdict_name, "ms", bench_figure_get_median (verdicts),
                            VERDICT_MILLISECONDS + VERDICT_ROUND_TRIPS * delay);
  bench_figure_print_limit (all_name, "ms", bench_figure_get_median (all), ALL_MILLISECONDS);
}

static guint16
get_port (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return (guint16)g_uri_get_port (uri);
}

/* The service itself, and the same through the middlebox, each as far away as @delay says. */
static void
measure_at (StileLab *lab, guint delay, int rounds)
{
  guint16 service = get_port (stile_lab_get_service_url (lab));
  BenchDelay *direct = bench_delay_start (service, delay);
  BenchDelay *middlebox = bench_delay_start (get_port (stile_lab_get_proxy_url (lab)), delay);
  g_autofree char *proxy = g_strdup_printf ("http://127.0.0.1:%u", bench_delay_get_port (middlebox));

  measure (lab, "direct", bench_delay_get_port (direct), "none", "direct", delay, rounds);
  measure (lab, "intercepted", service, proxy, "intercepted-untrusted", delay, rounds);
  bench_delay_stop (direct);
  bench_delay_stop (middlebox);
}

/* Probes pause on purpose, so that CPU time says nothing here, and there is nobody to compare with: goals are limits. */
void
bench_diagnosis_run (const BenchOptions *options)
{
  g_autoptr (StileLab) lab = stile_lab_new ();
  g_autoptr (GError) error = NULL;

  if (!stile_lab_start (lab, &error))
    bench_figure_fail ("the lab does not start: %s", error->message);
  measure_at (lab, 0, options->rounds);
  measure_at (lab, 100, options->rounds);
  stile_lab_stop (lab);
}
