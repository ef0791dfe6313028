/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-bootstrap-report.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-bootstrap-words.h"
#include "bootstrap/stile-voucher-json.h"

/* The shape of the report; docs/json.md tells it. */
#define FORMAT_VERSION 1

static const char *const state_names[] = {
  [STILE_BOOTSTRAP_WAITING] = "waiting",   [STILE_BOOTSTRAP_RUNNING] = "running",
  [STILE_BOOTSTRAP_COMPLETE] = "complete", [STILE_BOOTSTRAP_SKIPPED] = "skipped",
  [STILE_BOOTSTRAP_FAILED] = "failed",
};

static void
add_string (GVariantBuilder *builder, const char *member, const char *value)
{
  if (value != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (value));
}

static void
add_bytes (GVariantBuilder *builder, const char *member, GBytes *bytes)
{
  g_autofree char *text = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  add_string (builder, member, text);
}

static GVariant *
write_certificates (GPtrArray *certificates)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < certificates->len; i++)
    g_variant_builder_add (&builder, "v", stile_certificate_to_variant (g_ptr_array_index (certificates, i)));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_error (const GError *error)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "code", stile_error_get_name (error));
  add_string (&builder, "message", error->message);
  add_string (&builder, "next_step", stile_error_get_next_step (error));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_step (StileBootstrap *job, StileBootstrapStep step)
{
  const GError *error = stile_bootstrap_get_error (job, step);
  g_autofree char *sentence = stile_bootstrap_get_sentence (job, step);
  g_autofree char *warning = stile_bootstrap_get_warning (job, step);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "step", stile_bootstrap_words_get_name (step));
  add_string (&builder, "state", state_names[stile_bootstrap_get_state (job, step)]);
  add_string (&builder, "sentence", sentence);
  add_string (&builder, "warning", warning);
  if (error != NULL)
    g_variant_builder_add (&builder, "{sv}", "error", write_error (error));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_steps (StileBootstrap *job)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint step = 0; step < STILE_BOOTSTRAP_N_STEPS; step++)
    g_variant_builder_add (&builder, "v", write_step (job, (StileBootstrapStep)step));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_stores (StileBootstrap *job)
{
  GListModel *stores = stile_bootstrap_get_stores (job);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);
      GVariantBuilder entry = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

      if (!stile_trust_store_get_selected (store))
        continue;
      add_string (&entry, "name", stile_trust_store_get_name (store));
      add_string (&entry, "location", stile_trust_store_get_location (store));
      g_variant_builder_add (&builder, "v", g_variant_builder_end (&entry));
    }

  return g_variant_builder_end (&builder);
}

/**
 * stile_bootstrap_report_write_session:
 * @client: is connected
 *
 * Returns: (transfer floating): who is there and how it is protected, for JSON
 */
GVariant *
stile_bootstrap_report_write_session (StileClient *client)
{
  StileSession *session = stile_client_get_session (client);
  GPtrArray *chain = stile_session_get_peer_chain (session);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "version", stile_session_get_version (session));
  add_string (&builder, "cipher_suite", stile_session_get_cipher_suite (session));
  add_string (&builder, "group", stile_session_get_group (session));
  add_string (&builder, "mode", stile_client_get_mode (client) == STILE_MODE_EXPORT ? "export" : "record");
  g_variant_builder_add (&builder, "{sv}", "resumed",
                         g_variant_new_boolean (stile_session_is_resumed (session)));
  g_variant_builder_add (&builder, "{sv}", "round_trips",
                         g_variant_new_int64 (stile_client_get_round_trips (client)));
  if (chain != NULL)
    g_variant_builder_add (&builder, "{sv}", "peer", write_certificates (chain));

  return g_variant_builder_end (&builder);
}

static void
add_voucher (StileBootstrap *job, GVariantBuilder *builder)
{
  StilePledge *pledge = stile_bootstrap_get_pledge (job);
  const StileJudgement *judgement = pledge != NULL ? stile_pledge_get_judgement (pledge) : NULL;
  GVariantBuilder entry = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (judgement == NULL || judgement->message == NULL)
    return;

  add_string (&entry, "registrar", stile_pledge_get_registrar (pledge));
  g_variant_builder_add (&entry, "{sv}", "checks",
                         stile_checks_to_variant (stile_pledge_get_checks (pledge)));
  if (judgement->voucher != NULL)
    g_variant_builder_add (&entry, "{sv}", "fields", stile_voucher_json_to_variant (judgement->voucher));
  if (judgement->signer != NULL)
    g_variant_builder_add (&entry, "{sv}", "signer", stile_certificate_to_variant (judgement->signer));
  add_bytes (&entry, "signed", stile_signed_message_get_bytes (judgement->message));
  g_variant_builder_add (builder, "{sv}", "voucher", g_variant_builder_end (&entry));
}

static void
add_enrolment (StileBootstrap *job, GVariantBuilder *builder)
{
  StileEnrolment *enrolment = stile_bootstrap_get_enrolment (job);
  GPtrArray *chain = enrolment != NULL ? stile_enrolment_get_chain (enrolment) : NULL;
  GVariantBuilder entry = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *key = NULL;
  g_autofree char *path = NULL;

  if (chain == NULL)
    return;

  key = stile_enrolment_note_get (stile_enrolment_get_note (enrolment), STILE_ENROLMENT_NOTE_KEY);
  path = stile_enrolment_note_get (stile_enrolment_get_note (enrolment), STILE_ENROLMENT_NOTE_CERTIFICATE);
  add_string (&entry, "key", key);
  add_string (&entry, "certificate", path);
  g_variant_builder_add (&entry, "{sv}", "chain", write_certificates (chain));
  g_variant_builder_add (&entry, "{sv}", "checks",
                         stile_checks_to_variant (stile_enrolment_get_checks (enrolment)));
  g_variant_builder_add (builder, "{sv}", "enrolment", g_variant_builder_end (&entry));
}

static void
add_observations (StileBootstrap *job, GVariantBuilder *builder)
{
  StileObservation *path = stile_bootstrap_get_path (job);
  StileObservation *service_view = stile_bootstrap_get_service_view (job);
  StileObservation *verification = stile_bootstrap_get_verification (job);

  if (path != NULL)
    {
      g_variant_builder_add (builder, "{sv}", "intercepted",
                             g_variant_new_boolean (stile_bootstrap_is_intercepted (job)));
      g_variant_builder_add (builder, "{sv}", "before", stile_observation_to_variant (path));
    }
  if (service_view != NULL)
    g_variant_builder_add (builder, "{sv}", "service_view", stile_observation_to_variant (service_view));
  if (verification != NULL)
    g_variant_builder_add (builder, "{sv}", "after", stile_observation_to_variant (verification));
}

/**
 * stile_bootstrap_report_write:
 *
 * Returns: (transfer floating): the walk as a report, for JSON; no secrets are in it
 */
GVariant *
stile_bootstrap_report_write (StileBootstrap *job)
{
  GPtrArray *roots = stile_bootstrap_get_roots (job);
  StileClient *client = stile_bootstrap_get_client (job);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (FORMAT_VERSION));
  add_string (&builder, "service", stile_profile_get_service (stile_bootstrap_get_profile (job)));
  g_variant_builder_add (&builder, "{sv}", "steps", write_steps (job));
  add_observations (job, &builder);
  if (client != NULL && stile_client_get_mode (client) != STILE_MODE_ANY)
    g_variant_builder_add (&builder, "{sv}", "session", stile_bootstrap_report_write_session (client));
  add_voucher (job, &builder);
  if (roots != NULL)
    {
      g_variant_builder_add (&builder, "{sv}", "roots", write_certificates (roots));
      g_variant_builder_add (&builder, "{sv}", "stores", write_stores (job));
    }
  add_enrolment (job, &builder);
  g_variant_builder_add (&builder, "{sv}", "trace",
                         stile_trace_to_variant (stile_bootstrap_get_trace (job), FALSE));

  return g_variant_builder_end (&builder);
}

/**
 * stile_bootstrap_report_make_trace:
 * @job: also one that ended early: that is looked at most
 *
 * Returns: (transfer full): what went over in its session so far
 */
StileTraceDocument *
stile_bootstrap_report_make_trace (StileBootstrap *job)
{
  StileTraceDocument *document = stile_trace_document_new (
      stile_bootstrap_get_trace (job), stile_profile_get_service (stile_bootstrap_get_profile (job)));

  if (stile_bootstrap_get_path (job) != NULL)
    stile_trace_document_set_intercepted (document, stile_bootstrap_is_intercepted (job));
  return document;
}
