/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-sealer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-content-coding.h"
#include "codec/stile-secret.h"

/* The first half of the salt is random, the second is the number of the request (PROTOCOL section 2). */
#define RANDOM_SALT_SIZE (STILE_CONTENT_CODING_SALT_SIZE - sizeof (guint64))

/**
 * StileSealer:
 *
 * Seals and opens the messages of one session in export mode.  It keeps keys and nothing else: who may send which
 * number when is the client's and the endpoint's business.
 */
struct _StileSealer
{
  StileKeys *keys;
  StileRole role;
  guint8 id[STILE_SEALER_ID_SIZE];
};

/**
 * stile_sealer_new:
 * @keys: (transfer full): what the session exported
 * @role: which side we are
 * @id: the session's id
 */
StileSealer *
stile_sealer_new (StileKeys *keys, StileRole role, const guint8 id[STILE_SEALER_ID_SIZE])
{
  StileSealer *self = g_new0 (StileSealer, 1);

  self->keys = keys;
  self->role = role;
  memcpy (self->id, id, STILE_SEALER_ID_SIZE);

  return self;
}

/**
 * stile_sealer_free:
 * @self: (transfer full): its keys are wiped
 */
void
stile_sealer_free (StileSealer *self)
{
  stile_keys_free (self->keys);
  g_free (self);
}

static gboolean
make_header (
    StileSealer *self, guint64 sequence, gsize length, StileContentCodingHeader *header, GError **error)
{
  guint64 number = GUINT64_TO_BE (sequence);

  if (gnutls_rnd (GNUTLS_RND_NONCE, header->salt, RANDOM_SALT_SIZE) < 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("The system gives no random numbers"));
      return FALSE;
    }

  memcpy (header->salt + RANDOM_SALT_SIZE, &number, sizeof number);
  header->record_size = stile_content_coding_choose_record_size (stile_keys_get_aead (self->keys), length);
  header->key_id = self->id;
  header->key_id_length = STILE_SEALER_ID_SIZE;
  return TRUE;
}

/**
 * stile_sealer_seal:
 * @sequence: the number of the request, or of the request that this answers; each is sealed once
 * @plaintext: what to seal
 *
 * Returns: (transfer full): the body to post.  %STILE_ERROR_EXPIRED once the session has sent all it may.
 */
GBytes *
stile_sealer_seal (StileSealer *self, guint64 sequence, GBytes *plaintext, GError **error)
{
  guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE];
  StileContentCodingHeader header;
  gsize length;
  GBytes *message;

  if (sequence >= STILE_SEALER_MAX_MESSAGES)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_EXPIRED,
                           _ ("The session has carried as many messages as its keys allow"));
      return NULL;
    }
  if (!make_header (self, sequence, g_bytes_get_size (plaintext), &header, error))
    return NULL;

  length = stile_keys_copy_material (self->keys, self->role, material);
  message = stile_content_coding_seal (stile_keys_get_aead (self->keys), material, length, &header, plaintext,
                                       error);
  stile_secret_wipe (material, sizeof material);
  if (message == NULL)
    stile_error_convert (error, STILE_ERROR_FAILED);

  return message;
}

/**
 * stile_sealer_open:
 * @message: a body of the peer's
 * @limit: the longest plaintext that is wanted
 * @sequence: (out): the number that was sealed into it
 *
 * Opens what the peer sealed for this session.  %STILE_ERROR_PROTOCOL when it was changed, cut, or belongs to
 * another session; %STILE_ERROR_LIMIT when it is too long.
 *
 * Returns: (transfer full): the plaintext
 */
GBytes *
stile_sealer_open (StileSealer *self, GBytes *message, gsize limit, guint64 *sequence, GError **error)
{
  guint8 material[STILE_KEYS_MAX_MATERIAL_SIZE];
  guint8 id[STILE_SEALER_ID_SIZE];
  gsize length;
  GBytes *plaintext;

  if (!stile_sealer_read_address (message, id, sequence, error))
    return NULL;
  if (memcmp (id, self->id, sizeof id) != 0)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The sealed message belongs to another session"));
      return NULL;
    }

  length = stile_keys_copy_material (self->keys, stile_role_other (self->role), material);
  plaintext =
      stile_content_coding_open (stile_keys_get_aead (self->keys), material, length, message, limit, error);
  stile_secret_wipe (material, sizeof material);
  if (plaintext == NULL)
    stile_error_convert (error, STILE_ERROR_PROTOCOL);

  return plaintext;
}

/**
 * stile_sealer_read_address:
 * @message: a sealed message of anybody's
 * @id: (out caller-allocated): the session that it says it belongs to
 * @sequence: (out): the number that it says it has
 *
 * Reads for whom a message is, before any key is known.  Only opening it tells whether that is true.
 */
gboolean
stile_sealer_read_address (GBytes *message,
                           guint8 id[STILE_SEALER_ID_SIZE],
                           guint64 *sequence,
                           GError **error)
{
  StileContentCodingHeader header;
  guint64 number;

  if (!stile_content_coding_read_header (message, &header, error))
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return FALSE;
    }
  if (header.key_id_length != STILE_SEALER_ID_SIZE)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                   g_dngettext (GETTEXT_PACKAGE,
                                "The sealed message names its session with %zu byte, a session id has %d",
                                "The sealed message names its session with %zu bytes, a session id has %d",
                                header.key_id_length),
                   header.key_id_length, STILE_SEALER_ID_SIZE);
      return FALSE;
    }

  memcpy (id, header.key_id, STILE_SEALER_ID_SIZE);
  memcpy (&number, header.salt + RANDOM_SALT_SIZE, sizeof number);
  *sequence = GUINT64_FROM_BE (number);
  return TRUE;
}
