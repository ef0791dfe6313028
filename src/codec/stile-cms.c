/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-cms.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "codec/stile-cms-algorithms.h"
#include "codec/stile-cms-attributes.h"
#include "codec/stile-der.h"

#define SIGNED_DATA "1.2.840.113549.1.7.2"

/* RFC 5652 section 5.1: 1, 3, 4 or 5, by what is inside; 2 was never given out. */
#define MAX_VERSION 5
#define MAX_SIGNER_VERSION 3

/* How a SignerInfo names its certificate (RFC 5652 section 5.3): by one or the other. */
typedef struct
{
  GBytes *issuer; /* DER of the Name */
  GBytes *serial;
  GBytes *key_id;
} SignerId;

static void
signer_id_clear (SignerId *self)
{
  g_clear_pointer (&self->issuer, g_bytes_unref);
  g_clear_pointer (&self->serial, g_bytes_unref);
  g_clear_pointer (&self->key_id, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignerId, signer_id_clear)

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  return FALSE;
}

static gboolean
check_outer (GBytes *bytes, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length > 0 && text[0] == STILE_DER_SEQUENCE)
    return TRUE;
  if (length > 10 && memcmp (text, "-----BEGIN", 10) == 0)
    return refuse (error, _ ("The CMS message is PEM text; DER, the bytes themselves, is expected"));
  /* A SEQUENCE of this size always begins like that in base64. */
  if (length > 1 && text[0] == 'M' && text[1] == 'I')
    return refuse (error, _ ("The CMS message is in base64; DER, the bytes themselves, is expected"));

  return refuse (error, _ ("This is no CMS message: it does not begin with a DER sequence"));
}

static gboolean
open_content_info (StileDerReader *reader, StileDerElement *signed_data, GError **error)
{
  StileDerElement content_info;
  StileDerElement content;
  g_autofree char *type = NULL;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &content_info, error))
    return FALSE;
  if (!stile_der_at_end (reader))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   g_dngettext (GETTEXT_PACKAGE, "%zu byte follows the end of the CMS message",
                                "%zu bytes follow the end of the CMS message",
                                reader->length - reader->offset),
                   reader->length - reader->offset);
      return FALSE;
    }
  type = stile_der_read_oid (&content_info.contents, error);
  if (type == NULL)
    return FALSE;
  if (strcmp (type, SIGNED_DATA) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The CMS message is not signed data, but of the type %s"), type);
      return FALSE;
    }

  return stile_der_read (&content_info.contents, STILE_DER_CONTEXT (0), &content, error) &&
         stile_der_read_end (&content_info.contents, error) &&
         stile_der_read (&content.contents, STILE_DER_SEQUENCE, signed_data, error) &&
         stile_der_read_end (&content.contents, error);
}

static gboolean
read_version (StileDerReader *reader, guint limit, GError **error)
{
  guint version;

  if (!stile_der_read_integer (reader, &version, error))
    return FALSE;
  if (version >= 1 && version != 2 && version <= limit)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("The CMS message has a part of version %u, which is not known"), version);
  return FALSE;
}

static gboolean
read_content (StileSignatureMessage *message, StileDerReader *reader, GError **error)
{
  StileDerElement info;
  StileDerElement content;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &info, error))
    return FALSE;
  message->content_type = stile_der_read_oid (&info.contents, error);
  if (message->content_type == NULL)
    return FALSE;
  if (stile_der_at_end (&info.contents))
    return refuse (error, _ ("The CMS message is a detached signature: what was signed is not in it"));
  if (!stile_der_read (&info.contents, STILE_DER_CONTEXT (0), &content, error) ||
      !stile_der_read_end (&info.contents, error))
    return FALSE;

  message->content = stile_der_read_octets (&content.contents, error);
  return message->content != NULL && stile_der_read_end (&content.contents, error);
}

/* The other choices, attribute certificates and yet other formats, are no path material (RFC 5652 section 10.2.2). */
static gboolean
read_certificates (StileSignatureMessage *message, StileDerReader *reader, GError **error)
{
  StileDerElement set;
  StileDerElement choice;

  if (!stile_der_next_is (reader, STILE_DER_CONTEXT (0)))
    return TRUE;
  if (!stile_der_read (reader, STILE_DER_CONTEXT (0), &set, error))
    return FALSE;

  while (!stile_der_at_end (&set.contents))
    {
      g_autoptr (GBytes) der = NULL;

      if (!stile_der_read_any (&set.contents, &choice, error))
        return FALSE;
      if (choice.tag != STILE_DER_SEQUENCE)
        continue;
      der = stile_der_element_to_bytes (&choice);
      if (!stile_signature_message_add_certificate (message, der, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_signer_id (SignerId *id, StileDerReader *reader, GError **error)
{
  StileDerElement element;
  StileDerElement part;

  *id = (SignerId){ 0 };
  if (stile_der_next_is (reader, STILE_DER_CONTEXT_PRIMITIVE (0)))
    {
      if (!stile_der_read_any (reader, &element, error))
        return FALSE;
      id->key_id = stile_der_element_get_contents (&element);
      return TRUE;
    }

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &element, error) ||
      !stile_der_read (&element.contents, STILE_DER_SEQUENCE, &part, error))
    return FALSE;
  id->issuer = stile_der_element_to_bytes (&part);
  if (!stile_der_read (&element.contents, STILE_DER_INTEGER, &part, error))
    return FALSE;
  id->serial = stile_der_element_get_contents (&part);

  return stile_der_read_end (&element.contents, error);
}

static gboolean
has_issuer_and_serial (StileCertificate *certificate, const SignerId *id)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);
  gnutls_datum_t issuer = { NULL, 0 };
  guint8 serial[128];
  gsize length = sizeof serial;
  gboolean equal = gnutls_x509_crt_get_raw_issuer_dn (x509, &issuer) >= 0 &&
                   gnutls_x509_crt_get_serial (x509, serial, &length) >= 0 &&
                   length == g_bytes_get_size (id->serial) &&
                   memcmp (serial, g_bytes_get_data (id->serial, NULL), length) == 0 &&
                   issuer.size == g_bytes_get_size (id->issuer) &&
                   memcmp (issuer.data, g_bytes_get_data (id->issuer, NULL), issuer.size) == 0;

  gnutls_free (issuer.data);
  return equal;
}

static gboolean
has_key_id (StileCertificate *certificate, const SignerId *id)
{
  guint8 key_id[128];
  gsize length = sizeof key_id;

  return gnutls_x509_crt_get_subject_key_id (stile_certificate_get_x509 (certificate), key_id, &length,
                                             NULL) >= 0 &&
         length == g_bytes_get_size (id->key_id) &&
         memcmp (key_id, g_bytes_get_data (id->key_id, NULL), length) == 0;
}

static void
find_signer (StileSignature *signature, const SignerId *id)
{
  for (guint i = 0; signature->signer == NULL && i < signature->certificates->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (signature->certificates, i);

      if (id->key_id != NULL ? has_key_id (certificate, id) : has_issuer_and_serial (certificate, id))
        signature->signer = g_object_ref (certificate);
    }
}

/* What is in an AlgorithmIdentifier: its name, and @parameters where they begin. */
static char *
read_algorithm (StileDerReader *reader, StileDerReader *parameters, GError **error)
{
  StileDerElement identifier;
  char *oid;

  if (!stile_der_read (reader, STILE_DER_SEQUENCE, &identifier, error))
    return NULL;

  oid = stile_der_read_oid (&identifier.contents, error);
  *parameters = identifier.contents;
  return oid;
}

static GBytes *
digest_content (StileSignatureMessage *message, gnutls_digest_algorithm_t digest)
{
  guint8 hash[64];
  gsize length;
  const void *content = g_bytes_get_data (message->content, &length);

  g_assert (gnutls_hash_get_len (digest) <= sizeof hash);
  if (gnutls_hash_fast (digest, content, length, hash) < 0)
    g_assert_not_reached ();

  return g_bytes_new (hash, gnutls_hash_get_len (digest));
}

static gboolean
compare_content (StileSignatureMessage *message,
                 const StileCmsAttributes *attributes,
                 const StileCmsAlgorithm *algorithm,
                 GError **error)
{
  g_autoptr (GBytes) digest = digest_content (message, algorithm->digest);

  if (strcmp (attributes->content_type, message->content_type) != 0)
    return refuse (error, _ ("The signature is for another type of content than the message has"));
  if (!g_bytes_equal (attributes->message_digest, digest))
    return refuse (error, _ ("The content is not what was signed: its digest is another one"));

  return TRUE;
}

/* Only DER will do: who signed it has signed DER (RFC 5652 section 5.3). */
static gboolean
check_attributes (StileSignature *signature,
                  StileSignatureMessage *message,
                  const StileDerElement *element,
                  const StileCmsAlgorithm *algorithm,
                  GError **error)
{
  StileDerReader reader = stile_der_reader (element->begin, element->size, STILE_DER_STRICT);
  StileDerElement set;
  g_auto (StileCmsAttributes) attributes = { .signing_time = G_MININT64 };

  if (!stile_der_read (&reader, STILE_DER_CONTEXT (0), &set, error) ||
      !stile_cms_attributes_read (&attributes, &set.contents, error))
    {
      g_prefix_error (error, "%s: ", _ ("Reading the signed attributes"));
      return FALSE;
    }

  signature->signing_time = attributes.signing_time;
  return algorithm == NULL || compare_content (message, &attributes, algorithm, error);
}

/* RFC 5652 section 5.4: the signature is over the attributes as an explicit SET OF, whatever the message has for their
 * identifier.  What is wrong with the algorithm is said before what is wrong with them. */
static void
read_attributes (StileSignature *signature,
                 StileSignatureMessage *message,
                 const StileDerElement *element,
                 const StileCmsAlgorithm *algorithm)
{
  guint8 *copy = g_memdup2 (element->begin, element->size);
  g_autoptr (GError) problem = NULL;

  copy[0] = STILE_DER_SET;
  g_bytes_unref (signature->signed_bytes);
  signature->signed_bytes = g_bytes_new_take (copy, element->size);
  signature->has_attributes = TRUE;
  if (!check_attributes (signature, message, element, algorithm, &problem) && signature->problem == NULL)
    signature->problem = g_steal_pointer (&problem);
}

/* A SignerInfo as it stands there (RFC 5652 section 5.3). */
typedef struct
{
  SignerId id;
  char *digest_oid;
  StileDerElement attributes; /* begins nowhere when there are none */
  char *oid;
  StileDerReader parameters; /* of the algorithm that @oid names */
  GBytes *value;
} SignerInfo;

static void
signer_info_clear (SignerInfo *self)
{
  signer_id_clear (&self->id);
  g_clear_pointer (&self->digest_oid, g_free);
  g_clear_pointer (&self->oid, g_free);
  g_clear_pointer (&self->value, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignerInfo, signer_info_clear)

static gboolean
read_signer_info (SignerInfo *info, StileDerReader *reader, GError **error)
{
  StileDerReader parameters;
  StileDerElement unsigned_attributes;

  if (!read_version (reader, MAX_SIGNER_VERSION, error) || !read_signer_id (&info->id, reader, error))
    return FALSE;
  info->digest_oid = read_algorithm (reader, &parameters, error);
  if (info->digest_oid == NULL)
    return FALSE;
  if (stile_der_next_is (reader, STILE_DER_CONTEXT (0)) &&
      !stile_der_read_any (reader, &info->attributes, error))
    return FALSE;
  info->oid = read_algorithm (reader, &info->parameters, error);
  if (info->oid == NULL)
    return FALSE;
  info->value = stile_der_read_octets (reader, error);
  if (info->value == NULL)
    return FALSE;

  return (!stile_der_next_is (reader, STILE_DER_CONTEXT (1)) ||
          stile_der_read_any (reader, &unsigned_attributes, error)) &&
         stile_der_read_end (reader, error);
}

/* An algorithm that is not taken, or attributes that do not fit, spoil this signature and not the message: another
 * one may hold, and people may want to see what is wrong with this one. */
static gboolean
add_signature (StileSignatureMessage *message, StileDerReader *reader, GError **error)
{
  g_auto (SignerInfo) info = { 0 };
  StileSignature *signature;
  const StileCmsAlgorithm *algorithm;

  if (!read_signer_info (&info, reader, error))
    return FALSE;

  signature = stile_signature_new ();
  g_ptr_array_add (message->signatures, signature);
  signature->value = g_steal_pointer (&info.value);
  signature->name = g_strdup (stile_cms_algorithms_get_name (info.digest_oid, info.oid));
  signature->signed_bytes = g_bytes_ref (message->content);
  signature->certificates = g_ptr_array_ref (message->certificates);
  find_signer (signature, &info.id);
  algorithm = stile_cms_algorithms_find (info.digest_oid, info.oid, &info.parameters, &signature->problem);
  if (algorithm != NULL)
    signature->algorithm = algorithm->sign;
  if (info.attributes.begin != NULL)
    read_attributes (signature, message, &info.attributes, algorithm);

  return TRUE;
}

static gboolean
read_signer_infos (StileSignatureMessage *message, StileDerReader *reader, GError **error)
{
  StileDerElement set;
  StileDerElement info;

  if (!stile_der_read (reader, STILE_DER_SET, &set, error))
    return FALSE;

  while (!stile_der_at_end (&set.contents))
    if (!stile_der_read (&set.contents, STILE_DER_SEQUENCE, &info, error) ||
        !stile_signature_message_check_signers (message->signatures->len + 1, error) ||
        !add_signature (message, &info.contents, error))
      return FALSE;

  return stile_signature_message_check_signers (message->signatures->len, error);
}

static gboolean
read_signed_data (StileSignatureMessage *message, StileDerReader *reader, GError **error)
{
  StileDerElement skipped;

  /* The digest algorithms up here only help those who read a stream; each SignerInfo says its own. */
  if (!read_version (reader, MAX_VERSION, error) ||
      !stile_der_read (reader, STILE_DER_SET, &skipped, error) || !read_content (message, reader, error) ||
      !read_certificates (message, reader, error))
    return FALSE;
  /* Revocation lists. */
  if (stile_der_next_is (reader, STILE_DER_CONTEXT (1)) && !stile_der_read_any (reader, &skipped, error))
    return FALSE;

  return read_signer_infos (message, reader, error) && stile_der_read_end (reader, error);
}

/**
 * stile_cms_parse:
 * @bytes: a ContentInfo, in DER or BER; how large it may be is the caller's matter
 * @error: %G_IO_ERROR_INVALID_DATA, %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * Takes SignedData with its content inside apart (RFC 5652 section 5).
 *
 * Returns: (transfer full): what is in it; nothing is verified yet
 */
StileSignatureMessage *
stile_cms_parse (GBytes *bytes, GError **error)
{
  g_autoptr (StileSignatureMessage) message = stile_signature_message_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  StileDerReader reader = stile_der_reader (data, length, STILE_DER_BER);
  StileDerElement signed_data;

  if (!check_outer (bytes, error))
    return NULL;
  if (!open_content_info (&reader, &signed_data, error) ||
      !read_signed_data (message, &signed_data.contents, error))
    {
      g_prefix_error (error, "%s: ", _ ("Reading a CMS message"));
      return NULL;
    }

  return g_steal_pointer (&message);
}
