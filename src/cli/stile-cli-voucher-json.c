/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-voucher-json.h"

#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-words.h"
#include "codec/stile-date.h"

/* What "stilectl voucher --json" prints; docs/json.md tells it. */

static void
add_string (GVariantBuilder *builder, const char *member, const char *value)
{
  g_variant_builder_add (builder, "{sv}", member, g_variant_new_string (value));
}

static GVariant *
describe_chain (GPtrArray *chain)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < chain->len; i++)
    g_variant_builder_add_value (&builder, stile_certificate_to_variant (g_ptr_array_index (chain, i)));

  return g_variant_builder_end (&builder);
}

static GVariant *
describe_signer (StileSignedMessage *message, guint index)
{
  StileCertificate *signer = stile_signed_message_get_signer (message, index);
  gint64 time = stile_signed_message_get_signing_time (message, index);
  g_autofree char *date = time != STILE_VOUCHER_NO_DATE ? stile_date_format (time) : NULL;
  g_autoptr (GPtrArray) chain = stile_signed_message_get_signer_chain (message, index);
  gboolean holds = signer != NULL && stile_signed_message_verify (message, index, signer, NULL);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "algorithm", stile_signed_message_get_algorithm (message, index));
  if (date != NULL)
    add_string (&builder, "signing_time", date);
  g_variant_builder_add (&builder, "{sv}", "signed_attributes",
                         g_variant_new_boolean (stile_signed_message_has_signed_attributes (message, index)));
  g_variant_builder_add (&builder, "{sv}", "holds", g_variant_new_boolean (holds));
  g_variant_builder_add (&builder, "{sv}", "chain", describe_chain (chain));

  return g_variant_builder_end (&builder);
}

static GVariant *
describe_signers (StileSignedMessage *message)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < stile_signed_message_get_n_signers (message); i++)
    g_variant_builder_add_value (&builder, describe_signer (message, i));

  return g_variant_builder_end (&builder);
}

static void
add_words (GVariantBuilder *builder, StileVoucher *voucher, StileCertificate *signer)
{
  g_autofree char *summary = stile_voucher_words_summarize (voucher, signer);

  add_string (builder, "summary", summary);
  g_variant_builder_add (builder, "{sv}", "voucher", stile_voucher_json_to_variant (voucher));
}

static void
add_message (GVariantBuilder *builder, StileSignedMessage *message, StileVoucher *voucher)
{
  gboolean request = stile_voucher_get_kind (voucher) == STILE_VOUCHER_REQUEST;
  gboolean jws = stile_signed_message_get_format (message) == STILE_SIGNED_JWS;
  g_autofree char *digest =
      g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, stile_signed_message_get_bytes (message));

  add_string (builder, "kind", request ? "request" : "voucher");
  add_string (builder, "format", jws ? "jws" : "cms");
  add_string (builder, "content_type", stile_signed_message_get_content_type (message));
  add_string (builder, "sha256", digest);
  add_words (builder, voucher, NULL);
  g_variant_builder_add (builder, "{sv}", "signers", describe_signers (message));
}

static GVariant *
describe_prior (const StileJudgement *judgement)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_message (&builder, judgement->prior_message, judgement->prior);

  return g_variant_builder_end (&builder);
}

/**
 * stile_cli_voucher_json_describe:
 * @judgement: with a message and a voucher
 *
 * Returns: (transfer floating): what is in a voucher or request, for stile_cli_print_json()
 */
GVariant *
stile_cli_voucher_json_describe (const StileJudgement *judgement, StileCliVoucherFileEncoding encoding)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_string (&builder, "encoding", stile_cli_voucher_file_get_encoding_name (encoding));
  add_message (&builder, judgement->message, judgement->voucher);
  if (judgement->prior != NULL)
    g_variant_builder_add (&builder, "{sv}", "prior", describe_prior (judgement));

  return g_variant_builder_end (&builder);
}

/**
 * stile_cli_voucher_json_describe_verdict:
 * @judgement: as far as it went
 * @checks: what was looked at
 *
 * Returns: (transfer floating): the verdict, for stile_cli_print_json()
 */
GVariant *
stile_cli_voucher_json_describe_verdict (const StileJudgement *judgement, StileChecks *checks)
{
  const char *refused = stile_checks_get_refused (checks);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "accepted", g_variant_new_boolean (refused == NULL));
  if (refused != NULL)
    add_string (&builder, "refused", refused);
  g_variant_builder_add (&builder, "{sv}", "checks", stile_checks_to_variant (checks));
  if (judgement->voucher != NULL)
    add_words (&builder, judgement->voucher, judgement->signer);
  if (judgement->signer != NULL)
    g_variant_builder_add (&builder, "{sv}", "signer", stile_certificate_to_variant (judgement->signer));

  return g_variant_builder_end (&builder);
}
