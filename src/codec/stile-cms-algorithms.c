/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-cms-algorithms.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#define SHA256 "2.16.840.1.101.3.4.2.1"
#define SHA384 "2.16.840.1.101.3.4.2.2"
#define SHA512 "2.16.840.1.101.3.4.2.3"

#define RSA "1.2.840.113549.1.1.1"
#define RSA_PSS "1.2.840.113549.1.1.10"
#define MGF1 "1.2.840.113549.1.1.8"
#define ED25519 "1.3.101.112"

/* RFC 4055 section 3.1, when the parameters leave it out; they then mean SHA-1, too. */
#define PSS_DEFAULT_SALT 20

/* The first of a kind of key is what Stile signs with. */
static const StileCmsAlgorithm algorithms[] = {
  { GNUTLS_SIGN_ECDSA_SHA256, GNUTLS_DIG_SHA256, SHA256, "1.2.840.10045.4.3.2" },
  { GNUTLS_SIGN_ECDSA_SHA384, GNUTLS_DIG_SHA384, SHA384, "1.2.840.10045.4.3.3" },
  { GNUTLS_SIGN_ECDSA_SHA512, GNUTLS_DIG_SHA512, SHA512, "1.2.840.10045.4.3.4" },
  { GNUTLS_SIGN_RSA_SHA256, GNUTLS_DIG_SHA256, SHA256, "1.2.840.113549.1.1.11" },
  { GNUTLS_SIGN_RSA_SHA384, GNUTLS_DIG_SHA384, SHA384, "1.2.840.113549.1.1.12" },
  { GNUTLS_SIGN_RSA_SHA512, GNUTLS_DIG_SHA512, SHA512, "1.2.840.113549.1.1.13" },
  { GNUTLS_SIGN_RSA_SHA256, GNUTLS_DIG_SHA256, SHA256, RSA },
  { GNUTLS_SIGN_RSA_SHA384, GNUTLS_DIG_SHA384, SHA384, RSA },
  { GNUTLS_SIGN_RSA_SHA512, GNUTLS_DIG_SHA512, SHA512, RSA },
  { GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, GNUTLS_DIG_SHA256, SHA256, RSA_PSS },
  { GNUTLS_SIGN_RSA_PSS_RSAE_SHA384, GNUTLS_DIG_SHA384, SHA384, RSA_PSS },
  { GNUTLS_SIGN_RSA_PSS_RSAE_SHA512, GNUTLS_DIG_SHA512, SHA512, RSA_PSS },
  /* RFC 8419 section 3.1: SHA-512 for the attributes' digest. */
  { GNUTLS_SIGN_EDDSA_ED25519, GNUTLS_DIG_SHA512, SHA512, ED25519 },
};

/* What older software writes, by name so that people know what to replace. */
static const struct
{
  const char *oid;
  const char *name;
} broken[] = {
  { "1.2.840.113549.2.5", "MD5" },       { "1.3.14.3.2.26", "SHA-1" },
  { "1.2.840.113549.1.1.4", "RSA-MD5" }, { "1.2.840.113549.1.1.5", "RSA-SHA1" },
  { "1.2.840.10045.4.1", "ECDSA-SHA1" }, { "1.2.840.10040.4.3", "DSA-SHA1" },
};

static const StileCmsAlgorithm *
look_up (const char *digest_oid, const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (strcmp (algorithms[i].oid, oid) == 0 && strcmp (algorithms[i].digest_oid, digest_oid) == 0)
      return &algorithms[i];

  return NULL;
}

static const char *
get_broken_name (const char *oid)
{
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    if (strcmp (broken[i].oid, oid) == 0)
      return broken[i].name;

  return NULL;
}

/**
 * stile_cms_algorithms_get_name:
 *
 * Returns: (transfer none): what people call it, "ECDSA-SHA256", or @oid when nothing is known of it
 */
const char *
stile_cms_algorithms_get_name (const char *digest_oid, const char *oid)
{
  const StileCmsAlgorithm *found = look_up (digest_oid, oid);
  const char *name = get_broken_name (digest_oid);

  if (found != NULL)
    return gnutls_sign_get_name (found->sign);
  if (name == NULL)
    name = get_broken_name (oid);

  return name != NULL ? name : oid;
}

static gboolean
read_hash (StileDerReader *reader, const char *wanted, GError **error)
{
  StileDerElement identifier;
  g_autofree char *oid = NULL;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &identifier, error))
    return FALSE;
  oid = stile_der_read_oid (&identifier.contents, error);
  if (oid == NULL)
    return FALSE;

  return strcmp (oid, wanted) == 0 || stile_der_invalid (error, "RSASSA-PSS has a hash of its own");
}

static gboolean
read_mask (StileDerReader *reader, const char *wanted, GError **error)
{
  StileDerElement identifier;
  g_autofree char *oid = NULL;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &identifier, error))
    return FALSE;
  oid = stile_der_read_oid (&identifier.contents, error);
  if (oid == NULL)
    return FALSE;
  if (strcmp (oid, MGF1) != 0)
    return stile_der_invalid (error, "RSASSA-PSS has a mask that is not MGF1");

  return read_hash (&identifier.contents, wanted, error);
}

/* RFC 4055 section 3.1.  One hash for everything and a salt as long as the hash: nobody asks for other things, and
 * GnuTLS takes no others. */
static gboolean
check_pss (const StileCmsAlgorithm *algorithm, StileDerReader *parameters, GError **error)
{
  StileDerElement sequence;
  StileDerElement part;
  guint salt = PSS_DEFAULT_SALT;

  if (!stile_der_read (parameters, STILE_DER_SEQUENCE, &sequence, error) ||
      !stile_der_read (&sequence.contents, STILE_DER_CONTEXT (0), &part, error) ||
      !read_hash (&part.contents, algorithm->digest_oid, error) ||
      !stile_der_read (&sequence.contents, STILE_DER_CONTEXT (1), &part, error) ||
      !read_mask (&part.contents, algorithm->digest_oid, error))
    return FALSE;
  if (stile_der_next_is (&sequence.contents, STILE_DER_CONTEXT (2)) &&
      (!stile_der_read (&sequence.contents, STILE_DER_CONTEXT (2), &part, error) ||
       !stile_der_read_integer (&part.contents, &salt, error)))
    return FALSE;
  if (!stile_der_read_end (&sequence.contents, error) || !stile_der_read_end (parameters, error))
    return FALSE;
  if (salt == (guint)gnutls_hash_get_len (algorithm->digest))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               g_dngettext (GETTEXT_PACKAGE,
                            "An RSASSA-PSS signature has a salt of %u byte, only %u can be checked",
                            "An RSASSA-PSS signature has a salt of %u bytes, only %u can be checked", salt),
               salt, gnutls_hash_get_len (algorithm->digest));
  return FALSE;
}

/* Nothing, or a NULL: some have the one, some the other, and software mixes them up (RFC 5754 section 3). */
static gboolean
check_no_parameters (StileDerReader *parameters, GError **error)
{
  StileDerElement null;

  if (stile_der_at_end (parameters))
    return TRUE;

  return stile_der_read (parameters, STILE_DER_NULL, &null, error) &&
         stile_der_read_end (&null.contents, error) && stile_der_read_end (parameters, error);
}

/**
 * stile_cms_algorithms_find:
 * @digest_oid: of digestAlgorithm
 * @oid: of signatureAlgorithm
 * @parameters: what follows @oid there
 * @error: %G_IO_ERROR_INVALID_DATA for what is broken, unknown, or does not go together
 *
 * Returns: (transfer none): the algorithm
 */
const StileCmsAlgorithm *
stile_cms_algorithms_find (const char *digest_oid,
                           const char *oid,
                           StileDerReader *parameters,
                           GError **error)
{
  const StileCmsAlgorithm *found = look_up (digest_oid, oid);
  const char *name = stile_cms_algorithms_get_name (digest_oid, oid);

  if (found == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   name != oid ? _ ("The message is signed with %s, which is broken")
                               : _ ("The message is signed with an algorithm that is not known here: %s"),
                   name);
      return NULL;
    }
  if (strcmp (oid, RSA_PSS) == 0 ? !check_pss (found, parameters, error)
                                 : !check_no_parameters (parameters, error))
    return NULL;

  return found;
}

static gnutls_sign_algorithm_t
choose (gnutls_pubkey_t key)
{
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  switch (gnutls_pubkey_get_pk_algorithm (key, NULL))
    {
    case GNUTLS_PK_RSA:
      return GNUTLS_SIGN_RSA_SHA256;
    case GNUTLS_PK_EDDSA_ED25519:
      return GNUTLS_SIGN_EDDSA_ED25519;
    case GNUTLS_PK_ECDSA:
      gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0);
      if (curve == GNUTLS_ECC_CURVE_SECP256R1)
        return GNUTLS_SIGN_ECDSA_SHA256;
      return curve == GNUTLS_ECC_CURVE_SECP384R1 ? GNUTLS_SIGN_ECDSA_SHA384 : GNUTLS_SIGN_ECDSA_SHA512;
    default:
      return GNUTLS_SIGN_UNKNOWN;
    }
}

/**
 * stile_cms_algorithms_for_key:
 * @key: whose signature is to be made
 * @error: %G_IO_ERROR_NOT_SUPPORTED for keys that do not sign, or not in CMS
 *
 * Returns: (transfer none): SHA-256, and more where the key is stronger
 */
const StileCmsAlgorithm *
stile_cms_algorithms_for_key (gnutls_pubkey_t key, GError **error)
{
  gnutls_sign_algorithm_t sign = choose (key);

  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (algorithms[i].sign == sign)
      return &algorithms[i];

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("A key of this kind cannot sign messages: %s"),
               gnutls_pk_get_name (gnutls_pubkey_get_pk_algorithm (key, NULL)));
  return NULL;
}
