/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-connections.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-observation-json.h"

/* Connections that are alike are told once, with how many there were; of those that are not, so many. */
#define MAX_CONNECTIONS 24

static void
add_text (GVariantBuilder *builder, const char *member, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (text));
}

static void
add_answer (GVariantBuilder *builder, const char *member, StileYesNo answer)
{
  if (answer != STILE_NOT_KNOWN)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_boolean (answer == STILE_YES));
}

static void
add_number (GVariantBuilder *builder, const char *member, gint64 number)
{
  g_variant_builder_add (builder, "{sv}", member, g_variant_new_int64 (number));
}

static gboolean
are_equal (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static const char *
get_fingerprint (StileSighting *sighting)
{
  StileCertificate *leaf = stile_sighting_get_leaf (sighting);

  return leaf != NULL ? stile_certificate_get_fingerprint (leaf) : NULL;
}

/* For whoever reads: which connection it was says nothing, what was seen of it does. */
static gboolean
are_alike (StileSighting *a, StileSighting *b)
{
  StileObservation *one = stile_sighting_get_client (a), *other = stile_sighting_get_client (b);

  return are_equal (get_fingerprint (a), get_fingerprint (b)) &&
         are_equal (stile_observation_get_tls_version (one), stile_observation_get_tls_version (other)) &&
         are_equal (stile_observation_get_http_version (one), stile_observation_get_http_version (other)) &&
         stile_sighting_get_authentication (a) == stile_sighting_get_authentication (b) &&
         stile_sighting_compare_bindings (a) == stile_sighting_compare_bindings (b);
}

/* Each of its kind that was first, with how many are like it. */
static GPtrArray *
fold (StileSignals *signals, GArray *counts)
{
  GPtrArray *kinds = g_ptr_array_new ();

  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *sighting = g_ptr_array_index (signals->sightings, i);
      guint found = 0;
      const guint one = 1;

      while (found < kinds->len && !are_alike (g_ptr_array_index (kinds, found), sighting))
        found++;
      if (found < kinds->len)
        g_array_index (counts, guint, found)++;
      else if (kinds->len < MAX_CONNECTIONS)
        {
          g_ptr_array_add (kinds, sighting);
          g_array_append_val (counts, one);
        }
    }

  return kinds;
}

/* --- the client's side --- */

static GVariant *
write_certificate (StileCertificate *certificate)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *pem = stile_certificate_to_pem (certificate);
  g_autofree char *key = stile_front_digest_key (certificate);
  g_autofree char *until = g_date_time_format_iso8601 (stile_certificate_get_not_after (certificate));

  add_text (&builder, "subject", stile_certificate_get_subject (certificate));
  add_text (&builder, "issuer", stile_certificate_get_issuer (certificate));
  add_text (&builder, "sha256", stile_certificate_get_fingerprint (certificate));
  add_text (&builder, "spki_sha256", key);
  add_text (&builder, "key", stile_certificate_get_key_description (certificate));
  add_text (&builder, "not_after", until);
  add_text (&builder, "pem", pem);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_chain (GPtrArray *chain)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; chain != NULL && i < chain->len; i++)
    g_variant_builder_add_value (&builder, write_certificate (g_ptr_array_index (chain, i)));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_trust (StileSighting *sighting)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  StileCertificate *anchor = stile_sighting_get_anchor (sighting);

  add_answer (&builder, "system", stile_sighting_get_system_trust (sighting));
  add_answer (&builder, "public_bundle", stile_sighting_get_public_trust (sighting));
  add_answer (&builder, "own_key", stile_sighting_get_own_key (sighting));
  add_text (&builder, "anchor_sha256", anchor != NULL ? stile_certificate_get_fingerprint (anchor) : NULL);
  add_text (&builder, "anchor_name", anchor != NULL ? stile_certificate_get_name (anchor) : NULL);

  return g_variant_builder_end (&builder);
}

static GVariant *
write_headers (StileObservation *seen)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aas"));

  for (guint i = 0; i < stile_observation_get_n_headers (seen); i++)
    {
      const char *value;
      const char *name = stile_observation_get_nth_header (seen, i, &value);
      const char *pair[] = { name, value, NULL };

      g_variant_builder_add_value (&builder, g_variant_new_strv (pair, -1));
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
write_timing (StileObservation *seen)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (stile_observation_get_duration (seen) > 0)
    g_variant_builder_add (&builder, "{sv}", "total",
                           g_variant_new_double ((double)stile_observation_get_duration (seen) / 1000.0));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_connection (StileSighting *sighting, guint id, guint count)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  StileObservation *seen = stile_sighting_get_client (sighting);

  add_number (&builder, "id", id);
  add_number (&builder, "count", count);
  add_text (&builder, "asked_by", stile_sighting_get_asked_by (sighting));
  add_text (&builder, "remote", stile_observation_get_peer (seen));
  add_text (&builder, "proxy", stile_observation_get_proxy (seen));
  add_text (&builder, "tls", stile_observation_get_tls_version (seen));
  add_text (&builder, "cipher", stile_observation_get_cipher (seen));
  add_text (&builder, "alpn", stile_observation_get_application_protocol (seen));
  add_text (&builder, "http", stile_observation_get_http_version (seen));
  g_variant_builder_add (&builder, "{sv}", "tls_errors", stile_observation_json_write_errors (seen));
  add_text (&builder, "exporter_sha256", stile_observation_get_binding (seen, NULL));
  add_answer (&builder, "exporter_equal", stile_sighting_compare_bindings (sighting));
  g_variant_builder_add (&builder, "{sv}", "chain", write_chain (stile_observation_get_chain (seen)));
  g_variant_builder_add (&builder, "{sv}", "trust", write_trust (sighting));
  g_variant_builder_add (&builder, "{sv}", "headers", write_headers (seen));
  g_variant_builder_add (&builder, "{sv}", "timing_ms", write_timing (seen));

  return g_variant_builder_end (&builder);
}

/**
 * stile_report_connections_write_client:
 *
 * Returns: (transfer floating): the connections as this computer saw them
 */
GVariant *
stile_report_connections_write_client (StileSignals *signals)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) kinds = fold (signals, counts);

  for (guint i = 0; i < kinds->len; i++)
    g_variant_builder_add_value (
        &list, write_connection (g_ptr_array_index (kinds, i), i + 1, g_array_index (counts, guint, i)));
  g_variant_builder_add (&builder, "{sv}", "connections", g_variant_builder_end (&list));

  return g_variant_builder_end (&builder);
}

/* --- the service's side --- */

static GVariant *
write_observed (StileObservation *seen)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&builder, "peer", stile_observation_get_peer (seen));
  add_text (&builder, "http", stile_observation_get_http_version (seen));
  add_text (&builder, "tls", stile_observation_get_tls_version (seen));
  add_text (&builder, "cipher", stile_observation_get_cipher (seen));
  add_text (&builder, "alpn", stile_observation_get_application_protocol (seen));
  add_text (&builder, "ja3", stile_observation_get_ja3 (seen));
  add_text (&builder, "ja4", stile_observation_get_ja4 (seen));
  add_text (&builder, "exporter_sha256", stile_observation_get_binding (seen, NULL));
  g_variant_builder_add (&builder, "{sv}", "headers", write_headers (seen));

  return g_variant_builder_end (&builder);
}

static GVariant *
write_texts (GPtrArray *texts)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; texts != NULL && i < texts->len; i++)
    g_variant_builder_add (&builder, "s", g_ptr_array_index (texts, i));

  return g_variant_builder_end (&builder);
}

static const char *
name_authentication (StileAuthentication by)
{
  return by == STILE_AUTHENTICATED_BY_ATLS      ? "atls"
         : by == STILE_AUTHENTICATED_BY_RECEIPT ? "receipt"
                                                : "none";
}

/**
 * stile_report_connections_write_service:
 *
 * Returns: (transfer floating): the same as the service saw it, and what it says of its own front
 */
GVariant *
stile_report_connections_write_service (StileSignals *signals)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) kinds = fold (signals, counts);
  StileAuthentication by = STILE_AUTHENTICATED_NOT;
  StileFront *front = NULL;

  for (guint i = 0; i < signals->sightings->len; i++)
    {
      StileSighting *sighting = g_ptr_array_index (signals->sightings, i);
      StileObservation *service = stile_sighting_get_service (sighting);

      by = MAX (by, stile_sighting_get_authentication (sighting));
      if (service != NULL && stile_observation_get_front (service) != NULL)
        front = stile_observation_get_front (service);
    }
  for (guint i = 0; i < kinds->len; i++)
    if (stile_sighting_get_service (g_ptr_array_index (kinds, i)) != NULL)
      g_variant_builder_add_value (
          &list, write_observed (stile_sighting_get_service (g_ptr_array_index (kinds, i))));
  add_text (&builder, "authenticated_by", name_authentication (by));
  g_variant_builder_add (&builder, "{sv}", "observed", g_variant_builder_end (&list));
  g_variant_builder_add (&builder, "{sv}", "expected_spki",
                         write_texts (front != NULL ? stile_front_get_keys (front) : NULL));
  g_variant_builder_add (&builder, "{sv}", "front_adds",
                         write_texts (front != NULL ? stile_front_get_fields (front) : NULL));

  return g_variant_builder_end (&builder);
}
