/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-receipt-signature.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-compact-jws.h"
#include "codec/stile-json.h"
#include "support/test-tls.h"

#define NONCE "bm9uY2U"

typedef struct
{
  TestPki *root;
  TestPki *service;
  TestPki *other; /* of the same root */
  StileIdentity *identity;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->root = test_pki_authority_new ("Root", TEST_PKI_P256);
  self->service = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Service" });
  self->other = test_pki_issue (self->root, &(TestPkiOptions){ .name = "Other" });
  self->identity = test_tls_identity_new (self->service);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->identity);
  test_pki_unref (self->other);
  test_pki_unref (self->service);
  test_pki_unref (self->root);
}

static StileReceipt *
make_receipt (void)
{
  g_autoptr (StileObservation) observation = stile_observation_new ();
  StileReceipt *receipt = stile_receipt_new (NONCE, observation);

  stile_observation_add_header (observation, "Via", "1.1 squid");
  stile_observation_add_header (observation, "content-type", "text/plain");
  stile_observation_set_http_version (observation, "1.1");
  stile_receipt_set_request (receipt, "POST", 64, "aa");
  stile_receipt_set_response (receipt, 9, "bb");
  stile_receipt_set_count (receipt, "YWJvdXQ", 2);
  stile_receipt_set_handling (receipt, 1500);
  return receipt;
}

static GBytes *
sign (StileIdentity *identity, StileReceiptForm form)
{
  g_autoptr (StileReceipt) receipt = make_receipt ();
  g_autoptr (GError) error = NULL;
  GBytes *word = stile_receipt_signature_make (receipt, identity, form, &error);

  g_assert_no_error (error);
  return word;
}

/* What is signed by the service's own key, with any header and any content. */
static GBytes *
sign_other (Fixture *self, const char *members, const char *content)
{
  gnutls_privkey_t key = stile_identity_open_key (self->identity, NULL);
  g_autoptr (GVariant) header = g_variant_ref_sink (g_variant_new_parsed (members));
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  GBytes *word =
      stile_compact_jws_sign (bytes, header, key, stile_identity_get_certificate (self->identity), NULL);

  g_assert_nonnull (word);
  gnutls_privkey_deinit (key);
  return word;
}

static GPtrArray *
get_known (Fixture *self)
{
  return stile_identity_get_chain (self->identity);
}

static void
assert_refused (GBytes *word, GPtrArray *known, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_receipt_signature_open (word, NONCE, known, &error));
  g_assert_error (error, STILE_ERROR, code);
  g_assert_nonnull (strstr (error->message, "receipt"));
}

static void
test_full_tells_all (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) word = sign (self->identity, STILE_RECEIPT_FULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt = stile_receipt_signature_open (word, NONCE, NULL, &error);
  GPtrArray *chain;

  g_assert_no_error (error);
  chain = stile_receipt_get_chain (receipt);
  g_assert_cmpuint (chain->len, ==, get_known (self)->len);
  g_assert_true (
      stile_certificate_equal (g_ptr_array_index (chain, 0), test_pki_get_certificate (self->service)));
  g_assert_cmpuint (stile_observation_get_n_headers (stile_receipt_get_observation (receipt)), ==, 2);
  g_assert_cmpstr (stile_receipt_get_request (receipt, NULL), ==, "aa");
}

/* Of the header fields, the few that probes measure; of the chain nothing, or whoever signed. */
static void
test_brief_tells_of_the_bodies (Fixture *self, gconstpointer data)
{
  StileReceiptForm form = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) full = sign (self->identity, STILE_RECEIPT_FULL);
  g_autoptr (GBytes) word = sign (self->identity, form);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt = stile_receipt_signature_open (
      word, NONCE, form == STILE_RECEIPT_BRIEF ? get_known (self) : NULL, &error);
  StileObservation *seen;
  const char *about, *value;
  gsize length;

  g_assert_no_error (error);
  seen = stile_receipt_get_observation (receipt);
  g_assert_cmpuint (stile_observation_get_n_headers (seen), ==, 1);
  g_assert_cmpstr (stile_observation_get_nth_header (seen, 0, &value), ==, "content-type");
  g_assert_cmpstr (stile_observation_get_http_version (seen), ==, "1.1");
  g_assert_cmpstr (stile_receipt_get_method (receipt), ==, "POST");
  g_assert_cmpstr (stile_receipt_get_request (receipt, &length), ==, "aa");
  g_assert_cmpuint (length, ==, 64);
  g_assert_cmpstr (stile_receipt_get_response (receipt, &length), ==, "bb");
  g_assert_cmpuint (length, ==, 9);
  g_assert_cmpuint (stile_receipt_get_count (receipt, &about), ==, 2);
  g_assert_cmpstr (about, ==, "YWJvdXQ");
  g_assert_cmpint (stile_receipt_get_handling (receipt), ==, 1500);
  g_assert_true (stile_certificate_equal (g_ptr_array_index (stile_receipt_get_chain (receipt), 0),
                                          test_pki_get_certificate (self->service)));
  if (form == STILE_RECEIPT_BRIEF)
    g_assert_cmpuint (g_bytes_get_size (word), <, g_bytes_get_size (full));
}

/* It holds, and says who signed: whether that is the service is asked of the chain, not of the one who is known. */
static void
test_a_stranger_shows_himself (Fixture *self, gconstpointer data)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Another root", TEST_PKI_P256);
  g_autoptr (TestPki) stranger = test_pki_issue (root, &(TestPkiOptions){ .name = "Service", .ends = -60 });
  g_autoptr (StileIdentity) identity = test_tls_identity_new (stranger);
  g_autoptr (GBytes) word = sign (identity, STILE_RECEIPT_FULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileReceipt) receipt = stile_receipt_signature_open (word, NONCE, get_known (self), &error);
  StileCertificate *leaf;

  g_assert_no_error (error);
  leaf = g_ptr_array_index (stile_receipt_get_chain (receipt), 0);
  g_assert_true (stile_certificate_equal (leaf, test_pki_get_certificate (stranger)));
  g_assert_false (stile_certificate_is_issued_by (leaf, test_pki_get_certificate (self->root)));
  g_assert_false (stile_certificate_is_valid_at (leaf, g_get_real_time () / G_USEC_PER_SEC));
}

/* A brief one has a digest of its signer: of nobody who is known, or of another. */
static void
test_brief_needs_to_know_the_signer (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) word = sign (self->identity, STILE_RECEIPT_BRIEF);
  g_autoptr (GPtrArray) others = test_pki_get_chain (self->other);

  assert_refused (word, NULL, STILE_ERROR_UNTRUSTED);
  assert_refused (word, others, STILE_ERROR_UNTRUSTED);
}

/* @part: which of header, content and signature is another message's */
static GBytes *
mix (GBytes *one, GBytes *two, guint part)
{
  g_autofree char *first = g_strndup (g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  g_autofree char *second = g_strndup (g_bytes_get_data (two, NULL), g_bytes_get_size (two));
  g_auto (GStrv) parts = g_strsplit (first, ".", 3);
  g_auto (GStrv) others = g_strsplit (second, ".", 3);
  char *mixed;

  g_free (parts[part]);
  parts[part] = g_steal_pointer (&others[part]);
  for (guint i = part + 1; i < 3; i++)
    g_free (others[i]);
  mixed = g_strjoinv (".", parts);
  return g_bytes_new_take (mixed, strlen (mixed));
}

static void
test_refuses_another_signature (Fixture *self, gconstpointer data)
{
  StileReceiptForm form = GPOINTER_TO_UINT (data);
  g_autoptr (StileIdentity) other = test_tls_identity_new (self->other);
  g_autoptr (GBytes) word = sign (self->identity, form);
  g_autoptr (GBytes) others = sign (other, form);
  g_autoptr (GBytes) changed = sign_other (self, "{'typ': <'x'>}", "{\"nonce\":\"" NONCE "\"}");
  g_autoptr (GBytes) header = mix (word, others, 0);
  g_autoptr (GBytes) content = mix (word, changed, 1);
  g_autoptr (GBytes) signature = mix (word, others, 2);
  g_autoptr (GPtrArray) chain = test_pki_get_chain (self->other);

  assert_refused (header, form == STILE_RECEIPT_BRIEF ? chain : NULL, STILE_ERROR_UNTRUSTED);
  assert_refused (content, get_known (self), STILE_ERROR_UNTRUSTED);
  assert_refused (signature, get_known (self), STILE_ERROR_UNTRUSTED);
}

/* A good receipt of another request: somebody in between plays an old one. */
static void
test_refuses_another_request (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) word = sign (self->identity, STILE_RECEIPT_FULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_receipt_signature_open (word, "b3RoZXI", NULL, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "old one"));
}

/* The same key signs vouchers and more: what says not that it is a receipt is none. */
static void
test_refuses_what_else_the_key_signs (Fixture *self, gconstpointer data)
{
  static const char good[] = "{\"version\":1,\"nonce\":\"" NONCE "\",\"observation\":{\"version\":1}}";
  g_autofree char *digest = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GBytes *der = test_pki_get_der (self->service);
  g_autofree char *members = NULL;
  g_autoptr (GBytes) typed = NULL, untyped = NULL, other = NULL, no_receipt = NULL, no_json = NULL;
  g_autoptr (StileReceipt) receipt = NULL;
  guint8 raw[32];
  gsize length = sizeof raw;

  g_checksum_update (checksum, g_bytes_get_data (der, NULL), (gssize)g_bytes_get_size (der));
  g_checksum_get_digest (checksum, raw, &length);
  digest = stile_base64url_encode (raw, length);
  members = g_strdup_printf ("{'typ': <'stile-receipt+jws'>, 'x5t#S256': <'%s'>}", digest);
  typed = sign_other (self, members, good);
  untyped = sign_other (self, "@a{sv} {}", good);
  other = sign_other (self, "{'typ': <'voucher-jws+json'>}", good);
  no_receipt = sign_other (self, members, "{\"version\":2,\"nonce\":\"" NONCE "\"}");
  no_json = sign_other (self, members, "\x01");

  receipt = stile_receipt_signature_open (typed, NONCE, get_known (self), NULL);
  g_assert_nonnull (receipt);
  assert_refused (untyped, get_known (self), STILE_ERROR_PROTOCOL);
  assert_refused (other, get_known (self), STILE_ERROR_PROTOCOL);
  assert_refused (no_receipt, get_known (self), STILE_ERROR_PROTOCOL);
  assert_refused (no_json, get_known (self), STILE_ERROR_PROTOCOL);
}

static void
test_refuses_no_signature (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) word = sign (self->identity, STILE_RECEIPT_FULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (word, NULL), g_bytes_get_size (word));
  g_auto (GStrv) parts = g_strsplit (text, ".", 3);
  static const char header[] = "{\"typ\":\"stile-receipt+jws\",\"alg\":\"none\"}";
  g_autofree char *none = stile_base64url_encode ((const guint8 *)header, strlen (header));
  g_autofree char *first = g_strconcat (none, ".", parts[1], ".", NULL);
  g_autofree char *second = g_strconcat (parts[0], ".", parts[1], ".", NULL);
  g_autoptr (GBytes) without = g_bytes_new_static (first, strlen (first));
  g_autoptr (GBytes) removed = g_bytes_new_static (second, strlen (second));
  g_autoptr (GBytes) page = g_bytes_new_static ("<html>", 6);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  assert_refused (without, get_known (self), STILE_ERROR_UNTRUSTED);
  assert_refused (removed, get_known (self), STILE_ERROR_UNTRUSTED);
  assert_refused (page, get_known (self), STILE_ERROR_PROTOCOL);
  assert_refused (nothing, get_known (self), STILE_ERROR_PROTOCOL);
}

static void
test_refuses_too_much (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (STILE_COMPACT_JWS_MAX_SIZE + 1, 'A');
  g_autoptr (GBytes) word = g_bytes_new_static (text, STILE_COMPACT_JWS_MAX_SIZE + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_receipt_signature_open (word, NONCE, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "65537"));
  g_assert_nonnull (strstr (error->message, "65536"));
}

/* nginx takes no head of an answer over 4 KB (docs/receipts.md). */
static void
test_brief_fits_into_a_field (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) word = sign (self->identity, STILE_RECEIPT_BRIEF_WITH_SIGNER);
  gsize length;
  const char *text = g_bytes_get_data (word, &length);

  g_assert_cmpuint (length, <, 3 * 1024);
  for (gsize i = 0; i < length; i++)
    g_assert_true (g_ascii_isalnum (text[i]) || strchr ("-_.", text[i]) != NULL);
}

#define ADD(name, form, function)                                                                            \
  g_test_add ("/atls/receipt-signature/" name, Fixture, GUINT_TO_POINTER (form), set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("full-tells-all", 0, test_full_tells_all);
  ADD ("brief-tells-of-the-bodies", STILE_RECEIPT_BRIEF, test_brief_tells_of_the_bodies);
  ADD ("brief-shows-its-signer", STILE_RECEIPT_BRIEF_WITH_SIGNER, test_brief_tells_of_the_bodies);
  ADD ("a-stranger-shows-himself", 0, test_a_stranger_shows_himself);
  ADD ("brief-needs-to-know-the-signer", 0, test_brief_needs_to_know_the_signer);
  ADD ("refuses-another-signature/full", STILE_RECEIPT_FULL, test_refuses_another_signature);
  ADD ("refuses-another-signature/brief", STILE_RECEIPT_BRIEF, test_refuses_another_signature);
  ADD ("refuses-another-request", 0, test_refuses_another_request);
  ADD ("refuses-what-else-the-key-signs", 0, test_refuses_what_else_the_key_signs);
  ADD ("refuses-no-signature", 0, test_refuses_no_signature);
  ADD ("refuses-too-much", 0, test_refuses_too_much);
  ADD ("brief-fits-into-a-field", 0, test_brief_fits_into_a_field);

  return g_test_run ();
}
