/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-receipt.h"

#include <glib/gi18n-lib.h>

#include "codec/stile-json.h"

/* The shape that this file writes; a later one that means other things gets another number. */
#define FORMAT_VERSION 1

/**
 * StileReceipt:
 *
 * What a service saw of one request that came without ATLS, for where ATLS cannot complete (PROTOCOL section 4).  It goes
 * over in clear and signed with the service's ATLS key: a middlebox can drop it, not forge it.
 */
struct _StileReceipt
{
  GObject parent_instance;

  char *nonce;
  StileObservation *observation;
  GPtrArray *chain; /* of StileCertificate: who signed, leaf first; NULL before it was signed */
  char *method;
  gsize request_length;
  char *request_digest; /* SHA-256 of the request's body, in hex; or NULL */
  gsize response_length;
  char *response_digest; /* SHA-256 of the body that goes with this, in hex; or NULL */
  char *about;           /* the nonce that was asked for, or NULL */
  guint count;           /* how often it has come */
  gint64 handling;       /* microseconds from the whole request to its answer */
};

G_DEFINE_FINAL_TYPE (StileReceipt, stile_receipt, G_TYPE_OBJECT)

static void
stile_receipt_finalize (GObject *object)
{
  StileReceipt *self = STILE_RECEIPT (object);

  g_free (self->nonce);
  g_clear_object (&self->observation);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_free (self->method);
  g_free (self->request_digest);
  g_free (self->response_digest);
  g_free (self->about);

  G_OBJECT_CLASS (stile_receipt_parent_class)->finalize (object);
}

static void
stile_receipt_class_init (StileReceiptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_receipt_finalize;
}

static void
stile_receipt_init (StileReceipt *self)
{
}

/**
 * stile_receipt_new:
 * @nonce: what the client chose, so that nobody can show it another request's receipt
 * @observation: what the service saw of this request's transport
 */
StileReceipt *
stile_receipt_new (const char *nonce, StileObservation *observation)
{
  StileReceipt *self = g_object_new (STILE_TYPE_RECEIPT, NULL);

  self->nonce = g_strdup (nonce);
  self->observation = g_object_ref (observation);

  return self;
}

const char *
stile_receipt_get_nonce (StileReceipt *self)
{
  return self->nonce;
}

/**
 * stile_receipt_get_observation:
 *
 * Returns: (transfer none): what the service saw
 */
StileObservation *
stile_receipt_get_observation (StileReceipt *self)
{
  return self->observation;
}

void
stile_receipt_set_chain (StileReceipt *self, GPtrArray *chain)
{
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  self->chain = chain != NULL ? g_ptr_array_ref (chain) : NULL;
}

/**
 * stile_receipt_get_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): who signed it, leaf first.  That the signature holds
 *   says nothing of who that is: the chain is still to be judged
 */
GPtrArray *
stile_receipt_get_chain (StileReceipt *self)
{
  return self->chain;
}

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

/**
 * stile_receipt_set_request:
 * @method: as it came
 * @length: of the body, in bytes
 * @digest: (nullable): SHA-256 of the body, in hex
 */
void
stile_receipt_set_request (StileReceipt *self, const char *method, gsize length, const char *digest)
{
  set_string (&self->method, method);
  set_string (&self->request_digest, digest);
  self->request_length = length;
}

const char *
stile_receipt_get_method (StileReceipt *self)
{
  return self->method;
}

/**
 * stile_receipt_get_request:
 * @length: (out) (optional): of the request's body as it came, in bytes
 *
 * Returns: (transfer none) (nullable): SHA-256 of it, in hex
 */
const char *
stile_receipt_get_request (StileReceipt *self, gsize *length)
{
  if (length != NULL)
    *length = self->request_length;

  return self->request_digest;
}

/**
 * stile_receipt_set_response:
 * @length: of the body that goes with the receipt, in bytes
 * @digest: (nullable): SHA-256 of it, in hex; %NULL where the body is the receipt
 */
void
stile_receipt_set_response (StileReceipt *self, gsize length, const char *digest)
{
  set_string (&self->response_digest, digest);
  self->response_length = length;
}

const char *
stile_receipt_get_response (StileReceipt *self, gsize *length)
{
  if (length != NULL)
    *length = self->response_length;

  return self->response_digest;
}

/**
 * stile_receipt_set_count:
 * @about: (nullable): a nonce of before that the client asks about
 * @count: how often a request with it has come; of @about, or of this one's own nonce
 */
void
stile_receipt_set_count (StileReceipt *self, const char *about, guint count)
{
  set_string (&self->about, about);
  self->count = count;
}

guint
stile_receipt_get_count (StileReceipt *self, const char **about)
{
  if (about != NULL)
    *about = self->about;

  return self->count;
}

/**
 * stile_receipt_set_handling:
 * @microseconds: from the whole request to its answer, so that a slow service is not taken for a slow way
 */
void
stile_receipt_set_handling (StileReceipt *self, gint64 microseconds)
{
  self->handling = microseconds;
}

gint64
stile_receipt_get_handling (StileReceipt *self)
{
  return self->handling;
}

/* --- as JSON --- */

static GVariant *
body_to_variant (gsize length, const char *digest)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "length", g_variant_new_int64 ((gint64)length));
  if (digest != NULL)
    g_variant_builder_add (&builder, "{sv}", "sha256", g_variant_new_string (digest));

  return g_variant_builder_end (&builder);
}

/**
 * stile_receipt_to_variant:
 *
 * Returns: (transfer floating): what is signed, for JSON; without the chain
 */
GVariant *
stile_receipt_to_variant (StileReceipt *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (FORMAT_VERSION));
  g_variant_builder_add (&builder, "{sv}", "nonce", g_variant_new_string (self->nonce));
  if (self->method != NULL)
    g_variant_builder_add (&builder, "{sv}", "method", g_variant_new_string (self->method));
  g_variant_builder_add (&builder, "{sv}", "request",
                         body_to_variant (self->request_length, self->request_digest));
  if (self->response_digest != NULL)
    g_variant_builder_add (&builder, "{sv}", "response",
                           body_to_variant (self->response_length, self->response_digest));
  if (self->about != NULL)
    g_variant_builder_add (&builder, "{sv}", "about", g_variant_new_string (self->about));
  g_variant_builder_add (&builder, "{sv}", "count", g_variant_new_int64 (self->count));
  g_variant_builder_add (&builder, "{sv}", "handling_us", g_variant_new_int64 (self->handling));
  g_variant_builder_add (&builder, "{sv}", "observation", stile_observation_to_variant (self->observation));

  return g_variant_builder_end (&builder);
}

static void
read_bodies (StileReceipt *self, GVariant *variant)
{
  g_autoptr (GVariant) request = stile_json_get_member (variant, "request");
  g_autoptr (GVariant) response = stile_json_get_member (variant, "response");

  stile_receipt_set_request (self, stile_json_get_string (variant, "method"),
                             (gsize)MAX (stile_json_get_integer (request, "length", 0), 0),
                             stile_json_get_string (request, "sha256"));
  stile_receipt_set_response (self, (gsize)MAX (stile_json_get_integer (response, "length", 0), 0),
                              stile_json_get_string (response, "sha256"));
}

/**
 * stile_receipt_new_from_variant:
 * @variant: what stile_json_parse() gave of the signed bytes
 *
 * %G_IO_ERROR_INVALID_DATA when it is no receipt.
 *
 * Returns: (transfer full): the receipt, without a chain
 */
StileReceipt *
stile_receipt_new_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (GVariant) seen = stile_json_get_member (variant, "observation");
  const char *nonce = stile_json_get_string (variant, "nonce");
  g_autoptr (StileObservation) observation = NULL;
  StileReceipt *self;

  if (stile_json_get_integer (variant, "version", 0) != FORMAT_VERSION || nonce == NULL || seen == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This is no receipt of version 1"));
      return NULL;
    }

  observation = stile_observation_new_from_variant (seen, error);
  if (observation == NULL)
    return NULL;

  self = stile_receipt_new (nonce, observation);
  read_bodies (self, variant);
  stile_receipt_set_count (self, stile_json_get_string (variant, "about"),
                           (guint)CLAMP (stile_json_get_integer (variant, "count", 0), 0, G_MAXINT));
  stile_receipt_set_handling (self, stile_json_get_integer (variant, "handling_us", 0));
  return self;
}
