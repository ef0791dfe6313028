/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-document.h"

#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "diagnosis/stile-path-diagnosis.h"
#include "diagnosis/stile-path-variant.h"
#include "diagnosis/stile-report-connections.h"
#include "diagnosis/stile-report-sides.h"
#include "transport/stile-http-version.h"

/* docs/report.md has all members, with their meaning. */

static void
add_text (GVariantBuilder *builder, const char *member, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (text));
}

static void
add_flag (GVariantBuilder *builder, const char *member, gboolean flag)
{
  g_variant_builder_add (builder, "{sv}", member, g_variant_new_boolean (flag));
}

static void
add_number (GVariantBuilder *builder, const char *member, gint64 number)
{
  g_variant_builder_add (builder, "{sv}", member, g_variant_new_int64 (number));
}

static GVariant *
write_tool (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *tls = g_strdup_printf ("GnuTLS %s", gnutls_check_version (NULL));
  g_autofree char *http = stile_http_version_describe ();

  add_text (&builder, "name", "Stile");
  add_text (&builder, "version", PACKAGE_VERSION);
  add_text (&builder, "tls", tls);
  add_text (&builder, "http", http);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_target (StileSignals *signals)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "url", signals->url);
  add_text (&builder, "host", signals->host);
  add_number (&builder, "port", signals->port);
  if (signals->service_chain != NULL)
    add_text (&builder, "service_id_sha256",
              stile_certificate_get_fingerprint (g_ptr_array_index (signals->service_chain, 0)));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_verdict (StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "path", stile_verdict_name_path (stile_verdict_get_path_class (verdict)));
  add_text (&builder, "confidence", stile_finding_name_confidence (stile_verdict_get_confidence (verdict)));
  add_text (&builder, "sentence", stile_verdict_get_sentence (verdict));
  add_text (&builder, "confidence_sentence", stile_verdict_get_confidence_sentence (verdict));
  g_variant_builder_add (&builder, "{sv}", "why",
                         g_variant_new_strv (stile_verdict_get_reasons (verdict), -1));
  add_flag (&builder, "intended", stile_verdict_is_intended (verdict));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_finding (StileFinding *finding)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "id", stile_finding_get_id (finding));
  add_text (&builder, "check", stile_finding_get_check (finding));
  add_text (&builder, "direction", stile_finding_get_direction (finding));
  add_text (&builder, "leg", stile_finding_get_leg (finding));
  add_text (&builder, "confidence", stile_finding_name_confidence (stile_finding_get_confidence (finding)));
  add_number (&builder, "repeated", stile_finding_get_repeated (finding));
  add_text (&builder, "sentence", stile_finding_get_sentence (finding));
  if (stile_finding_get_evidence (finding) != NULL)
    g_variant_builder_add (&builder, "{sv}", "evidence", stile_finding_get_evidence (finding));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_findings (StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GPtrArray *findings = stile_verdict_get_findings (verdict);

  for (guint i = 0; i < findings->len; i++)
    g_variant_builder_add_value (&builder, write_finding (g_ptr_array_index (findings, i)));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_authority (StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  StileCertificate *authority = stile_verdict_get_authority (verdict);
  StileSighting *sighting = stile_verdict_get_sighting (verdict);
  StileObservation *service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL;
  g_autofree char *pem = authority != NULL ? stile_certificate_to_pem (authority) : NULL;

  add_text (&builder, "name", stile_verdict_get_authority_name (verdict));
  add_text (&builder, "standing", stile_verdict_name_standing (stile_verdict_get_standing (verdict)));
  add_text (&builder, "id", stile_verdict_get_authority_id (verdict));
  if (authority != NULL)
    add_text (&builder, "sha256", stile_certificate_get_fingerprint (authority));
  if (service != NULL && stile_verdict_get_standing (verdict) == STILE_STANDING_DOMAIN)
    add_text (&builder, "label", stile_observation_get_authority_label (service));
  add_text (&builder, "pem", pem);

  return g_variant_builder_end (&builder);
}

static gboolean
belongs_to (StileFinding *finding, StileCheck *check)
{
  return g_strcmp0 (stile_finding_get_check (finding), stile_check_get_id (check)) == 0;
}

static GVariant *
write_check (StileCheck *check, StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GPtrArray *findings = stile_verdict_get_findings (verdict);

  for (guint i = 0; i < findings->len; i++)
    if (belongs_to (g_ptr_array_index (findings, i), check))
      g_variant_builder_add (&ids, "s", stile_finding_get_id (g_ptr_array_index (findings, i)));
  add_text (&builder, "id", stile_check_get_id (check));
  add_text (&builder, "title", stile_check_get_title (check));
  add_text (&builder, "state", stile_check_state_get_name (stile_check_get_state (check)));
  add_text (&builder, "sentence", stile_check_get_sentence (check));
  g_variant_builder_add (&builder, "{sv}", "findings", g_variant_builder_end (&ids));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_checks (GListModel *checks, StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < g_list_model_get_n_items (checks); i++)
    {
      g_autoptr (StileCheck) check = g_list_model_get_item (checks, i);

      g_variant_builder_add_value (&builder, write_check (check, verdict));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
write_not_run (StileSignals *signals)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i + 1 < signals->silences->len; i += 2)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      add_text (&builder, "check", g_ptr_array_index (signals->silences, i));
      add_text (&builder, "reason", g_ptr_array_index (signals->silences, i + 1));
      g_variant_builder_close (&builder);
    }
  g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
  add_text (&builder, "check", "quic");
  add_text (&builder, "reason", _ ("QUIC is not asked for yet."));
  g_variant_builder_close (&builder);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_network (StileSignals *signals)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder addresses = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < signals->addresses->len; i++)
    g_variant_builder_add (&addresses, "s", g_ptr_array_index (signals->addresses, i));
  g_variant_builder_add (&builder, "{sv}", "addresses", g_variant_builder_end (&addresses));
  add_text (&builder, "proxy", signals->proxy);
  add_text (&builder, "proxy_source", signals->proxy_source);
  if (signals->proxy_status != 0)
    add_number (&builder, "proxy_status", signals->proxy_status);
  add_text (&builder, "unreachable", signals->reach != STILE_REACH_GOOD ? signals->reach_detail : NULL);
  if (signals->clock_source != NULL)
    {
      add_number (&builder, "clock_offset_s", signals->clock_offset);
      add_text (&builder, "clock_source", signals->clock_source);
    }
  if (signals->portal == STILE_YES)
    add_text (&builder, "portal", signals->portal_url != NULL ? signals->portal_url : "");
  add_text (&builder, "oddity", signals->oddity);
  add_text (&builder, "atls_failure", signals->atls_detail);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_vendor (const StileVendorGuess *vendor)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "name", vendor->name);
  add_text (&builder, "category", vendor->category);
  add_text (&builder, "matched", vendor->matched);
  add_text (&builder, "source", vendor->source);
  add_text (&builder, "evidence", vendor->evidence);
  add_text (&builder, "hint", vendor->hint);
  add_flag (&builder, "compromised", vendor->compromised);
  add_flag (&builder, "proof", FALSE);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_remedies (StileSignals *signals, StileVerdict *verdict)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GPtrArray) remedies = stile_remedy_list (signals, verdict);

  for (guint i = 0; i < remedies->len; i++)
    g_variant_builder_add_value (&builder, stile_remedy_to_variant (g_ptr_array_index (remedies, i)));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_redaction (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  /* Never in a report, whoever asks for it. */
  add_flag (&builder, "cookies", TRUE);
  add_flag (&builder, "proxy_credentials", TRUE);
  add_flag (&builder, "addresses", FALSE);
  add_flag (&builder, "names", FALSE);

  return g_variant_builder_end (&builder);
}

/**
 * stile_report_document_make:
 * @checks: of StileCheck
 *
 * Returns: (transfer full): the whole document, a{sv}
 */
GVariant *
stile_report_document_make (StileSignals *signals, StileVerdict *verdict, GListModel *checks)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autoptr (StilePath) path = stile_path_diagnosis_new (signals, verdict);

  add_text (&builder, "schema", STILE_REPORT_SCHEMA);
  add_text (&builder, "created", created);
  g_variant_builder_add (&builder, "{sv}", "tool", write_tool ());
  g_variant_builder_add (&builder, "{sv}", "target", write_target (signals));
  g_variant_builder_add (&builder, "{sv}", "verdict", write_verdict (verdict));
  g_variant_builder_add (&builder, "{sv}", "findings", write_findings (verdict));
  if (stile_verdict_get_standing (verdict) != STILE_STANDING_NONE)
    g_variant_builder_add (&builder, "{sv}", "authority", write_authority (verdict));
  g_variant_builder_add (&builder, "{sv}", "path", stile_path_variant_write (path));
  g_variant_builder_add (&builder, "{sv}", "checks", write_checks (checks, verdict));
  g_variant_builder_add (&builder, "{sv}", "differences", stile_report_sides_write (signals, verdict));
  g_variant_builder_add (&builder, "{sv}", "client", stile_report_connections_write_client (signals));
  g_variant_builder_add (&builder, "{sv}", "service", stile_report_connections_write_service (signals));
  g_variant_builder_add (&builder, "{sv}", "network", write_network (signals));
  if (stile_verdict_get_vendor (verdict) != NULL)
    g_variant_builder_add (&builder, "{sv}", "vendor_guess",
                           write_vendor (stile_verdict_get_vendor (verdict)));
  g_variant_builder_add (&builder, "{sv}", "remediation", write_remedies (signals, verdict));
  g_variant_builder_add (&builder, "{sv}", "redaction", write_redaction ());
  g_variant_builder_add (&builder, "{sv}", "not_run", write_not_run (signals));

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
