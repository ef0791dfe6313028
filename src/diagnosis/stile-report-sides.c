/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-report-sides.h"

#include <glib/gi18n-lib.h>

#include "diagnosis/stile-finding-case.h"
#include "diagnosis/stile-probe-body.h"

static void
add_text (GVariantBuilder *builder, const char *member, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (text));
}

static void
add_row (GVariantBuilder *rows, const char *name, const char *label, const char *client, const char *service)
{
  GVariantBuilder row = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (client == NULL && service == NULL)
    return;

  add_text (&row, "name", name);
  add_text (&row, "label", label);
  add_text (&row, "client", client);
  add_text (&row, "service", service);
  g_variant_builder_add (&row, "{sv}", "equal", g_variant_new_boolean (g_strcmp0 (client, service) == 0));
  g_variant_builder_add_value (rows, g_variant_builder_end (&row));
}

static StileCertificate *
get_first (StileObservation *seen)
{
  GPtrArray *chain = seen != NULL ? stile_observation_get_chain (seen) : NULL;

  return chain != NULL && chain->len > 0 ? g_ptr_array_index (chain, 0) : NULL;
}

static void
add_certificates (GVariantBuilder *rows, StileCertificate *shown, StileCertificate *own)
{
  g_autofree char *shown_key = shown != NULL ? stile_front_digest_key (shown) : NULL;
  g_autofree char *own_key = own != NULL ? stile_front_digest_key (own) : NULL;

  add_row (rows, "certificate", _ ("Certificate, SHA-256"),
           shown != NULL ? stile_certificate_get_fingerprint (shown) : NULL,
           own != NULL ? stile_certificate_get_fingerprint (own) : NULL);
  add_row (rows, "key", _ ("Its public key, SHA-256"), shown_key, own_key);
  add_row (rows, "issuer", _ ("Signed by"), shown != NULL ? stile_certificate_get_issuer (shown) : NULL,
           own != NULL ? stile_certificate_get_issuer (own) : NULL);
}

/* The first request with a receipt in which this was sent: as it went out, and as it came. */
static void
add_agent (GVariantBuilder *rows, StileSignals *signals)
{
  for (guint i = 0; i < signals->trials->len; i++)
    {
      StileTrial *trial = g_ptr_array_index (signals->trials, i);
      const char *sent = stile_http_message_get_field (stile_trial_get_request (trial), "User-Agent");
      StileReceipt *receipt = stile_trial_get_receipt (trial);

      if (sent == NULL || receipt == NULL)
        continue;
      add_row (rows, "user-agent", _ ("User-Agent"), sent,
               stile_finding_case_find_header (stile_receipt_get_observation (receipt), "User-Agent"));
      return;
    }
}

static gboolean
add_bodies (GVariantBuilder *rows, StileTrial *trial)
{
  StileReceipt *receipt = stile_trial_get_receipt (trial);

  if (receipt == NULL || g_strcmp0 (stile_trial_get_probe (trial), stile_probe_body.id) != 0)
    return FALSE;

  add_row (rows, "request-body", _ ("Body of a request, SHA-256"), stile_trial_get_request_digest (trial),
           stile_receipt_get_request (receipt, NULL));
  add_row (rows, "response-body", _ ("Body of an answer, SHA-256"), stile_trial_get_response_digest (trial),
           stile_receipt_get_response (receipt, NULL));
  return TRUE;
}

static void
add_first_bodies (GVariantBuilder *rows, StileSignals *signals)
{
  for (guint i = 0; i < signals->trials->len; i++)
    if (add_bodies (rows, g_ptr_array_index (signals->trials, i)))
      return;
}

/**
 * stile_report_sides_write:
 *
 * Returns: (transfer floating): what both ends saw of the connection that is judged, and of requests, in rows
 */
GVariant *
stile_report_sides_write (StileSignals *signals, StileVerdict *verdict)
{
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  StileSighting *sighting = stile_verdict_get_sighting (verdict);
  StileObservation *client = sighting != NULL ? stile_sighting_get_client (sighting) : NULL;
  StileObservation *service = sighting != NULL ? stile_sighting_get_service (sighting) : NULL;

#define OF(seen, what) ((seen) != NULL ? stile_observation_get_##what (seen) : NULL)
  add_row (&rows, "binding", _ ("Channel binding (hash)"),
           client != NULL ? stile_observation_get_binding (client, NULL) : NULL,
           service != NULL ? stile_observation_get_binding (service, NULL) : NULL);
  add_certificates (&rows, get_first (client), get_first (service));
  add_row (&rows, "tls", _ ("TLS"), OF (client, tls_version), OF (service, tls_version));
  add_row (&rows, "cipher", _ ("Cipher suite"), OF (client, cipher), OF (service, cipher));
  add_row (&rows, "alpn", _ ("ALPN"), OF (client, application_protocol), OF (service, application_protocol));
  add_row (&rows, "http", _ ("HTTP"), OF (client, http_version), OF (service, http_version));
  add_row (&rows, "address", _ ("Address of the other end"), OF (client, peer), OF (service, peer));
#undef OF
  add_agent (&rows, signals);
  add_first_bodies (&rows, signals);

  return g_variant_builder_end (&rows);
}
