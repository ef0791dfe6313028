/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-voucher.h"

#include <gnutls/crypto.h>

/* BOOTSTRAP P1: RFC 8366 wants 8 to 32. */
#define NONCE_SIZE 16

/**
 * StileVoucher:
 *
 * What a manufacturer says of a device and its domain, or what is asked of it: a value that never changes.  Whether it is
 * to be believed is StileJudge's matter, and the bytes that were signed are in the StileSignedMessage it came in.
 */
struct _StileVoucher
{
  GObject parent_instance;

  StileVoucherKind kind;
  StileVoucherFields fields; /* all of it is ours */
  StileCertificate *pin;     /* NULL without one, or when it is no certificate */
};

G_DEFINE_FINAL_TYPE (StileVoucher, stile_voucher, G_TYPE_OBJECT)

static void
free_texts (StileVoucherFields *fields)
{
  const char *texts[] = { fields->serial_number, fields->nonce, fields->est_domain,
                          fields->additional_configuration_url };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free ((gpointer)texts[i]);
}

static void
stile_voucher_finalize (GObject *object)
{
  StileVoucher *self = STILE_VOUCHER (object);
  StileVoucherFields *fields = &self->fields;
  GBytes **binaries[] = { &fields->idevid_issuer,
                          &fields->pinned_domain_cert,
                          &fields->pinned_domain_pubk,
                          &fields->pinned_domain_pubk_sha256,
                          &fields->prior_signed_voucher_request,
                          &fields->proximity_registrar_cert,
                          &fields->proximity_registrar_pubk,
                          &fields->proximity_registrar_pubk_sha256 };

  free_texts (fields);
  for (gsize i = 0; i < G_N_ELEMENTS (binaries); i++)
    g_clear_pointer (binaries[i], g_bytes_unref);
  g_clear_pointer (&fields->more, g_variant_unref);
  g_clear_object (&self->pin);

  G_OBJECT_CLASS (stile_voucher_parent_class)->finalize (object);
}

static void
stile_voucher_class_init (StileVoucherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_voucher_finalize;
}

static void
stile_voucher_init (StileVoucher *self)
{
}

static GBytes *
hold (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

static void
copy_fields (StileVoucherFields *to, const StileVoucherFields *from)
{
  *to = *from;
  to->serial_number = g_strdup (from->serial_number);
  to->nonce = g_strdup (from->nonce);
  to->est_domain = g_strdup (from->est_domain);
  to->additional_configuration_url = g_strdup (from->additional_configuration_url);
  to->idevid_issuer = hold (from->idevid_issuer);
  to->pinned_domain_cert = hold (from->pinned_domain_cert);
  to->pinned_domain_pubk = hold (from->pinned_domain_pubk);
  to->pinned_domain_pubk_sha256 = hold (from->pinned_domain_pubk_sha256);
  to->prior_signed_voucher_request = hold (from->prior_signed_voucher_request);
  to->proximity_registrar_cert = hold (from->proximity_registrar_cert);
  to->proximity_registrar_pubk = hold (from->proximity_registrar_pubk);
  to->proximity_registrar_pubk_sha256 = hold (from->proximity_registrar_pubk_sha256);
  to->more = from->more != NULL ? g_variant_ref_sink (from->more) : NULL;
}

/**
 * stile_voucher_new:
 * @fields: what it says; copied
 */
StileVoucher *
stile_voucher_new (StileVoucherKind kind, const StileVoucherFields *fields)
{
  StileVoucher *self = g_object_new (STILE_TYPE_VOUCHER, NULL);

  self->kind = kind;
  copy_fields (&self->fields, fields);
  if (fields->pinned_domain_cert != NULL)
    self->pin = stile_certificate_new_from_der (fields->pinned_domain_cert, NULL);

  return self;
}

StileVoucherKind
stile_voucher_get_kind (StileVoucher *self)
{
  return self->kind;
}

/**
 * stile_voucher_get_fields:
 *
 * Returns: (transfer none): what it says, as long as the voucher is there
 */
const StileVoucherFields *
stile_voucher_get_fields (StileVoucher *self)
{
  return &self->fields;
}

/**
 * stile_voucher_get_pin:
 *
 * Returns: (transfer none) (nullable): the domain's certificate; %NULL without one, or when it is no certificate
 */
StileCertificate *
stile_voucher_get_pin (StileVoucher *self)
{
  return self->pin;
}

/**
 * stile_voucher_get_assertion_name:
 *
 * Returns: (transfer none): as in JSON (RFC 8366 section 5.3); "" without one, "unknown" for what no RFC knows
 */
const char *
stile_voucher_get_assertion_name (StileAssertion assertion)
{
  static const char *const names[] = {
    [STILE_ASSERTION_NONE] = "",
    [STILE_ASSERTION_VERIFIED] = "verified",
    [STILE_ASSERTION_LOGGED] = "logged",
    [STILE_ASSERTION_PROXIMITY] = "proximity",
    [STILE_ASSERTION_AGENT_PROXIMITY] = "agent-proximity",
    [STILE_ASSERTION_UNKNOWN] = "unknown",
  };

  g_return_val_if_fail ((gsize)assertion < G_N_ELEMENTS (names), "");

  return names[assertion];
}

/**
 * stile_voucher_make_nonce:
 *
 * Returns: (transfer full) (nullable): 16 random bytes in base64, for one attempt on one connection (BOOTSTRAP P1); %NULL
 *   when the system has no randomness
 */
char *
stile_voucher_make_nonce (void)
{
  guint8 bytes[NONCE_SIZE];

  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
    return NULL;

  return g_base64_encode (bytes, sizeof bytes);
}
